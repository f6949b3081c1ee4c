"""The exceptions of the configuration: findings that somebody accepted, for a while or for good."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from association.errors import SettingsError
from association.guard.access_path import Kind
from association.guard.paths import PATHS
from association.guard.text import property_path
from association.text import suggest

_KEYS: Final = {
    "finding": "a finding as the report shows it",
    "reason": "why this finding is accepted",
    "until": "the last day it holds, for example 2027-01-31",
}
_FOR_GOOD: Final = ("for good", "permanent", "no end date")
"""One of these stands in the reason of an exception without `until`: so it is meant, and nobody forgot the day."""
_OR_FOR_GOOD: Final = " or ".join(f"`{words}`" for words in _FOR_GOOD)
_MIDNIGHT: Final = re.compile(r"[T ]00:00:00(?:\.0+)?(?: ?(?:Z|\+00:?00))?(?: UTC)?\Z")
"""What YAML adds to an unquoted date: Pulumi hands the stack's configuration over as `2027-01-31 00:00:00 +0000 UTC`."""


@dataclass(frozen=True, kw_only=True)
class FindingException:
    """A finding that the configuration accepts."""

    name: str
    """Of the access path."""
    key: str
    reason: str
    until: date | None
    """The last day on which it holds, UTC; None where it holds for good."""

    @classmethod
    def of(cls, properties: Mapping[str, str]) -> "FindingException":
        """As `as_properties` made it: judged before, when it was stored."""
        name, key = read_path(properties["finding"])
        until = _read_day("exceptions", properties.get("until"))
        return cls(name=name, key=key, reason=properties["reason"], until=until)

    @property
    def path(self) -> str:
        """The finding, as the engine names it."""
        return property_path(self.name, self.key)

    def as_properties(self) -> dict[str, str]:
        """As the guard takes it."""
        until = {"until": self.until.isoformat()} if self.until else {}
        return {"finding": self.path, "reason": self.reason} | until

    def holds(self, today: date) -> bool:
        """Whether it is not over."""
        return self.until is None or self.until >= today


def read_exceptions(items: Sequence[Mapping[str, Any]] | None) -> tuple[FindingException, ...]:
    """The exceptions of the configuration.

    Raises:
        SettingsError: Naming every one that is wrong.
    """
    exceptions: list[FindingException] = []
    problems: list[str] = []
    for number, item in enumerate(items or ()):
        try:
            exceptions.append(_read_exception(number, item))
        except SettingsError as error:
            problems.extend(error.problems)
    if problems:
        raise SettingsError.of_all(problems)
    return tuple(exceptions)


def _read_exception(number: int, item: Mapping[str, Any]) -> FindingException:
    place, finding = f"exceptions[{number}]", str(item.get("finding") or "")
    expected = {key: text for key, text in _KEYS.items() if item.get(key) is None or not str(item[key]).strip()}
    if list(expected) == ["until"] and PATHS[read_path(finding)[0]].kind is Kind.PINNED:
        reason = str(item["reason"]).lower()
        said = any(words in reason for words in _FOR_GOOD)
        expected = {} if said else {"until": f"{_KEYS['until']}, or a reason that says {_OR_FOR_GOOD}"}
    problems = [f"{place}: unknown key {key!r}; {suggest(str(key), _KEYS)}" for key in item if key not in _KEYS]
    problems += [f"{place}: {key} is missing; expected {text}" for key, text in expected.items()]
    if problems:
        raise SettingsError.of_all(problems)
    name, key = read_path(finding)
    return FindingException(name=name, key=key, reason=str(item["reason"]), until=_read_day(place, item.get("until")))


def _read_day(place: str, value: Any) -> date | None:
    try:
        return None if value is None else date.fromisoformat(_MIDNIGHT.sub("", str(value)))
    except ValueError:
        raise SettingsError(f"{place}: until is {str(value)!r}, expected {_KEYS['until']}") from None


def read_path(path: str) -> tuple[str, str]:
    """Access path and key of a finding as people write it: as the engine prints it, or `name.key` without quotes.

    Raises:
        SettingsError: There is no such access path, or no key.
    """
    match = re.fullmatch(r"(\w+)(?:\.(.+)|\[(\".+\")\])", path.strip())
    try:
        key = match and (match[2] or json.loads(match[3]))
    except json.JSONDecodeError:
        key = None
    if not match or not key or match[1] not in PATHS:
        raise SettingsError(
            f"exceptions: {path!r} names no finding; expected what the report shows, for example "
            f"`secrets.1f0c7a52-0000-4000-8000-000000000000`; access paths: {', '.join(PATHS)}"
        )
    return match[1], str(key)
