"""How a client proves who it is at the token endpoint: a secret, a signed assertion, or another issuer's token."""

import hmac
from collections.abc import Mapping
from typing import Any

import jwt

from sandbox.tenant.assertions import Assertion, MalformedAssertionError, find_key, is_signed_by, read_assertion
from sandbox.tenant.credentials import read_date
from sandbox.tenant.directory import INITIAL_DOMAIN, Directory
from sandbox.tenant.login_problems import LoginError
from sandbox.tenant.passwords import hash_secret
from sandbox.tenant.store import Json
from sandbox.tenant.tokens import FEDERATION_AUDIENCE, TokenSigner

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def check_secret(directory: Directory, secret: str, holders: tuple[Json, Json]) -> None:
    """Check a client secret against those of the application and of its service principal."""
    client_id = holders[0]["appId"]
    now = directory.clock()
    expired = False
    for entry in (entry for holder in holders for entry in holder["passwordCredentials"]):
        if hmac.compare_digest(entry["_secret"], hash_secret(secret)):
            if read_date(entry["startDateTime"]) <= now < read_date(entry["endDateTime"]):
                return
            expired = True
    if expired:
        raise LoginError(7000222, client=client_id)
    raise LoginError(7000215, client=client_id)


def check_assertion(
    directory: Directory, signer: TokenSigner, tenant: str, form: Mapping[str, str], holders: tuple[Json, Json]
) -> None:
    """Check an assertion: signed with a registered certificate, or another issuer's token that a federated credential names."""
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise LoginError(900144, name="client_assertion_type")
    try:
        assertion = read_assertion(form["client_assertion"])
    except MalformedAssertionError:
        raise LoginError(50027) from None
    client_id = holders[0]["appId"]
    if str(assertion.claims.get("iss", "")).lower() != client_id:
        _check_federated(signer, assertion, holders[0])
        return
    if str(assertion.claims.get("sub", "")).lower() != client_id:
        raise LoginError(700021)
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
    text = (
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        f"[Reason - {reason}, Thumbprint of key used by client: '{assertion.thumbprint}', Please visit the Azure Portal, "
        f"Graph Explorer or directly use MS Graph to see configured keys for app Id '{client_id}'.]"
    )
    return LoginError(700027, text=text)


def _check_claims(directory: Directory, tenant: str, claims: Mapping[str, Any]) -> None:
    now = directory.clock().timestamp()
    skew = 300
    if not claims.get("nbf", now) - skew <= now < claims.get("exp", 0) + skew:
        raise LoginError(700024)
    names = {tenant, directory.tenant_id, INITIAL_DOMAIN}
    base = directory.url
    accepted = {f"{base}/{name}/{end}" for name in names for end in ("oauth2/v2.0/token", "oauth2/token", "v2.0", "")}
    if str(claims.get("aud", "")).replace(f"{base}//", f"{base}/") not in accepted:
        raise LoginError(700023)


def _check_federated(signer: TokenSigner, assertion: Assertion, application: Json) -> None:
    """An OpenID Connect token of another issuer counts when a federated identity credential names it."""
    claims = assertion.claims
    matching = any(
        (entry["issuer"], entry["subject"]) == (claims.get("iss"), claims.get("sub"))
        for entry in application.get("_federated", ())
    )
    if not matching:
        raise LoginError(700213, subject=claims.get("sub"))
    try:
        signer.verify(assertion.token, audience=FEDERATION_AUDIENCE, issuer=signer.federation_issuer)
    except jwt.InvalidTokenError:
        raise LoginError(700027, text="Client assertion failed signature validation.") from None
