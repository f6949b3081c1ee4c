"""Client assertions: a JWT that a client signs with the private key of a certificate on its application.

The forms of three real clients are read: `kid` (azuread provider), `x5t` (azure-identity), `x5t#S256` (msal). Source:
https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials (checked 2026-11-24).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.utils import base64url_decode

from sandbox.tenant.credentials import read_certificate
from sandbox.tenant.store import Json

ALGORITHMS = ("RS256", "PS256", "ES256")


class MalformedAssertionError(Exception):
    """The assertion is no JWT with a readable header and payload."""


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """An assertion before its signature is checked."""

    token: str
    header: dict[str, Any]
    claims: dict[str, Any]
    thumbprint: str
    """Upper-case hex of the certificate's SHA-1, or SHA-256 for `x5t#S256`; empty when the header names no key."""


def read_assertion(token: str) -> Assertion:
    """Parse an assertion, trusting nothing in it; raises MalformedAssertionError."""
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise MalformedAssertionError(str(error)) from None
    named = header.get("x5t#S256") or header.get("x5t") or header.get("kid") or ""
    return Assertion(token=token, header=header, claims=claims, thumbprint=_hex_of(str(named)))


def _hex_of(text: str) -> str:
    """Thumbprints are base64url with or without padding; some clients write hex into `kid`."""
    try:
        raw = base64url_decode(text.rstrip("="))
    except ValueError:
        return text.upper()
    known_lengths = (hashes.SHA1.digest_size, hashes.SHA256.digest_size)
    return raw.hex().upper() if len(raw) in known_lengths else text.upper()


def find_key(assertion: Assertion, credentials: Sequence[Json]) -> tuple[Json, x509.Certificate] | None:
    """The key credential that the assertion names, with its certificate."""
    for credential in credentials:
        certificate = read_certificate(credential["key"])
        prints = (certificate.fingerprint(hashes.SHA1()), certificate.fingerprint(hashes.SHA256()))
        if assertion.thumbprint in (prints[0].hex().upper(), prints[1].hex().upper()):
            return credential, certificate
    return None


def is_signed_by(assertion: Assertion, certificate: x509.Certificate) -> bool:
    algorithm, key = assertion.header.get("alg"), certificate.public_key()
    if algorithm not in ALGORITHMS:
        return False
    try:
        jwt.decode(
            assertion.token,
            key,  # type: ignore[arg-type]  # any key kind: PyJWT refuses those that do not fit the algorithm
            algorithms=[algorithm],
            options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except (jwt.InvalidTokenError, TypeError, ValueError):
        return isinstance(key, ec.EllipticCurvePublicKey) and _is_asn1_signed(assertion.token, key)
    return True


def _is_asn1_signed(token: str, key: ec.EllipticCurvePublicKey) -> bool:
    """The azuread provider writes ES256 signatures in ASN.1, not as the two numbers that JWS asks for."""
    signed, _, signature = token.rpartition(".")
    try:
        key.verify(base64url_decode(signature), signed.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
