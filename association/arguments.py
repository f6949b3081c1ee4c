"""One argument of a `ServerConnection` at a time: from what people and other programs write to a checked value."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from association.contract import EXPIRY_WARNING_DAYS, GuardMode, is_guid
from association.errors import SettingsError
from association.permissions import FULL_ACCESS_AS_APP, Permission, parse_permissions
from association.text import suggest

DEFAULT_DISPLAY_NAME: Final = "Mimecast O365 Server Connection"
DEFAULT_PERMISSIONS: Final = (FULL_ACCESS_AS_APP,)

MAXIMUM_DISPLAY_NAME: Final = 120
"""Characters. Microsoft's pages disagree (120 or 256); the smaller one is safe everywhere.

Source: https://learn.microsoft.com/entra/identity-platform/howto-restrict-your-app-to-a-set-of-users and
https://learn.microsoft.com/graph/api/resources/application (checked 2026-11-24)."""

MAXIMUM_WARNING_DAYS: Final = 3650

_LONGEST_VALUE: Final = 80
_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


def _read_display_name(value: Any) -> str:
    name = DEFAULT_DISPLAY_NAME if value is None else _text("displayName", value, DEFAULT_DISPLAY_NAME)
    if "'" in name:
        raise SettingsError(
            f"displayName: {name!r} has an apostrophe; the azuread provider puts the name unescaped into its query for "
            f"duplicates, and Graph refuses that query; expected a name without one, for example {DEFAULT_DISPLAY_NAME!r}"
        )
    if not name.strip() or name != name.strip() or len(name) > MAXIMUM_DISPLAY_NAME or not name.isprintable():
        raise SettingsError(
            f"displayName: {name!r} cannot be used; expected 1 to {MAXIMUM_DISPLAY_NAME} printable characters with no "
            f"space at either end, for example {DEFAULT_DISPLAY_NAME!r}"
        )
    return name


def _read_permissions(value: Any) -> tuple[Permission, ...]:
    return parse_permissions(DEFAULT_PERMISSIONS if value is None else _texts("permissions", value, FULL_ACCESS_AS_APP))


def _read_owners(value: Any) -> list[str]:
    owners = [] if value is None else _texts("owners", value, "a0000000-0000-4000-8000-000000000002")
    problems = [
        f"owners: {owner!r} is not a valid object ID; expected a GUID, for example the one that "
        "`az ad signed-in-user show --query id --output tsv` prints"
        for owner in owners
        if not is_guid(owner)
    ]
    if problems:
        raise SettingsError.of_all(problems)
    return sorted({owner.lower() for owner in owners})


def _read_tenant_domain(value: Any) -> str | None:
    domain = _text("tenantDomain", value, "contoso.onmicrosoft.com") if value else ""
    if domain and not _DOMAIN.fullmatch(domain):
        raise SettingsError(
            f"tenantDomain: {domain!r} is not a domain name; expected for example contoso.onmicrosoft.com"
        )
    return domain or None


def _read_warning_days(value: Any) -> int:
    if value is None:
        return EXPIRY_WARNING_DAYS
    try:  # from another language a number arrives as a float
        days = int(value) if not isinstance(value, bool) and float(value).is_integer() else None
    except (TypeError, ValueError, OverflowError):
        days = None
    if days is None or not 0 <= days <= MAXIMUM_WARNING_DAYS:
        raise SettingsError(
            f"expiryWarningDays: expected a whole number from 0 to {MAXIMUM_WARNING_DAYS}, got {describe(value)}; "
            f"for example {EXPIRY_WARNING_DAYS}"
        )
    return days


def _read_guard(value: Any) -> GuardMode:
    mode = "off" if value in (False, "false") else value  # what some programs make of an unquoted `off` in YAML
    try:
        return GuardMode.REPORT if mode is None else GuardMode(mode)
    except ValueError:
        raise SettingsError(f"guard: {describe(value)} is unknown; {suggest(str(value), [*GuardMode])}") from None


def _read_exceptions(value: Any) -> tuple[Mapping[str, str], ...]:
    if value is not None and (
        not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value)
    ):
        raise SettingsError(
            f"exceptions: expected a list of objects with finding, reason and until, got {describe(value)}; for example "
            '[{"finding": "secrets.6f0c…", "reason": "migration", "until": "2027-01-31"}]'
        )
    if not value:
        return ()
    from association.guard.exceptions import read_exceptions

    return tuple(one.as_properties() for one in read_exceptions(value))


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "display_name": _read_display_name,
    "permissions": _read_permissions,
    "owners": _read_owners,
    "tenant_domain": _read_tenant_domain,
    "expiry_warning_days": _read_warning_days,
    "guard": _read_guard,
    "exceptions": _read_exceptions,
}
"""Argument to what makes its checked value, and raises a SettingsError."""

ARGUMENTS: Final = ("certificates", *READERS)
"""The names of `ServerConnectionArgs`."""


def name_setting(argument: str) -> str:
    """An argument as settings and other languages write it: `displayName` for `display_name`."""
    first, *others = argument.split("_")
    return first + "".join(word.capitalize() for word in others)


SETTINGS: Final = {name_setting(name): name for name in ARGUMENTS}
"""The settings of the stack and the arguments that they become."""


def _text(name: str, value: Any, example: str) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise SettingsError(f"{name}: expected a text, got {describe(value)}; for example {example!r}")
    return str(value)


def _texts(name: str, value: Any, example: str) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f'{name}: expected a list of texts, got {describe(value)}; for example ["{example}"]')
    return list(value)


def describe(value: Any) -> str:
    """A value in a message: short, and harmless to a terminal."""
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
