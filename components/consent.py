"""The arguments of a `ConsentedApplication` and what is declared by them, judged as a whole before anything is registered.

No `from __future__ import annotations` here: Pulumi's schema analyzer reads these annotations at run time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict

import pulumi

from association.arguments import READERS, describe, name_setting
from association.contract import EVERYONE, GuardMode, is_guid
from association.errors import SettingsError
from association.graph.vendor_principals import refuse_publisher
from association.permissions import FULL_ACCESS, Permission, parse_permission
from association.text import suggest
from components.declaration import ArgumentsError, is_later

_SHARED: Final = ("owners", "guard", "exceptions")
"""Arguments that a `ServerConnection` has too, with the same meaning."""
CONSENT_ARGUMENTS: Final = ("client_id", "publisher", "permissions", "delegated", *_SHARED, "delete_taken_over")
"""The names of `ConsentedApplicationArgs`."""


class ConsentedApplicationArgs(TypedDict):
    """What is granted to a vendor's own application, and what is expected of it."""

    client_id: str
    """Application (client) ID of the vendor's application."""
    publisher: str
    """Tenant ID that must own the application: the vendor's. Another one is refused before anything is granted."""
    permissions: NotRequired[Sequence[str]]
    """App roles to grant: `role` for Exchange Online, `API/role` for another API. Default: none."""
    delegated: NotRequired[Mapping[str, Sequence[str]]]
    """Delegated permissions to grant, written as app roles are, by who they are for: `everyone`, or the object ID of
    one user. Default: none."""
    owners: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Object IDs of the owners of the service principal. Default: none."""
    guard: NotRequired[str]
    """What to do about access paths that are not declared: `report` (default), `enforce` to remove them, `off`."""
    exceptions: NotRequired[Sequence[Mapping[str, str]]]
    """Findings of the guard that are accepted for a while: `finding` as it was reported, `reason`, `until` (YYYY-MM-DD)."""
    delete_taken_over: NotRequired[bool]
    """Whether `destroy`, and taking a permission out, also delete what was there before. Default: false."""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What is declared, with every default filled in."""

    client_id: str
    publisher: str
    permissions: tuple[Permission, ...]
    delegated: Mapping[str, tuple[Permission, ...]]
    """`everyone` or a user's object ID, in lower case, to scopes."""
    owners: pulumi.Input[list[str]]
    guard: GuardMode
    exceptions: tuple[Mapping[str, str], ...]
    delete_taken_over: bool

    @property
    def uses_ews(self) -> bool:
        """Whether Exchange Web Services must be open to the application."""
        return FULL_ACCESS in self.permissions


def check_consent(args: Mapping[str, Any]) -> Consent:
    """Check and judge every argument.

    Args:
        args: `ConsentedApplicationArgs`, as the program or another language handed them over.

    Raises:
        ArgumentsError: Everything that is wrong, at once.
    """
    problems = [
        f"{name}: unknown argument; {suggest(str(name), CONSENT_ARGUMENTS)}"
        for name in args
        if name not in CONSENT_ARGUMENTS
    ]
    problems += _find_outputs(args)
    if problems:
        raise ArgumentsError.of_all(problems)
    checked: dict[str, Any] = {}
    for name, read in _READERS.items():
        value = args.get(name)
        try:
            checked[name] = pulumi.Output.from_input(value).apply(_read_owners) if is_later(value) else read(value)
        except SettingsError as error:
            problems.extend(error.problems)
    if not problems and not checked["permissions"] and not checked["delegated"]:
        problems.append(
            'permissions: neither permissions nor delegated names anything to grant; expected for example ["full_access_as_app"]'
        )
    if problems:
        raise ArgumentsError.of_all(problems)
    return Consent(**checked)


def _find_outputs(args: Mapping[str, Any]) -> Iterator[str]:
    """All but the owners decide which resources there are, or whether anything may be granted: they must be known at once."""
    for name, value in args.items():
        if is_later(value) and name != "owners":
            yield f"{name_setting(name)}: got an Output, whose value is known only later; expected a plain value"


def _read_owners(value: Any) -> Any:
    """Known only while the program runs; the same sentences."""
    try:
        return READERS["owners"](value)
    except SettingsError as error:
        raise ArgumentsError.of_all(error.problems) from None


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
    problems: list[str] = []
    found: set[Permission] = set()
    for text in value:
        try:
            found.add(parse_permission(text, setting))
        except SettingsError as error:
            problems.extend(error.problems)
    if problems:
        raise SettingsError.of_all(problems)
    return tuple(sorted(found))


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


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "client_id": _read_client_id,
    "publisher": _read_publisher,
    "permissions": _read_permissions,
    "delegated": _read_delegated,
    **{name: READERS[name] for name in _SHARED},
    "delete_taken_over": _read_delete_taken_over,
}
