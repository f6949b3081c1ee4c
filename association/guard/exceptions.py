"""Owns the exceptions of the configuration: findings that somebody accepted for a while. It leaves applying them to `comparison`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from association.errors import SettingsError
from association.guard.comparison import Exemption
from association.guard.text import read_path


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
    if set(item) != {"finding", "reason", "until"}:
        raise SettingsError(f"{place}: expected the three texts finding, reason and until, got {item!r}")
    if not str(item["reason"]).strip():
        raise SettingsError(f"{place}: reason is empty; expected why this finding is accepted")
    try:
        until = date.fromisoformat(str(item["until"]))
    except ValueError:
        raise SettingsError(
            f"{place}: until is {item['until']!r}, expected the last day it holds, for example 2027-01-31"
        ) from None
    family, key = read_path(str(item["finding"]))
    return Exemption(family=family, key=key, reason=str(item["reason"]), until=until)
