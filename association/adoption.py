"""What it takes to adopt an association that was made by hand: what is there, and the file that `pulumi import` reads.

The file names application and service principal alone. App roles and certificates are taken over by `pulumi up`, where they
are declared, because our resources know them by what they are; an import would make the state own, and later delete, what
nobody declared. Nothing here changes the tenant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from association.contract import SERVER_CONNECTION
from association.errors import AssociationError
from association.graph.client import BatchAnswer, GraphClient, Json
from association.graph.key_credentials import KeyCredential
from association.graph.key_store import KeyStore
from association.permissions import Guid, Permission

_APPLICATION: Final = "azuread:index/application:Application"
_PRINCIPAL: Final = "azuread:index/servicePrincipal:ServicePrincipal"


@dataclass(frozen=True, kw_only=True)
class HandMade:
    """An association as the tenant has it. Names and texts are whatever somebody wrote there: escape them."""

    application: Json
    """As Graph sent it."""
    principal: Json | None
    """As Graph sent it; None where there is none."""
    principal_in_recycle_bin: str
    """When the service principal was deleted; empty when it was not, or for more than 30 days."""
    certificates: tuple[KeyCredential, ...]
    permissions: tuple[Permission, ...]
    """App roles that the service principal holds; a role that its API does not offer has its id as its name."""
    owners: Mapping[str, str]
    """Owners of either object: object ID to display name."""
    beside: Mapping[str, tuple[str, ...]]
    """What no setting declares: kind to names."""
    unread: tuple[str, ...]
    """What could not be read, with the reason."""

    @property
    def managed_by(self) -> str:
        """Who else may manage it: a stack's tag, or notes that say so; empty when nothing says so."""
        tags = [str(tag) for tag in self.application.get("tags") or () if str(tag).startswith("pulumi:")]
        notes = str(self.application.get("notes") or "")
        return ", ".join(tags) or (notes if "managed by" in notes.lower() else "")


def look_up(graph: GraphClient, client_id: str) -> HandMade:
    """Find the association and everything that is to be said about it.

    Args:
        graph: Needs Application.Read.All; what needs more is told as `unread`.
        client_id: Application (client) id of the application that was made by hand, in lower case.

    Raises:
        AssociationError: There is no such application in this tenant; with the next step.
    """
    application = _find(graph, "/applications", client_id) or _explain_absence(graph, client_id)
    principal = _find(graph, "/servicePrincipals", client_id)
    deleted = None if principal else _find_deleted(graph, "servicePrincipal", client_id)
    paths = {"owners of the application": f"/applications/{application['id']}/owners"}
    paths["federated credentials"] = f"/applications/{application['id']}/federatedIdentityCredentials"
    if principal:
        of_principal = f"/servicePrincipals/{principal['id']}"
        paths["owners of the service principal"] = f"{of_principal}/owners"
        paths["app roles"] = f"{of_principal}/appRoleAssignments"
        paths["delegated permissions"] = f"{of_principal}/oauth2PermissionGrants"
    answers = dict(zip(paths, graph.batch(list(paths.values())), strict=True))
    found = {name: _items(graph, paths[name], answer) for name, answer in answers.items()}
    owners = (*found["owners of the application"], *found.get("owners of the service principal", ()))
    return HandMade(
        application=application,
        principal=principal,
        principal_in_recycle_bin=str((deleted or {}).get("deletedDateTime") or ""),
        certificates=KeyStore(graph).read(application["id"]) or (),
        permissions=tuple(sorted(find_permissions(graph, found.get("app roles", ())))),
        owners={str(owner["id"]): str(owner.get("displayName") or "") for owner in owners},
        beside=_beside(application, principal, found),
        unread=tuple(f"{name}: {answer.error.message}" for name, answer in answers.items() if answer.error),
    )


