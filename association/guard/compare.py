"""Compares what is declared, what is accepted, and what is there. It asks nobody.

An entry that is declared and present reads exactly as declared, so that an untouched association shows no difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from association.guard.access_path import Entry, Kind, Maps
from association.guard.exceptions import FindingException
from association.guard.paths import PATHS
from association.guard.text import plain, property_path


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What one look showed."""

    entries: Mapping[str, Mapping[str, Entry]]
    """Access path to key to entry, in the order of a repair; absent where nothing was seen."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Name of the read to what it needs."""
    missing: frozenset[str] = frozenset()
    """`application` and `servicePrincipal` where Graph says that there is none."""
    certificate_ends: Mapping[str, datetime] = field(default_factory=dict)
    """Key in `certificates` to the end of its validity; timezone-aware."""
    locked: bool = False
    """Whether the App Instance Lock is on."""
    maker: str = ""
    """`createdByAppId` of the application, or of the vendor's service principal; empty where it was not read."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What program and state know."""

    declared: Maps
    """The program's closed lists."""
    accepted: Maps = field(default_factory=dict)
    """What the state accepts of the access paths that no program lists."""
    observed: Maps = field(default_factory=dict)
    """Everything as last observed; empty for a new guard."""
    exceptions: tuple[FindingException, ...] = ()
    now: datetime
    """Timezone-aware."""

    def known(self, name: str) -> Mapping[str, str]:
        """What is no news."""
        kinds = {Kind.DECLARED: self.declared, Kind.PINNED: self.accepted, Kind.BASELINE: self.observed}
        return kinds[PATHS[name].kind].get(name, {})


class Deviation(StrEnum):
    """How an entry differs from what is expected."""

    UNEXPECTED = "unexpected"
    MISSING = "missing"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One entry that should not be so."""

    name: str
    """Of the access path."""
    key: str
    deviation: Deviation
    sentence: str
    """As observed; as declared or accepted where it is missing."""
    entry: Entry | None = None
    """As observed; None when it is missing, or when only the state still shows it."""

    @property
    def path(self) -> str:
        """As the engine names it."""
        return property_path(self.name, self.key)

    @property
    def text(self) -> str:
        """Its value in a report."""
        gone = "declared and not there" if PATHS[self.name].kind is Kind.DECLARED else "no longer there"
        return f"{gone}: {self.sentence}" if self.deviation is Deviation.MISSING else self.sentence

    def __str__(self) -> str:
        """One line of a report."""
        return f"{self.path}: {self.text}"


def merge(observation: Observation, expected: Expected) -> dict[str, dict[str, str]]:
    """The guard's properties as observed; what an exception covers reads as if nothing had happened."""
    today = expected.now.astimezone(UTC).date()
    excepted = {(one.name, one.key) for one in expected.exceptions if one.holds(today)}
    result: dict[str, dict[str, str]] = {}
    for name, path in PATHS.items():
        known = expected.known(name)
        result[name] = {
            key: known[key] if key in known and not path.valued else entry.sentence
            for key, entry in observation.entries.get(name, {}).items()
            if (name, key) not in excepted or key in expected.declared.get(name, {})
        }
    for name, key, value in _carried_over(observation, expected):
        result[name].setdefault(key, value)
    for name, key in excepted:
        if PATHS[name].kind is Kind.PINNED and key in expected.accepted.get(name, {}):
            result[name][key] = expected.accepted[name][key]
    result["unreadable"] = {
        name: reason for name, reason in observation.unreadable.items() if ("unreadable", name) not in excepted
    }
    result["expiredExceptions"] = {
        one.path: f"accepted until {one.until} because {plain(one.reason)}: remove it from the configuration, or renew it"
        for one in expected.exceptions
        if not one.holds(today)
    }
    return {name: dict(sorted(entries.items())) for name, entries in result.items()}


def _carried_over(observation: Observation, expected: Expected) -> Iterator[tuple[str, str, str]]:
    """What unreadable reads would show, as far as it is known: silence is no proof that something is gone.

    Of an object that was deleted, only the deletion is reported: what was declared on it counts as there.
    """
    for name, path in PATHS.items():
        declared = expected.declared.get(name, {})
        for source in path.sources:
            deleted = source.read.about in observation.missing
            if source.read.name not in observation.unreadable and not deleted:
                continue
            as_declared = deleted and path.kind is Kind.DECLARED
            known = declared if as_declared else expected.observed.get(name, declared)
            yield from ((name, key, value) for key, value in known.items() if path.source_of(key) is source)


def still_accepted(accepted: Maps, observed: Maps) -> dict[str, Mapping[str, str]]:
    """What stays accepted: a holder or credential that was gone at the last look is a new one when it comes back."""
    return {
        name: entries
        if PATHS[name].valued
        else {key: text for key, text in entries.items() if key in observed.get(name, {})}
        for name, entries in accepted.items()
    }


def find_deviations(
    observed: Maps, declared: Maps, accepted: Maps, observation: Observation | None = None
) -> list[Finding]:
    """Every entry that the program did not declare or the guard's creation did not accept, and every one that is lost.

    A holder or credential that was accepted and is gone is good news, and no deviation; a lost or changed value is one.
    """
    findings: list[Finding] = []
    for name, path in PATHS.items():
        if path.kind is Kind.BASELINE:
            continue
        pinned = path.kind is Kind.PINNED
        wanted, found = (accepted if pinned else declared).get(name, {}), observed.get(name, {})
        entries = observation.entries.get(name, {}) if observation else {}
        for key, sentence in found.items():
            if key not in wanted or (pinned and path.valued and wanted[key] != sentence):
                how = Deviation.CHANGED if key in wanted else Deviation.UNEXPECTED
                findings.append(Finding(name=name, key=key, deviation=how, sentence=sentence, entry=entries.get(key)))
        findings += [
            Finding(name=name, key=key, deviation=Deviation.MISSING, sentence=sentence)
            for key, sentence in wanted.items()
            if key not in found and (path.valued or not pinned)
        ]
    return findings


def pick(properties: Mapping[str, object], names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Access paths by name, each a map; what is absent or no map counts as empty."""
    picked: dict[str, dict[str, str]] = {}
    for name in names:
        value = properties.get(name)
        picked[name] = {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}
    return picked
