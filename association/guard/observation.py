"""Owns one look at the association: the questions, the answers, and what could not be answered. It leaves comparing out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from association.errors import GraphError
from association.graph.client import BatchAnswer, GraphClient
from association.guard.entries import Entry, Json, Lookup
from association.guard.observe_application import (
    certificate_ends,
    observe_application,
    observe_deletion,
    observe_federated_credentials,
    observe_orphans,
    observe_policies,
)
from association.guard.observe_service_principal import (
    observe_app_roles,
    observe_custom_security_attributes,
    observe_delegated_grants,
    observe_directory_roles,
    observe_eligible_roles,
    observe_groups,
    observe_scoped_roles,
    observe_service_principal,
)
from association.guard.observe_tenant import (
    observe_conditional_access,
    observe_default_policy,
    observe_exchange_principal,
    observe_exchange_roles,
    observe_other_holders,
)
from association.guard.reads import BETA_READS, PLACES, READS, Read, Subject
from association.guard.text import escape
from association.guard.view import View

EXPANDED_AT_MOST: Final = 20
"""Items that $expand shows; there is no next page.

Source: https://learn.microsoft.com/graph/query-parameters#expand-parameter (checked 2026-11-24)."""

_NOT_FOUND: Final = 404


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What one look showed."""

    entries: Mapping[str, Mapping[str, Entry]]
    """Family to key to entry; a family that could not be read at all is empty."""
    unreadable: Mapping[str, str]
    """Name of the read to what it needs."""
    missing: frozenset[str] = frozenset()
    """`application` and `servicePrincipal` where Graph says that there is none."""
    certificate_ends: Mapping[str, datetime] = field(default_factory=dict)
    """Key in `certificates` to the end of its validity; timezone-aware."""
    locked: bool = False
    """Whether the App Instance Lock is on."""


@dataclass(kw_only=True)
class Answers:
    """Complete answers by name of the read; lists with every page."""

    bodies: dict[str, Json] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    """`application` and `servicePrincipal` where there is none."""
    not_found: dict[str, GraphError] = field(default_factory=dict)
    """Reads of parts of the two that Graph did not find."""


def ask(graph: GraphClient, subject: Subject, keys: list[Json] | None = None) -> Answers:
    """Ask everything: one batch and one beta batch, and one request for each further page.

    Args:
        graph: Signed in.
        subject: What to ask about.
        keys: The application's key credentials where somebody else has just read them; the service limits such readings.

    Raises:
        GraphError: The batch as a whole was refused or not answered.
    """
    if keys is None:
        graph.key_reads.wait()
    answers = Answers()
    batch = graph.batch([read.url(subject, with_keys=keys is None) for read in READS])
    for read, answer in zip(READS, batch, strict=True):
        _keep(graph, read, answer, answers)
    _settle_not_found(answers)
    if "application" in answers.bodies:
        _settle_keys(graph, subject, keys, answers)
    for read, answer in zip(BETA_READS, _ask_beta(graph, subject), strict=True):
        _keep(graph, read, answer, answers)
    return answers


def _ask_beta(graph: GraphClient, subject: Subject) -> list[BatchAnswer]:
    """Nobody promises that the beta version answers: without it the rest still counts."""
    try:
        return graph.batch([read.url(subject) for read in BETA_READS], version="beta")
    except GraphError as error:
        return [BatchAnswer(status=error.status, body=None, error=error) for _ in BETA_READS]


def _keep(graph: GraphClient, read: Read, answer: BatchAnswer, answers: Answers) -> None:
    if answer.error is None:
        try:
            answers.bodies[read.name] = _complete(graph, read, answer.body or {})
        except GraphError as error:
            answers.unreadable[read.name] = explain_refusal(read, error)
    elif answer.status == _NOT_FOUND and read.name in ("application", "servicePrincipal"):
        answers.missing.add(read.name)
    elif answer.status == _NOT_FOUND and any(place in read.path for place in PLACES.values()):
        answers.not_found[read.name] = answer.error
    elif read.families:
        answers.unreadable[read.name] = explain_refusal(read, answer.error)


def _settle_not_found(answers: Answers) -> None:
    """A part of an object that is missing is told with the object; a part that alone is not found was not read."""
    for read in READS:
        error = answers.not_found.get(read.name)
        if error and not any(PLACES[name] in read.path for name in answers.missing):
            answers.unreadable[read.name] = explain_refusal(read, error)


def _settle_keys(graph: GraphClient, subject: Subject, keys: list[Json] | None, answers: Answers) -> None:
    """Without its key bytes a certificate cannot be told from another one: ask for them alone, or count as unreadable."""
    application = answers.bodies["application"]
    found = keys if keys is not None else list(application.get("keyCredentials") or ())
    if _lack_bytes(found):
        graph.key_reads.wait()
        path = f"/applications/{subject.application_object_id}"
        with suppress(GraphError):
            found = list(graph.get(path, query="$select=keyCredentials").get("keyCredentials") or ())
    if _lack_bytes(found):
        del answers.bodies["application"]
        answers.unreadable["application"] = "failed: Microsoft Graph did not show the key bytes; run again"
    else:
        answers.bodies["application"] = {**application, "keyCredentials": found}


def _lack_bytes(keys: Iterable[Json]) -> bool:
    return any(key.get("key") is None and key.get("type") == "AsymmetricX509Cert" for key in keys)


def _complete(graph: GraphClient, read: Read, body: dict[str, Any]) -> Json:
    """The answer with every page, and with every owner where the expanded ones may be cut off."""
    path = read.path.partition("?")[0]
    if "value" in body:
        return {"value": list(graph.rest_of(body, path))}
    if len(body.get("owners") or ()) >= EXPANDED_AT_MOST:
        kind = "applications" if read.name == "application" else "servicePrincipals"
        return {**body, "owners": list(graph.pages(f"/{kind}/{body['id']}/owners"))}
    return body


_PERMISSION_STATUS: Final = frozenset({401, 403})


def explain_refusal(read: Read, error: GraphError) -> str:
    """What is missing: a licence, a permission, or an answer."""
    said = f"{error.status} {escape(error.code)}".strip() if error.status else "no answer"
    text = f"{error.code} {error.message}".lower()
    if read.feature and ("license" in text or "licensed" in text or "premium" in text):
        return f"not licensed: the tenant has no {read.feature}, so there is nothing of this kind to see ({said})"
    if error.status in _PERMISSION_STATUS:
        return f"not permitted: reading it needs {read.permission} ({said})"
    return f"failed: {said}; run again"


def observe(answers: Answers, view: View) -> Observation:
    """Read the answers."""
    entries: dict[str, dict[str, Entry]] = {}
    for entry in _entries(answers.bodies, view):
        entries.setdefault(entry.family, {}).setdefault(entry.key, entry)
    for object_name in sorted(answers.missing):
        entry = observe_deletion(object_name, view)
        entries.setdefault(entry.family, {})[entry.key] = entry
        if object_name == "application":
            break  # its service principal goes with it
    lock = (answers.bodies.get("application") or {}).get("servicePrincipalLockConfiguration") or {}
    return Observation(
        entries=entries,
        unreadable=dict(answers.unreadable),
        missing=frozenset(answers.missing),
        certificate_ends=certificate_ends(answers.bodies.get("application") or {}),
        locked=bool(lock.get("isEnabled")),
    )


def view_of(answers: Answers, subject: Subject, now: datetime, found: Mapping[Lookup, Json] | None = None) -> View:
    """The view for these answers."""
    roles = (answers.bodies.get("exchangeRoleNames") or {}).get("value") or ()
    return View(
        subject=subject,
        now=now,
        exchange=answers.bodies.get("exchangePrincipal") or {},
        exchange_roles={str(role.get("id")): str(role.get("displayName")) for role in roles},
        found=found or {},
    )


def _entries(bodies: Mapping[str, Json], view: View) -> Iterator[Entry]:
    for name, observer in _OBSERVERS.items():
        if name in bodies:
            yield from observer(bodies[name], view)
    if "orphans" in bodies and view.subject.stack_tag:
        own_name = str((bodies.get("application") or {}).get("displayName") or "")
        yield from observe_orphans(bodies["orphans"]["value"], view, own_name)


def _listed(observer: Callable[[Iterable[Json], View], Iterator[Entry]]) -> "_Observer":
    return lambda body, view: observer(body.get("value") or (), view)


def _policies(kind: str, collection: str) -> "_Observer":
    def observer(body: Json, view: View) -> Iterator[Entry]:
        applications = collection == "applications"
        object_id = view.subject.application_object_id if applications else view.subject.service_principal_object_id
        return observe_policies(body.get("value") or (), kind, f"/{collection}/{object_id}")

    return observer


def _scoped(scope: str) -> "_Observer":
    return lambda body, view: observe_scoped_roles(body.get("value") or (), scope, view)


_Observer = Callable[[Json, View], Iterator[Entry]]
_OBSERVERS: Final[Mapping[str, _Observer]] = {
    "application": observe_application,
    "federatedCredentials": _listed(observe_federated_credentials),
    "appManagementPolicies": _policies("appManagementPolicy", "applications"),
    "servicePrincipal": observe_service_principal,
    "customSecurityAttributes": observe_custom_security_attributes,
    "appRoles": _listed(observe_app_roles),
    "delegatedGrants": _listed(observe_delegated_grants),
    "groups": _listed(observe_groups),
    "claimsMappingPolicies": _policies("claimsMappingPolicy", "servicePrincipals"),
    "tokenLifetimePolicies": _policies("tokenLifetimePolicy", "servicePrincipals"),
    "tokenIssuancePolicies": _policies("tokenIssuancePolicy", "servicePrincipals"),
    "directoryRoles": _listed(observe_directory_roles),
    "eligibleDirectoryRoles": _listed(observe_eligible_roles),
    "scopedRoles.application": _scoped("application"),
    "scopedRoles.servicePrincipal": _scoped("servicePrincipal"),
    "exchangePrincipal": observe_exchange_principal,
    "otherHolders": _listed(observe_other_holders),
    "defaultAppManagementPolicy": observe_default_policy,
    "conditionalAccess": _listed(observe_conditional_access),
    "exchangeRoles": _listed(observe_exchange_roles),
}