def import_file(found: HandMade, *, name: str) -> dict[str, Any]:
    """The document that `pulumi import --file` reads.

    Source: https://www.pulumi.com/docs/iac/adopting-pulumi/import/ (checked 2026-11-24).

    Args:
        found: What is to be adopted.
        name: Logical name of the `ServerConnection` that takes it over.
    """
    children = [(_APPLICATION, "application", f"/applications/{found.application['id']}")]
    if found.principal:
        children.append((_PRINCIPAL, "service-principal", f"/servicePrincipals/{found.principal['id']}"))
    return {
        "resources": [
            {"type": SERVER_CONNECTION, "name": name, "component": True},
            *(
                {"type": type_, "name": f"{name}-{part}", "id": resource_id, "parent": name}
                for type_, part, resource_id in children
            ),
        ]
    }


def _find(graph: GraphClient, path: str, client_id: str) -> Json | None:
    return next(iter(graph.pages(path, query=f"$filter=appId eq '{client_id}'")), None)


def _find_deleted(graph: GraphClient, kind: str, client_id: str) -> Json | None:
    """Filtered here: Graph's pages do not say that these lists can be filtered by client ID."""
    deleted = graph.pages(f"/directory/deletedItems/microsoft.graph.{kind}", query="$select=id,appId,deletedDateTime")
    return next((one for one in deleted if str(one.get("appId")).lower() == client_id), None)


def _explain_absence(graph: GraphClient, client_id: str) -> Json:
    """Say why there is no application with this client ID, and what to do."""
    if deleted := _find_deleted(graph, "application", client_id):
        raise AssociationError(
            f"{client_id}: this application is in the recycle bin since {deleted.get('deletedDateTime')}.",
            hint=f"Restore it within 30 days of that with `python -m association restore --client-id {client_id}`, and run this again.",
        )
    if any(graph.pages("/applications", query=f"$filter=id eq '{client_id}'&$select=id")):
        raise AssociationError(
            f"{client_id}: this is the object ID of an application.",
            hint="Copy its Application (client) ID instead, which stands beside it in the portal.",
        )
    raise AssociationError(
        f"{client_id}: no application of this tenant has this client ID.",
        hint="Copy the Application (client) ID from the portal, and check that you are signed in to the right tenant.",
    )


def _items(graph: GraphClient, path: str, answer: BatchAnswer) -> list[Json]:
    return list(graph.rest_of(answer.body or {}, path)) if answer.error is None else []


def find_permissions(graph: GraphClient, assignments: Sequence[Json]) -> set[Permission]:
    """App role assignments by their names, which their APIs say; costs a request for each API."""
    apis = {str(assignment["resourceId"]) for assignment in assignments}
    by_id = {api: graph.get(f"/servicePrincipals/{api}") for api in sorted(apis)}
    return {_name_permission(by_id[str(one["resourceId"])], str(one["appRoleId"])) for one in assignments}


def _name_permission(api: Json, role_id: str) -> Permission:
    value = next((role.get("value") for role in api.get("appRoles") or () if role.get("id") == role_id), None)
    return Permission(api_client_id=Guid(str(api["appId"]).lower()), role=str(value or role_id))


def _beside(
    application: Json, principal: Json | None, found: Mapping[str, Sequence[Json]]
) -> dict[str, tuple[str, ...]]:
    of_principal = principal or {}
    return {
        "client secret": named(application, "passwordCredentials"),
        "client secret of the service principal": named(of_principal, "passwordCredentials"),
        "certificate of the service principal": named(of_principal, "keyCredentials"),
        "federated credential": tuple(str(one.get("name")) for one in found["federated credentials"]),
        "delegated permission": tuple(str(one.get("scope")) for one in found.get("delegated permissions", ())),
    }


def named(entity: Json, credentials: str) -> tuple[str, ...]:
    """Name and key ID of each credential of this kind."""
    return tuple(f"{one.get('displayName') or ''} {one.get('keyId')}".strip() for one in entity.get(credentials) or ())
