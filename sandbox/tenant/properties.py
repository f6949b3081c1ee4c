"""Property tables of applications and service principals: what exists, and what it may hold.

What a body does to an object is `entities`'. Property names, order and defaults follow recorded answers and Microsoft's
metadata (https://github.com/microsoftgraph/msgraph-metadata, schemas/v1.0-Prod.csdl, checked 2026-11-24).

A kind is a string ("string", "bool?", "string[]"; `?` allows null; "object?" is stored as sent), a dict
(a complex value, merged by PATCH) or a list of one dict (a collection, replaced whole).
"""

from collections.abc import Mapping
from typing import Any

Kind = Any  # recursive: str | dict[str, Kind] | list[dict[str, Kind]]

_CLAIMS: Kind = [{"additionalProperties": "string[]", "essential": "bool", "name": "string", "source": "string?"}]
_APP_ROLES: Kind = [
    {
        "allowedMemberTypes": "string[]",
        "description": "string?",
        "displayName": "string?",
        "id": "guid",
        "isEnabled": "bool",
        "origin": "string?",
        "value": "string?",
    }
]
_SCOPES: Kind = [
    {
        "adminConsentDescription": "string?",
        "adminConsentDisplayName": "string?",
        "id": "guid",
        "isEnabled": "bool",
        "origin": "string?",
        "type": "string?",
        "userConsentDescription": "string?",
        "userConsentDisplayName": "string?",
        "value": "string?",
    }
]
_INFO: Kind = {
    "logoUrl": "string?",
    "marketingUrl": "string?",
    "privacyStatementUrl": "string?",
    "supportUrl": "string?",
    "termsOfServiceUrl": "string?",
}
_KEY_CREDENTIALS: Kind = [
    {
        "customKeyIdentifier": "string?",
        "displayName": "string?",
        "endDateTime": "string?",
        "key": "string?",
        "keyId": "guid?",
        "startDateTime": "string?",
        "type": "string?",
        "usage": "string?",
    }
]
_PASSWORD_CREDENTIALS: Kind = [
    {
        "customKeyIdentifier": "string?",
        "displayName": "string?",
        "endDateTime": "string?",
        "hint": "string?",
        "keyId": "guid?",
        "secretText": "string?",
        "startDateTime": "string?",
    }
]
_VERIFIED_PUBLISHER: Kind = {"displayName": "string?", "verifiedPublisherId": "string?", "addedDateTime": "string?"}
_LOCK: Kind = {
    "isEnabled": "bool",
    "allProperties": "bool?",
    "credentialsWithUsageVerify": "bool?",
    "credentialsWithUsageSign": "bool?",
    "identifierUris": "bool?",
    "tokenEncryptionKeyId": "bool?",
}

