"""The identities that a fresh sandbox has, and the permissions they hold as app-role assignments on Microsoft Graph."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import microsoft
from sandbox.tenant.applications import make_application
from sandbox.tenant.assignments import held_by, store_assignment
from sandbox.tenant.directory import TENANT_ID, Directory, new_id
from sandbox.tenant.passwords import new_password
from sandbox.tenant.service_principals import READ_ATTRIBUTES, WRITE_ATTRIBUTES, make_service_principal
from sandbox.tenant.wellknown import DEPLOYER_CLIENT_ID, DEPLOYER_OBJECT_ID, FRESH, GRAPH_OBJECT_ID, GRAPH_ROLES


def _every_permission() -> list[str]:
    """What opens any route at all, as far as this sandbox's Microsoft Graph has it."""
    named = {name for route in microsoft.routes().values() for chosen in (*route.least, *route.more) for name in chosen}
    return sorted((named & set(GRAPH_ROLES)) | {READ_ATTRIBUTES, WRITE_ATTRIBUTES})


FIRST_IDENTITIES: Mapping[str, Sequence[str]] = FRESH["identities"] | {"administrator": _every_permission()}
"""The deployer has the smallest set that the whole program works with, the administrator every permission. The auditor reads everything
and owns nothing; the one permission that writes is Microsoft's condition for reading assigned policies."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A service principal of the sandbox that can sign in."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    object_id: str
    permissions: frozenset[str]


def create_identity(directory: Directory, name: str, permissions: Collection[str]) -> None:
    """Make an application with a client secret, its service principal, and its grants."""
    deployer = name == "deployer" and directory.tenant_id == TENANT_ID
    application, _ = make_application(
        directory, {"displayName": name}, owners=[], created_by=None, app_id=DEPLOYER_CLIENT_ID if deployer else None
    )
    stored, secret = new_password(
        directory, application, {"displayName": "sandbox"}, f"sandbox-{secrets.token_hex(20)}"
    )
    directory.store.put("applications", application["id"], application | {"passwordCredentials": [stored]})
    object_id = DEPLOYER_OBJECT_ID if deployer else new_id()
    make_service_principal(directory, application, {}, owners=[], created_by=None, object_id=object_id)
    directory.store.put(
        "identities", name, {"clientId": application["appId"], "objectId": object_id, "clientSecret": secret}
    )
    permit(directory, name, permissions)


def find_identity(directory: Directory, name: str) -> Identity:
    """The identity of this name, or a KeyError that says which there are."""
    stored = directory.store.find("identities", name)
    if stored is None:
        raise KeyError(f"no sandbox identity {name!r}; there are: {', '.join(directory.store.all('identities'))}")
    return Identity(
        name=name,
        client_id=stored["clientId"],
        client_secret=stored["clientSecret"],
        object_id=stored["objectId"],
        permissions=granted_roles(directory, stored["objectId"], GRAPH_OBJECT_ID),
    )


def granted_roles(directory: Directory, principal_id: str, resource_id: str) -> frozenset[str]:
    """Values of the resource's app roles that the principal holds."""
    resource = directory.store.find("servicePrincipals", resource_id)
    values = {role["id"]: role["value"] for role in resource["appRoles"]} if resource else {}
    return frozenset(
        values[item["appRoleId"]]
        for item in held_by(directory, principal_id)
        if item["resourceId"] == resource_id and item["appRoleId"] in values
    )


def permit(directory: Directory, name: str, permissions: Collection[str]) -> None:
    identity = find_identity(directory, name)
    graph = directory.store.all("servicePrincipals")[GRAPH_OBJECT_ID]
    ids = {role["value"]: role["id"] for role in graph["appRoles"]}
    principal = {"id": identity.object_id, "displayName": name, "type": "ServicePrincipal"}
    for permission in permissions:
        if permission not in identity.permissions:
            store_assignment(directory, principal=principal, resource=graph, role_id=ids[permission])


def revoke(directory: Directory, name: str, permissions: Collection[str]) -> None:
    """Take Microsoft Graph app roles from the identity; tokens that it has keep them, as with the real service."""
    graph = directory.store.all("servicePrincipals")[GRAPH_OBJECT_ID]
    ids = {role["id"] for role in graph["appRoles"] if role["value"] in permissions}
    for item in held_by(directory, find_identity(directory, name).object_id):
        if item["resourceId"] == GRAPH_OBJECT_ID and item["appRoleId"] in ids:
            directory.store.drop("assignments", item["id"])
