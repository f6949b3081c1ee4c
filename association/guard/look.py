"""One whole look at an association, and a closer one where something is not as expected. It changes nothing.

A clean association costs two round trips. What is not as expected costs one more, for names and for who did it when.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from association.graph.client import GraphClient
from association.graph.shared_readings import SharedReadings, Turn
from association.guard.access_path import Entry, Guarded, Json, Kind, View, Whose
from association.guard.ask import Answers, ask
from association.guard.audit import AuditRecord, audit_query, name_actor, read_audits
from association.guard.compare import Deviation, Expected, Observation, find_deviations, merge
from association.guard.kin import Kin
from association.guard.paths import PATHS
from association.guard.paths.application import certificate_ends
from association.guard.text import read_time

_PAUSES: Final = (1.0, 2.0, 3.0)
"""Seconds between looks while a replica may lag. Microsoft names no bound; seconds are usual."""
_LOOKS_AT_ORPHANS: Final = 2
_AUDIT_QUERIES: Final = 4
"""The service takes 5 in 10 seconds. Source: https://learn.microsoft.com/graph/throttling-limits (checked 2026-11-24)."""
_YOUNG: Final = timedelta(minutes=2)
"""Age under which an application with a temporary name may still be in the middle of being made."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a look showed."""

    observation: Observation
    observed: dict[str, dict[str, str]]
    """The guard's properties."""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What the guards and credentials of one plugin process share."""

    readings: SharedReadings
    kin: Kin


@dataclass(frozen=True, kw_only=True)
class _Closer:
    """What a closer look brought."""

    found: Mapping[str, Json]
    records: Sequence[AuditRecord] = ()
    kin: frozenset[str] = frozenset()


def look(
    graph: GraphClient,
    guarded: Guarded,
    expected: Expected,
    shared: Shared,
    *,
    reader: str = "",
    just_changed: bool = False,
) -> Seen:
    """Look at the association.

    A `reader`, a resource's URN, shares what it sees, and is content with key credentials that another reader just saw. Where we have `just_changed`
    something, a replica may still show how it was before.

    Raises:
        GraphError: Nothing could be read at all.
    """
    answers = _ask_with(graph, guarded, shared.readings, reader) if reader else ask(graph, guarded)
    seen = _compare(answers, guarded, expected, _Closer(found={}))
    for attempt, pause in enumerate(_PAUSES):
        if not _doubtful(seen, answers, expected, attempt, just_changed=just_changed):
            break
        graph.sleep(pause)
        answers = ask(graph, guarded)
        seen = _compare(answers, guarded, expected, _Closer(found={}))
    unknown = [
        (name, entry)
        for name, entries in seen.observation.entries.items()
        for key, entry in entries.items()
        if key in seen.observed[name] and key not in expected.known(name)
    ]
    if not unknown:
        return seen
    holders = [entry.holder for _, entry in unknown if entry.holder]
    kin = shared.kin.prove(graph, holders, made_by=seen.observation.maker or guarded.maker)
    strangers = [(name, entry) for name, entry in unknown if entry.holder not in kin]
    return _compare(answers, guarded, expected, _look_closer(graph, strangers, expected, kin))


def _ask_with(graph: GraphClient, guarded: Guarded, readings: SharedReadings, reader: str) -> Answers:
    with ExitStack() as turns:
        grants = turns.enter_context(readings.turn(guarded.service_principal_object_id, reader))
        keys = Turn(entries=None)
        if guarded.whose is Whose.OWN:
            keys = turns.enter_context(readings.turn(guarded.application_object_id, reader))
        answers = ask(graph, guarded, keys.entries)
        if keys.entries is None and "application" in answers.bodies:
            keys.entries = list(answers.bodies["application"].get("keyCredentials") or ())
        if "appRoles" in answers.bodies:
            grants.entries = list(answers.bodies["appRoles"]["value"])
        return answers


def _compare(answers: Answers, guarded: Guarded, expected: Expected, closer: _Closer) -> Seen:
    missing = frozenset(answers.missing)
    view = View(guarded=guarded, now=expected.now, bodies=answers.bodies, missing=missing, found=closer.found)
    application = answers.bodies.get("application") or {}
    made = application if guarded.whose is Whose.OWN else answers.bodies.get("servicePrincipal") or {}
    lock = application.get("servicePrincipalLockConfiguration") or {}
    observation = Observation(
        entries=_observe(view, closer),
        unreadable=answers.unreadable,
        missing=missing,
        certificate_ends=certificate_ends(application),
        locked=bool(lock.get("isEnabled")),
        maker=str(made.get("createdByAppId") or ""),
    )
    return Seen(observation=observation, observed=merge(observation, expected))


def _observe(view: View, closer: _Closer) -> dict[str, dict[str, Entry]]:
    """Every entry of every access path: keys with their prefix, removals of their source, who did it where it is known."""
    observed: dict[str, dict[str, Entry]] = {}
    for name, path in PATHS.items():
        for source in path.sources if path.is_of(view.guarded.whose) else ():
            there = source.read.name in (view.missing if source.absence else view.bodies)
            body = {} if source.absence else view.bodies.get(source.read.name, {})
            for entry in source.observe(body, view) if there else ():
                if entry.holder and entry.holder in closer.kin:
                    continue
                whole = replace(entry, key=source.prefix + entry.key, id=entry.id or entry.key, removal=source.removal)
                if not path.valued:
                    whole = name_actor(whole, closer.records, deletion=source.absence)
                observed.setdefault(name, {}).setdefault(whole.key, whole)
    return observed


def _doubtful(seen: Seen, answers: Answers, expected: Expected, attempt: int, *, just_changed: bool) -> bool:
    """Whether the answer may come from a replica that lags, or show an application in the middle of being made."""
    first_look = not expected.observed
    if seen.observation.missing and (first_look or just_changed):
        return True
    findings = find_deviations(seen.observed, expected.declared, expected.accepted) if just_changed else ()
    if any(finding.deviation is Deviation.MISSING for finding in findings):
        return True
    orphans = (answers.bodies.get("orphans") or {}).get("value") or ()
    known = seen.observed["orphans"]
    return attempt < _LOOKS_AT_ORPHANS and any(
        one.get("id") in known and expected.now - (read_time(one.get("createdDateTime")) or expected.now) < _YOUNG
        for one in orphans
    )


def _look_closer(
    graph: GraphClient, unknown: Sequence[tuple[str, Entry]], expected: Expected, kin: frozenset[str]
) -> _Closer:
    """Names and audit records for these entries; what cannot be read is left out of the sentences."""
    lookups = sorted({lookup for _, entry in unknown for lookup in entry.lookups})
    accepted_now = not expected.observed
    queries = sorted(
        {
            audit_query(entry.traces[0])
            for name, entry in unknown
            if entry.traces and not (accepted_now and PATHS[name].kind is not Kind.DECLARED)
        }
    )[:_AUDIT_QUERIES]
    paths = [*queries, *lookups]
    answers = graph.batch(paths) if paths else []
    records = read_audits(answer.body for answer in answers[: len(queries)] if answer.error is None)
    found = {
        lookup: answer.body
        for lookup, answer in zip(lookups, answers[len(queries) :], strict=True)
        if answer.error is None and answer.body
    }
    return _Closer(found=found, records=records, kin=kin)
