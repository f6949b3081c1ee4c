"""Owns taking away what was not declared: in which order, what is left alone, and what to say. It decides no mode.

What could undo the repair goes first (whoever can administer the application), then credentials, then what they reach;
the application is let in again last. Whoever could not be read is never touched, nor is anything outside the association.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from association.errors import AssociationError, GraphError
from association.graph.client import GraphClient
from association.graph.key_store import KeyStore
from association.guard.comparison import Deviation, Finding
from association.guard.entries import KeyRemoval, PreAuthorizationRemoval, Removal
from association.guard.families import Maps
from association.guard.observation import Observation

_NOT_FOUND: Final = 404
_CREDENTIALS: Final = (
    "federatedCredentials",
    "secrets",
    "certificates",
    "servicePrincipalSecrets",
    "servicePrincipalCertificates",
)
_ORDER: Final = (
    "directoryRoles",
    "groups",
    "owners",
    "servicePrincipalOwners",
    *_CREDENTIALS,
    "appRoles",
    "delegatedGrants",
    "preAuthorizedApplications",
    "policies",
    "customSecurityAttributes",
    "switches",
)
_LAST_SWITCHES: Final = ("instanceLock", "isDisabled")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One finding to be taken away."""

    finding: Finding
    removal: Removal


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What will be done, in order, and what is left to people."""

    steps: tuple[Step, ...]
    left: tuple[tuple[Finding, str], ...]
    """Findings that stay, with the reason or what a person has to do."""


def plan_repair(
    findings: Iterable[Finding], *, announced: Maps, observation: Observation, declared: Maps, now: datetime
) -> Plan:
    """Decide what to take away.

    Args:
        findings: As observed just now.
        announced: What the state showed, and so what a preview showed: nothing else is taken away.
        observation: What the findings were found in.
        declared: The program's set.
        now: Timezone-aware.
    """
    steps: list[Step] = []
    left: list[tuple[Finding, str]] = []
    working = _has_working_credential(observation, declared, now)
    for finding in findings:
        if finding.deviation is Deviation.MISSING:
            continue
        removal = finding.entry.removal if finding.entry else None
        if finding.entry is None:
            left.append((finding, "it could not be read again, so it was not touched"))
        elif removal is None:
            left.append((finding, finding.entry.person))
        elif finding.key not in announced.get(finding.family, {}):
            left.append((finding, "it was not there at the preview: run `pulumi up --refresh` again"))
        elif finding.family in _CREDENTIALS and not working:
            left.append((finding, "no declared certificate would be left that works: deploy one first"))
        else:
            steps.append(Step(finding=finding, removal=removal))
    return Plan(steps=tuple(sorted(steps, key=_rank)), left=tuple(left))


def _rank(step: Step) -> tuple[int, int, str]:
    switch = _LAST_SWITCHES.index(step.finding.key) + 1 if step.finding.key in _LAST_SWITCHES else 0
    return _ORDER.index(step.finding.family), switch, step.finding.key


def _has_working_credential(observation: Observation, declared: Maps, now: datetime) -> bool:
    """Whether a declared certificate is there that has not ended."""
    present = set(observation.entries.get("certificates", {})) & set(declared.get("certificates", {}))
    ended = {key for key, moment in observation.certificate_ends.items() if moment <= now}
    return bool(present - ended)


class RepairStoppedError(AssociationError):
    """A write was refused; nothing after it was tried."""


def carry_out(steps: Sequence[Step], graph: GraphClient, keys: KeyStore) -> None:
    """Take everything away, in order.

    Raises:
        RepairStoppedError: With what was done and what was not.
    """
    for index, step in enumerate(steps):
        try:
            _remove(step.removal, graph, keys)
        except GraphError as error:
            done = ", ".join(one.finding.path for one in steps[:index]) or "nothing"
            rest = ", ".join(one.finding.path for one in steps[index:])
            raise RepairStoppedError(
                f"{step.finding.path} could not be taken away: {error.message}. Taken away before: {done}. Still there: {rest}.",
                hint=error.hint,
            ) from error


def _remove(removal: Removal, graph: GraphClient, keys: KeyStore) -> None:
    if isinstance(removal, KeyRemoval):
        collection, object_id = removal.path.strip("/").split("/")
        if collection == "applications":
            keys.remove(object_id, removal.key_id)
        else:
            _remove_service_principal_key(removal, object_id, graph)
        return
    if isinstance(removal, PreAuthorizationRemoval):
        _remove_pre_authorization(removal, graph)
        return
    try:
        match removal.method:
            case "DELETE":
                graph.delete(removal.path)
            case "POST":
                graph.post(removal.path, removal.body or {})
            case _:
                graph.patch(removal.path, removal.body or {})
    except GraphError as error:
        if error.status != _NOT_FOUND:
            raise  # gone already is as good as taken away


def _remove_service_principal_key(removal: KeyRemoval, object_id: str, graph: GraphClient) -> None:
    """Graph replaces the whole list and has no ETag: read it right before, keep everything else exactly as read."""
    with graph.writer(object_id):
        entries = graph.get(removal.path).get("keyCredentials") or ()
        kept = [{**entry, "key": None} for entry in entries if str(entry.get("keyId")).lower() != removal.key_id]
        graph.patch(removal.path, {"keyCredentials": kept})


def _remove_pre_authorization(removal: PreAuthorizationRemoval, graph: GraphClient) -> None:
    with graph.writer(removal.path.rpartition("/")[2]):
        clients = graph.get(removal.path, query="$select=api")["api"].get("preAuthorizedApplications") or ()
        kept = [client for client in clients if str(client.get("appId")).lower() != removal.client_id]
        graph.patch(removal.path, {"api": {"preAuthorizedApplications": kept}})
