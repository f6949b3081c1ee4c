"""What a fresh directory holds: Microsoft's two service principals, the identities, and a few people."""

from collections.abc import Mapping, Sequence

from sandbox.tenant import wellknown
from sandbox.tenant.directory import INITIAL_DOMAIN, Directory
from sandbox.tenant.entities import new_object
from sandbox.tenant.identities import FIRST_IDENTITIES, create_identity
from sandbox.tenant.store import Json


def fill(directory: Directory) -> None:
    """Fill an empty directory; one that has objects is left alone."""
    if directory.store.all("servicePrincipals"):
        return
    exchange = wellknown.EXCHANGE_NAMES, wellknown.EXCHANGE_ROLES, wellknown.EXCHANGE_SCOPES
    graph = wellknown.GRAPH_NAMES, wellknown.GRAPH_ROLES, wellknown.GRAPH_SCOPES
    _put_first_party(directory, wellknown.EXCHANGE_OBJECT_ID, "Office 365 Exchange Online", *exchange)
    _put_first_party(directory, wellknown.GRAPH_OBJECT_ID, "Microsoft Graph", *graph)
    for object_id, name in wellknown.FRESH["people"].items():
        address = f"{name.split()[0].lower()}@{INITIAL_DOMAIN}"
        user = {"id": object_id, "displayName": name, "userPrincipalName": address, "mail": address}
        directory.store.put("users", object_id, user)
    for name, permissions in FIRST_IDENTITIES.items():
        create_identity(directory, name, permissions)


def _put_first_party(
    directory: Directory,
    object_id: str,
    name: str,
    names: Sequence[str],
    roles: Mapping[str, str],
    scopes: Mapping[str, str],
) -> None:
    principal = new_object("servicePrincipal") | {
        "id": object_id,
        "accountEnabled": True,
        "appDisplayName": name,
        "appId": names[0],
        "appOwnerOrganizationId": wellknown.MICROSOFT_TENANT_ID,
        "appRoles": [_role(value, role_id) for value, role_id in roles.items()],
        "createdDateTime": "2020-01-01T00:00:00Z",
        "displayName": name,
        "oauth2PermissionScopes": [_scope(value, scope_id) for value, scope_id in scopes.items()],
        "servicePrincipalNames": list(names),
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMultipleOrgs",
        "_owners": [],
        "_policies": [],
    }
    directory.store.put("servicePrincipals", object_id, principal)


def _role(value: str, role_id: str) -> Json:
    named = dict.fromkeys(("description", "displayName", "value"), value)
    return named | {"allowedMemberTypes": ["Application"], "id": role_id, "isEnabled": True, "origin": "Application"}


def _scope(value: str, scope_id: str) -> Json:
    texts = [f"{who}Consent{what}" for who in ("admin", "user") for what in ("Description", "DisplayName")]
    return dict.fromkeys((*texts, "value"), value) | {"id": scope_id, "isEnabled": True, "type": "User"}
