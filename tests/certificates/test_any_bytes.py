"""Any bytes give a certificate or a CertificateError: no other exception, no hang, no warning, whatever was done to them."""

import base64
import json
import time
from collections.abc import Callable

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from association.certificates import MAXIMUM_SIZE, Certificate, SelfSignature, read_certificate
from association.errors import CertificateError
from tests.certificates.factories import der_of, issue, pem_of
from tests.certificates.forms import FORMS, write


def _read(data: bytes) -> Certificate | CertificateError:
    try:
        return read_certificate(data, source="any")
    except CertificateError as error:
        return error


@st.composite
def mutated_certificates(draw: st.DrawFn) -> bytes:
    """Return a real certificate in one of its forms after some accidents: bits flipped, parts cut, doubled or put in."""
    data = bytearray(write(draw(st.sampled_from(list(FORMS.values()))), issue()))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 80)))
        match draw(st.sampled_from(["flip", "cut", "double", "insert", "replace"])):
            case "flip" if start < len(data):
                data[start] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[start:end]
            case "double":
                data[start:start] = data[start:end]
            case "insert":
                data[start:start] = draw(st.binary(max_size=20))
            case _:
                data[start:end] = draw(st.binary(min_size=end - start, max_size=end - start))
    return bytes(data)


@st.composite
def mutated_content(draw: st.DrawFn) -> bytes:
    """Return DER of the right outer length whose inside was altered, so that the parser itself is reached."""
    data = bytearray(der_of(issue()))
    for _ in range(draw(st.integers(1, 8))):
        data[draw(st.integers(4, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert isinstance(_read(data), Certificate | CertificateError)


@given(st.text(max_size=1000))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(_read(text.encode("utf-8", "surrogatepass")), Certificate | CertificateError)


@given(mutated_certificates())
def test_a_damaged_file_is_read_or_refused(data: bytes) -> None:
    assert isinstance(_read(data), Certificate | CertificateError)


@given(mutated_content())
def test_a_damaged_certificate_is_read_or_refused(data: bytes) -> None:
    outcome = _read(data)

    assert isinstance(outcome, CertificateError) or outcome.der == data


@given(mutated_content())
def test_what_is_read_from_damaged_bytes_can_be_read_again_from_its_pem(data: bytes) -> None:
    outcome = _read(data)

    assert isinstance(outcome, CertificateError) or _read(outcome.pem.encode()) == outcome


@given(st.integers(0, 10_000), st.characters(codec="utf-8", exclude_categories=["Cf", "Zs", "Cc"]))
def test_a_replaced_character_of_base64_never_gives_another_verified_certificate(index: int, character: str) -> None:
    """Base64 has no checksum, but a self-signed certificate has: its signature."""
    issued = issue()
    text = base64.b64encode(der_of(issued)).decode("ascii")
    index %= len(text)

    outcome = _read((text[:index] + character + text[index + 1 :]).encode())

    same = isinstance(outcome, Certificate) and outcome.der == der_of(issued)
    noticed = isinstance(outcome, CertificateError) or outcome.self_signature is not SelfSignature.VERIFIED
    assert same or noticed


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
KEPT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | WORDS
    | st.sampled_from(["AbC9/+" * 9, "30" * 40, "eyJ0eXAiOiJKV1Qi" * 4]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WORDS, inside, max_size=3),
    max_leaves=8,
)
"""What may stand around a certificate in JSON and YAML."""

WRITERS: dict[str, Callable[[object], str]] = {
    "JSON": json.dumps,
    "JSON with lines": lambda value: json.dumps(value, indent=2, ensure_ascii=False),
    "JSON in JSON": lambda value: json.dumps(json.dumps(value)),
    "YAML": lambda value: yaml.safe_dump(value, allow_unicode=True),
    "YAML in one line": lambda value: yaml.safe_dump(value, default_flow_style=True, width=10_000),
}
BINARY_OR_INVISIBLE = ("UTF-", "1252", "DER", "zero-width", "no-break", "byte order mark in", "PKCS#12 without a key")
VALUES = [name for name in FORMS if not any(word in name for word in BINARY_OR_INVISIBLE)]
"""The forms that somebody may put into a field."""


def _write_value(form: str, subject: str) -> str:
    return write(FORMS[form], issue(subject=subject)).decode()


@example("YAML", "YAML folded base64 of PEM", None, None, "A")
@example("JSON", "JSON Web Keys", {"d": None}, None, "a")
@given(st.sampled_from(list(WRITERS)), st.sampled_from(VALUES), KEPT, KEPT, WORDS)
def test_one_certificate_is_found_wherever_it_stands(
    writer: str, form: str, before: object, after: object, name: str
) -> None:
    document = WRITERS[writer]([before, {"a": 1, name: _write_value(form, "A")}, after])

    outcome = _read(document.encode())

    assert isinstance(outcome, Certificate), str(outcome)
    assert outcome.der == der_of(issue(subject="A"))


@given(st.sampled_from(list(WRITERS)), st.sampled_from(VALUES), st.sampled_from(VALUES), KEPT)
def test_two_certificates_are_refused_wherever_they_stand(writer: str, one: str, other: str, between: object) -> None:
    document = WRITERS[writer]({"a": _write_value(one, "A"), "b": [between], "c": _write_value(other, "B")})

    outcome = _read(document.encode())

    assert isinstance(outcome, CertificateError)
    assert "2 certificates, where exactly one is expected" in outcome.message


HOSTILE = {
    "hyphens": b"-" * MAXIMUM_SIZE,
    "hyphens and dashes": "\N{EN DASH}-".encode() * (MAXIMUM_SIZE // 4),
    "spaces": b" " * MAXIMUM_SIZE,
    "backslashes": b"\\" * MAXIMUM_SIZE,
    "literal newlines": b"\\n" * (MAXIMUM_SIZE // 2),
    "equals signs": b"A" * 40 + b"=" * (MAXIMUM_SIZE - 40),
    "equals signs apart": b"A" * 40 + b"= " * 32_000,
    "BEGIN lines": b"-----BEGIN CERTIFICATE-----" * 2400,
    "empty blocks": b"-----BEGIN CERTIFICATE----------END CERTIFICATE-----" * 1200,
    "begins of keys": (b"M" + b"A" * 33 + b" ") * 1800,
    "nested lists of key credentials": b'"keyCredentials":[' * 3600,
    "keys": b'"keyCredentials":[' + b'"key":"A",' * 6500,
    "quotes": b'"keyCredentials":[' + b'"' * 65_000,
    "zero-width spaces": "\N{ZERO WIDTH SPACE}".encode() * (MAXIMUM_SIZE // 3),
    "nested sequences": b"\x30\x80" * (MAXIMUM_SIZE // 2),
    "huge length": b"\x30\x82\xff\xfc" + bytes(MAXIMUM_SIZE - 4),
    "entities of XML": b'<!DOCTYPE a [<!ENTITY b "&#10;&#10;">'
    + b'<!ENTITY c "&b;&b;&b;&b;">' * 2000
    + b"]><a>&c;</a>",
    "fields": b"a: " + b"x=" * 32_000,
    "certificates that end early": b"3082ffff, " * 6500,
    "words of hexadecimal": b"30 82 00 10 30 " * 4300,
    "open brackets": b'{"a":[' * 10_000,
    "encoded words": b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0 " * 1700,
    "requests": b"MIIBAAIBADAAMIIBAAIBADAAMIIBAAIBADAA " * 1700,
    "long letter": b"text\n" * 12_000 + pem_of(issue()).encode(),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_answers_at_once_whatever_64_kib_hold(data: bytes) -> None:
    """About 10 ms each; a search that goes back and forth would take many seconds."""
    begin = time.process_time()

    _read(data)

    assert time.process_time() - begin < 0.5


def test_base64_around_base64_comes_to_an_end() -> None:
    data = pem_of(issue()).encode()
    while len(data) < MAXIMUM_SIZE * 3 // 4 - 4:
        data = base64.b64encode(data)

    assert isinstance(_read(data), Certificate)
