"""An application's values as Graph's JSON, and Graph's JSON as values.

Field names: Microsoft Graph, type application
(https://learn.microsoft.com/graph/api/resources/application, checked 2026-11-24).
"""

from typing import Any

from sandbox.azuread.graph import Json
from sandbox.azuread.resource import Change, read_feature_tags
from sandbox.azuread.schema import Values

TYPE = {"@odata.type": "#microsoft.graph.application"}

_TEXTS = ("description", "notes", "serviceManagementReference")
_FLAGS = {"deviceOnlyAuthEnabled": "isDeviceOnlyAuthSupported", "fallbackPublicClientEnabled": "isFallbackPublicClient"}
_REDIRECTS = {"publicClient": "publicClient", "singlePageApplication": "spa"}
_INFO_URLS = ("marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl")
_CLAIM_LISTS = {"accessTokens": "accessToken", "idTokens": "idToken", "saml2Tokens": "saml2Token"}
_SCOPE_TEXTS = (
    "adminConsentDescription",
    "adminConsentDisplayName",
    "id",
    "type",
    "userConsentDescription",
    "userConsentDisplayName",
    "value",
)


def shared_body(change: Change) -> Json:
    """What a create and every update send."""
    api, web = change.block("api"), change.block("web")
    implicit = web.get("implicitGrant") or {}
    return {
        **TYPE,
        "api": {
            "acceptMappedClaims": bool(api.get("mappedClaimsEnabled")),
            "knownClientApplications": api.get("knownClientApplications") or [],
            "requestedAccessTokenVersion": int(api.get("requestedAccessTokenVersion") or 1),
        },
        **{name: change.wanted(name) or None for name in _TEXTS},
        "displayName": change.wanted("displayName"),
        "groupMembershipClaims": ",".join(change.wanted("groupMembershipClaims") or []) or None,
        "info": {name: change.wanted(name) or None for name in _INFO_URLS},
        **{field: bool(change.wanted(name)) for name, field in _FLAGS.items()},
        **{field: {"redirectUris": change.block(name).get("redirectUris") or []} for name, field in _REDIRECTS.items()},
        "signInAudience": change.wanted("signInAudience"),
        "tags": change.tags(),
        "web": {
            "homePageUrl": web.get("homepageUrl") or None,
            "implicitGrantSettings": {
                "enableAccessTokenIssuance": bool(implicit.get("accessTokenIssuanceEnabled")),
                "enableIdTokenIssuance": bool(implicit.get("idTokenIssuanceEnabled")),
            },
            "logoutUrl": web.get("logoutUrl") or None,
            "redirectUris": web.get("redirectUris") or [],
        },
    }


def app_roles_body(change: Change) -> list[Json]:
    return [
        {
            "allowedMemberTypes": role["allowedMemberTypes"],
            "description": role["description"],
            "displayName": role["displayName"],
            "id": role["id"],
            "isEnabled": role.get("enabled", True),
            "value": role.get("value") or "",
        }
        for role in change.wanted("appRoles") or []
    ]


def scopes_body(change: Change) -> list[Json]:
    return [
        {"isEnabled": scope.get("enabled", True), **{name: scope.get(name) for name in _SCOPE_TEXTS}}
        for scope in change.block("api").get("oauth2PermissionScopes") or []
    ]


def resource_access_body(change: Change) -> list[Json]:
    return [
        {"resourceAccess": access["resourceAccesses"], "resourceAppId": access["resourceAppId"]}
        for access in change.wanted("requiredResourceAccesses") or []
    ]


def optional_claims_body(change: Change) -> Json:
    claims = change.block("optionalClaims")
    return {
        field: [_claim(claim, no_source=None) for claim in claims[name]]
        for name, field in _CLAIM_LISTS.items()
        if claims.get(name)
    }


def _claim(claim: Json, *, no_source: str | None) -> Json:
    return {
        "additionalProperties": claim.get("additionalProperties") or [],
        "essential": bool(claim.get("essential")),
        "name": claim["name"],
        "source": claim.get("source") or no_source,
    }


