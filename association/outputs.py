"""The stack outputs as a contract that other stacks read.

`schemaVersion` 1 promises these keys; keys are added without a new version, changed or removed only with one.
"""

from typing import Final

from association.certificates import Certificate
from association.text import format_time

SCHEMA_VERSION: Final = 1

OUTPUT_KEYS: Final[dict[str, str]] = {
    "schemaVersion": "Version of this contract: 1.",
    "clientId": "Application (client) ID: what the vendor's console asks for.",
    "tenantId": "Directory (tenant) ID.",
    "tenantDomain": "The tenant's initial domain, such as contoso.onmicrosoft.com.",
    "applicationObjectId": "Object ID of the application, for `az ad app` and Microsoft Graph.",
    "servicePrincipalObjectId": "Object ID of the service principal, for Exchange RBAC and Conditional Access.",
    "certificates": "One entry per certificate: thumbprint (SHA-1), thumbprintSha256, subject, notBefore, notAfter, keyId.",
    "permissions": "The granted app roles, as written in the configuration.",
    "warnings": "Non-blocking warnings, such as a certificate that expires soon; empty when there are none.",
    "mimecastConsole": "Values to enter in the Mimecast console, field by field.",
    "exchangeOnline": "When EWS ends, and the PowerShell that an Exchange administrator runs; empty without full_access_as_app.",
}
"""Every stack output and what it holds; the README's table is made from it."""


def describe_certificate(certificate: Certificate) -> dict[str, str]:
    """One entry of the output `certificates`, without the key id, which only the tenant knows. Times are UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
    return {
        "thumbprint": certificate.thumbprint,
        "thumbprintSha256": certificate.thumbprint_sha256,
        "subject": certificate.subject,
        "notBefore": format_time(certificate.not_before),
        "notAfter": format_time(certificate.not_after),
    }


def console_instructions(client_id: str, tenant_domain: str) -> dict[str, str]:
    """What the guide's last step needs: the form of a server connection, field by field."""
    return {
        "where": "Administration > Services > Server Connections > New Server Connection (Office 365)",
        "Client ID": client_id,
        "Tenant Domain": tenant_domain,
        "then": "Save, then Test Connection. It can fail for up to 24 hours after the Exchange commands were run.",
    }
