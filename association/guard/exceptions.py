"""The exceptions of the configuration: findings that somebody accepted for a while."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from association.errors import SettingsError
from association.guard.comparison import Exemption
from association.guard.text import read_path
from association.text import suggest

_KEYS: Final = {
    "finding": "a finding as the report shows it",
    "reason": "why this finding is accepted",
    "until": "the last day it holds, for example 2027-01-31",
}
_MIDNIGHT: Final = re.compile(r"[T ]00:00:00(?:\.0+)?(?: ?(?:Z|\+00:?00))?(?: UTC)?\Z")
"""What YAML adds to an unquoted date: Pulumi hands the stack's configuration over as `2027-01-31 00:00:00 +0000 UTC`."""


def read_exceptions(items: Sequence[Mapping[str, Any]] | None) -> list[Exemption]:
    """The exceptions of the configuration.

    Raises:
        SettingsError: Naming every one that is wrong.
    """
    exemptions: list[Exemption] = []
    problems: list[str] = []
    for number, item in enumerate(items or ()):
        try:
            exemptions.append(_read_exception(number, item))
        except SettingsError as error:
            problems.extend(error.problems)
    if problems:
        raise SettingsError.of_all(problems)
    return exemptions


def _read_exception(number: int, item: Mapping[str, Any]) -> Exemption:
    place = f"exceptions[{number}]"
    problems = [f"{place}: unknown key {key!r}; {suggest(str(key), _KEYS)}" for key in item if key not in _KEYS]
    problems += [
        f"{place}: {key} is missing; expected {meaning}"
        for key, meaning in _KEYS.items()
        if item.get(key) is None or not str(item[key]).strip()
    ]
    if problems:
        raise SettingsError.of_all(problems)
    family, key = read_path(str(item["finding"]))
    return Exemption(family=family, key=key, reason=str(item["reason"]), until=_read_day(place, item["until"]))


def _read_day(place: str, value: Any) -> date:
    try:
        return date.fromisoformat(_MIDNIGHT.sub("", str(value)))
    except ValueError:
        raise SettingsError(
            f"{place}: until is {str(value)!r}, expected the last day it holds, for example 2027-01-31"
        ) from None
