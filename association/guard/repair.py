"""Takes away what was not declared: in which order, what is left alone, and what to say.

What could undo the repair goes first (whoever can administer the application), then credentials, then what they reach;
the application is let in again last. Whoever could not be read is never touched, nor is anything outside the association.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from association.errors import AssociationError, GraphError
from association.graph.client import GraphClient
from association.graph.delegated_grants import DelegatedGrants, read_grant
from association.graph.key_store import KeyStore
from association.guard.access_path import Entry, Guarded, Rank, Removal, Whose
from association.guard.compare import Deviation, Expected, Finding, Observation
from association.guard.paths import PATHS

_BAD_REQUEST, _NOT_FOUND = 400, 404


@dataclass(frozen=True, kw_only=True)
class Step:
    """One finding to be taken away."""

    finding: Finding
    entry: Entry
    removal: Removal


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What will be done, in order, and what is left to people."""

    steps: tuple[Step, ...]
    left: tuple[tuple[Finding, str], ...]
    """Findings that stay, with the reason or what a person has to do."""


def plan_repair(findings: Iterable[Finding], guarded: Guarded, *, observation: Observation, expected: Expected) -> Plan:
    """Decide what to remove: nothing but what the state showed, and so what a preview showed (`expected`)."""
    steps: list[Step] = []
    left: list[tuple[Finding, str]] = []
    working = guarded.whose is Whose.VENDOR or _has_working_credential(observation, expected)
    for finding in findings:
        path, entry = PATHS[finding.name], finding.entry
        if finding.deviation is Deviation.MISSING:
            continue
        if entry is None:
            left.append((finding, "it could not be read again, so it was not touched"))
        elif path.rank is None or entry.removal is None:
            left.append((finding, guarded.fill(path.advice, id=finding.key)))
        elif finding.key not in expected.observed.get(finding.name, {}):
            left.append((finding, "it was not there at the preview: run `pulumi up --refresh` again"))
        elif path.rank is Rank.CREDENTIALS and not working:
            left.append((finding, "no declared certificate would be left that works: deploy one first"))
        else:
            steps.append(Step(finding=finding, entry=entry, removal=entry.removal))
    return Plan(steps=tuple(_in_order(steps, observation)), left=tuple(left))


def _in_order(steps: Sequence[Step], observation: Observation) -> list[Step]:
    """By rank, by place in the table, and as observed."""
    names = list(PATHS)

    def place(step: Step) -> tuple[int, int, int]:
        name = step.finding.name
        return PATHS[name].rank or 0, names.index(name), list(observation.entries[name]).index(step.entry.key)

    return sorted(steps, key=place)


def _has_working_credential(observation: Observation, expected: Expected) -> bool:
    """Whether a declared certificate is there that has not ended."""
    present = set(observation.entries.get("certificates", {})) & set(expected.declared.get("certificates", {}))
    ended = {key for key, moment in observation.certificate_ends.items() if moment <= expected.now}
    return bool(present - ended)


class RepairStoppedError(AssociationError):
    """A write was refused; nothing after it was tried."""


def carry_out(steps: Sequence[Step], guarded: Guarded, graph: GraphClient, keys: KeyStore) -> None:
    """Take everything away, in order.

    Raises:
        RepairStoppedError: With what was done and what was not.
    """
    for index, step in enumerate(steps):
        try:
            _remove(step, guarded, graph, keys)
        except GraphError as error:
            done = ", ".join(one.finding.path for one in steps[:index]) or "nothing"
            rest = ", ".join(one.finding.path for one in steps[index:])
            raise RepairStoppedError(
                f"{step.finding.path} could not be removed: {error.message}. Removed before: {done}. Still there: {rest}.",
                hint=error.hint,
            ) from error


def _remove(step: Step, guarded: Guarded, graph: GraphClient, keys: KeyStore) -> None:
    path, body = guarded.fill(step.removal.path, id=step.entry.id), step.entry.body or {}
    try:
        match step.removal.method:
            case "DELETE":
                graph.delete(path)
            case "POST" if "keyId" in body:
                _remove_password(path, body, graph)
            case "POST":
                graph.post(path, body)
            case "PATCH":
                graph.patch(path, body)
            case "SCOPE":
                DelegatedGrants(graph).remove(read_grant(body), body["scope"].split())
            case _ if step.finding.name == "certificates":
                keys.remove(guarded.application_object_id, step.entry.id)
            case _:
                _cut(path, step.removal.cut, step.entry.id, graph)
    except GraphError as error:
        if error.status != _NOT_FOUND:
            raise  # gone already is as good as taken away


def _remove_password(path: str, body: Mapping[str, Any], graph: GraphClient) -> None:
    """Graph answers 400, not 404, where the secret is gone: whether it is, the object says."""
    try:
        graph.post(path, body)
    except GraphError as error:
        holder = graph.get(path.rpartition("/")[0]) if error.status == _BAD_REQUEST else None
        if holder is None or any(
            str(one.get("keyId")).lower() == body["keyId"].lower() for one in holder.get("passwordCredentials") or ()
        ):
            raise


def _cut(path: str, place: tuple[str, ...], entry_id: str, graph: GraphClient) -> None:
    """Graph replaces the whole list and has no ETag: read it right before, keep everything else exactly as read."""
    *names, told_apart_by = place
    unsent = {"key": None} if names == ["keyCredentials"] else {}  # its bytes stay where none are sent
    with graph.one_writer(path.rpartition("/")[2]):
        items: Any = graph.get(path)
        for name in names:
            items = items.get(name) or {}
        kept: Any = [item | unsent for item in items if str(item.get(told_apart_by)).lower() != entry_id]
        for name in reversed(names):
            kept = {name: kept}
        graph.patch(path, kept)
