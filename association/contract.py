"""What the program, the plugin and the commands agree on: type tokens, property names, defaults, and the form of ids."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

PACKAGE: Final = "mimecast-entra"
"""Name of the plugin and of its package."""

SERVER_CONNECTION: Final = f"{PACKAGE}:index:ServerConnection"
CONSENTED_APPLICATION: Final = f"{PACKAGE}:index:ConsentedApplication"
CONSENTED_PRINCIPAL: Final = f"{PACKAGE}:index:ConsentedPrincipal"
DELEGATED_GRANT: Final = f"{PACKAGE}:index:DelegatedGrant"
APP_ROLE_ASSIGNMENT: Final = f"{PACKAGE}:index:AppRoleAssignment"
CERTIFICATE_CREDENTIAL: Final = f"{PACKAGE}:index:CertificateCredential"
ACCESS_GUARD: Final = f"{PACKAGE}:index:AccessGuard"
DEPLOYER_CHECK: Final = f"{PACKAGE}:index:DeployerCheck"
"""Type tokens; part of every stack's state, so they never change."""

GUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""Pattern of a lower-case GUID with hyphens."""
_GUID: Final = re.compile(GUID, re.IGNORECASE)

EXPIRY_WARNING_DAYS: Final = 60
"""Days before its end from which a certificate is warned about, unless the settings say otherwise."""

REDIRECT_URI: Final = "https://localhost/"
"""The guide's `https://localhost`, in the only form that the azuread provider accepts."""

PORTAL_TAG: Final = "WindowsAzureActiveDirectoryIntegratedApp"
"""What the portal puts on each service principal that it makes: its list of enterprise applications shows those.

Source: https://www.pulumi.com/registry/packages/azuread/api-docs/serviceprincipal/ under featureTags (checked 2026-11-29)."""


MICROSOFT_TENANTS: Final = frozenset({"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"})
"""Tenants that own Microsoft's applications.

Source: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in (checked 2026-11-24)."""

EVERYONE: Final = "everyone"
"""For whom a delegated permission is granted, where it is not one person: every user of the tenant."""


class GuardMode(StrEnum):
    """What happens to access paths that are not declared: the setting `guard`."""

    REPORT = "report"
    """They are findings of every refresh, and warnings of `up`."""
    ENFORCE = "enforce"
    """`up` removes them."""
    OFF = "off"
    """Nobody looks: there is no `AccessGuard`."""


APP_ROLE_ASSIGNMENT_INPUTS: Final[Mapping[str, str]] = {
    "principalObjectId": "Object ID of the service principal that gets the role.",
    "resourceObjectId": "Object ID of the service principal of the API that offers the role.",
    "appRoleId": "ID of the app role.",
}
"""Property to description; so are the next ones."""

DELEGATED_GRANT_INPUTS: Final[Mapping[str, str]] = {
    "principalObjectId": "Object ID of the service principal that acts for users.",
    "resourceObjectId": "Object ID of the service principal of the API.",
    "userObjectId": "Object ID of the one user for whom it acts; empty for every user of the tenant.",
}
CONSENTED_PRINCIPAL_INPUTS: Final[Mapping[str, str]] = {
    "clientId": "Application (client) ID of the vendor's application.",
    "publisher": "Tenant ID that must own the application.",
}

CERTIFICATE_CREDENTIAL_INPUTS: Final[Mapping[str, str]] = {
    "applicationId": "`/applications/{object id}`, the `id` of an `azuread.Application`.",
    "certificate": "The public certificate, in any form that certificate files come in; stored as PEM.",
}
CERTIFICATE_CREDENTIAL_OUTPUTS: Final[Mapping[str, str]] = {
    "keyId": "GUID of the entry in the application's `keyCredentials`.",
    "thumbprint": "SHA-1 of the certificate's DER bytes: 40 upper-case hex digits.",
    "thumbprintSha256": "SHA-256 of the certificate's DER bytes: 64 upper-case hex digits.",
    "subject": "Subject as an RFC 4514 string.",
    "notBefore": "Start of validity, `YYYY-MM-DDTHH:MM:SSZ`.",
    "notAfter": "End of validity, `YYYY-MM-DDTHH:MM:SSZ`.",
    "declaredThumbprintSha256": "SHA-256 of the certificate that the program declared last; differs when the key was swapped.",
}

ACCESS_GUARD_IDS: Final[Mapping[str, str]] = {
    "applicationId": "`/applications/{object id}`, the `id` of an `azuread.Application`; left out where the application is a vendor's, "
    "in the vendor's own tenant.",
    "servicePrincipalId": "Object ID of the service principal.",
}


def restore_command(object_id: str) -> str:
    """What brings a deleted application or service principal back."""
    return f"python -m association restore --object-id {object_id}"


def is_guid(text: object) -> bool:
    """Whether it is a GUID with hyphens, in upper or lower case."""
    return isinstance(text, str) and _GUID.fullmatch(text) is not None
