"""Token requests, and client assertions in the forms of three real clients."""

import base64
import time
import uuid
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.tenant import TENANT_ID, Tenant
from tests.sandbox.certificates import Signer

EXCHANGE_SCOPE = "https://outlook.office365.com/.default"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def sign_in(
    tenant: Tenant, http: requests.Session, client_id: str, *, tenant_name: str = TENANT_ID, **form: str
) -> requests.Response:
    """The answer to a client-credentials request, for Graph unless the form names another scope."""
    fields = {"client_id": client_id, "grant_type": "client_credentials", "scope": f"{tenant.url}/.default"} | form
    return http.post(f"{tenant.url}/{tenant_name}/oauth2/v2.0/token", data=fields)


def sign_in_by_assertion(
    tenant: Tenant, http: requests.Session, client_id: str, assertion: str, **form: str
) -> requests.Response:
    fields = {"client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE, "scope": EXCHANGE_SCOPE}
    return sign_in(tenant, http, client_id, **(fields | form))


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def provider_header(signer: Signer) -> dict[str, str]:
    """As the azuread provider: `kid` is the padded base64url of the SHA-1."""
    return {"kid": base64url(signer.sha1)}


def make_assertion(
    tenant: Tenant,
    client_id: str,
    signer: Signer,
    *,
    algorithm: str = "RS256",
    header: dict[str, str] | None = None,
    **claims: Any,
) -> str:
    """A client assertion; claims given replace the usual ones."""
    now = int(time.time())
    usual = {
        "aud": f"{tenant.url}/{TENANT_ID}/oauth2/v2.0/token",
        "iss": client_id,
        "sub": client_id,
        "jti": str(uuid.uuid4()),
        "nbf": now,
        "exp": now + 3600,
    }
    return jwt.encode(usual | claims, signer.key, algorithm, headers=header or provider_header(signer))


def with_asn1_signature(assertion: str, signer: Signer) -> str:
    """The assertion signed anew in ASN.1, as the azuread provider does for keys on an elliptic curve."""
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    signed = assertion.rpartition(".")[0]
    signature = signer.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    return f"{signed}.{base64url(signature).rstrip('=')}"


def login_refusal(answer: requests.Response) -> tuple[int, str, int]:
    """Status, OAuth error and AADSTS number; the description must begin with the number."""
    body = answer.json()
    assert set(body) >= {"error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id"}
    (number,) = body["error_codes"]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    return answer.status_code, body["error"], number
