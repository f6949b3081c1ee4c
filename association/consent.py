"""What it takes to adopt what somebody accepted on a vendor's consent page: whose application it is, and what it was granted.

The import file names the service principal alone: grants that are declared are taken over by `pulumi up`. Nothing here changes the tenant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from association.adoption import find_permissions, named
from association.contract import CONSENTED_APPLICATION, CONSENTED_PRINCIPAL, EVERYONE, MICROSOFT_TENANTS
from association.errors import AssociationError
from association.graph.client import BatchAnswer, GraphClient, Json
from association.permissions import Guid, Permission
from association.text import escape


@dataclass(frozen=True, kw_only=True)
class GivenByHand:
    """A vendor's application as the tenant has it. Names are whatever somebody wrote there: escape them."""

    principal: Json
    """As Graph sent it."""
    permissions: tuple[Permission, ...]
    """App roles that it holds; a role that its API does not offer has its id as its name."""
    delegated: Mapping[str, tuple[Permission, ...]]
    """`everyone` or a user's object ID to scopes."""
    owners: Mapping[str, str]
    """Object ID to display name."""
    beside: Mapping[str, tuple[str, ...]]
    """Credentials that somebody put on it here: kind to names."""
    unread: tuple[str, ...]
    """What could not be read, with the reason."""

    @property
    def publisher(self) -> str:
        """The tenant that owns the application."""
        return str(self.principal.get("appOwnerOrganizationId") or "").lower()

    @property
    def managed_by(self) -> str:
        """The tag of the stack that made the service principal; empty when none did."""
        return ", ".join(str(tag) for tag in self.principal.get("tags") or () if str(tag).startswith("pulumi:"))


def look_up_consent(graph: GraphClient, client_id: str) -> GivenByHand | None:
    """The vendor's application with this client ID (lower case); None where it is no other tenant's, or nobody has consented.

    Raises:
        AssociationError: It is Microsoft's.
    """
    condition = f"$filter=appId eq '{client_id}'"
    if any(graph.pages("/applications", query=f"{condition}&$select=id")):
        return None
    principal = next(iter(graph.pages("/servicePrincipals", query=condition)), None)
    if principal is None:
        return None
    if str(principal.get("appOwnerOrganizationId")).lower() in MICROSOFT_TENANTS:
        raise AssociationError(
            f"{client_id}: '{escape(str(principal.get('displayName')))}' is Microsoft's own application, which nobody else manages.",
            hint="Nothing can be adopted. Give the client ID of the vendor's application.",
        )
    path = f"/servicePrincipals/{principal['id']}"
    paths = {
        "app roles": f"{path}/appRoleAssignments",
        "delegated permissions": f"{path}/oauth2PermissionGrants",
        "owners": f"{path}/owners",
        "federated credentials": f"{path}/federatedIdentityCredentials",
    }
    answers = dict(zip(paths, graph.batch(list(paths.values())), strict=True))
    found = {name: _items(graph, paths[name], answer) for name, answer in answers.items()}
    return GivenByHand(
        principal=principal,
        permissions=tuple(sorted(find_permissions(graph, found["app roles"]))),
        delegated=_find_delegated(graph, found["delegated permissions"]),
        owners={str(owner["id"]): str(owner.get("displayName") or "") for owner in found["owners"]},
        beside={
            "client secret of the service principal": named(principal, "passwordCredentials"),
            "certificate of the service principal": named(principal, "keyCredentials"),
            "federated credential": tuple(str(one.get("name")) for one in found["federated credentials"]),
        },
        unread=tuple(f"{name}: {answer.error.message}" for name, answer in answers.items() if answer.error),
    )


def import_file(found: GivenByHand, *, name: str) -> dict[str, Any]:
    """The document that `pulumi import --file` reads.

    Args:
        found: What is to be adopted.
        name: Logical name of the `ConsentedApplication` that takes it over.
    """
    principal = {"type": CONSENTED_PRINCIPAL, "name": f"{name}-principal", "id": found.principal["id"], "parent": name}
    return {"resources": [{"type": CONSENTED_APPLICATION, "name": name, "component": True}, principal]}


def _items(graph: GraphClient, path: str, answer: BatchAnswer) -> list[Json]:
    return list(graph.rest_of(answer.body or {}, path)) if answer.error is None else []


def _find_delegated(graph: GraphClient, grants: Sequence[Json]) -> dict[str, tuple[Permission, ...]]:
    apis = {str(grant["resourceId"]) for grant in grants}
    client_ids = {api: str(graph.get(f"/servicePrincipals/{api}")["appId"]).lower() for api in sorted(apis)}
    found: dict[str, tuple[Permission, ...]] = {}
    for grant in grants:
        who = str(grant.get("principalId") or EVERYONE).lower()
        api = Guid(client_ids[str(grant["resourceId"])])
        scopes = (Permission(api_client_id=api, role=scope) for scope in str(grant.get("scope") or "").split())
        found[who] = tuple(sorted({*found.get(who, ()), *scopes}))
    return found
