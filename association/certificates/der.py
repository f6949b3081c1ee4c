"""The outer layers of DER: tags, lengths, and what they announce. The content is for `cryptography`."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

INTEGER = 0x02
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
SEQUENCE = 0x30
VERSION = 0xA0  # [0] EXPLICIT, which only certificates of version 2 and 3 start with

_PKCS7 = bytes.fromhex("2a864886f70d0107")  # 1.2.840.113549.1.7
_PKCS7_SIGNED = _PKCS7 + b"\x02"


class Kind(StrEnum):
    """What a DER value is, told by its first fields. The text names it in an error."""

    CERTIFICATE = "a certificate"
    REQUEST = "a certificate signing request"
    REVOCATION_LIST = "a certificate revocation list"
    PUBLIC_KEY = "a bare public key"
    PRIVATE_KEY = "a private key"
    ENCRYPTED_PRIVATE_KEY = "an encrypted private key"
    PKCS7 = "a PKCS#7 bundle"
    PKCS7_ENCRYPTED = "an encrypted PKCS#7 message"
    PKCS12 = "a PKCS#12 file"
    UNKNOWN = "not a certificate"


class MalformedError(Exception):
    """The bytes do not start with a whole tag and length."""


@dataclass(frozen=True, kw_only=True)
class Element:
    """Tag and place of one DER value. Its content may be cut off."""

    tag: int
    start: int
    """Offset of the tag."""
    content: int
    """Offset of the first byte of content."""
    end: int
    """Offset after the last byte of content; the end of the data for BER's indefinite length."""


def read_element(data: bytes, start: int = 0) -> Element:
    """Read one tag and length.

    Raises:
        MalformedError: The header is cut off, or its length takes more than four bytes.
    """
    if len(data) < start + 2:
        raise MalformedError
    tag, first, content = data[start], data[start + 1], start + 2
    if first < 0x80:
        return Element(tag=tag, start=start, content=content, end=content + first)
    if first == 0x80:
        return Element(tag=tag, start=start, content=content, end=len(data))
    size = first & 0x7F
    if size > 4 or len(data) < content + size:
        raise MalformedError
    length = int.from_bytes(data[content : content + size])
    return Element(tag=tag, start=start, content=content + size, end=content + size + length)


def read_children(data: bytes, parent: Element) -> Iterator[Element]:
    """Yield the values inside a constructed one, the last perhaps cut off. Stops where no header can be read."""
    position = parent.content
    while position < min(parent.end, len(data)):
        try:
            child = read_element(data, position)
        except MalformedError:
            return
        yield child
        position = child.end


def recognise(data: bytes) -> Kind:
    """Tell what a DER value is from its first fields. Private keys show in the first 64 bytes already."""
    try:
        outer = read_element(data)
    except MalformedError:
        return Kind.UNKNOWN
    if outer.tag != SEQUENCE:
        return Kind.UNKNOWN
    fields = _first_children(data, outer)
    match [field.tag for field in fields]:
        case [0x06, *_]:  # an object identifier
            return _recognise_pkcs7(data, fields[0])
        case [0x02, *_]:
            return _recognise_versioned(data, fields)
        case [0x30, *_]:
            return _recognise_signed(data, fields)
        case _:
            return Kind.UNKNOWN


def _first_children(data: bytes, parent: Element) -> list[Element]:
    return [child for _, child in zip(range(4), read_children(data, parent), strict=False)]


def _recognise_pkcs7(data: bytes, content_type: Element) -> Kind:
    identifier = data[content_type.content : content_type.end]
    if identifier == _PKCS7_SIGNED:
        return Kind.PKCS7
    return Kind.PKCS7_ENCRYPTED if identifier.startswith(_PKCS7) else Kind.UNKNOWN


def _recognise_versioned(data: bytes, fields: list[Element]) -> Kind:
    """Keys and PKCS#12 start with a number."""
    number = data[fields[0].content : fields[0].end]
    following = fields[1].tag if len(fields) > 1 else None
    if number == b"\x03" and following == SEQUENCE:
        return Kind.PKCS12
    if number in {b"\x00", b"\x01"} and following in {SEQUENCE, INTEGER, OCTET_STRING}:  # PKCS#8, PKCS#1, SEC 1
        return Kind.PRIVATE_KEY
    return Kind.PUBLIC_KEY if [field.tag for field in fields] == [INTEGER, INTEGER] else Kind.UNKNOWN


def _recognise_signed(data: bytes, outer_fields: list[Element]) -> Kind:
    """Whatever an issuer signs starts with a sequence, and so do public keys and encrypted private ones."""
    fields = _first_children(data, outer_fields[0])
    match [field.tag for field in fields]:
        case [0xA0, *_]:
            return Kind.CERTIFICATE
        case [0x06, *_]:
            encrypted = len(outer_fields) > 1 and outer_fields[1].tag == OCTET_STRING
            return Kind.ENCRYPTED_PRIVATE_KEY if encrypted else Kind.PUBLIC_KEY
        case [0x02, 0x30, *_] if not _starts_with_identifier(data, fields[1]):
            return Kind.REQUEST
        case [0x02, 0x30, 0x30, 0x17 | 0x18] | [0x30, 0x30, 0x17 | 0x18, *_]:
            return Kind.REVOCATION_LIST
        case [0x02, 0x30, 0x30, 0x30]:
            return Kind.CERTIFICATE
        case _:
            return Kind.UNKNOWN


def _starts_with_identifier(data: bytes, sequence: Element) -> bool:
    first = next(read_children(data, sequence), None)
    return first is not None and first.tag == OBJECT_IDENTIFIER
