"""Certificates that their own key signs, as the sandbox's vendor and deployers have them."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256


def make_self_signed(subject: x509.Name, start: datetime) -> tuple[RSAPrivateKey, x509.Certificate]:
    """A new RSA key and a certificate for one year with a subject key identifier and nothing else, like that of the 2019 guide."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    start = start.replace(microsecond=0)
    end, identifier = start + timedelta(days=365), x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    serial = x509.random_serial_number()
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), serial, start, end)
    return key, builder.add_extension(identifier, critical=False).sign(key, SHA256())
