"""The certificate as the rest of the program sees it: every field, computed when it is read."""

import base64
import hashlib
import ssl
import warnings
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, PublicKeyAlgorithmOID, SignatureAlgorithmOID

from association.certificates.der import VERSION, Element, read_children, read_element
from association.errors import CertificateError


def _names_in(collection: type) -> dict[str, str]:
    """Dotted object identifier → the name that cryptography gives it, as words."""
    return {
        identifier.dotted_string: name.strip("_").replace("_", " ")
        for name, identifier in vars(collection).items()
        if isinstance(identifier, x509.ObjectIdentifier)
    }


_KEY_NAMES = _names_in(PublicKeyAlgorithmOID)
_SIGNATURE_NAMES = _names_in(SignatureAlgorithmOID)
_USAGE_NAMES = _names_in(ExtendedKeyUsageOID)

HexStr = NewType("HexStr", str)
"""Upper-case hexadecimal digits without separators."""

B64UrlStr = NewType("B64UrlStr", str)
"""Base64url (RFC 4648 section 5) without padding."""


class KeyType(StrEnum):
    """The kinds of public key a certificate can carry."""

    RSA = "RSA"
    EC = "EC"
    DSA = "DSA"
    OTHER = "other"
    """Ed25519, Ed448 and whatever else: see `key_description`."""


class SelfSignature(StrEnum):
    """What a certificate's signature says about the bytes, where its own key can tell."""

    VERIFIED = "verified"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """Another key signed it, or the algorithm cannot be checked."""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """One public X.509 certificate. Everything is computed when it is read: no attribute raises later."""

    source: str
    """Where it was read from, as the user wrote it: a path, or `<stdin>`."""
    der: bytes = field(repr=False)
    """The certificate itself, exactly as issued."""
    pem: str = field(repr=False)
    """The normalized text: one `CERTIFICATE` block, lines of 64 characters, LF, one final newline."""
    subject: str
    """RFC 4514 text; controlled by whoever made the certificate, so escape it before a terminal sees it."""
    issuer: str
    """RFC 4514 text, like `subject`."""
    serial_number: int
    """As issued; a careless issuer makes it zero or negative."""
    thumbprint: HexStr
    """SHA-1 of the DER bytes: 40 upper-case hex digits, as the Entra portal shows it."""
    thumbprint_sha256: HexStr
    """SHA-256 of the DER bytes: 64 upper-case hex digits."""
    not_before: datetime
    """Start of validity; timezone-aware UTC, whole seconds."""
    not_after: datetime
    """End of validity; timezone-aware UTC, whole seconds."""
    key_type: KeyType
    """What kind of public key it carries."""
    key_bits: int
    """Size of the key in bits; 0 for `KeyType.OTHER`."""
    key_description: str
    """The key in words: `RSA 2048 bits`, `RSASSA-PSS 2048 bits`, `EC secp256r1`, `ED25519`, or a dotted object identifier."""
    public_key_sha256: HexStr
    """SHA-256 of the SubjectPublicKeyInfo: 64 upper-case hex digits, the same for two certificates of one key."""
    signature_algorithm: str
    """Name such as `RSA with SHA256`, or the dotted object identifier where the name is unknown."""
    signature_hash: str
    """Name of the hash under the signature such as `sha256`; empty when it has none (Ed25519) or is unknown."""
    self_signature: SelfSignature
    """Whether its own key confirms the bytes; `BROKEN` means that the file was altered."""
    is_ca: bool
    """Whether its basic constraints let it issue certificates."""
    extended_key_usages: tuple[str, ...]
    """Dotted object identifiers in the order of the certificate; empty when the extension is missing."""
    irregularities: tuple[str, ...]
    """What the parser accepted although the standards forbid it, one sentence each."""

    @property
    def x5t(self) -> B64UrlStr:
        """The SHA-1 thumbprint as the header `x5t` of a JWT carries it (RFC 7515, 4.1.7)."""
        return _base64url(self.thumbprint)

    @property
    def x5t_s256(self) -> B64UrlStr:
        """The SHA-256 thumbprint as the header `x5t#S256` of a JWT carries it (RFC 7515, 4.1.8)."""
        return _base64url(self.thumbprint_sha256)


def name_usage(identifier: str) -> str:
    """Name an extended key usage: `server auth`, or the dotted object identifier itself."""
    return _USAGE_NAMES.get(identifier, identifier).lower()


