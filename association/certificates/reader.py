"""From any bytes to the one certificate in them, or to one clear refusal. Whether the certificate is any good is judged later."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from association.certificates.binary import find_in_binary
from association.certificates.certificate import Certificate, parse_der
from association.certificates.der import Kind
from association.certificates.private_keys import HINT as PRIVATE_KEY_HINT
from association.certificates.private_keys import NAMED, refuse_named_private_keys
from association.certificates.runs import Run, decode_run, find_runs, refuse_damaged_start
from association.certificates.text import Text, decode_text, make_text
from association.errors import CertificateError

MAXIMUM_SIZE: Final = 64 * 1024
"""Bytes. A certificate has 1 to 4 KiB; whatever is much larger is something else."""

_SHOWN_PLACES: Final = 5
_EXPECTED: Final = (
    "Expected one certificate as PEM, base64, hexadecimal, DER or PKCS#7, alone or as a value in JSON, YAML or XML."
)
_HINTS: Final = {
    Kind.REQUEST: "Ask for the certificate that was issued for this request.",
    Kind.REVOCATION_LIST: "Ask for the certificate itself.",
    Kind.PUBLIC_KEY: "Entra needs the certificate around the key. Ask for that.",
    Kind.PKCS7_ENCRYPTED: "Decrypt it first; a public certificate needs no encryption.",
    Kind.UNKNOWN: _EXPECTED,
}
_KEY_CREDENTIALS = re.compile("keyCredentials|AsymmetricX509Cert")
_WEB_PAGE = re.compile(r"\s*+<(?:!doctype html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class _Value:
    """Binary data in a file, and what it is."""

    kind: Kind
    label: str
    """The name of the field it is the value of, else its notation; empty for a binary file."""
    place: str
    """Source, line and character of its beginning."""
    der: bytes = b""
    """The certificate; empty when it is none."""


def read_certificate(data: bytes, *, source: str) -> Certificate:
    """Read the one certificate that the bytes hold, whatever people and programs did to its form.

    Accepts DER, PKCS#7, PKCS#12 without a key, and any text (UTF-8, UTF-16, UTF-32) that has exactly one certificate anywhere, as
    PEM, base64, hexadecimal or decimal numbers: alone, in JSON, YAML, XML or a letter, and in base64 around any of these. The same
    certificate several times is one.

    Args:
        data: The content of the file.
        source: Where it comes from; the first word of every message.

    Raises:
        CertificateError: The bytes do not hold exactly one public certificate, or a private key too. No other exception is raised.
    """
    if len(data) > MAXIMUM_SIZE:
        raise CertificateError(
            f"{source}: {len(data)} bytes, more than the {MAXIMUM_SIZE} that a certificate file may have.",
            hint="A certificate has 1 to 4 KiB: this is probably another file. Take the certificate out of it.",
        )
    decoded = decode_text(bytes(data), source=source)
    if decoded is None:
        kind, der = find_in_binary(bytes(data), source, source)
        values = [_Value(kind=kind, label="", place=source, der=der)]
    else:
        text = make_text(decoded, source=source)
        if not text.content.strip():
            raise CertificateError(f"{source}: the file is empty.", hint="Get the certificate again.")
        values = _search(text)
        if all(value.kind is Kind.UNKNOWN for value in values):
            raise _explain(text, values)
    return parse_der(_choose(values, source), source=source)


def _choose(values: Sequence[_Value], source: str) -> bytes:
    """The DER of the one certificate."""
    certificates: dict[bytes, _Value] = {}
    for value in values:
        if value.der:
            certificates.setdefault(value.der, value)
    if len(certificates) > 1:
        raise CertificateError(
            f"{source}: {len(certificates)} certificates, where exactly one is expected: "
            f"{_list_places([*certificates.values()], source)}.",
            hint="Write each certificate into a file of its own. The certificates of its issuers are not needed.",
        )
    if certificates:
        return next(iter(certificates))
    value = next((value for value in values if value.kind is not Kind.UNKNOWN), values[0])
    raise CertificateError(f"{value.place}: this is {value.kind}.", hint=_HINTS[value.kind])


def _search(text: Text) -> list[_Value]:
    """Every value in the text that is a certificate or could be taken for one.

    Raises:
        CertificateError: There is a private key, or what begins as a certificate is damaged.
    """
    refuse_named_private_keys(text)
    runs = find_runs(text)
    _refuse_private_keys(text, runs)
    values: list[_Value] = []
    taken = bytearray(len(text.content))
    for run in sorted(runs, key=lambda run: run.kind is Kind.UNKNOWN):  # 0x30… is hexadecimal first, and base64 as well
        if taken[run.start]:
            continue
        data, end = decode_run(text, run)
        if not any(taken[run.start : end]):
            taken[run.start : end] = b"\1" * (end - run.start)
            values += _open(text, data, run, end - 1)
    return values


def _refuse_private_keys(text: Text, runs: list[Run]) -> None:
    """Before anything else is said: a private key is the worst that can stand there."""
    for run in runs:
        if run.kind in {Kind.PRIVATE_KEY, Kind.ENCRYPTED_PRIVATE_KEY} or NAMED.search(run.head.decode("latin-1")):
            raise text.error(
                run.start, f"this is a private key, encoded in {run.notation.name}.", hint=PRIVATE_KEY_HINT
            )


def _open(text: Text, data: bytes, run: Run, last: int) -> list[_Value]:
    """What decoded bytes are: a value, or text once more, because some programs encode the PEM again."""
    place = f"{text.source}: {text.locate(run.start)}"
    if not data:
        return [_Value(kind=Kind.UNKNOWN, label=run.label, place=place)]
    decoded = decode_text(data, source=place)
    if decoded is not None:
        return _search(make_text(decoded, source=f"{place}: inside the encoded text"))
    kind, der = find_in_binary(data, place, f"{text.source}: {text.locate(last)}")
    return [_Value(kind=kind, label=run.label, place=place, der=der)]


def _explain(text: Text, values: list[_Value]) -> CertificateError:
    """For a text without a certificate or anything like it: what it is instead.

    Raises:
        CertificateError: A certificate begins there, and is damaged in its first characters.
    """
    refuse_damaged_start(text)
    what, hint = "no certificate in this text", _EXPECTED
    if _WEB_PAGE.match(text.content):
        what = "this is a web page, not a certificate"
        hint = "Open the link in a browser, sign in where it asks for it, and download the file itself."
    elif _KEY_CREDENTIALS.search(text.content):
        hint = "Its keyCredentials have no key: Graph shows that for one application with $select=keyCredentials."
    elif values:
        what = f"{what}; something else is encoded in {_list_places(values, text.source)}"
    return CertificateError(f"{text.source}: {what}.", hint=hint)


def _list_places(values: Sequence[_Value], source: str) -> str:
    shown = [f"{value.label} ({value.place.removeprefix(f'{source}: ')})" for value in values[:_SHOWN_PLACES]]
    more = f" and {len(values) - _SHOWN_PLACES} more" if len(values) > _SHOWN_PLACES else ""
    return f"{', '.join(shown)}{more}"
