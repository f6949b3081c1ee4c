"""Owns one whole inspection: look, and look closer where something is not as declared. It judges and changes nothing.

A clean association costs two round trips. What is not as declared costs one more, for names and for who did it when.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from association.graph.client import GraphClient
from association.graph.shared_readings import SharedReadings
from association.guard.audit import Audits, audit_query, name_actor
from association.guard.comparison import Before, Deviation, Exemption, find_deviations, merge
from association.guard.entries import Entry, Json, Lookup
from association.guard.families import FAMILIES, Kind, Maps
from association.guard.observation import Answers, Observation, ask, observe, view_of
from association.guard.observe_application import lock_is_off
from association.guard.reads import Subject
from association.guard.text import read_time

_PAUSES: Final = (1.0, 2.0, 3.0)
"""Seconds between looks while a replica may lag. Microsoft names no bound; seconds are usual."""
_LOOKS_AT_ORPHANS: Final = 2
_AUDIT_QUERIES: Final = 4
"""The service takes 5 in 10 seconds. Source: https://learn.microsoft.com/graph/throttling-limits (checked 2026-11-24)."""
_YOUNG: Final = timedelta(minutes=2)
"""Age under which an application with a temporary name may still be in the middle of being made."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to inspect, and what is known about it."""

    subject: Subject
    declared: Maps
    before: Before
    exemptions: Sequence[Exemption] = ()
    now: datetime
    """Timezone-aware."""
    just_changed: bool = False
    """Whether a replica may still show how it was before a change of ours."""


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was seen."""

    observation: Observation
    observed: dict[str, dict[str, str]]
    """The guard's properties: family to key to sentence."""


def inspect(graph: GraphClient, order: Order, readings: SharedReadings | None = None, reader: str = "") -> Inspection:
    """Look at the association.

    Args:
        graph: Signed in.
        order: What to look at, and what is known.
        readings: Key credentials that others of the same refresh read; None to read them in any case.
        reader: Who looks; a resource's URN.

    Raises:
        GraphError: Nothing could be read at all.
    """
    answers = _ask_with(graph, order, readings, reader) if readings else ask(graph, order.subject)
    inspection = _compare(answers, order, {}, Audits())
    for attempt, pause in enumerate(_PAUSES):
        if not _doubtful(inspection, answers, order, attempt):
            break
        graph.sleep(pause)
        answers = ask(graph, order.subject)
        inspection = _compare(answers, order, {}, Audits())
    unknown = list(_unknown(inspection, order))
    if not unknown:
        return inspection
    found, audits = _look_closer(graph, unknown, order)
    return _compare(answers, order, found, audits)


def _ask_with(graph: GraphClient, order: Order, readings: SharedReadings, reader: str) -> Answers:
    with readings.turn(order.subject.application_object_id, reader) as turn:
        answers = ask(graph, order.subject, turn.entries)
        if turn.entries is None and "application" in answers.bodies:
            turn.entries = list(answers.bodies["application"].get("keyCredentials") or ())
        return answers


def _compare(answers: Answers, order: Order, found: Mapping[Lookup, Json], audits: Audits) -> Inspection:
    observation = observe(answers, view_of(answers, order.subject, order.now, found))
    observation = _remember_lock(observation, order)
    if audits:
        observation = replace(
            observation,
            entries={
                family: {key: name_actor(entry, audits) for key, entry in entries.items()}
                if not FAMILIES[family].fixed
                else entries
                for family, entries in observation.entries.items()
            },
        )
    observed = merge(observation, order.declared, order.before, order.exemptions, order.now.astimezone(UTC).date())
    return Inspection(observation=observation, observed=observed)


def _remember_lock(observation: Observation, order: Order) -> Observation:
    """A lock that was on once and is not there any more was switched off, however Graph shows that."""
    switches = observation.entries.get("switches", {})
    silent = "application" in observation.unreadable or "application" in observation.missing
    if not order.before.locked or observation.locked or silent or "instanceLock" in switches:
        return observation
    entry = lock_is_off(order.subject.application_object_id)
    return replace(observation, entries={**observation.entries, "switches": {**switches, entry.key: entry}})


def _doubtful(inspection: Inspection, answers: Answers, order: Order, attempt: int) -> bool:
    """Whether the answer may come from a replica that lags, or show an application in the middle of being made."""
    first_look = not order.before.observed
    if inspection.observation.missing and (first_look or order.just_changed):
        return True
    findings = find_deviations(inspection.observed, order.declared) if order.just_changed else ()
    if any(finding.deviation is Deviation.MISSING for finding in findings):
        return True
    orphans = (answers.bodies.get("orphans") or {}).get("value") or ()
    known = inspection.observed["orphans"]
    return attempt < _LOOKS_AT_ORPHANS and any(
        one.get("id") in known and order.now - (read_time(one.get("createdDateTime")) or order.now) < _YOUNG
        for one in orphans
    )


def _unknown(inspection: Inspection, order: Order) -> Iterator[Entry]:
    """Entries that neither the program nor the state knows."""
    for name, entries in inspection.observation.entries.items():
        known = order.declared if FAMILIES[name].kind is Kind.DECLARED else order.before.observed
        yield from (
            entry
            for key, entry in entries.items()
            if key in inspection.observed[name] and key not in known.get(name, {})
        )


def _look_closer(graph: GraphClient, unknown: Sequence[Entry], order: Order) -> tuple[Mapping[Lookup, Json], Audits]:
    """Names and audit records for these entries; what cannot be read is left out of the sentences."""
    lookups = sorted({lookup for entry in unknown for lookup in entry.lookups}, key=lambda lookup: lookup.path)
    first_look = not order.before.observed
    queries = sorted(
        {
            audit_query(entry.traces[0])
            for entry in unknown
            if entry.traces and not (first_look and FAMILIES[entry.family].kind is Kind.BASELINE)
        }
    )[:_AUDIT_QUERIES]
    paths = [*queries, *(lookup.path for lookup in lookups)]
    answers = graph.batch(paths) if paths else []
    audits = Audits.of([answer.body for answer in answers[: len(queries)] if answer.error is None])
    found = {
        lookup: answer.body
        for lookup, answer in zip(lookups, answers[len(queries) :], strict=True)
        if answer.error is None and answer.body
    }
    return found, audits
