"""Makes one valid certificate; a negative test changes one field. Keys are made at test time and never stored."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@cache
def rsa_key(label: str = "vendor", bits: int = 2048) -> rsa.RSAPrivateKey:
    """One key per label and test process."""
    del label
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def certificate_pem(
    name: str = "vendor",
    *,
    bits: int = 2048,
    begins: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=364),
) -> str:
    """A self-signed certificate of the key with that label, as PEM.

    Args:
        name: Label of the key, and common name.
        bits: Size of the RSA key.
        begins: Start of validity from now.
        ends: End of validity from now.
    """
    key = rsa_key(name, bits)
    now = datetime.now(UTC).replace(microsecond=0)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Mimecast Services Limited {name}")])
    builder = x509.CertificateBuilder(
        issuer_name=subject,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now + begins,
        not_valid_after=now + ends,
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
