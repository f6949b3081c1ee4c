"""One argument of a `ConsentedApplication` at a time: from what people and other programs write to a checked value."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from association.arguments import READERS, describe, name_setting
from association.contract import EVERYONE, is_guid
from association.errors import SettingsError
from association.graph.vendor_principals import refuse_publisher
from association.permissions import Permission, parse_permissions

_SHARED: Final = ("owners", "guard", "exceptions")
"""Arguments that a `ServerConnection` has too, with the same meaning."""
CONSENT_IDS: Final = ("client_id", "publisher")
"""Arguments that have no default."""
CONSENT_ARGUMENTS: Final = (*CONSENT_IDS, "permissions", "delegated", *_SHARED, "delete_taken_over")
"""The names of `ConsentedApplicationArgs`."""
CONSENT_SETTINGS: Final = {name_setting(name): name for name in CONSENT_ARGUMENTS}
"""The settings of the stack and the arguments that they become."""
NOTHING_TO_GRANT: Final = 'permissions: neither permissions nor delegated names anything to grant; expected for example ["full_access_as_app"]'


def _read_client_id(value: Any) -> str:
    if not is_guid(value):
        raise SettingsError(
            f"clientId: {describe(value)} is not a valid client ID; expected the application (client) ID of the vendor's "
            "application, a GUID, as the vendor's console or the address of its consent page (client_id=…) shows it"
        )
    return str(value).lower()


def _read_publisher(value: Any) -> str:
    if not is_guid(value):
        raise SettingsError(
            f"publisher: {describe(value)} is not a valid tenant ID; expected the vendor's own, a GUID, which the vendor names; where its "
            "application is here already, `az ad sp show --id <client ID> --query appOwnerOrganizationId` prints whose it is"
        )
    if reason := refuse_publisher(str(value).lower()):
        raise SettingsError(reason)
    return str(value).lower()


def _read_permissions(value: Any, setting: str = "permissions") -> tuple[Permission, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise SettingsError(
            f'{setting}: expected a list of texts, got {describe(value)}; for example ["Microsoft Graph/Mail.Read"]'
        )
    return parse_permissions(value, setting) if value else ()


def _read_delegated(value: Any) -> dict[str, tuple[Permission, ...]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SettingsError(
            f'delegated: expected lists by who they are for, got {describe(value)}; for example {{"{EVERYONE}": ["Microsoft Graph/User.Read"]}}'
        )
    problems: list[str] = []
    found: dict[str, tuple[Permission, ...]] = {}
    for who, texts in value.items():
        if who != EVERYONE and not is_guid(who):
            problems.append(
                f"delegated: {describe(who)} is neither `{EVERYONE}` nor the object ID of a user, for example the one that "
                "`az ad user show --id <address> --query id` prints"
            )
        try:
            if scopes := _read_permissions(texts, f"delegated.{who}"):
                found[str(who).lower()] = scopes
        except SettingsError as error:
            problems.extend(error.problems)
    if problems:
        raise SettingsError.of_all(problems)
    return found


def _read_delete_taken_over(value: Any) -> bool:
    if value not in (None, True, False):
        raise SettingsError(f"deleteTakenOver: expected true or false, got {describe(value)}")
    return bool(value)


CONSENT_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "client_id": _read_client_id,
    "publisher": _read_publisher,
    "permissions": _read_permissions,
    "delegated": _read_delegated,
    **{name: READERS[name] for name in _SHARED},
    "delete_taken_over": _read_delete_taken_over,
}
"""Argument to what makes its checked value, and raises a SettingsError."""
