"""The blocks of PEM in a text: between a BEGIN and an END line, wherever line ends were lost."""

import re
from typing import Final, NamedTuple, Never

from association.certificates.notations import COPY_AGAIN, decode_base64
from association.certificates.text import Text, name_character
from association.errors import CertificateError

GET_IT_AGAIN: Final = "Get the certificate again, as a file and not as pasted text."
_MARKER = re.compile(r"-----(BEGIN|END)\s([A-Z0-9#.\s]{0,80}?)-----")  # YAML breaks long values at their spaces
_DASHED_MARKER = re.compile(
    r"(?<![-\u2010-\u2015\u2212\ufe58\ufe63\uff0d])[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]{2,}+[ \t]*+(?:BEGIN|END)\b"
)
_NOT_HYPHEN = re.compile(r"[^-\sA-Z]")


class Block(NamedTuple):
    """What stands between the two lines."""

    label: str
    start: int
    end: int


def find_blocks(text: Text) -> list[Block]:
    """All blocks in order.

    Raises:
        CertificateError: A BEGIN or END line is damaged, or misses the other.
    """
    if (dashed := _DASHED_MARKER.search(text.content)) and (odd := _NOT_HYPHEN.search(dashed[0])):
        raise text.error(
            dashed.start() + odd.start(),
            f"{name_character(odd[0])} where a hyphen is expected: a word processor replaced it.",
            hint=COPY_AGAIN,
        )
    blocks: list[Block] = []
    begin: re.Match[str] | None = None
    for marker in _MARKER.finditer(text.content):
        if (marker[1] == "BEGIN") == (begin is not None):
            _refuse_unpaired(text, begin or marker)
        if begin is None:
            begin = marker
            continue
        label, closing = _read_label(begin), _read_label(marker)
        if closing != label:
            raise text.error(marker.start(), f"a block that begins as {label} ends as {closing}.", hint=GET_IT_AGAIN)
        blocks.append(Block(label=label, start=begin.end(), end=marker.start()))
        begin = None
    if begin is not None:
        _refuse_unpaired(text, begin)
    return blocks


def _read_label(marker: re.Match[str]) -> str:
    return " ".join(marker[2].split())


def _refuse_unpaired(text: Text, marker: re.Match[str]) -> Never:
    missing = "END" if marker[1] == "BEGIN" else "BEGIN"
    raise text.error(
        marker.start(),
        f"this {marker[1]} {_read_label(marker)} line has no {missing} line: the text was cut off.",
        hint="Copy the whole certificate again, with both its lines of hyphens.",
    )


def decode_block(text: Text, block: Block) -> bytes:
    """The bytes of a block; none where its label announces something else than a certificate, and it is not base64.

    Raises:
        CertificateError: It is empty, encrypted, or damaged.
    """
    body = text.content[block.start : block.end]
    if not body.strip():
        raise text.error(block.start, f"the {block.label} block is empty.", hint=GET_IT_AGAIN)
    if "ENCRYPTED" in body:
        raise text.error(
            block.start,
            f"this {block.label} block is encrypted.",
            hint="Decrypt it first; a public certificate needs no encryption.",
        )
    if block.label == "TRUSTED CERTIFICATE":
        raise text.error(
            block.start,
            "a TRUSTED CERTIFICATE block, which only OpenSSL reads.",
            hint="Write it as a plain certificate: openssl x509 -in FILE -out certificate.pem",
        )
    try:
        return decode_base64(text, block.start, block.end)
    except CertificateError:
        if "CERTIFICATE" in block.label or "PKCS" in block.label:
            raise
        return b""
