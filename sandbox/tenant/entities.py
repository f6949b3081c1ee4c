"""Property tables of the Graph types served here: what exists, what it may hold, and how a body changes an object.

Which requests may send a body, and who may send it, is for the route modules. Property names, order and defaults
follow recorded answers and Microsoft's metadata
(https://github.com/microsoftgraph/msgraph-metadata, schemas/v1.0-Prod.csdl, checked 2026-11-24).

A kind is a string ("string", "bool?", "string[]"; `?` allows null; "object?" is stored as sent), a dict
(a complex value, merged by PATCH) or a list of one dict (a collection, replaced whole).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.tenant.problems import bad_request
from sandbox.tenant.store import Json

Kind = Any  # recursive: str | dict[str, Kind] | list[dict[str, Kind]]

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

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

_READ_ONLY = {
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


def new_object(type_name: str) -> Json:
    """An object of the type with every property at the value the service gives when nothing is sent."""
    return {name: _default(kind) for name, kind in TYPES[type_name].items()} | {
        name: _default(kind) for name, kind in ONLY_BY_SELECT[type_name].items()
    }


def _default(kind: Kind) -> Any:
    if isinstance(kind, list) or kind == "string[]":
        return []
    if isinstance(kind, dict):
        return {name: _default(part) for name, part in kind.items()}
    return False if kind == "bool" else None


def apply_body(current: Json, body: Json, type_name: str, *, also: Mapping[str, Kind] | None = None) -> Json:
    """A copy of the object with the body's properties in it; complex values are merged, collections replaced.

    Args:
        current: The object before.
        body: Decoded JSON without annotations.
        type_name: `application` or `servicePrincipal`.
        also: Properties that only this request takes.

    Raises:
        Problem: 400 for an unknown or read-only property, or a value of the wrong type.
    """
    kinds = {**TYPES[type_name], **ONLY_BY_SELECT[type_name], **(also or {})}
    changed = dict(current)
    for name, value in body.items():
        if name not in kinds:
            raise bad_request(f"Property '{name}' does not exist as a declared property or extension property.")
        if name in _READ_ONLY:
            raise bad_request(f"Property '{name}' is read-only and cannot be set.")
        changed[name] = _merged(current.get(name), value, kinds[name], name, type_name)
    return changed


def _merged(current: Any, value: Any, kind: Kind, path: str, type_name: str) -> Any:
    if isinstance(kind, dict):
        if value is None:
            return None if path in ("optionalClaims", "servicePrincipalLockConfiguration") else _default(kind)
        _expect(isinstance(value, dict), path, type_name)
        base = dict(_default(kind) if current is None else current)
        for name, part in value.items():
            if name not in kind:
                raise bad_request(f"Property '{name}' does not exist as a declared property or extension property.")
            if f"{path}/{name}" in _READ_ONLY and part is not None:
                raise bad_request(f"Property '{name}' is read-only and cannot be set.")
            base[name] = _merged(base.get(name), part, kind[name], f"{path}/{name}", type_name)
        return base
    if isinstance(kind, list):
        _expect(isinstance(value, list) and all(isinstance(item, dict) for item in value), path, type_name)
        return [_whole(item, kind[0], path, type_name) for item in value]
    _expect(_fits(value, kind), path, type_name)
    return value


def _whole(item: Json, kind: Mapping[str, Kind], path: str, type_name: str) -> Json:
    """One entry of a collection: only the properties that were sent, each checked."""
    for name in item:
        if name not in kind and not name.startswith("@odata."):
            raise bad_request(f"Property '{name}' does not exist as a declared property or extension property.")
    return {
        name: _merged(None, value, kind[name], f"{path}/{name}", type_name)
        for name, value in item.items()
        if name in kind
    }


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "guid": lambda value: isinstance(value, str) and bool(_GUID.fullmatch(value)),
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "string[]": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    "object": lambda value: isinstance(value, dict),
}


def _fits(value: Any, kind: str) -> bool:
    return kind.endswith("?") if value is None else _FITS[kind.rstrip("?")](value)


def _expect(fits: bool, path: str, type_name: str) -> None:  # noqa: FBT001 - an assertion with Graph's sentence
    if not fits:
        resource = type_name[0].upper() + type_name[1:]
        raise bad_request(f"Invalid value specified for property '{path.partition('/')[0]}' of resource '{resource}'.")


def is_guid(text: str) -> bool:
    """Whether the text is a GUID in its usual form."""
    return bool(_GUID.fullmatch(text))


def present(entity: Json, type_name: str, select: tuple[str, ...] = (), *, with_keys: bool = False) -> Json:
    """The object as an answer shows it.

    Args:
        entity: The stored object; names with a leading underscore never leave the sandbox.
        type_name: `application` or `servicePrincipal`.
        select: The names of $select; empty for the default set.
        with_keys: Show the key bytes; otherwise `key` is null.
    """
    names = select or tuple(TYPES[type_name])
    return {name: _public(name, entity.get(name), with_keys=with_keys) for name in names}


def _public(name: str, value: Any, *, with_keys: bool) -> Any:
    if name == "keyCredentials":
        return [credential if with_keys else credential | {"key": None} for credential in value]
    if name == "passwordCredentials":
        return [{key: part for key, part in entry.items() if not key.startswith("_")} for entry in value]
    return value
