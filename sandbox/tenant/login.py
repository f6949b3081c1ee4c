"""The token endpoint: who may sign in, for which resource, and Entra's own words when not.

Source of codes: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes (checked 2026-11-24).
Signatures are made in `tokens` and read in `assertions`.
"""

import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from sandbox.tenant.assertions import Assertion, MalformedAssertionError, find_key, is_signed_by, read_assertion
from sandbox.tenant.conditional_access import blocks
from sandbox.tenant.credentials import read_date
from sandbox.tenant.directory import INITIAL_DOMAIN, TENANT_ID, Directory
from sandbox.tenant.identities import granted_roles
from sandbox.tenant.passwords import hash_secret
from sandbox.tenant.store import Json
from sandbox.tenant.tokens import FEDERATION_AUDIENCE, LIFETIME_SECONDS, TokenSigner
from sandbox.tenant.wellknown import GRAPH_AUDIENCE, GRAPH_CLIENT_ID

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(eq=False)
class LoginError(Exception):
    """A refusal of the token endpoint."""

    status: int
    error: str
    code: int
    message: str

    def body(self, directory: Directory) -> Json:
        """The JSON body as Entra sends it."""
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        timestamp = directory.clock().strftime("%Y-%m-%d %H:%M:%SZ")
        return {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.code}: {self.message} Trace ID: {trace} Correlation ID: {correlation} "
                f"Timestamp: {timestamp}"
            ),
            "error_codes": [self.code],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"{directory.url}/error?code={self.code}",
        }


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
    """The discovery document."""
    check_tenant(tenant)
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


def check_tenant(tenant: str) -> None:
    """Refuse the name of another tenant."""
    if tenant.lower() not in (TENANT_ID, INITIAL_DOMAIN):
        raise LoginError(
            400,
            "invalid_request",
            90002,
            f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
            "correct cloud. Check with your subscription administrator, this may happen if there are no active "
            "subscriptions for the tenant.",
        )


def issue_token(
    directory: Directory, signer: TokenSigner, tenant: str, form: Mapping[str, str], *, lifetime: int = LIFETIME_SECONDS
) -> Json:
    """Answer a client-credentials request.

    Args:
        directory: The tenant.
        signer: Its signing key.
        tenant: Tenant id or domain of the path.
        form: The fields of the form.
        lifetime: Seconds that the token lives.

    Raises:
        LoginError: With Entra's code.
    """
    check_tenant(tenant)
    if form.get("grant_type") != "client_credentials":
        raise LoginError(
            400,
            "unsupported_grant_type",
            70003,
            f"The app requested an unsupported grant type '{form.get('grant_type')}'.",
        )
    client_id = form.get("client_id", "").lower()
    if not client_id:
        raise _missing("client_id")
    application, principal = _find_client(directory, client_id)
    if "client_assertion" in form:
        _check_assertion(directory, signer, tenant, form, (application, principal))
    elif "client_secret" in form:
        _check_secret(directory, form["client_secret"], (application, principal))
    else:
        raise LoginError(
            401,
            "invalid_client",
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )
    audience, resource = _find_resource(directory, form.get("scope", ""))
    roles = granted_roles(directory, principal["id"], resource["id"])
    _check_access(directory, resource, principal, roles)
    return {
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": signer.access_token(audience=audience, principal=principal, roles=roles, lifetime=lifetime),
    }


def _missing(name: str) -> LoginError:
    return LoginError(
        400, "invalid_request", 900144, f"The request body must contain the following parameter: '{name}'."
    )


def _find_client(directory: Directory, client_id: str) -> tuple[Json, Json]:
    """The application and its service principal; both must be there, and enabled."""
    application = directory.application_of(client_id)
    principal = directory.service_principal_of(client_id)
    if application is None or principal is None:
        raise LoginError(
            400,
            "unauthorized_client",
            700016,
            f"Application with identifier '{client_id}' was not found in the directory 'Sandbox'. This can happen if the "
            "application has not been installed by the administrator of the tenant or consented to by any user in the "
            "tenant. You may have sent your authentication request to the wrong tenant.",
        )
    if not principal["accountEnabled"] or application["isDisabled"]:
        raise LoginError(
            400, "unauthorized_client", 7000112, f"Application '{client_id}'({application['displayName']}) is disabled."
        )
    return application, principal


def _check_secret(directory: Directory, secret: str, holders: tuple[Json, Json]) -> None:
    client_id = holders[0]["appId"]
    now = directory.clock()
    expired = False
    for entry in (entry for holder in holders for entry in holder["passwordCredentials"]):
        if hmac.compare_digest(entry["_secret"], hash_secret(secret)):
            if read_date(entry["startDateTime"]) <= now < read_date(entry["endDateTime"]):
                return
            expired = True
    if expired:
        raise LoginError(
            401,
            "invalid_client",
            7000222,
            f"The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal to create new keys "
            "for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
            "https://aka.ms/certCreds.",
        )
    raise LoginError(
        401,
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the "
        f"client secret ID, for a secret added to app '{client_id}'.",
    )


