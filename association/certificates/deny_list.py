"""Certificates that must not be used although they are well formed, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from association.certificates.certificate import Certificate, HexStr


@dataclass(frozen=True, kw_only=True)
class DeniedCertificate:
    """One certificate that nobody should trust again, and neither its key."""

    thumbprint: HexStr
    """SHA-1 of the DER bytes: 40 upper-case hex digits."""
    thumbprint_sha256: HexStr
    """SHA-256 of the DER bytes: 64 upper-case hex digits."""
    public_key_sha256: HexStr
    """SHA-256 of the SubjectPublicKeyInfo: a new certificate of the same key is as bad."""
    reason: str
    """Why, as a sentence."""
    advice: str
    """What to do, as a sentence."""
    source: str
    """Where this is known from."""
    listed: date
    """Day on which it was put on this list."""


DENIED_CERTIFICATES = (
    DeniedCertificate(
        thumbprint=HexStr("D4DF4464B05EA92F4990DC0BAF82505FD561ADD2"),
        thumbprint_sha256=HexStr("31396EC940945F2C9DA30D78A8D99F385267DA9BDA3A3D4434DFB5CFECA6298A"),
        public_key_sha256=HexStr("81431BE3A10781CAA3D8D9DA31FE32AB5D49C95458EB1E6A64A40008CA8E2562"),
        reason="Mimecast's guide of 2019 printed this one certificate for everybody, it expired on 2025-08-04, and in January 2021 "
        "a Mimecast certificate for exactly this kind of connection was stolen; which one was never published.",
        advice="Ask Mimecast for the certificate of your region.",
        source="Mimecast community DOC-2528 v23 (2019-08-05); Mimecast's disclosure of 2021-01-12; SEC order 33-11322 (2024)",
        listed=date(2026, 11, 24),
    ),
)


def find_denied(
    certificate: Certificate, denied: Sequence[DeniedCertificate] = DENIED_CERTIFICATES
) -> DeniedCertificate | None:
    """Give the entry that this certificate, or its key, is listed under; None when it is not listed."""
    for entry in denied:
        if (
            certificate.thumbprint_sha256 == entry.thumbprint_sha256
            or certificate.thumbprint == entry.thumbprint
            or certificate.public_key_sha256 == entry.public_key_sha256
        ):
            return entry
    return None
