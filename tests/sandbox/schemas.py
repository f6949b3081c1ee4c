"""JSON schemas of what Graph shows, derived by hand from Microsoft's metadata, and the check of an answer.

Source: https://github.com/microsoftgraph/msgraph-metadata, schemas/v1.0-Prod.csdl (checked 2026-11-24). They share
nothing with the property tables of the sandbox.
"""

import re
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]

GUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
TEXTS = {"type": "array", "items": TEXT}


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def closed(properties: dict[str, Schema], *, required: list[str] | None = None) -> Schema:
    """An object without other properties; annotations are allowed."""
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {"@odata": {}},
        "additionalProperties": False,
        "required": required or [],
    }


def many(item: Schema) -> Schema:
    return {"type": "array", "items": item}


KEY_CREDENTIAL = closed(
    {
        "customKeyIdentifier": nullable(TEXT),
        "displayName": nullable({"type": "string", "maxLength": 90}),
        "endDateTime": DATE,
        "key": nullable(TEXT),
        "keyId": GUID,
        "startDateTime": DATE,
        "type": {"enum": ["AsymmetricX509Cert"]},
        "usage": {"enum": ["Verify", "Sign"]},
    },
    required=["customKeyIdentifier", "displayName", "endDateTime", "key", "keyId", "startDateTime", "type", "usage"],
)
PASSWORD_CREDENTIAL = closed(
    {
        "customKeyIdentifier": nullable(TEXT),
        "displayName": nullable(TEXT),
        "endDateTime": DATE,
        "hint": {"type": "string", "maxLength": 3},
        "keyId": GUID,
        "secretText": nullable(TEXT),
        "startDateTime": DATE,
    },
    required=["endDateTime", "keyId", "secretText"],
)
APP_ROLE = closed(
    {
        "allowedMemberTypes": TEXTS,
        "description": nullable(TEXT),
        "displayName": nullable(TEXT),
        "id": GUID,
        "isEnabled": FLAG,
        "origin": nullable(TEXT),
        "value": nullable(TEXT),
    },
    required=["allowedMemberTypes", "id", "isEnabled"],
)
SCOPE = closed(
    {
        "adminConsentDescription": nullable(TEXT),
        "adminConsentDisplayName": nullable(TEXT),
        "id": GUID,
        "isEnabled": FLAG,
        "origin": nullable(TEXT),
        "type": nullable(TEXT),
        "userConsentDescription": nullable(TEXT),
        "userConsentDisplayName": nullable(TEXT),
        "value": nullable(TEXT),
    }
)
INFO = closed(
    {
        name: nullable(TEXT)
        for name in ("logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl")
    }
)
PUBLISHER = closed({name: nullable(TEXT) for name in ("displayName", "verifiedPublisherId", "addedDateTime")})
CLAIMS = many(closed({"additionalProperties": TEXTS, "essential": FLAG, "name": TEXT, "source": nullable(TEXT)}))
LOCK = closed(
    {"isEnabled": FLAG}
    | {
        name: nullable(FLAG)
        for name in (
            "allProperties",
            "credentialsWithUsageSign",
            "credentialsWithUsageVerify",
            "identifierUris",
            "tokenEncryptionKeyId",
        )
    }
)

APPLICATION = closed(
    {
        "addIns": many({"type": "object"}),
        "api": closed(
            {
                "acceptMappedClaims": nullable(FLAG),
                "knownClientApplications": many(GUID),
                "oauth2PermissionScopes": many(SCOPE),
                "preAuthorizedApplications": many(closed({"appId": GUID, "delegatedPermissionIds": TEXTS})),
                "requestedAccessTokenVersion": nullable({"enum": [1, 2]}),
            }
        ),
        "appId": GUID,
        "appRoles": many(APP_ROLE),
        "applicationTemplateId": nullable(TEXT),
        "certification": nullable({"type": "object"}),
        "createdByAppId": nullable(GUID),
        "createdDateTime": DATE,
        "defaultRedirectUri": nullable(TEXT),
        "deletedDateTime": nullable(DATE),
        "description": nullable(TEXT),
        "disabledByMicrosoftStatus": nullable(TEXT),
        "displayName": TEXT,
        "groupMembershipClaims": nullable(TEXT),
        "id": GUID,
        "identifierUris": TEXTS,
        "info": INFO,
        "isDeviceOnlyAuthSupported": nullable(FLAG),
        "isDisabled": nullable(FLAG),
        "isFallbackPublicClient": nullable(FLAG),
        "keyCredentials": many(KEY_CREDENTIAL),
        "nativeAuthenticationApisEnabled": nullable(TEXT),
        "notes": nullable(TEXT),
        "oauth2RequirePostResponse": FLAG,
        "optionalClaims": nullable(closed({"accessToken": CLAIMS, "idToken": CLAIMS, "saml2Token": CLAIMS})),
        "parentalControlSettings": closed({"countriesBlockedForMinors": TEXTS, "legalAgeGroupRule": nullable(TEXT)}),
        "passwordCredentials": many(PASSWORD_CREDENTIAL),
        "publicClient": closed({"redirectUris": TEXTS}),
        "publisherDomain": nullable(TEXT),
        "requestSignatureVerification": nullable({"type": "object"}),
        "requiredResourceAccess": many(
            closed(
                {
                    "resourceAccess": many(closed({"id": GUID, "type": {"enum": ["Role", "Scope"]}})),
                    "resourceAppId": TEXT,
                }
            )
        ),
        "samlMetadataUrl": nullable(TEXT),
        "serviceManagementReference": nullable(TEXT),
        "servicePrincipalLockConfiguration": nullable(LOCK),
        "signInAudience": {
            "enum": [
                "AzureADMyOrg",
                "AzureADMultipleOrgs",
                "AzureADandPersonalMicrosoftAccount",
                "PersonalMicrosoftAccount",
            ]
        },
        "spa": closed({"redirectUris": TEXTS}),
        "tags": TEXTS,
        "tokenEncryptionKeyId": nullable(GUID),
        "uniqueName": nullable(TEXT),
        "verifiedPublisher": PUBLISHER,
        "web": closed(
            {
                "homePageUrl": nullable(TEXT),
                "implicitGrantSettings": closed({"enableAccessTokenIssuance": FLAG, "enableIdTokenIssuance": FLAG}),
                "logoutUrl": nullable(TEXT),
                "redirectUriSettings": many(closed({"index": nullable({"type": "integer"}), "uri": TEXT})),
                "redirectUris": TEXTS,
            }
        ),
    }
    | {name: {"type": "array"} for name in ("owners", "federatedIdentityCredentials", "appManagementPolicies")}
)

