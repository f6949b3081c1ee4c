"""The arguments of a `ServerConnection`, checked and judged as a whole. It registers nothing and reads no settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from association.certificates import Certificate, Severity, judge_certificates, read_certificate
from association.contract import EXPIRY_WARNING_DAYS, GuardMode, is_guid
from association.errors import CertificateError, SettingsError
from association.guard.exceptions import read_exceptions
from association.permissions import FULL_ACCESS_AS_APP, Permission, parse_permissions

if TYPE_CHECKING:
    from components.server_connection import ServerConnectionArgs

DEFAULT_DISPLAY_NAME: Final = "Mimecast O365 Server Connection"
DEFAULT_PERMISSIONS: Final = (FULL_ACCESS_AS_APP,)

MAXIMUM_DISPLAY_NAME: Final = 120
"""Characters. Microsoft's pages disagree (120 or 256); the smaller one is safe everywhere.

Source: https://learn.microsoft.com/entra/identity-platform/howto-restrict-your-app-to-a-set-of-users and
https://learn.microsoft.com/graph/api/resources/application (checked 2026-11-24)."""

MAXIMUM_WARNING_DAYS: Final = 3650

_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What is declared, with every default filled in."""

    display_name: str
    certificates: tuple[Certificate, ...]
    """Sorted by thumbprint; at least one."""
    warnings: Mapping[str, tuple[str, ...]]
    """Sentences by thumbprint; a certificate without any is absent."""
    permissions: tuple[Permission, ...]
    owners: tuple[str, ...]
    """Object ids, sorted."""
    tenant_domain: str | None
    """None: to be read from the tenant."""
    expiry_warning_days: int
    guard: GuardMode
    exceptions: tuple[Mapping[str, str], ...]
    """Findings of the guard that are accepted for a while; the plugin judges them."""


def check_declaration(args: "ServerConnectionArgs", *, now: datetime) -> Declaration:
    """Check and judge every argument.

    Args:
        args: As the program or another language handed them over.
        now: The time to judge certificates by; timezone-aware.

    Raises:
        SettingsError: Everything that is wrong, at once.
    """
    problems: list[str] = []
    display_name = args.get("display_name") or DEFAULT_DISPLAY_NAME
    problems += _display_name_problems(display_name)
    permissions: tuple[Permission, ...] = ()
    try:
        permissions = parse_permissions(args.get("permissions", DEFAULT_PERMISSIONS))
    except SettingsError as error:
        problems.extend(error.problems)
    problems += _other_problems(args)
    certificates, certificate_problems = _read_certificates(args["certificates"])
    problems += certificate_problems
    judgements = judge_certificates(certificates, now=now, expiry_warning_days=_warning_days(args))
    problems += [str(judgement) for judgement in judgements if judgement.severity is Severity.ERROR]
    if problems:
        raise SettingsError.of_all(problems)
    warnings: dict[str, tuple[str, ...]] = {}
    for judgement in judgements:
        warnings[judgement.thumbprint] = (*warnings.get(judgement.thumbprint, ()), str(judgement))
    return Declaration(
        display_name=display_name,
        certificates=tuple(sorted(certificates, key=lambda certificate: certificate.thumbprint)),
        warnings=warnings,
        permissions=permissions,
        owners=tuple(sorted({owner.lower() for owner in args.get("owners", ())})),
        tenant_domain=args.get("tenant_domain") or None,
        expiry_warning_days=_warning_days(args),
        guard=GuardMode(args.get("guard", GuardMode.REPORT)),
        exceptions=tuple(args.get("exceptions", ())),
    )


def _display_name_problems(name: str) -> list[str]:
    if "'" in name:
        problem = (
            f"displayName: {name!r} has an apostrophe; the azuread provider puts the name unescaped into its query for "
            f"duplicates, and Graph refuses that query; expected a name without one, for example {DEFAULT_DISPLAY_NAME!r}"
        )
    elif not name.strip() or name != name.strip() or len(name) > MAXIMUM_DISPLAY_NAME or not name.isprintable():
        problem = (
            f"displayName: {name!r} cannot be used; expected 1 to {MAXIMUM_DISPLAY_NAME} printable characters with no "
            f"space at either end, for example {DEFAULT_DISPLAY_NAME!r}"
        )
    else:
        return []
    return [problem]


def _warning_days(args: "ServerConnectionArgs") -> int:
    """Whole days; from another language a number arrives as a float."""
    return int(args.get("expiry_warning_days", EXPIRY_WARNING_DAYS))


def _other_problems(args: "ServerConnectionArgs") -> list[str]:
    problems = [
        f"owners: {owner!r} is not a valid object ID; expected a GUID, for example the one that "
        f"`az ad signed-in-user show --query id --output tsv` prints"
        for owner in args.get("owners", ())
        if not is_guid(owner)
    ]
    domain = args.get("tenant_domain", "")
    if domain and not _DOMAIN.fullmatch(domain):
        problems.append(f"tenantDomain: {domain!r} is no domain name; expected for example contoso.onmicrosoft.com")
    days = _warning_days(args)
    if not 0 <= days <= MAXIMUM_WARNING_DAYS:
        problems.append(
            f"expiryWarningDays: {days} is out of range; expected 0 to {MAXIMUM_WARNING_DAYS}, for example {EXPIRY_WARNING_DAYS}"
        )
    guard = args.get("guard", GuardMode.REPORT)
    if guard not in set(GuardMode):
        problems.append(f"guard: {guard!r} is unknown; expected one of {', '.join(GuardMode)}, for example report")
    try:
        read_exceptions(args.get("exceptions", ()))
    except SettingsError as error:
        problems.extend(error.problems)
    return problems


def _read_certificates(texts: Mapping[str, str]) -> tuple[list[Certificate], list[str]]:
    certificates: list[Certificate] = []
    problems: list[str] = []
    for source, text in texts.items():
        try:
            certificates.append(read_certificate(text.encode(), source=source))
        except CertificateError as error:
            problems.append(str(error))
    if not texts:
        problems.append(
            "certificates: none given; expected at least one public certificate of the vendor: put its file into certs/ "
            "(certs/README.md says how to get it), or name files in the configuration, for example "
            "`pulumi config set --path 'certificates[0]' certs/mimecast-eu.pem`"
        )
    return certificates, problems
