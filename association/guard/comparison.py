"""Owns the comparison of what is declared, what was there before, and what is there now. It asks nobody.

An entry that is declared and present reads exactly as declared, so that an untouched association shows no difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from association.guard.entries import Entry
from association.guard.families import BASELINE, DECLARED, FAMILIES, Kind, Maps
from association.guard.observation import Observation
from association.guard.reads import EVERY_READ, PLACES
from association.guard.text import escape, property_path


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """A finding that the configuration accepts for a while."""

    family: str
    key: str
    reason: str
    until: date
    """The last day on which it holds."""

    @property
    def path(self) -> str:
        """The finding, as the engine names it."""
        return property_path(self.family, self.key)


class Deviation(StrEnum):
    """How an entry differs from what is declared."""

    UNEXPECTED = "unexpected"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One entry of a declared family that should not be so."""

    family: str
    key: str
    deviation: Deviation
    sentence: str
    entry: Entry | None
    """As observed; None when it is missing, or when only the state still shows it."""

    @property
    def path(self) -> str:
        """As the engine names it."""
        return property_path(self.family, self.key)

    def __str__(self) -> str:
        """One line for a report."""
        said = self.sentence if self.deviation is Deviation.UNEXPECTED else f"declared and not there: {self.sentence}"
        return f"{self.path}: {said}"


@dataclass(frozen=True, kw_only=True)
class Before:
    """What the state knows."""

    observed: Maps
    """As last observed; empty for a new guard."""
    locked: bool = False
    """Whether the App Instance Lock was ever seen to be on."""


def merge(
    observation: Observation, declared: Maps, before: Before, exemptions: Sequence[Exemption], today: date
) -> dict[str, dict[str, str]]:
    """The guard's properties as observed.

    Args:
        observation: What Graph shows.
        declared: The program's set.
        before: The state's.
        exemptions: Of the configuration, over or not.
        today: UTC.
    """
    observed = {family: dict(observation.entries.get(family, {})) for family in FAMILIES}
    accepted = {(one.family, one.key) for one in exemptions if one.until >= today}
    result: dict[str, dict[str, str]] = {}
    for name, family in FAMILIES.items():
        known = declared.get(name, {}) if family.kind is Kind.DECLARED else before.observed.get(name, {})
        result[name] = {
            key: known[key] if key in known and not family.fixed else entry.sentence
            for key, entry in observed[name].items()
            if (name, key) not in accepted or key in declared.get(name, {})
        }
    for name, key, value in _carried_over(observation, declared, before):
        result[name].setdefault(key, value)
    result["unreadable"] = {
        name: reason for name, reason in observation.unreadable.items() if ("unreadable", name) not in accepted
    }
    result["expiredExceptions"] = {
        one.path: f"accepted until {one.until.isoformat()} because {escape(one.reason)}: remove it from the configuration, or renew it"
        for one in exemptions
        if one.until < today
    }
    return {name: dict(sorted(entries.items())) for name, entries in result.items()}


def _carried_over(observation: Observation, declared: Maps, before: Before) -> Iterator[tuple[str, str, str]]:
    """What unreadable reads would show, as far as it is known: silence is no proof that something is gone.

    Of an object that was deleted, only the deletion is reported: what was declared on it counts as there.
    """
    for read in EVERY_READ:
        deleted = any(PLACES[name] in read.path for name in observation.missing)
        if read.name not in observation.unreadable and not deleted:
            continue
        for family, prefix, others in _parts(read.families):
            known = None if deleted else before.observed.get(family)
            if known is None:
                known = declared.get(family, {})
            for key, value in known.items():
                if key.startswith(prefix) and not any(other and key.startswith(other) for other in others):
                    yield family, key, value


def _parts(families: Sequence[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Family, the prefix of the keys that the read fills, and the prefixes that other reads fill."""
    for text in families:
        family, _, prefix = text.partition(":")
        others = _PREFIXES.get(family, frozenset()) - {prefix} if not prefix else frozenset()
        yield family, prefix, tuple(sorted(others))


def _prefixes() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for read in EVERY_READ:
        for text in read.families:
            family, _, prefix = text.partition(":")
            found[family] = found.get(family, frozenset()) | {prefix}
    return found


_PREFIXES: Final[Mapping[str, frozenset[str]]] = _prefixes()


def find_deviations(observed: Maps, declared: Maps, observation: Observation | None = None) -> list[Finding]:
    """Every entry of the declared families that the program did not declare, or declared and is not there."""
    findings: list[Finding] = []
    for family in DECLARED:
        wanted, found = declared.get(family, {}), observed.get(family, {})
        entries = observation.entries.get(family, {}) if observation else {}
        findings += [
            Finding(family=family, key=key, deviation=Deviation.UNEXPECTED, sentence=sentence, entry=entries.get(key))
            for key, sentence in found.items()
            if key not in wanted
        ]
        findings += [
            Finding(family=family, key=key, deviation=Deviation.MISSING, sentence=sentence, entry=None)
            for key, sentence in wanted.items()
            if key not in found
        ]
    return findings


def pick_declared(properties: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """The program's set out of a resource's properties; an absent family is empty: the world is closed."""
    return pick(properties, DECLARED)


def pick_baseline(properties: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """The state's set out of a resource's properties."""
    return pick(properties, BASELINE)


def pick(properties: Mapping[str, object], names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Families by name, each a map; what is no map counts as empty."""
    picked: dict[str, dict[str, str]] = {}
    for name in names:
        value = properties.get(name)
        picked[name] = {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}
    return picked
