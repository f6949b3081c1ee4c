"""Owns the way from any bytes to one certificate, or to one clear refusal. It leaves the judgement of the certificate out."""

import re
import warnings
from dataclasses import dataclass
from typing import NamedTuple, Never

from cryptography.hazmat.primitives.serialization import Encoding

from association.certificates.certificate import Certificate, parse_der
from association.certificates.der import SEQUENCE, Kind, MalformedError, read_element, recognise
from association.certificates.manifest import find_keys, names_key_credentials
from association.certificates.private_keys import HINT as PRIVATE_KEY_HINT
from association.certificates.private_keys import refuse_private_keys
from association.certificates.text import Text, decode_base64, decode_text, make_text, name_character
from association.errors import CertificateError

MAXIMUM_SIZE = 64 * 1024
"""Bytes. A certificate has 1 to 4 KiB; whatever is larger is something else."""

_GET_IT_AGAIN = "Get the certificate again, as a file and not as pasted text."
_MARKER = re.compile(r"-----(BEGIN|END) ([A-Z0-9#. ]{0,60}?) ?-----")
_DAMAGED_MARKER = re.compile(r"\b(BEGIN|END) [A-Z0-9 ]{0,20}CERTIFICATE\b")
_DASHED_MARKER = re.compile(
    r"(?<![-\u2010-\u2015\u2212\ufe58\ufe63\uff0d])[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]{2,}+[ \t]*+(?:BEGIN|END)\b"
)
_NOT_HYPHEN = re.compile(r"[^-\sA-Z]")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/=]{40,}+")
_SHOWN_PLACES = 5

_HINTS = {
    Kind.REQUEST: "Ask for the certificate that was issued for this request.",
    Kind.REVOCATION_LIST: "Ask for the certificate itself.",
    Kind.PUBLIC_KEY: "Entra needs the certificate around the key. Ask for that.",
    Kind.PRIVATE_KEY: PRIVATE_KEY_HINT,
    Kind.ENCRYPTED_PRIVATE_KEY: PRIVATE_KEY_HINT,
    Kind.PKCS7_ENCRYPTED: "Decrypt it first; a public certificate needs no encryption.",
    Kind.PKCS12: "Export the public part alone: openssl pkcs12 -in FILE -clcerts -nokeys -out certificate.pem",
    Kind.UNKNOWN: "Expected one certificate as PEM, base64, DER or PKCS#7.",
}


