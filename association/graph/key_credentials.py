"""One entry of an application's `keyCredentials`, as Graph shows it and as we make it.

Source: https://learn.microsoft.com/graph/api/resources/keycredential (checked 2026-11-24).
"""

import base64
import binascii
import hashlib
import ssl
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from association.certificates import Certificate, parse_der
from association.errors import CertificateError, GraphError
from association.text import format_time

LONGEST_DISPLAY_NAME: Final = 90
"""Characters; Graph cuts off the rest. Source: the page named above (checked 2026-11-24)."""


@dataclass(frozen=True, kw_only=True)
class KeyCredential:
    """One entry as Graph showed it."""

    key_id: str
    """GUID in lower case."""
    display_name: str
    """Controlled by whoever made the entry, so escape it before a terminal sees it; may be empty."""
    key: bytes | None
    """DER of the certificate, or the raw bytes where they are no certificate; None when the request did not select them."""
    certificate: Certificate | None
    """The parsed certificate; None when the bytes are none, or were not selected."""
    as_read: Mapping[str, Any] = field(repr=False)
    """The entry as Graph sent it."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the key bytes, 64 upper-case hex digits; empty when the request did not select them."""
        return "" if self.key is None else hashlib.sha256(self.key).hexdigest().upper()

    def resend(self) -> dict[str, Any]:
        """The entry for a PATCH that keeps it: exactly as read, without the key bytes, as the azuread provider does it."""
        return {**self.as_read, "key": None}

    def same_entry(self, other: "KeyCredential") -> bool:
        """Whether two readings show one and the same entry; the bytes count where both have them."""
        if self.key is not None and other.key is not None and self.key != other.key:
            return False
        return self.resend() == other.resend()


def parse_key_credentials(application: Mapping[str, Any], path: str) -> tuple[KeyCredential, ...]:
    """The entries of an application as Graph sent it; the path where it was read is for the error.

    Raises:
        GraphError: An entry has no key ID.
    """
    return tuple(_parse(entry, path) for entry in application.get("keyCredentials") or ())


def _parse(entry: Mapping[str, Any], path: str) -> KeyCredential:
    key_id = entry.get("keyId")
    if not isinstance(key_id, str):
        raise GraphError(
            f"Microsoft Graph answered GET {path} with a key credential without keyId",
            method="GET",
            path=path,
            status=200,
        )
    key, certificate = _read_key(entry.get("key"), f"key credential {key_id}")
    return KeyCredential(
        key_id=key_id.lower(),
        display_name=str(entry.get("displayName") or ""),
        key=key,
        certificate=certificate,
        as_read=entry,
    )


def _read_key(encoded: Any, source: str) -> tuple[bytes | None, Certificate | None]:
    """The key is base64 of DER, or base64 of PEM text as the azuread provider writes it. Nothing else counts as a certificate.

    Other forms are for files that a person hands over: bytes in the tenant may be anybody's.
    """
    if not isinstance(encoded, str):
        return None, None
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return encoded.encode(), None
    try:
        der = ssl.PEM_cert_to_DER_cert(raw.decode("ascii")) if raw.startswith(b"-----BEGIN ") else raw
        certificate = parse_der(der, source=source)
    except (CertificateError, ValueError):
        return raw, None
    return certificate.der, certificate


def choose_key_id(certificate: Certificate, taken: frozenset[str]) -> str:
    """The key ID for a certificate: always the same one, or a random one where foreign bytes sit under that."""
    usual = str(uuid.uuid5(uuid.NAMESPACE_OID, certificate.thumbprint_sha256.lower()))
    return str(uuid.uuid4()) if usual in taken else usual


def make_entry(certificate: Certificate, key_id: str) -> dict[str, Any]:
    """A new entry for a PATCH; both dates are the certificate's own, as Graph refuses any other side of them."""
    return {
        "keyId": key_id,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "displayName": certificate.subject[:LONGEST_DISPLAY_NAME] or certificate.thumbprint,
        "key": base64.b64encode(certificate.der).decode(),
        "startDateTime": format_time(certificate.not_before),
        "endDateTime": format_time(certificate.not_after),
    }
