"""Every form in which people hold a certificate gives the same bytes."""

import base64
from collections.abc import Callable

import pytest

from association.certificates import SelfSignature, read_certificate
from tests.certificates.factories import der_of, issue, pem_of
from tests.certificates.forms import FORMS, Form, write


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_form_gives_the_same_bytes(form: Form) -> None:
    issued = issue()

    certificate = read_certificate(write(form, issued), source="vendor")

    assert certificate.der == der_of(issued)


def test_the_form_leaves_no_trace_in_the_certificate() -> None:
    issued = issue()

    assert read_certificate(der_of(issued), source="a") == read_certificate(pem_of(issued).encode("utf-16"), source="a")


def test_the_normalized_text_is_what_other_programs_write() -> None:
    issued = issue()

    assert read_certificate(der_of(issued), source="a").pem == pem_of(issued)


@pytest.mark.parametrize("write", [bytes, bytes.hex, base64.b64encode], ids=["DER", "hexadecimal", "base64"])
def test_a_certificate_of_version_1_is_read(write: Callable[[bytes], bytes | str]) -> None:
    """Version 1 has no extensions and no version field: take both out of one that has them, and the signature breaks.

    Its first bytes do not tell it from other things: that takes the end of its issuer's name.
    """
    from_version_3 = der_of(issue(subject="a" * 64))
    version, header, length = bytes.fromhex("a003020102"), slice(0, 4), len(bytes.fromhex("a003020102"))
    body = from_version_3[header.stop :]
    body_size = int.from_bytes(body[2:4]) - length
    body = body[:2] + body_size.to_bytes(2) + body[4:].replace(version, b"", 1)
    data = b"\x30\x82" + len(body).to_bytes(2) + body

    text = write(data)
    certificate = read_certificate(text.encode() if isinstance(text, str) else text, source="old")

    assert (certificate.key_bits, certificate.self_signature) == (2048, SelfSignature.BROKEN)
