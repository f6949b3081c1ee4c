"""The properties of the four resources of the stand-in plugin.

Source: the schemas of terraform-provider-azuread 3.9 (https://github.com/hashicorp/terraform-provider-azuread,
`internal/services/{applications,serviceprincipals,approleassignments}`; checked 2026-11-24).
"""

from collections.abc import Callable

from sandbox.azuread.schema import Kind, Property, ResourceSchema, Role
from sandbox.azuread.validation import (
    check_application_id,
    check_http_url,
    check_logout_url,
    check_not_empty,
    check_public_client_uri,
    check_single_page_uri,
    check_uuid,
    check_web_uri,
    length_at_most,
    one_of,
)

_MINUTE = 60
_TEN_MINUTES = {"create": 10 * _MINUTE, "delete": 5 * _MINUTE, "read": 5 * _MINUTE, "update": 10 * _MINUTE}
_FIVE_MINUTES = {"create": 5 * _MINUTE, "delete": 5 * _MINUTE, "read": 5 * _MINUTE}


def _string(name: str, **more: object) -> Property:
    return Property(name=name, **more)  # type: ignore[arg-type]  # the names and types are Property's own


def _flag(name: str, **more: object) -> Property:
    return Property(name=name, kind=Kind.BOOL, **more)  # type: ignore[arg-type]  # as above


def _strings(name: str, **more: object) -> Property:
    return Property(name=name, kind=Kind.SET, **more)  # type: ignore[arg-type]  # as above


def _block(name: str, *fields: Property, kind: Kind = Kind.BLOCK, **more: object) -> Property:
    return Property(name=name, kind=kind, fields=fields, **more)  # type: ignore[arg-type]  # as above


def _computed(*names: str, kind: Kind = Kind.STRING, fields: tuple[Property, ...] = ()) -> tuple[Property, ...]:
    return tuple(Property(name=name, kind=kind, role=Role.COMPUTED, fields=fields) for name in names)


_FEATURE_TAGS = _block(
    "featureTags",
    *(_flag(name) for name in ("customSingleSignOn", "enterprise", "gallery", "hide")),
    kind=Kind.BLOCK_LIST,
    role=Role.OPTIONAL_COMPUTED,
)
_TAGS = _strings("tags", role=Role.OPTIONAL_COMPUTED)

_APP_ROLE_FIELDS = (
    _strings("allowedMemberTypes", role=Role.REQUIRED, check=one_of("Application", "User")),
    _string("description", role=Role.REQUIRED, check=check_not_empty),
    _string("displayName", role=Role.REQUIRED, check=check_not_empty),
    _flag("enabled", default=True),
    _string("id", role=Role.REQUIRED, check=check_uuid),
    _string("value"),
)
_SCOPE_FIELDS = (
    _string("adminConsentDescription", check=check_not_empty),
    _string("adminConsentDisplayName", check=check_not_empty),
    _flag("enabled", default=True),
    _string("id", role=Role.REQUIRED, check=check_uuid),
    _string("type", default="User", check=one_of("Admin", "User")),
    _string("userConsentDescription", check=check_not_empty),
    _string("userConsentDisplayName", check=check_not_empty),
    _string("value"),
)
_API = _block(
    "api",
    _strings("knownClientApplications", check=check_uuid),
    _flag("mappedClaimsEnabled"),
    _block("oauth2PermissionScopes", *_SCOPE_FIELDS, kind=Kind.BLOCK_SET, terraform_name="oauth2_permission_scope"),
    Property(name="requestedAccessTokenVersion", kind=Kind.INT, default=1),
)


def _claims(name: str, terraform_name: str) -> Property:
    return _block(
        name,
        Property(name="additionalProperties", kind=Kind.LIST),
        _flag("essential"),
        _string("name", role=Role.REQUIRED, check=check_not_empty),
        _string("source"),
        kind=Kind.BLOCK_LIST,
        terraform_name=terraform_name,
    )


def _redirect_uris(name: str, check: Callable[[str], str]) -> Property:
    return _block(name, _strings("redirectUris", check=check))


_WEB = _block(
    "web",
    _string("homepageUrl", check=check_http_url),
    _block("implicitGrant", _flag("accessTokenIssuanceEnabled"), _flag("idTokenIssuanceEnabled")),
    _string("logoutUrl", check=check_logout_url),
    _strings("redirectUris", check=check_web_uri),
)
_REQUIRED_RESOURCE_ACCESSES = _block(
    "requiredResourceAccesses",
    _block(
        "resourceAccesses",
        _string("id", role=Role.REQUIRED, check=check_uuid),
        _string("type", role=Role.REQUIRED, check=one_of("Role", "Scope")),
        kind=Kind.BLOCK_LIST,
        role=Role.REQUIRED,
        terraform_name="resource_access",
    ),
    _string("resourceAppId", role=Role.REQUIRED),
    kind=Kind.BLOCK_SET,
    terraform_name="required_resource_access",
)
_AUDIENCES = ("AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")
_GROUP_CLAIMS = ("All", "None", "ApplicationGroup", "DirectoryRole", "SecurityGroup")
_TEXT_LIMIT = 1024

