"""App roles and scopes by name: their ids as the tenant's own APIs say them."""

from collections.abc import Mapping
from typing import Any

import pulumi

from association.errors import SettingsError
from association.permissions import Guid, Permission, check_scope
from association.permissions import resolve_role as find_role_id
from components.declaration import ArgumentsError

Apis = Mapping[Guid, pulumi.Output[Mapping[str, Any]]]
"""Client ID of an API to what the azuread provider says of its service principal."""


def api_object_id(apis: Apis, permission: Permission) -> pulumi.Output[str]:
    """Object ID of the service principal whose permission it is."""
    return apis[permission.api_client_id].apply(lambda api: str(api["objectId"]))


def app_role_id(apis: Apis, permission: Permission) -> pulumi.Output[str]:
    """The role's id, once its API is known."""
    return apis[permission.api_client_id].apply(lambda api: resolve_role(permission, api["appRoleIds"]))


def resolve_role(permission: Permission, role_ids: Mapping[str, str]) -> str:
    """The role's id as the tenant's own API says it.

    Raises:
        ArgumentsError: The API does not have it, or has another one under its name.
    """
    try:
        return find_role_id(permission, role_ids)
    except SettingsError as error:
        raise ArgumentsError(error.message, hint=error.hint) from None


def resolve_scope(permission: Permission, api: Mapping[str, Any]) -> str:
    """The scope, once it is known that the API has it: Graph would grant a name that means nothing.

    Args:
        permission: A delegated permission.
        api: What the azuread provider says of the API's service principal.
    """
    try:
        check_scope(permission, api.get("oauth2PermissionScopeIds") or {})
    except SettingsError as error:
        raise ArgumentsError(error.message, hint=error.hint) from None
    return permission.role
