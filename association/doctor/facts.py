"""What the tenant says, in two round trips: everything that needs no other answer, and what stands behind what was found."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote as percent_encode

from association.certificates import Certificate
from association.doctor.configuration import Configuration, ConsentConfiguration, Declared
from association.graph.client import BatchAnswer, GraphClient, Json
from association.graph.deployer import Deployer
from association.graph.key_credentials import parse_key_credentials
from association.guard.access_path import Guarded, Read
from association.guard.paths import READS
from association.guard.paths.tenant import TEMPORARY_NAME
from association.guard.text import read_time
from association.restore import belongs_to
from association.text import format_time

LICENSED: Final[tuple[Read, ...]] = tuple(read for read in READS if read.licence)
"""Reads that need a licence."""
PAGES_AT_MOST: Final = 5
"""Pages of 999 applications that are looked through for the certificates."""
CONFIRMED_AT_MOST: Final = 10
"""Applications whose key bytes are read."""
DELETED_PRINCIPALS: Final = "/directory/deletedItems/microsoft.graph.servicePrincipal"
DELETED: Final = "/directory/deletedItems/microsoft.graph.application"
POLICY: Final = "/policies/defaultAppManagementPolicy"
_SHOWN: Final = "$select=id,appId,displayName,createdDateTime,tags,notes"
_NOWHERE: Final = "00000000-0000-0000-0000-000000000000"


@dataclass(kw_only=True)
class SharedFacts:
    """Answers by what they are about; each may be a refusal."""

    apis: Mapping[str, BatchAnswer]
    """By client ID."""
    licensed: Mapping[str, BatchAnswer]
    """By name of the read."""
    owners: Mapping[str, tuple[BatchAnswer, BatchAnswer]]
    """Declared owners other than the deployer: as service principal, as user."""
    own_roles: BatchAnswer | None = None
    """App roles that the stack's service principal holds."""


@dataclass(kw_only=True)
class Facts(SharedFacts):
    """About an application of one's own."""

    domains: BatchAnswer
    policy: BatchAnswer
    same_name: BatchAnswer
    temporary: BatchAnswer
    """Applications that an interrupted run left behind, of any stack."""
    deleted: BatchAnswer
    keys: BatchAnswer
    """Applications with their key credentials, without the bytes."""
    keys_cut: bool = False
    """Whether there were more applications than were looked through."""
    own: Json | None = None
    """The stack's application, as it was found by name and tag."""
    own_owners: BatchAnswer | None = None
    own_principal: BatchAnswer | None = None
    """With owners."""
    own_policies: BatchAnswer | None = None
    """App management policies that are assigned to it."""
    holders: dict[str, list[Json]] = field(default_factory=dict)
    """Thumbprint of a declared certificate to the applications that have it."""


def items_of(answer: BatchAnswer | None) -> Sequence[Json]:
    """The items of a list; none where it was refused."""
    return list((answer.body or {}).get("value") or ()) if answer is not None and answer.error is None else []


@dataclass(kw_only=True)
class ConsentFacts(SharedFacts):
    """About a vendor's application."""

    principal: BatchAnswer | None
    """Its service principal; None where the client ID is not known."""
    deleted: BatchAnswer
    """Deleted service principals, whosever they were."""
    own_grants: BatchAnswer | None = None
    """Delegated grants that it holds."""

    @property
    def is_missing(self) -> bool:
        """Whether `up` makes its service principal, or may have to, as nobody could look."""
        return self.principal is None or self.principal.error is not None


def read_facts(graph: GraphClient, declared: Configuration, deployer: Deployer) -> Facts:
    """Ask everything.

    Raises:
        GraphError: A batch as a whole was refused or not answered.
    """
    name = percent_encode(f"displayName eq '{declared.display_name}'", safe="$=&(),'")
    temporary = percent_encode(f"startswith(displayName,'{TEMPORARY_NAME}')", safe="$=&(),'")
    paths = [
        "/domains",
        POLICY,
        f"/applications?$filter={name}&{_SHOWN}",
        f"/applications?$filter={temporary}&{_SHOWN}",
        f"{DELETED}?$select=id,appId,displayName,deletedDateTime,tags",
        "/applications?$select=id,appId,displayName,keyCredentials&$top=999",
        *_shared_paths(declared, deployer),
    ]
    graph.key_reads.wait()
    answers = iter(graph.batch(paths))
    domains, policy, same_name, left, deleted, keys = (next(answers) for _ in range(6))
    facts = Facts(
        domains=domains,
        policy=policy,
        same_name=same_name,
        temporary=left,
        deleted=_whole(graph, deleted, DELETED),
        keys=keys,
        **_shared_answers(declared, deployer, answers),
    )
    facts.own = next((one for one in items_of(same_name) if belongs_to(one, declared.path)), None)
    _look_behind(graph, declared, facts)
    return facts


