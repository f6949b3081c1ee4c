"""The vendor's key pair: made once, kept while it is good, made anew when it is not."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sandbox.vendor import Vendor, make_vendor


def read_certificate(vendor: Vendor) -> x509.Certificate:
    return x509.load_pem_x509_certificate(vendor.certificate_path.read_bytes())


def test_the_key_is_the_vendors_alone(tmp_path: Path) -> None:
    vendor = make_vendor(tmp_path)
    assert stat.S_IMODE(vendor.key_path.stat().st_mode) == 0o600
    assert b"PRIVATE KEY" not in vendor.certificate_path.read_bytes()
    assert "PRIVATE KEY" not in repr(vendor)


def test_the_certificate_is_good_for_a_year_of_rsa_2048_in_whole_seconds(tmp_path: Path) -> None:
    certificate = read_certificate(make_vendor(tmp_path))
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lifetime == timedelta(days=365)
    assert certificate.not_valid_before_utc.microsecond == 0
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 2048
    assert certificate.subject == certificate.issuer
    assert "Mimecast Services Limited (sandbox)" in certificate.subject.rfc4514_string()


def test_a_good_pair_is_kept(tmp_path: Path) -> None:
    first = make_vendor(tmp_path)
    before = first.key_path.read_bytes(), first.certificate_path.read_bytes()
    assert make_vendor(tmp_path) == first
    assert (first.key_path.read_bytes(), first.certificate_path.read_bytes()) == before


def test_an_expired_pair_is_made_anew(tmp_path: Path) -> None:
    old = make_vendor(tmp_path, now=datetime.now(UTC) - timedelta(days=400))
    assert make_vendor(tmp_path).thumbprint != old.thumbprint


def test_a_certificate_of_another_key_is_replaced(tmp_path: Path) -> None:
    vendor, other = make_vendor(tmp_path / "vendor"), make_vendor(tmp_path / "other")
    vendor.certificate_path.write_bytes(other.certificate_path.read_bytes())
    made = make_vendor(tmp_path / "vendor")
    assert made.thumbprint not in {vendor.thumbprint, other.thumbprint}
    assert stat.S_IMODE(made.key_path.stat().st_mode) == 0o600


def test_a_damaged_key_is_replaced(tmp_path: Path) -> None:
    vendor = make_vendor(tmp_path)
    vendor.key_path.write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
    assert make_vendor(tmp_path).thumbprint != vendor.thumbprint