def parse_der(der: bytes, *, source: str) -> Certificate:
    """Read every field of one DER certificate.

    Raises:
        CertificateError: The bytes are no X.509 certificate, or one that cannot be read whole.
    """
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            certificate = _build(x509.load_der_x509_certificate(der), der, source)
    except Exception as error:  # the parser raises many kinds, some of them plain Exception
        raise CertificateError(
            f"{source}: this is shaped like a certificate but cannot be read: {_describe(error)}",
            hint="It was probably altered on the way. Get it again, as a file and not as pasted text.",
        ) from error
    return replace(certificate, irregularities=tuple(dict.fromkeys(_describe(one.message) for one in caught)))


def _build(parsed: x509.Certificate, der: bytes, source: str) -> Certificate:
    key_type, key_bits, key_description = _read_key(parsed)
    signature = parsed.signature_algorithm_oid.dotted_string
    return Certificate(
        source=source,
        der=der,
        pem=ssl.DER_cert_to_PEM_cert(der),
        subject=parsed.subject.rfc4514_string(),
        issuer=parsed.issuer.rfc4514_string(),
        serial_number=parsed.serial_number,
        thumbprint=HexStr(hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()),
        thumbprint_sha256=_sha256(der),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        key_type=key_type,
        key_bits=key_bits,
        key_description=key_description,
        public_key_sha256=_sha256(_read_public_key(der)),
        signature_algorithm=_SIGNATURE_NAMES.get(signature, signature).replace("WITH", "with"),
        signature_hash=_read_signature_hash(parsed),
        self_signature=_check_self_signature(parsed),
        is_ca=_is_ca(parsed.extensions),
        extended_key_usages=_read_extended_key_usages(parsed.extensions),
        irregularities=(),
    )


def _read_key(parsed: x509.Certificate) -> tuple[KeyType, int, str]:
    """Type, size in bits and description of the public key."""
    identifier = parsed.public_key_algorithm_oid.dotted_string
    other = KeyType.OTHER, 0, _KEY_NAMES.get(identifier, identifier)
    try:
        key = parsed.public_key()
    except UnsupportedAlgorithm:
        return other
    match key:
        case rsa.RSAPublicKey():
            name = "RSASSA-PSS" if parsed.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS else "RSA"
            return KeyType.RSA, key.key_size, f"{name} {key.key_size} bits"
        case dsa.DSAPublicKey():
            return KeyType.DSA, key.key_size, f"DSA {key.key_size} bits"
        case ec.EllipticCurvePublicKey():
            return KeyType.EC, key.key_size, f"EC {key.curve.name}"
        case _:
            return other


def _read_public_key(der: bytes) -> bytes:
    """Cut the SubjectPublicKeyInfo out as issued; cryptography gives it only for keys that it can load."""
    body = next(read_children(der, read_element(der)))
    fields = list(read_children(der, body))
    position = (
        6 if fields[0].tag == VERSION else 5
    )  # RFC 5280 4.1: version?, serial, algorithm, issuer, validity, subject
    info: Element = fields[position]
    return der[info.start : info.end]


def _read_signature_hash(parsed: x509.Certificate) -> str:
    try:
        algorithm = parsed.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return ""
    return algorithm.name if algorithm else ""


def _check_self_signature(parsed: x509.Certificate) -> SelfSignature:
    if not _claims_self_signed(parsed):
        return SelfSignature.UNKNOWN
    try:
        parsed.verify_directly_issued_by(parsed)
    except InvalidSignature:
        return SelfSignature.BROKEN
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return SelfSignature.UNKNOWN
    return SelfSignature.VERIFIED


def _claims_self_signed(parsed: x509.Certificate) -> bool:
    """Say whether issuer and subject are one, in name and in key: a key rollover keeps the name and changes the key."""
    if parsed.subject != parsed.issuer:
        return False
    try:
        own = parsed.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        issuing = parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return True
    return issuing is None or own == issuing


def _is_ca(extensions: x509.Extensions) -> bool:
    try:
        return extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _read_extended_key_usages(extensions: x509.Extensions) -> tuple[str, ...]:
    try:
        usages = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(usage.dotted_string for usage in usages)


def _sha256(data: bytes) -> HexStr:
    return HexStr(hashlib.sha256(data).hexdigest().upper())


def _base64url(digits: HexStr) -> B64UrlStr:
    return B64UrlStr(base64.urlsafe_b64encode(bytes.fromhex(digits)).rstrip(b"=").decode("ascii"))


def _describe(problem: object) -> str:
    """The first sentence of what the parser says, in one line."""
    text = " ".join(str(problem).split()) or type(problem).__name__
    return text if text.endswith(".") else f"{text}."