class _Span(NamedTuple):
    """One part of the text that should be a certificate in base64."""

    label: str
    """What it says it is."""
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a binary value stands: the whole file, or one part of its text."""

    source: str
    text: Text | None = None
    first: int = 0
    """Index of its first character in the text."""
    last: int = 0
    """Index of its last character in the text."""

    @property
    def start(self) -> str:
        """Where it begins, for the front of a message."""
        return f"{self.source}: {self.text.locate(self.first)}" if self.text else self.source

    @property
    def end(self) -> str:
        """Where it ends, for the front of a message."""
        return f"{self.source}: {self.text.locate(self.last)}" if self.text else self.source


def read_certificate(data: bytes, *, source: str) -> Certificate:
    """Read the one certificate that the bytes hold, whatever people and programs did to its form.

    Accepts PEM in any layout, bare base64, DER, PKCS#7 with one certificate, UTF-8, UTF-16 and UTF-32 text,
    a manifest whose only certificate is `keyCredentials[].key`, and base64 around any of these.

    Args:
        data: The content of the file.
        source: Where it comes from; the first word of every message.

    Raises:
        CertificateError: The bytes are not exactly one public certificate. No other exception is raised.
    """
    if len(data) > MAXIMUM_SIZE:
        raise CertificateError(
            f"{source}: {len(data)} bytes, more than the {MAXIMUM_SIZE} that a certificate file may have.",
            hint="A certificate has 1 to 4 KiB: this is probably another file.",
        )
    return parse_der(_find_der(bytes(data), source), source=source)


def _find_der(data: bytes, source: str) -> bytes:
    decoded = decode_text(data, source=source)
    if decoded is None:
        return _unwrap(data, _Place(source=source))
    text = make_text(decoded, source=source)
    if not text.content.strip():
        raise CertificateError(f"{source}: the file is empty.", hint=_GET_IT_AGAIN)
    refuse_private_keys(text)
    spans = _find_blocks(text)
    spans += [
        _Span(label="keyCredentials key", start=start, end=end)
        for start, end in find_keys(text.content)
        if "-----BEGIN" not in text.content[start:end]
    ]
    if len(spans) > 1:
        places = [f"{span.label} ({text.locate(span.start)})" for span in spans[:_SHOWN_PLACES]]
        more = f" and {len(spans) - _SHOWN_PLACES} more" if len(spans) > _SHOWN_PLACES else ""
        raise CertificateError(
            f"{source}: {len(spans)} certificates or other blocks, where exactly one is expected: {', '.join(places)}{more}.",
            hint="Write each certificate into a file of its own. The certificates of its issuers are not needed.",
        )
    return _read_base64(text, spans[0] if spans else _find_bare_base64(text))


def _find_blocks(text: Text) -> list[_Span]:
    """Pair the BEGIN and END lines of PEM, wherever line ends were lost."""
    if (dashed := _DASHED_MARKER.search(text.content)) and (odd := _NOT_HYPHEN.search(dashed[0])):
        raise text.error(
            dashed.start() + odd.start(),
            f"{name_character(odd[0])} where a hyphen is expected: a word processor replaced it.",
            hint="Copy the certificate again, as plain text.",
        )
    spans: list[_Span] = []
    begin: re.Match[str] | None = None
    for marker in _MARKER.finditer(text.content):
        if (marker[1] == "BEGIN") == (begin is not None):
            _refuse_unpaired(text, begin or marker)
        if begin is None:
            begin = marker
            continue
        if marker[2] != begin[2]:
            raise text.error(
                marker.start(), f"a block that begins as {begin[2]} ends as {marker[2]}.", hint=_GET_IT_AGAIN
            )
        spans.append(_Span(label=begin[2], start=begin.end(), end=marker.start()))
        begin = None
    if begin is not None:
        _refuse_unpaired(text, begin)
    return spans


def _refuse_unpaired(text: Text, marker: re.Match[str]) -> Never:
    missing = "END" if marker[1] == "BEGIN" else "BEGIN"
    raise text.error(
        marker.start(),
        f"this {marker[1]} {marker[2]} line has no {missing} line: the text was cut off.",
        hint="Copy the whole certificate again, with both its lines of hyphens.",
    )


def _find_bare_base64(text: Text) -> _Span:
    """Take the whole text as base64 if it is meant as that, so that a wrong character is named and not skipped."""
    content = text.content.strip()
    if content[0] in "\"'" and content[0] == content[-1]:
        content = content[1:-1].strip()
    start = text.content.find(content)
    if damaged := _DAMAGED_MARKER.search(text.content):
        raise text.error(
            damaged.start(),
            f"the {damaged[1]} line is damaged: five hyphens are expected before and after its words.",
            hint=_GET_IT_AGAIN,
        )
    encoded = sum(len(run[0]) for run in _BASE64_RUN.finditer(content))
    if not content.startswith("MI") and encoded * 2 < len("".join(content.split())):
        hint = _HINTS[Kind.UNKNOWN]
        if names_key_credentials(text.content):
            hint = "Its keyCredentials have no key: Graph shows that for one application with $select=keyCredentials."
        raise CertificateError(f"{text.source}: no certificate in this text.", hint=hint)
    return _Span(label="base64", start=start, end=start + len(content))


def _read_base64(text: Text, span: _Span) -> bytes:
    """Decode one span: DER, or text once more, because some programs encode the PEM again."""
    body = text.content[span.start : span.end]
    if not body.strip():
        raise text.error(span.start, f"the {span.label} block is empty.", hint=_GET_IT_AGAIN)
    if "ENCRYPTED" in body:
        raise text.error(span.start, f"this {span.label} block is encrypted.", hint=_HINTS[Kind.PKCS7_ENCRYPTED])
    if span.label == "TRUSTED CERTIFICATE":
        raise text.error(
            span.start,
            "a TRUSTED CERTIFICATE block, which only OpenSSL reads.",
            hint="Write it as a plain certificate: openssl x509 -in FILE -out certificate.pem",
        )
    data = decode_base64(text, span.start, span.end)
    if decode_text(data, source=text.source) is not None:
        return _find_der(data, f"{text.source}: inside the base64 text")
    first = span.start + len(body) - len(body.lstrip())
    last = span.start + len(body.rstrip()) - 1
    return _unwrap(data, _Place(source=text.source, text=text, first=first, last=last))


def _unwrap(data: bytes, place: _Place) -> bytes:
    """Take the certificate out of binary data: it is one, or a PKCS#7 bundle of one."""
    kind = recognise(data)
    _check_length(data, kind, place)
    if kind is Kind.CERTIFICATE:
        return data
    if kind is Kind.PKCS7:
        return _open_bundle(data, place)
    raise CertificateError(f"{place.start}: this is {kind}.", hint=_HINTS[kind])


def _check_length(data: bytes, kind: Kind, place: _Place) -> None:
    try:
        outer = read_element(data)
    except MalformedError:
        return
    if outer.tag != SEQUENCE or (kind is Kind.UNKNOWN and outer.end <= len(data)):
        return
    if outer.end > len(data):
        raise CertificateError(
            f"{place.end}: the data ends after {len(data)} bytes, but its first bytes announce {outer.end}: it was cut off.",
            hint=_GET_IT_AGAIN,
        )
    if outer.end < len(data):
        raise CertificateError(
            f"{place.end}: {kind} of {outer.end} bytes is followed by {len(data) - outer.end} more.",
            hint="Take away what follows it, or get the certificate again.",
        )


def _open_bundle(data: bytes, place: _Place) -> bytes:
    from cryptography.hazmat.primitives.serialization import pkcs7  # noqa: PLC0415 - rare, and it loads `email`

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # BER is as good as DER here: the certificate inside is taken as issued
            certificates = pkcs7.load_der_pkcs7_certificates(data)
    except Exception as error:
        raise CertificateError(f"{place.start}: a PKCS#7 bundle that cannot be read.", hint=_GET_IT_AGAIN) from error
    if len(certificates) != 1:
        raise CertificateError(
            f"{place.start}: a PKCS#7 bundle of {len(certificates)} certificates, where exactly one is expected.",
            hint="Write them out, and keep the one of the application: openssl pkcs7 -print_certs -in FILE",
        )
    return certificates[0].public_bytes(Encoding.DER)
