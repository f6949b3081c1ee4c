"""Certificates and private keys made for a test run; a key is made once and shared."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Signer:
    """A private key with its certificate."""

    key: Key
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def private_pem(self) -> str:
        kind = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()

    @property
    def sha1(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA1())

    @property
    def sha256(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA256())


@cache
def key_named(name: str) -> Key:
    return ec.generate_private_key(ec.SECP256R1()) if name.startswith("ec") else rsa.generate_private_key(65537, 2048)


def make_signer(name: str = "vendor", *, starts: timedelta | None = None, ends: timedelta | None = None) -> Signer:
    """A self-signed certificate; the dates are offsets from now."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key_named(name).public_key())
    )
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + (timedelta(days=-1) if starts is None else starts))
    builder = builder.not_valid_after(now + (timedelta(days=365) if ends is None else ends))
    return Signer(key_named(name), builder.sign(key_named(name), hashes.SHA256()))


def key_credential(signer: Signer, *, pem: bool = False, **changes: Any) -> dict[str, Any]:
    """A new entry of keyCredentials; `pem` encodes it as the azuread provider does."""
    raw = signer.pem if pem else signer.der
    entry = {"key": base64.b64encode(raw).decode(), "type": "AsymmetricX509Cert", "usage": "Verify"}
    return {name: value for name, value in (entry | changes).items() if value is not ...}