APPLICATION = ResourceSchema(
    token="azuread:index/application:Application",
    schema_version="2",
    timeouts=_TEN_MINUTES,
    conflicts=("featureTags", "tags"),
    properties=(
        _API,
        _block("appRoles", *_APP_ROLE_FIELDS, kind=Kind.BLOCK_SET, terraform_name="app_role"),
        *_computed("appRoleIds", "oauth2PermissionScopeIds", kind=Kind.MAP),
        *_computed("clientId", "disabledByMicrosoft", "logoUrl", "objectId", "publisherDomain"),
        _string("description", check=length_at_most(_TEXT_LIMIT)),
        _flag("deviceOnlyAuthEnabled"),
        _string("displayName", role=Role.REQUIRED, check=check_not_empty),
        _flag("fallbackPublicClientEnabled"),
        _FEATURE_TAGS,
        _strings("groupMembershipClaims", check=one_of(*_GROUP_CLAIMS)),
        _strings("identifierUris", check=check_not_empty),
        _string("logoImage", refused=True),
        *(_string(name) for name in ("marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl")),
        _string("notes"),
        _flag("oauth2PostResponseRequired"),
        _block(
            "optionalClaims",
            _claims("accessTokens", "access_token"),
            _claims("idTokens", "id_token"),
            _claims("saml2Tokens", "saml2_token"),
        ),
        _strings("owners", check=check_uuid),
        Property(name="password", kind=Kind.BLOCK, refused=True),
        _flag("preventDuplicateNames"),
        _redirect_uris("publicClient", check_public_client_uri),
        _REQUIRED_RESOURCE_ACCESSES,
        _string("serviceManagementReference"),
        _string("signInAudience", default="AzureADMyOrg", check=one_of(*_AUDIENCES)),
        _redirect_uris("singlePageApplication", check_single_page_uri),
        _TAGS,
        _string("templateId", role=Role.OPTIONAL_COMPUTED, replaces=True, refused=True),
        _WEB,
    ),
)

_SINGLE_SIGN_ON_MODES = ("notSupported", "oidc", "password", "saml")

SERVICE_PRINCIPAL = ResourceSchema(
    token="azuread:index/servicePrincipal:ServicePrincipal",
    schema_version="1",
    timeouts=_TEN_MINUTES,
    conflicts=("featureTags", "tags"),
    properties=(
        _flag("accountEnabled", default=True),
        _strings("alternativeNames", check=check_not_empty),
        _flag("appRoleAssignmentRequired"),
        *_computed("appRoleIds", "oauth2PermissionScopeIds", kind=Kind.MAP),
        *_computed("appRoles", kind=Kind.BLOCK_LIST, fields=_APP_ROLE_FIELDS),
        *_computed("oauth2PermissionScopes", kind=Kind.BLOCK_LIST, fields=_SCOPE_FIELDS),
        *_computed("applicationTenantId", "displayName", "homepageUrl", "logoutUrl", "objectId", "samlMetadataUrl"),
        *_computed("signInAudience", "type"),
        *_computed("redirectUris", "servicePrincipalNames", kind=Kind.LIST),
        *_computed("features", kind=Kind.BLOCK_LIST),
        _string("clientId", role=Role.REQUIRED, replaces=True, check=check_uuid),
        _string("description", check=length_at_most(_TEXT_LIMIT)),
        _FEATURE_TAGS,
        _string("loginUrl", check=check_http_url),
        _string("notes", check=length_at_most(_TEXT_LIMIT)),
        _strings("notificationEmailAddresses", check=check_not_empty),
        _strings("owners", check=check_uuid),
        _string("preferredSingleSignOnMode", check=one_of(*_SINGLE_SIGN_ON_MODES)),
        _block("samlSingleSignOn", _string("relayState", check=check_not_empty)),
        _TAGS,
        _flag("useExisting"),
    ),
)

APP_ROLE_ASSIGNMENT = ResourceSchema(
    token="azuread:index/appRoleAssignment:AppRoleAssignment",
    schema_version="1",
    timeouts=_FIVE_MINUTES,
    properties=(
        *(
            _string(name, role=Role.REQUIRED, replaces=True, check=check_uuid)
            for name in ("appRoleId", "principalObjectId", "resourceObjectId")
        ),
        *_computed("principalDisplayName", "principalType", "resourceDisplayName"),
    ),
)

APPLICATION_CERTIFICATE = ResourceSchema(
    token="azuread:index/applicationCertificate:ApplicationCertificate",
    schema_version="0",
    timeouts=_TEN_MINUTES,
    conflicts=("endDate", "endDateRelative"),
    properties=(
        _string("applicationId", role=Role.REQUIRED, replaces=True, check=check_application_id),
        _string("encoding", default="pem", replaces=True, check=one_of("pem")),
        _string("endDate", role=Role.OPTIONAL_COMPUTED, replaces=True),
        _string("endDateRelative", replaces=True, refused=True),
        _string("keyId", role=Role.OPTIONAL_COMPUTED, replaces=True, check=check_uuid),
        _string("startDate", role=Role.OPTIONAL_COMPUTED, replaces=True),
        _string("type", replaces=True, check=one_of("AsymmetricX509Cert", "Symmetric")),
        _string("value", role=Role.REQUIRED, replaces=True, secret=True),
    ),
)