SERVICE_PRINCIPAL = closed(
    {
        "accountEnabled": nullable(FLAG),
        "addIns": many({"type": "object"}),
        "alternativeNames": TEXTS,
        "appDescription": nullable(TEXT),
        "appDisplayName": nullable(TEXT),
        "appId": GUID,
        "appOwnerOrganizationId": nullable(GUID),
        "appRoleAssignmentRequired": FLAG,
        "appRoles": many(APP_ROLE),
        "applicationTemplateId": nullable(TEXT),
        "createdByAppId": nullable(GUID),
        "createdDateTime": DATE,
        "customSecurityAttributes": nullable({"type": "object"}),
        "deletedDateTime": nullable(DATE),
        "description": nullable(TEXT),
        "disabledByMicrosoftStatus": nullable(TEXT),
        "displayName": TEXT,
        "homepage": nullable(TEXT),
        "id": GUID,
        "info": INFO,
        "isDisabled": nullable(FLAG),
        "keyCredentials": many(KEY_CREDENTIAL),
        "loginUrl": nullable(TEXT),
        "logoutUrl": nullable(TEXT),
        "notes": nullable(TEXT),
        "notificationEmailAddresses": TEXTS,
        "oauth2PermissionScopes": many(SCOPE),
        "passwordCredentials": many(PASSWORD_CREDENTIAL),
        "preferredSingleSignOnMode": nullable(TEXT),
        "preferredTokenSigningKeyThumbprint": nullable(TEXT),
        "replyUrls": TEXTS,
        "resourceSpecificApplicationPermissions": many({"type": "object"}),
        "samlMetadataUrl": nullable(TEXT),
        "samlSingleSignOnSettings": nullable(closed({"relayState": nullable(TEXT)})),
        "servicePrincipalNames": TEXTS,
        "servicePrincipalType": TEXT,
        "signInAudience": nullable(TEXT),
        "tags": TEXTS,
        "tokenEncryptionKeyId": nullable(GUID),
        "verifiedPublisher": PUBLISHER,
    }
    | {name: {"type": "array"} for name in ("owners", "appRoleAssignments", "appRoleAssignedTo", "transitiveMemberOf")}
)

ASSIGNMENT = closed(
    {
        "appRoleId": GUID,
        "createdDateTime": DATE,
        "deletedDateTime": {"type": "null"},
        "id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
        "principalDisplayName": TEXT,
        "principalId": GUID,
        "principalType": {"enum": ["User", "Group", "ServicePrincipal"]},
        "resourceDisplayName": TEXT,
        "resourceId": GUID,
    },
    required=["id", "appRoleId", "principalId", "resourceId"],
)
ERROR = closed(
    {
        "error": closed(
            {
                "code": TEXT,
                "details": many(closed({"code": TEXT, "message": TEXT, "target": TEXT})),
                "innerError": closed(
                    {
                        "client-request-id": TEXT,
                        "date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"},
                        "request-id": GUID,
                    },
                    required=["date", "request-id", "client-request-id"],
                ),
                "message": TEXT,
            },
            required=["code", "message", "innerError"],
        )
    },
    required=["error"],
)

VALIDATORS = {
    "applications": Draft202012Validator(APPLICATION),
    "servicePrincipals": Draft202012Validator(SERVICE_PRINCIPAL),
    "assignments": Draft202012Validator(ASSIGNMENT),
    "error": Draft202012Validator(ERROR),
}
_CONTEXT = re.compile(r"\$metadata#(?P<kind>applications|servicePrincipals)(\([^')]*(\(\))?[^')]*\))?(/\$entity)?$")
_ASSIGNMENTS = re.compile(r"/(appRoleAssignedTo|appRoleAssignments)(/\$entity)?$")
_BY_TYPE = {"#microsoft.graph.servicePrincipal": "servicePrincipals", "#microsoft.graph.application": "applications"}


def check_answer(body: Any) -> int:
    """Hold an answer against the schema of what it shows.

    Returns:
        How many objects had a schema.
    """
    if not isinstance(body, dict):
        return 0
    if isinstance(body.get("error"), dict):
        VALIDATORS["error"].validate(body)
        return 1
    if "responses" in body:
        return sum(check_answer(item.get("body")) for item in body["responses"])
    items = body.get("value", [body])
    kinds = [(_kind_of(item, str(body.get("@odata.context", ""))), item) for item in items]
    for kind, item in kinds:
        if kind:
            VALIDATORS[kind].validate(item)
    return sum(1 for kind, _ in kinds if kind)


def _kind_of(item: dict[str, Any], context: str) -> str | None:
    match = _CONTEXT.search(context)
    if match:
        return match["kind"]
    return "assignments" if _ASSIGNMENTS.search(context) else _BY_TYPE.get(item.get("@odata.type", ""))