APPLICATION: Mapping[str, Kind] = {
    "id": "guid",
    "deletedDateTime": "string?",
    "appId": "guid",
    "applicationTemplateId": "string?",
    "disabledByMicrosoftStatus": "string?",
    "createdDateTime": "string?",
    "createdByAppId": "string?",
    "displayName": "string",
    "description": "string?",
    "groupMembershipClaims": "string?",
    "identifierUris": "string[]",
    "isDeviceOnlyAuthSupported": "bool?",
    "isDisabled": "bool?",
    "isFallbackPublicClient": "bool?",
    "nativeAuthenticationApisEnabled": "string?",
    "notes": "string?",
    "publisherDomain": "string?",
    "serviceManagementReference": "string?",
    "signInAudience": "string",
    "tags": "string[]",
    "tokenEncryptionKeyId": "guid?",
    "uniqueName": "string?",
    "samlMetadataUrl": "string?",
    "defaultRedirectUri": "string?",
    "certification": "object?",
    "optionalClaims": {"idToken": _CLAIMS, "accessToken": _CLAIMS, "saml2Token": _CLAIMS},
    "requestSignatureVerification": "object?",
    "servicePrincipalLockConfiguration": _LOCK,
    "addIns": [{"id": "guid", "type": "string", "properties": "object?"}],
    "appRoles": _APP_ROLES,
    "keyCredentials": _KEY_CREDENTIALS,
    "passwordCredentials": _PASSWORD_CREDENTIALS,
    "requiredResourceAccess": [
        {"resourceAppId": "string", "resourceAccess": [{"id": "guid", "type": "string"}]},
    ],
    "api": {
        "acceptMappedClaims": "bool?",
        "knownClientApplications": "string[]",
        "requestedAccessTokenVersion": "int?",
        "oauth2PermissionScopes": _SCOPES,
        "preAuthorizedApplications": [{"appId": "guid", "delegatedPermissionIds": "string[]"}],
    },
    "info": _INFO,
    "parentalControlSettings": {"countriesBlockedForMinors": "string[]", "legalAgeGroupRule": "string?"},
    "publicClient": {"redirectUris": "string[]"},
    "spa": {"redirectUris": "string[]"},
    "verifiedPublisher": _VERIFIED_PUBLISHER,
    "web": {
        "homePageUrl": "string?",
        "logoutUrl": "string?",
        "redirectUris": "string[]",
        "implicitGrantSettings": {"enableAccessTokenIssuance": "bool", "enableIdTokenIssuance": "bool"},
        "redirectUriSettings": [{"uri": "string", "index": "int?"}],
    },
}

SERVICE_PRINCIPAL: Mapping[str, Kind] = {
    "id": "guid",
    "deletedDateTime": "string?",
    "accountEnabled": "bool?",
    "alternativeNames": "string[]",
    "appDescription": "string?",
    "appDisplayName": "string?",
    "appId": "guid",
    "applicationTemplateId": "string?",
    "appOwnerOrganizationId": "string?",
    "appRoleAssignmentRequired": "bool",
    "createdDateTime": "string?",
    "createdByAppId": "string?",
    "description": "string?",
    "disabledByMicrosoftStatus": "string?",
    "displayName": "string",
    "homepage": "string?",
    "isDisabled": "bool?",
    "loginUrl": "string?",
    "logoutUrl": "string?",
    "notes": "string?",
    "notificationEmailAddresses": "string[]",
    "preferredSingleSignOnMode": "string?",
    "preferredTokenSigningKeyThumbprint": "string?",
    "replyUrls": "string[]",
    "servicePrincipalNames": "string[]",
    "servicePrincipalType": "string?",
    "signInAudience": "string?",
    "tags": "string[]",
    "tokenEncryptionKeyId": "guid?",
    "samlSingleSignOnSettings": "object?",
    "addIns": [{"id": "guid", "type": "string", "properties": "object?"}],
    "appRoles": _APP_ROLES,
    "info": _INFO,
    "keyCredentials": _KEY_CREDENTIALS,
    "oauth2PermissionScopes": _SCOPES,
    "passwordCredentials": _PASSWORD_CREDENTIALS,
    "resourceSpecificApplicationPermissions": [{"id": "guid", "value": "string?"}],
    "verifiedPublisher": _VERIFIED_PUBLISHER,
}

TYPES: Mapping[str, Mapping[str, Kind]] = {"application": APPLICATION, "servicePrincipal": SERVICE_PRINCIPAL}

ONLY_BY_SELECT: Mapping[str, Mapping[str, Kind]] = {
    "application": {"oauth2RequirePostResponse": "bool"},
    "servicePrincipal": {"samlMetadataUrl": "string?", "customSecurityAttributes": "object?"},
}
"""Properties that an answer holds only when $select names them."""

READ_ONLY = {
    "deletedDateTime",
    "disabledByMicrosoftStatus",
    "createdDateTime",
    "createdByAppId",
    "publisherDomain",
    "verifiedPublisher",
    "certification",
    "samlMetadataUrl",
    "appOwnerOrganizationId",
    "appDisplayName",
    "appDescription",
    "resourceSpecificApplicationPermissions",
    "info/logoUrl",
}
