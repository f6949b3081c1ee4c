"""Makes one valid certificate; a negative test changes one field. Keys are made at test time and never stored."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from association.certificates import Certificate, read_certificate

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BEGINS = datetime(2026, 6, 1, tzinfo=UTC)
ENDS = datetime(2027, 6, 1, tzinfo=UTC)

PrivateKey = rsa.RSAPrivateKey | dsa.DSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def rsa_key(label: str = "vendor", bits: int = 2048) -> rsa.RSAPrivateKey:
    """One key for each label and test process."""
    del label
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def issue(
    *,
    key: PrivateKey | None = None,
    signer: PrivateKey | None = None,
    subject: str = "Mimecast Services Limited",
    issuer: str = "",
    begins: datetime = BEGINS,
    ends: datetime = ENDS,
    serial_number: int = 0x6EF773B4,
    extensions: Sequence[x509.ExtensionType] = (),
) -> x509.Certificate:
    """Issue a certificate that is valid at `NOW`: self-signed, RSA 2048, SHA-256, no extension."""
    key = key or rsa_key()
    builder = x509.CertificateBuilder(
        subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]),
        issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer or subject)]),
        public_key=key.public_key(),
        serial_number=serial_number,
        not_valid_before=begins,
        not_valid_after=ends,
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    signer = signer or key
    return builder.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def der_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def read(certificate: x509.Certificate, source: str = "vendor.pem") -> Certificate:
    return read_certificate(der_of(certificate), source=source)


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def pem_lines(certificate: x509.Certificate) -> list[str]:
    return pem_of(certificate).splitlines(keepends=True)


def pem_with_character(line: int, character: int, replacement: str) -> str:
    """PEM with one character replaced; line and character count from 1."""
    lines = pem_lines(issue())
    old = lines[line - 1]
    lines[line - 1] = old[: character - 1] + replacement + old[character:]
    return "".join(lines)