def _check_assertion(
    directory: Directory, signer: TokenSigner, tenant: str, form: Mapping[str, str], holders: tuple[Json, Json]
) -> None:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise _missing("client_assertion_type")
    try:
        assertion = read_assertion(form["client_assertion"])
    except MalformedAssertionError:
        raise LoginError(401, "invalid_client", 50027, "JWT token is invalid or malformed.") from None
    client_id = holders[0]["appId"]
    if str(assertion.claims.get("iss", "")).lower() != client_id:
        _check_federated(signer, assertion, holders[0])
        return
    if str(assertion.claims.get("sub", "")).lower() != client_id:
        raise LoginError(
            401,
            "invalid_client",
            700021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        )
    _check_signature(directory, assertion, holders)
    _check_claims(directory, tenant, assertion.claims)


def _check_signature(directory: Directory, assertion: Assertion, holders: tuple[Json, Json]) -> None:
    found = find_key(assertion, [entry for holder in holders for entry in holder["keyCredentials"]])
    if found is None:
        raise _key_problem(holders[0]["appId"], "The key was not found.", assertion)
    credential, certificate = found
    now = directory.clock()
    if not read_date(credential["startDateTime"]) <= now < read_date(credential["endDateTime"]):
        raise _key_problem(holders[0]["appId"], "The key used is expired.", assertion)
    if not is_signed_by(assertion, certificate):
        raise _key_problem(holders[0]["appId"], "The key was found, but the signature is invalid.", assertion)


def _key_problem(client_id: str, reason: str, assertion: Assertion) -> LoginError:
    return LoginError(
        401,
        "invalid_client",
        700027,
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        f"[Reason - {reason}, Thumbprint of key used by client: '{assertion.thumbprint}', Please visit the Azure Portal, "
        f"Graph Explorer or directly use MS Graph to see configured keys for app Id '{client_id}'.]",
    )


def _check_claims(directory: Directory, tenant: str, claims: Mapping[str, Any]) -> None:
    now = directory.clock().timestamp()
    skew = 300
    if not claims.get("nbf", now) - skew <= now < claims.get("exp", 0) + skew:
        raise LoginError(401, "invalid_client", 700024, "Client assertion is not within its valid time range.")
    names = {tenant, TENANT_ID, INITIAL_DOMAIN}
    base = directory.url
    accepted = {f"{base}/{name}/{end}" for name in names for end in ("oauth2/v2.0/token", "oauth2/token", "v2.0", "")}
    if str(claims.get("aud", "")).replace(f"{base}//", f"{base}/") not in accepted:
        raise LoginError(401, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer.")


def _check_federated(signer: TokenSigner, assertion: Assertion, application: Json) -> None:
    """An OpenID Connect token of another issuer counts when a federated identity credential names it."""
    claims = assertion.claims
    matching = any(
        (entry["issuer"], entry["subject"]) == (claims.get("iss"), claims.get("sub"))
        for entry in application.get("_federated", ())
    )
    if not matching:
        raise LoginError(
            401,
            "invalid_client",
            700213,
            "No matching federated identity record found for presented assertion "
            f"subject '{claims.get('sub')}'. Check your federated identity credential Subject, Audience and Issuer "
            "against the presented assertion.",
        )
    try:
        signer.verify(assertion.token, audience=FEDERATION_AUDIENCE, issuer=signer.federation_issuer)
    except jwt.InvalidTokenError:
        raise LoginError(401, "invalid_client", 700027, "Client assertion failed signature validation.") from None


def _find_resource(directory: Directory, scope: str) -> tuple[str, Json]:
    """The audience that the scope names, and its service principal."""
    if not scope.endswith("/.default"):
        raise LoginError(
            400,
            "invalid_scope",
            1002012,
            f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with "
            "/.default suffixed to the resource identifier (application ID URI).",
        )
    audience = scope.removesuffix("/.default")
    if audience == directory.url:
        resource = directory.service_principal_of(GRAPH_CLIENT_ID)
    else:
        resource = next(
            (
                principal
                for principal in directory.store.all("servicePrincipals").values()
                if audience in principal["servicePrincipalNames"]
            ),
            None,
        )
    if resource is None:
        raise LoginError(
            400,
            "invalid_resource",
            500011,
            f"The resource principal named {audience} was not found in the tenant named Sandbox. This can happen if the "
            "application has not been installed by the administrator of the tenant or consented to by any user in the "
            "tenant. You might have sent your authentication request to the wrong tenant.",
        )
    return (GRAPH_AUDIENCE if audience == GRAPH_CLIENT_ID else audience), resource


def _check_access(directory: Directory, resource: Json, principal: Json, roles: frozenset[str]) -> None:
    if blocks(directory, principal):
        raise LoginError(
            400,
            "invalid_grant",
            53003,
            "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        )
    if not resource["accountEnabled"]:
        raise LoginError(
            400,
            "unauthorized_client",
            500014,
            f"The service principal for resource '{resource['appId']}' is disabled. This indicate that a subscription "
            "within the tenant has lapsed, or that the administrator for this tenant has disabled the application, "
            "preventing tokens from being issued for it.",
        )
    if resource["appRoleAssignmentRequired"] and not roles:
        raise LoginError(
            400,
            "invalid_grant",
            501051,
            f"Application '{principal['appId']}'({principal['displayName']}) is not assigned to a role for the application "
            f"'{resource['appId']}'({resource['displayName']}).",
        )
