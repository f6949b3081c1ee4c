"""The stack outputs as a contract that other stacks read.

`schemaVersion` 1 promises these keys; keys are added without a new version, changed or removed only with one.
"""

from collections.abc import Mapping
from typing import Any, Final

from association.certificates import Certificate
from association.contract import GUID
from association.graph.cloud import CLOUDS, GLOBAL
from association.text import format_time

SCHEMA_VERSION: Final = 1

Schema = Mapping[str, Any]
"""A JSON Schema."""


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def _texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _object(description: str, properties: Mapping[str, Schema], *, may_be_empty: bool = False) -> Schema:
    filled = {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": True}
    empty = {"type": "object", "maxProperties": 0}
    return {"description": description, **({"anyOf": [filled, empty]} if may_be_empty else filled)}


_GUID: Final = {"pattern": f"^{GUID}$"}
_CERTIFICATE: Final = _object(
    "One certificate of the application.",
    {
        "thumbprint": _text("SHA-1 of the DER bytes: 40 upper-case hex digits.", pattern="^[0-9A-F]{40}$"),
        "thumbprintSha256": _text("SHA-256 of the DER bytes: 64 upper-case hex digits.", pattern="^[0-9A-F]{64}$"),
        "subject": _text("RFC 4514 string."),
        "notBefore": _text("UTC, YYYY-MM-DDTHH:MM:SSZ.", format="date-time"),
        "notAfter": _text("UTC, YYYY-MM-DDTHH:MM:SSZ.", format="date-time"),
        "keyId": _text("Id of the key credential.", **_GUID),
    },
)

OUTPUTS: Final[Mapping[str, Schema]] = {
    "schemaVersion": {"const": SCHEMA_VERSION, "description": f"Version of this contract: {SCHEMA_VERSION}."},
    "clientId": _text("Application (client) ID: what the vendor's console asks for.", **_GUID),
    "tenantId": _text("Directory (tenant) ID.", **_GUID),
    "tenantDomain": _text("The tenant's initial domain, such as contoso.onmicrosoft.com."),
    "applicationObjectId": _text("Object ID of the application, for `az ad app` and Microsoft Graph.", **_GUID),
    "servicePrincipalObjectId": _text(
        "Object ID of the service principal, for Exchange RBAC and Conditional Access.", **_GUID
    ),
    "certificates": {
        "type": "array",
        "items": _CERTIFICATE,
        "description": "One entry per certificate: thumbprint (SHA-1), thumbprintSha256, subject, notBefore, notAfter, keyId.",
    },
    "permissions": _texts("The granted app roles, as written in the configuration."),
    "warnings": _texts("Non-blocking warnings, such as a certificate that expires soon; empty when there are none."),
    "mimecastConsole": _object(
        "Values to enter in the Mimecast console, field by field.",
        {
            "where": _text("Where the form is."),
            "Client ID": _text("The same as `clientId`."),
            "Tenant Domain": _text("The same as `tenantDomain`."),
            "then": _text("What to do when the form is filled in."),
        },
    ),
    "exchangeOnline": _object(
        "When EWS ends, and the PowerShell that an Exchange administrator runs; empty without full_access_as_app.",
        {
            "notice": _text("What to know about EWS today."),
            "ewsEnds": _text("YYYY-MM-DD; empty where the day is not known."),
            "powershell": _texts("Exchange Online PowerShell, in order."),
        },
        may_be_empty=True,
    ),
    "portal": _object(
        "Links to the application and its service principal in the Entra admin center.",
        {
            "application": _text("The app registration.", format="uri"),
            "servicePrincipal": _text("The enterprise application.", format="uri"),
        },
    ),
}
"""Every stack output with its JSON Schema; docs/outputs.md and docs/outputs.schema.json are made from it.

Days left are not among them: an output that changes every day would be a change in every drift check. Count them from `notAfter`,
as examples/tenant does."""


def outputs_schema() -> dict[str, Any]:
    """The contract as one JSON Schema (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Outputs of a mimecast-association stack, schemaVersion {SCHEMA_VERSION}",
        **_object("Keys may be added without a new schemaVersion.", OUTPUTS),
    }


def portal_links(client_id: str, service_principal_object_id: str, cloud_name: str) -> dict[str, str]:
    """Where to look at both objects in the Entra admin center of the cloud, a name that the azuread provider accepts."""
    base = CLOUDS.get(cloud_name, GLOBAL).admin_center
    return {
        "application": f"{base}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/{client_id}",
        "servicePrincipal": f"{base}/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/"
        f"{service_principal_object_id}/appId/{client_id}",
    }


def describe_certificate(certificate: Certificate) -> dict[str, str]:
    """One entry of the output `certificates`, without the key ID, which only the tenant knows. Times are UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
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
