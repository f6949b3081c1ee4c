"""What is read out of a certificate, and how it is written."""

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from association.certificates import KeyType, SelfSignature, read_certificate, read_certificate_file
from tests.certificates.factories import BEGINS, ENDS, der_of, issue, read, rsa_key

GUIDE_2019 = Path(__file__).parent / "fixtures" / "guide-2019.txt"

SHA256_RSA = bytes.fromhex("2a864886f70d01010b")
SHA1_RSA = bytes.fromhex("2a864886f70d010105")
MD5_RSA = bytes.fromhex("2a864886f70d010104")


def test_the_certificate_of_the_2019_guide_is_read_as_printed() -> None:
    certificate = read_certificate_file(GUIDE_2019)

    assert certificate.thumbprint == "D4DF4464B05EA92F4990DC0BAF82505FD561ADD2"
    assert certificate.thumbprint_sha256 == "31396EC940945F2C9DA30D78A8D99F385267DA9BDA3A3D4434DFB5CFECA6298A"
    assert certificate.x5t == "1N9EZLBeqS9JkNwLr4JQX9VhrdI"
    assert certificate.serial_number == 0x6EF773B4
    assert certificate.not_after == datetime(2025, 8, 4, 15, 7, tzinfo=UTC)


def test_times_are_aware_and_in_utc() -> None:
    certificate = read(issue())

    assert (certificate.not_before, certificate.not_after) == (BEGINS, ENDS)
    assert certificate.not_after.tzinfo is UTC


def test_the_x5t_forms_are_unpadded_base64url_of_the_digests() -> None:
    der = der_of(issue())

    certificate = read_certificate(der, source="a")

    digest = hashlib.sha256(der).digest()
    assert certificate.x5t_s256 == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_the_fingerprint_of_the_key_is_that_of_its_public_key_info() -> None:
    info = rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    assert read(issue()).public_key_sha256 == hashlib.sha256(info).hexdigest().upper()


@pytest.mark.parametrize(
    ("key", "key_type", "bits", "description"),
    [
        (rsa_key("short", 1024), KeyType.RSA, 1024, "RSA 1024 bits"),
        (dsa.generate_private_key(1024), KeyType.DSA, 1024, "DSA 1024 bits"),  # noqa: S505 - made quickly, used for nothing
        (ec.generate_private_key(ec.SECP384R1()), KeyType.EC, 384, "EC secp384r1"),
        (ed25519.Ed25519PrivateKey.generate(), KeyType.OTHER, 0, "ED25519"),
    ],
    ids=["RSA", "DSA", "EC", "Ed25519"],
)
def test_the_key_is_described(key: ec.EllipticCurvePrivateKey, key_type: KeyType, bits: int, description: str) -> None:
    certificate = read(issue(key=key))

    assert (certificate.key_type, certificate.key_bits, certificate.key_description) == (key_type, bits, description)


def test_an_rsassa_pss_key_is_called_that() -> None:
    """Its identifier stands where the one of plain RSA keys stands, with absent parameters (RFC 4055, 3.1)."""
    plain, pss = bytes.fromhex("300d06092a864886f70d0101010500"), bytes.fromhex("300d06092a864886f70d01010a3000")

    certificate = read_certificate(der_of(issue()).replace(plain, pss), source="a")

    assert (certificate.key_type, certificate.key_description) == (KeyType.RSA, "RSASSA-PSS 2048 bits")


def test_a_key_of_an_unknown_algorithm_is_read_and_named_by_its_identifier() -> None:
    rsa_key_identifier, unknown = bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06092a864886f70d01017f")

    certificate = read_certificate(der_of(issue()).replace(rsa_key_identifier, unknown), source="a")

    assert (certificate.key_type, certificate.key_description) == (KeyType.OTHER, "1.2.840.113549.1.1.127")
    assert len(certificate.public_key_sha256) == 64


@pytest.mark.parametrize(
    ("identifier", "name", "hash_name"),
    [(SHA1_RSA, "RSA with SHA1", "sha1"), (MD5_RSA, "RSA with MD5", "md5"), (SHA256_RSA, "RSA with SHA256", "sha256")],
    ids=["SHA-1", "MD5", "SHA-256"],
)
def test_the_signature_algorithm_is_named(identifier: bytes, name: str, hash_name: str) -> None:
    certificate = read_certificate(der_of(issue()).replace(SHA256_RSA, identifier), source="a")

    assert (certificate.signature_algorithm, certificate.signature_hash) == (name, hash_name)


def test_an_unknown_signature_algorithm_is_named_by_its_identifier() -> None:
    unknown = bytes.fromhex("2a864886f70d01017f")

    certificate = read_certificate(der_of(issue()).replace(SHA256_RSA, unknown), source="a")

    assert (certificate.signature_algorithm, certificate.signature_hash) == ("1.2.840.113549.1.1.127", "")
    assert SignatureAlgorithmOID.RSA_WITH_SHA256.dotted_string == "1.2.840.113549.1.1.11"


def test_a_self_signature_is_verified() -> None:
    assert read(issue()).self_signature is SelfSignature.VERIFIED


def test_a_changed_byte_breaks_the_self_signature() -> None:
    der = bytearray(der_of(issue()))
    der[-1] ^= 1

    assert read_certificate(bytes(der), source="a").self_signature is SelfSignature.BROKEN


def test_a_signature_by_another_issuer_cannot_be_checked() -> None:
    issued = issue(issuer="Some authority", signer=rsa_key("authority"))

    assert read(issued).self_signature is SelfSignature.UNKNOWN


def test_a_key_rollover_of_the_same_name_is_not_called_altered() -> None:
    old, new = rsa_key("old"), rsa_key("new")
    extensions = [
        x509.SubjectKeyIdentifier.from_public_key(new.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(old.public_key()),
    ]

    assert read(issue(key=new, signer=old, extensions=extensions)).self_signature is SelfSignature.UNKNOWN


def test_ca_and_extended_key_usages_are_read() -> None:
    extensions = [
        x509.BasicConstraints(ca=True, path_length=None),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
    ]

    certificate = read(issue(extensions=extensions))

    assert certificate.is_ca
    assert certificate.extended_key_usages == ("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2")


def test_what_the_parser_only_warns_about_is_kept_and_not_shown(recwarn: pytest.WarningsRecorder) -> None:
    positive = der_of(issue(serial_number=0x6EF773B4))
    negative = positive.replace(bytes.fromhex("02046ef773b4"), bytes.fromhex("0204eef773b4"))

    certificate = read_certificate(negative, source="a")

    assert len(certificate.irregularities) == 1
    assert "serial number" in certificate.irregularities[0]
    assert not recwarn.list


def test_the_representation_leaves_the_bytes_out() -> None:
    assert "BEGIN CERTIFICATE" not in repr(read(issue()))