def read_consent_facts(graph: GraphClient, declared: ConsentConfiguration, deployer: Deployer) -> ConsentFacts:
    """Ask everything about a vendor's application.

    Raises:
        GraphError: A batch as a whole was refused or not answered.
    """
    shown = "$select=id,appId,displayName,accountEnabled,appOwnerOrganizationId,tags,verifiedPublisher"
    principal = f"/servicePrincipals(appId='{declared.client_id}')"
    paths = [
        *([f"{principal}?{shown}"] if declared.client_id else []),
        f"{DELETED_PRINCIPALS}?$select=id,appId,displayName,deletedDateTime",
        *_shared_paths(declared, deployer),
    ]
    answers = iter(graph.batch(paths))
    facts = ConsentFacts(
        principal=next(answers) if declared.client_id else None,
        deleted=_whole(graph, next(answers), DELETED_PRINCIPALS),
        **_shared_answers(declared, deployer, answers),
    )
    if facts.principal and facts.principal.error is None:
        facts.own_roles, facts.own_grants = graph.batch(
            [f"{principal}/appRoleAssignments", f"{principal}/oauth2PermissionGrants"]
        )
    return facts


def _shared_paths(declared: Declared, deployer: Deployer) -> Iterator[str]:
    probe = Guarded(application_object_id=_NOWHERE, service_principal_object_id=deployer.object_id)
    shown = "$select=id,appId,displayName,accountEnabled,appOwnerOrganizationId,appRoles,oauth2PermissionScopes"
    yield from (f"/servicePrincipals(appId='{client_id}')?{shown}" for client_id in declared.apis)
    yield from (read.url(probe) for read in LICENSED)
    yield from (
        f"/{kind}/{owner}?$select=id"
        for owner in _others(declared, deployer)
        for kind in ("servicePrincipals", "users")
    )


def _shared_answers(declared: Declared, deployer: Deployer, answers: Iterator[BatchAnswer]) -> dict[str, Any]:
    return {
        "apis": {client_id: next(answers) for client_id in declared.apis},
        "licensed": {read.name: next(answers) for read in LICENSED},
        "owners": {owner: (next(answers), next(answers)) for owner in _others(declared, deployer)},
    }


def _others(declared: Declared, deployer: Deployer) -> list[str]:
    return [owner for owner in declared.owners if owner != deployer.object_id]


def _whole(graph: GraphClient, answer: BatchAnswer, path: str) -> BatchAnswer:
    if answer.error or not (answer.body or {}).get("@odata.nextLink"):
        return answer
    return BatchAnswer(status=answer.status, body={"value": list(graph.rest_of(answer.body, path))}, error=None)


def _look_behind(graph: GraphClient, declared: Configuration, facts: Facts) -> None:
    """What the first answers lead to: the stack's own application, and the bytes of keys that look like a declared one."""
    candidates = list(_candidates(graph, declared, facts))[:CONFIRMED_AT_MOST]
    paths = [f"/applications/{one['id']}?$select=id,keyCredentials" for one in candidates]
    if facts.own:
        principal = f"/servicePrincipals(appId='{facts.own['appId']}')"
        paths += [
            f"/applications/{facts.own['id']}/owners",
            f"{principal}?$expand=owners",
            f"{principal}/appRoleAssignments",
            f"/applications/{facts.own['id']}/appManagementPolicies",
        ]
    if not paths:
        return
    for _ in candidates:
        graph.key_reads.wait()
    answers = graph.batch(paths)
    if facts.own:
        facts.own_owners, facts.own_principal, facts.own_roles, facts.own_policies = answers[len(candidates) :]
    wanted = {certificate.der: certificate.thumbprint for certificate in declared.certificates}
    for application, answer in zip(candidates, answers, strict=False):
        for key in parse_key_credentials(answer.body or {}, "/applications"):
            if key.key in wanted:
                facts.holders.setdefault(wanted[key.key], []).append(application)


def _candidates(graph: GraphClient, declared: Configuration, facts: Facts) -> Iterator[Json]:
    """Applications with a key credential that can be a declared certificate, by thumbprint or by both dates."""
    page = facts.keys.body or {} if facts.keys.error is None else {}
    for number in range(PAGES_AT_MOST):
        for application in page.get("value") or ():
            if any(
                _resembles(key, one) for key in application.get("keyCredentials") or () for one in declared.certificates
            ):
                yield application
        if not (link := page.get("@odata.nextLink")):
            return
        if number == PAGES_AT_MOST - 1:
            facts.keys_cut = True
            return
        page = graph.next_page(link, "/applications")


def _resembles(key: Mapping[str, Any], certificate: Certificate) -> bool:
    said = str(key.get("customKeyIdentifier") or "")
    if certificate.thumbprint in {said.upper(), _hex(said)}:
        return True
    dates = [read_time(key.get(name)) for name in ("startDateTime", "endDateTime")]
    return [format_time(date) for date in dates if date] == [
        format_time(certificate.not_before),
        format_time(certificate.not_after),
    ]


def _hex(text: str) -> str:
    """Bytes that Graph writes as base64, as upper-case hex; empty where it is not base64."""
    try:
        return base64.b64decode(text, validate=True).hex().upper()
    except (binascii.Error, ValueError):
        return ""