def read_application(application: Json) -> Values:
    """The properties that come from the application object itself."""
    tags = sorted(application.get("tags") or [])
    info, scopes = application.get("info") or {}, (application.get("api") or {}).get("oauth2PermissionScopes") or []
    return {
        "api": _read_api(application.get("api") or {}),
        "appRoleIds": ids_by_value(application.get("appRoles") or []),
        "appRoles": read_app_roles(application),
        "clientId": application["appId"],
        **{name: application.get(name) or "" for name in (*_TEXTS, "displayName", "publisherDomain", "signInAudience")},
        **{name: bool(application.get(field)) for name, field in _FLAGS.items()},
        **{name: _read_redirect_uris(application.get(field)) for name, field in _REDIRECTS.items()},
        "disabledByMicrosoft": application.get("disabledByMicrosoftStatus") or "",
        "featureTags": read_feature_tags(tags),
        "groupMembershipClaims": sorted(filter(None, (application.get("groupMembershipClaims") or "").split(","))),
        "identifierUris": sorted(application.get("identifierUris") or []),
        "logoImage": "",
        "logoUrl": info.get("logoUrl") or "",
        **{name: info.get(name) or "" for name in _INFO_URLS},
        "oauth2PermissionScopeIds": ids_by_value(scopes),
        "objectId": application["id"],
        "optionalClaims": _read_optional_claims(application.get("optionalClaims")),
        "password": None,
        "requiredResourceAccesses": [
            {"resourceAccesses": access["resourceAccess"], "resourceAppId": access["resourceAppId"]}
            for access in application.get("requiredResourceAccess") or []
        ],
        "tags": tags,
        "templateId": application.get("applicationTemplateId") or "",
        "web": _read_web(application.get("web") or {}),
    }


def ids_by_value(entries: list[Json]) -> dict[str, str]:
    """App roles or scopes: value to id, without those that have no value."""
    return {entry["value"]: entry["id"] for entry in entries if entry.get("value")}


def read_app_roles(owner: Json) -> list[Values]:
    return [
        {
            "allowedMemberTypes": role.get("allowedMemberTypes") or [],
            "description": role.get("description") or "",
            "displayName": role.get("displayName") or "",
            "enabled": bool(role.get("isEnabled")),
            "id": role["id"],
            "value": role.get("value") or "",
        }
        for role in owner.get("appRoles") or []
    ]


def read_scopes(entries: list[Json]) -> list[Values]:
    return [
        {"enabled": bool(entry.get("isEnabled")), **{name: entry.get(name) or "" for name in _SCOPE_TEXTS}}
        for entry in entries
    ]


def _read_api(api: Json) -> Values:
    return {
        "knownClientApplications": sorted(api.get("knownClientApplications") or []),
        "mappedClaimsEnabled": bool(api.get("acceptMappedClaims")),
        "oauth2PermissionScopes": read_scopes(api.get("oauth2PermissionScopes") or []),
        "requestedAccessTokenVersion": api.get("requestedAccessTokenVersion") or 0,
    }


def _read_web(web: Json) -> Values:
    implicit = web.get("implicitGrantSettings") or {}
    return {
        "homepageUrl": web.get("homePageUrl") or "",
        "implicitGrant": {
            "accessTokenIssuanceEnabled": bool(implicit.get("enableAccessTokenIssuance")),
            "idTokenIssuanceEnabled": bool(implicit.get("enableIdTokenIssuance")),
        },
        "logoutUrl": web.get("logoutUrl") or "",
        "redirectUris": sorted(web.get("redirectUris") or []),
    }


def _read_redirect_uris(client: Json | None) -> Values:
    return {"redirectUris": sorted((client or {}).get("redirectUris") or [])}


def _read_optional_claims(claims: Json | None) -> Any:
    if claims is None:
        return None
    return {
        name: [_claim(claim, no_source="") for claim in claims.get(field) or []] for name, field in _CLAIM_LISTS.items()
    }
