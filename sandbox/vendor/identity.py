"""The vendor's identity in the sandbox: its private key, its certificate, and how it asks for a token.

The key pair is made for one sandbox and works nowhere else.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from sandbox.self_signed import make_self_signed

if TYPE_CHECKING:
    import requests

VENDOR_NAME = "Mimecast Services Limited (sandbox)"
EXCHANGE = "https://outlook.office365.com"

_KEY_FILE = "vendor-private-key.pem"
_CERTIFICATE_FILE = "mimecast-sandbox.pem"


class LoginRefusedError(Exception):
    """The login service gave no token."""

    def __init__(self, code: str, description: str) -> None:
        """Hold the code, such as `AADSTS700027`, and the description that came with it, up to the trace id."""
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass(frozen=True, kw_only=True)
class Token:
    """An access token for one API."""

    access_token: str = field(repr=False)
    """Compact JWT; never printed."""
    roles: tuple[str, ...]
    """App roles in it, sorted; empty when nothing was granted. Read without verifying, as any client may."""


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """Who signs token requests."""

    key_path: Path
    """The private key, PEM (PKCS#8), mode 0600. It never leaves the vendor."""
    certificate_path: Path
    """The certificate, PEM. This file is what the customer gets."""
    thumbprint: str
    """SHA-1 of the certificate's DER bytes: 40 upper-case hex digits."""

    def token(
        self, tenant_url: str, tenant_id: str, client_id: str, ca_file: Path, *, resource: str = EXCHANGE
    ) -> Token:
        """Ask the login service for a token, with a client assertion signed by the private key, or raise LoginRefusedError."""
        import jwt
        import msal

        with loopback_session(ca_file) as session:
            client = msal.ConfidentialClientApplication(
                client_id,
                authority=f"{tenant_url}/{tenant_id}",
                client_credential={
                    "private_key": self.key_path.read_text(encoding="ascii"),
                    "public_certificate": self.certificate_path.read_text(encoding="ascii"),
                },
                instance_discovery=False,
                http_client=session,
            )
            answer = client.acquire_token_for_client([f"{resource}/.default"])
        if "access_token" not in answer:
            description = str(answer.get("error_description", answer.get("error", "no answer")))
            description = re.split(r"\s+Trace ID:", description)[0]
            raise LoginRefusedError(description.partition(":")[0], description)
        access_token = str(answer["access_token"])
        claims = jwt.decode(access_token, options={"verify_signature": False})
        return Token(access_token=access_token, roles=tuple(sorted(claims.get("roles", []))))


def loopback_session(ca_file: Path) -> "requests.Session":
    """A session for servers whose TLS certificates come from this authority (PEM file); close it after use."""
    import requests

    session = requests.Session()
    session.trust_env = False  # a REQUESTS_CA_BUNDLE in the environment would silently win over `verify`
    session.verify = str(ca_file)
    return session


def make_vendor(directory: Path, *, now: datetime | None = None) -> Vendor:
    """The vendor whose key pair lies in this directory; made anew when it is missing, damaged or no longer valid."""
    now = now or datetime.now(UTC)
    key_path, certificate_path = directory / _KEY_FILE, directory / _CERTIFICATE_FILE
    certificate = _read_pair(key_path, certificate_path, now)
    if certificate is None:
        names = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        subject = x509.Name([x509.NameAttribute(name, VENDOR_NAME) for name in names])
        # a clock that lags a little still finds it valid
        key, certificate = make_self_signed(subject, now - timedelta(hours=1))
        directory.mkdir(parents=True, exist_ok=True)
        _write(key_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)
        _write(certificate_path, certificate.public_bytes(Encoding.PEM), mode=0o644)
    return Vendor(
        key_path=key_path,
        certificate_path=certificate_path,
        thumbprint=certificate.fingerprint(SHA1()).hex().upper(),
    )


def _read_pair(key_path: Path, certificate_path: Path, now: datetime) -> x509.Certificate | None:
    try:
        key = load_pem_private_key(key_path.read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(certificate_path.read_bytes())
    except (OSError, ValueError):
        return None
    belongs = key.public_key() == certificate.public_key()
    valid = certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc
    return certificate if belongs and valid else None


def _write(path: Path, content: bytes, *, mode: int) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode, exist_ok=False)
    temporary.write_bytes(content)
    temporary.replace(path)
