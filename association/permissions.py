"""Application permissions (app roles) by name; the tenant says their ids.

A permission is written `role` for a role of Exchange Online, or `API/role` for a role of another API, where `API`
is a known name (`Microsoft Graph`) or the API's client ID. A role is only ever matched together with its API:
`Mail.Read` exists on both Exchange Online and Microsoft Graph.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NewType

from association.contract import is_guid
from association.errors import SettingsError
from association.text import suggest

Guid = NewType("Guid", str)
"""A GUID in lower case with hyphens."""

EXCHANGE_ONLINE: Final = Guid("00000002-0000-0ff1-ce00-000000000000")
"""Client ID of Office 365 Exchange Online, the same in every cloud.

Source: https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-authenticate-an-ews-application-by-using-oauth (checked 2026-11-24)."""

API_NAMES: Final[dict[Guid, str]] = {
    EXCHANGE_ONLINE: "Office 365 Exchange Online",
    Guid("00000003-0000-0000-c000-000000000000"): "Microsoft Graph",
    Guid("00000003-0000-0ff1-ce00-000000000000"): "Office 365 SharePoint Online",
    Guid("c5393580-f805-4401-95e8-94b7a6ef2fc2"): "Office 365 Management APIs",
}
"""APIs that can be named instead of numbered, by client ID.

Source: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in (checked 2026-11-24)."""

FULL_ACCESS_AS_APP: Final = "full_access_as_app"
"""Exchange Web Services with full access to all mailboxes. When it stops working stands in `microsoft.ews`.

Source: https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online (checked 2026-11-24)."""

PINNED_ROLE_IDS: Final[dict[tuple[Guid, str], Guid]] = {
    (EXCHANGE_ONLINE, FULL_ACCESS_AS_APP): Guid("dc890d15-9560-4a4c-9b7f-a736ec74ec40"),
}
"""Role ids that must come out when the tenant resolves the role; a cross-check, never the source.

Source: https://github.com/microsoft/CSS-Exchange ConfigureExchangeHybridApplication (checked 2026-11-24)."""

_ROLE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:\-]{0,249}")


@dataclass(frozen=True, kw_only=True, order=True)
class Permission:
    """One app role of one API."""

    api_client_id: Guid
    """Client ID of the API whose role it is."""
    role: str
    """The role's `value`, such as `full_access_as_app`. Case matters."""

    @property
    def api_name(self) -> str:
        """The API's name where it is a known one, else its client ID."""
        return API_NAMES.get(self.api_client_id, self.api_client_id)

    @property
    def api_slug(self) -> str:
        """The API's name as lower-case words joined by hyphens; part of a resource's logical name."""
        return re.sub(r"[^a-z0-9]+", "-", self.api_name.lower()).strip("-")

    @property
    def slug(self) -> str:
        """Lower-case words joined by hyphens, unique per permission; the last part of a resource's logical name."""
        text = self.role if self.api_client_id == EXCHANGE_ONLINE else f"{self.api_name} {self.role}"
        return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")

    def __str__(self) -> str:
        """As it is written in the configuration."""
        return self.role if self.api_client_id == EXCHANGE_ONLINE else f"{self.api_name}/{self.role}"


FULL_ACCESS: Final = Permission(api_client_id=EXCHANGE_ONLINE, role=FULL_ACCESS_AS_APP)
"""What the association needs while the vendor uses EWS."""


def parse_permission(text: str, setting: str = "permissions") -> Permission:
    """Read a permission as the configuration writes it.

    Args:
        text: `role` for Exchange Online, or `API/role` with the API's known name or client ID.
        setting: Where it is written; delegated permissions are written alike.

    Raises:
        SettingsError: The API is unknown, or the role's name cannot be one.
    """
    api, _, role = text.rpartition("/")
    if not _ROLE.fullmatch(role):
        raise SettingsError(
            f"{setting}: {text!r} does not name a permission; expected `role` or `API/role`, "
            f"for example `full_access_as_app` or `Microsoft Graph/Mail.ReadWrite`"
        )
    if not api:
        return Permission(api_client_id=EXCHANGE_ONLINE, role=role)
    if is_guid(api):
        return Permission(api_client_id=Guid(api.lower()), role=role)
    by_name = {name.lower(): client_id for client_id, name in API_NAMES.items()}
    if api.lower() not in by_name:
        raise SettingsError(
            f"{setting}: {text!r} names an unknown API; {suggest(api, API_NAMES.values())} The API's client ID works too."
        )
    return Permission(api_client_id=by_name[api.lower()], role=role)


def parse_permissions(texts: Sequence[str], setting: str = "permissions") -> tuple[Permission, ...]:
    """Read every permission, sorted and without repeats.

    Raises:
        SettingsError: All wrong ones at once.
    """
    permissions: set[Permission] = set()
    problems: list[str] = []
    for text in texts:
        try:
            permissions.add(parse_permission(text, setting))
        except SettingsError as error:
            problems.extend(error.problems)
    if not texts:
        problems.append(
            f'{setting}: the list is empty; expected at least one app role, for example ["full_access_as_app"]'
        )
    if problems:
        raise SettingsError.of_all(problems)
    return tuple(sorted(permissions))


def describe_missing_api(client_id: Guid) -> str:
    """Why a tenant can have no service principal of an API, and what to do."""
    name = API_NAMES.get(client_id, "the API")
    if client_id == EXCHANGE_ONLINE:
        why = "it has no Exchange Online licence, or somebody deleted the service principal. Where there is a licence,"
    else:
        why = "nobody has used this API here yet, or somebody deleted the service principal. To add it,"
    return (
        f"This tenant has no service principal of {name} (client ID {client_id}): {why} let an administrator run "
        f"`az ad sp create --id {client_id}`, then run `pulumi up` again. Nothing was made."
    )


def resolve_role(permission: Permission, role_ids: Mapping[str, str]) -> str:
    """The role's id as the tenant's own API says it; the pinned id only cross-checks it.

    Args:
        permission: The declared role.
        role_ids: The API's app roles: value to id.

    Raises:
        SettingsError: The API has no such role, or not the one that Microsoft's has.
    """
    role_id = role_ids.get(permission.role)
    if role_id is None:
        raise SettingsError(
            f"permissions: {permission.api_name} has no app role {permission.role!r} in this tenant; "
            f"{suggest(permission.role, sorted(role_ids))}",
            hint=f"All: az ad sp show --id {permission.api_client_id} --query 'appRoles[].value'",
        )
    pinned = PINNED_ROLE_IDS.get((permission.api_client_id, permission.role))
    if pinned is not None and role_id != pinned:
        raise SettingsError(
            f"permissions: {permission.role!r} of {permission.api_name} has the id {role_id} in this tenant, expected {pinned}; "
            f"an API that calls itself {permission.api_name} may not be Microsoft's: nothing was granted"
        )
    return role_id


def check_scope(permission: Permission, known: Collection[str]) -> None:
    """Graph would grant a delegated permission that the API does not have, and it would mean nothing.

    Args:
        permission: The declared delegated permission.
        known: Those that the API has.

    Raises:
        SettingsError: The API does not have it.
    """
    if permission.role not in known:
        raise SettingsError(
            f"delegated: {permission.api_name} has no delegated permission {permission.role!r} in this tenant; "
            f"{suggest(permission.role, sorted(known))}",
            hint=f"All: az ad sp show --id {permission.api_client_id} --query 'oauth2PermissionScopes[].value'",
        )
