"""The token endpoint: who may sign in, for which resource, and Entra's own words when not."""

from collections.abc import Mapping

from sandbox.tenant.client_proofs import check_assertion, check_secret
from sandbox.tenant.conditional_access import blocks
from sandbox.tenant.directory import INITIAL_DOMAIN, Directory
from sandbox.tenant.identities import granted_roles
from sandbox.tenant.login_problems import LoginError
from sandbox.tenant.store import Json
from sandbox.tenant.tokens import LIFETIME_SECONDS, TokenSigner
from sandbox.tenant.wellknown import GRAPH_AUDIENCE, GRAPH_CLIENT_ID


def metadata(directory: Directory) -> Json:
    """What the azuread provider reads before everything else."""
    url = directory.url
    return {
        "name": "Sandbox",
        "resourceManager": f"{url}/arm",
        "microsoftGraphResourceId": url,
        "portal": url,
        "authentication": {"loginEndpoint": url, "audiences": [url], "tenant": "common", "identityProvider": "AAD"},
        "suffixes": {},
    }


def openid_configuration(directory: Directory, signer: TokenSigner, tenant: str) -> Json:
    check_tenant(directory, tenant)
    base = f"{directory.url}/{tenant}"
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "id_token_signing_alg_values_supported": ["RS256"],
        "subject_types_supported": ["pairwise"],
        "response_types_supported": ["token"],
        "issuer": signer.issuer,
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "tenant_region_scope": None,
    }


def check_tenant(directory: Directory, tenant: str) -> None:
    """Refuse the name of another tenant."""
    if tenant.lower() not in (directory.tenant_id, INITIAL_DOMAIN):
        raise LoginError(90002, tenant=tenant)


def issue_token(
    directory: Directory, signer: TokenSigner, tenant: str, form: Mapping[str, str], *, lifetime: int = LIFETIME_SECONDS
) -> Json:
    """Answer a client-credentials request."""
    check_tenant(directory, tenant)
    if form.get("grant_type") != "client_credentials":
        raise LoginError(70003, grant_type=form.get("grant_type"))
    client_id = form.get("client_id", "").lower()
    if not client_id:
        raise LoginError(900144, name="client_id")
    application, principal = _find_client(directory, client_id)
    if "client_assertion" in form:
        check_assertion(directory, signer, tenant, form, (application, principal))
    elif "client_secret" in form:
        check_secret(directory, form["client_secret"], (application, principal))
    else:
        raise LoginError(7000218)
    audience, resource = _find_resource(directory, form.get("scope", ""))
    roles = granted_roles(directory, principal["id"], resource["id"])
    _check_access(directory, resource, principal, roles)
    return {
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": signer.access_token(audience=audience, principal=principal, roles=roles, lifetime=lifetime),
    }


def _find_client(directory: Directory, client_id: str) -> tuple[Json, Json]:
    """The application and its service principal; both must be there, and enabled."""
    application = directory.backing_application(client_id)
    principal = directory.service_principal_of(client_id)
    if application is None or principal is None:
        raise LoginError(700016, client=client_id)
    if not principal["accountEnabled"] or application["isDisabled"]:
        raise LoginError(7000112, client=client_id, name=application["displayName"])
    return application, principal


def _find_resource(directory: Directory, scope: str) -> tuple[str, Json]:
    if not scope.endswith("/.default"):
        raise LoginError(1002012, scope=scope)
    audience = scope.removesuffix("/.default")
    wanted = GRAPH_CLIENT_ID if audience == directory.url else audience
    principals = directory.store.all("servicePrincipals").values()
    resource = next((principal for principal in principals if wanted in principal["servicePrincipalNames"]), None)
    if resource is None:
        raise LoginError(500011, audience=audience)
    return (GRAPH_AUDIENCE if audience == GRAPH_CLIENT_ID else audience), resource


def _check_access(directory: Directory, resource: Json, principal: Json, roles: frozenset[str]) -> None:
    if blocks(directory, principal):
        raise LoginError(53003)
    if not resource["accountEnabled"]:
        raise LoginError(500014, resource=resource["appId"])
    if resource["appRoleAssignmentRequired"] and not roles:
        raise LoginError(
            501051,
            client=principal["appId"],
            name=principal["displayName"],
            resource=resource["appId"],
            resource_name=resource["displayName"],
        )
