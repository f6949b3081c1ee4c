"""Binary data: a certificate, or a container (PKCS#7, PKCS#12) with exactly one, or what it is instead."""

import warnings
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from association.certificates.der import SEQUENCE, Kind, MalformedError, read_element, recognise
from association.certificates.private_keys import HINT as PRIVATE_KEY_HINT
from association.errors import CertificateError

_KEY_BAGS: Final = (bytes.fromhex("060b2a864886f70d010c0a0101"), bytes.fromhex("060b2a864886f70d010c0a0102"))
"""Object identifiers keyBag and pkcs8ShroudedKeyBag, which stand in plain sight unless the whole content is encrypted.

Source: https://www.rfc-editor.org/rfc/rfc7292#appendix-D (checked 2026-11-29)."""


def find_in_binary(data: bytes, place: str, end: str) -> tuple[Kind, bytes]:
    """What the data is, and the DER of the one certificate that it is or contains; empty when it is something else.

    Raises:
        CertificateError: It is damaged, a private key, or a container without exactly one certificate.
    """
    kind = recognise(data)
    _check_length(data, kind, end)
    match kind:
        case Kind.CERTIFICATE:
            return kind, data
        case Kind.PKCS7:
            return kind, _open_pkcs7(data, place)
        case Kind.PKCS12:
            return kind, _open_pkcs12(data, place)
        case Kind.PRIVATE_KEY | Kind.ENCRYPTED_PRIVATE_KEY:
            raise CertificateError(f"{place}: this is {kind}.", hint=PRIVATE_KEY_HINT)
        case _:
            return kind, b""


def _check_length(data: bytes, kind: Kind, end: str) -> None:
    try:
        outer = read_element(data)
    except MalformedError:
        return
    if outer.tag != SEQUENCE or (kind is Kind.UNKNOWN and outer.end <= len(data)):
        return
    if outer.end > len(data):
        raise CertificateError(
            f"{end}: the data ends after {len(data)} bytes, but its first bytes announce {outer.end}: it was cut off.",
            hint="Get the certificate again, as a file and not as pasted text.",
        )
    if outer.end < len(data):
        raise CertificateError(
            f"{end}: {kind} of {outer.end} bytes is followed by {len(data) - outer.end} more.",
            hint="Remove what follows it (openssl x509 -in FILE does so for a TRUSTED CERTIFICATE), or get the certificate again.",
        )


def _open_pkcs7(data: bytes, place: str) -> bytes:
    """The certificate of a PKCS#7 bundle, as DER.

    Raises:
        CertificateError: It cannot be read, or does not hold exactly one.
    """
    from cryptography.hazmat.primitives.serialization import pkcs7

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # BER is as good as DER here: the certificate inside is taken as issued
            certificates = pkcs7.load_der_pkcs7_certificates(data)
    except Exception as error:
        raise CertificateError(
            f"{place}: a PKCS#7 bundle that cannot be read.",
            hint="Get the certificate again, as a file and not as pasted text.",
        ) from error
    return _take_one(
        certificates,
        f"{place}: a PKCS#7 bundle",
        "openssl pkcs7 -print_certs -in FILE (add -inform DER if it is binary)",
    )


def _open_pkcs12(data: bytes, place: str) -> bytes:
    """The certificate of a PKCS#12 file without a private key, as DER.

    Raises:
        CertificateError: It holds a private key, or cannot be opened without a password, or does not hold exactly one certificate.
    """
    from cryptography.hazmat.primitives.serialization import pkcs12

    opened = None
    if not (has_key := any(bag in data for bag in _KEY_BAGS)):
        for password in (None, b""):
            try:
                opened = pkcs12.load_pkcs12(data, password)
                break
            except (ValueError, UnsupportedAlgorithm):
                continue
    if has_key or (opened and opened.key):
        raise CertificateError(
            f"{place}: this is a PKCS#12 file with a private key.",
            hint=f"{PRIVATE_KEY_HINT} Export it with: openssl pkcs12 -in FILE -clcerts -nokeys -out certificate.pem",
        )
    if opened is None:
        raise CertificateError(
            f"{place}: this is an encrypted PKCS#12 file, which may hold a private key.",
            hint="Export the certificate alone: openssl pkcs12 -in FILE -nokeys -out certificate.pem",
        )
    bags = [*([opened.cert] if opened.cert else []), *opened.additional_certs]
    certificates = [bag.certificate for bag in bags]
    return _take_one(certificates, f"{place}: a PKCS#12 file", "openssl pkcs12 -in FILE -nokeys")


def _take_one(certificates: list[x509.Certificate], what: str, command: str) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    if len(certificates) != 1:
        raise CertificateError(
            f"{what} of {len(certificates)} certificates, where exactly one is expected.",
            hint=f"Write them out, and keep the one of the application: {command}",
        )
    return certificates[0].public_bytes(Encoding.DER)
