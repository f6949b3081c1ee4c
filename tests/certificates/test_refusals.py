"""Everything that is not exactly one public certificate is refused, with the place, the reason and the next step."""

import json
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PublicFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from association.certificates import MAXIMUM_SIZE, read_certificate
from association.errors import CertificateError
from tests.certificates.factories import base64_of, der_of, issue, pem_lines, pem_of, pem_with_character, rsa_key

Make = Callable[[], bytes | str]


def _pkcs12() -> bytes:
    return pkcs12.serialize_key_and_certificates(b"a", rsa_key(), issue(), None, BestAvailableEncryption(b"secret"))


def _pkcs12_without_key(*others: x509.Certificate, password: bytes | None = None) -> bytes:
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"a", None, issue(), others, protection)


def _request() -> x509.CertificateSigningRequest:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vendor")])
    return x509.CertificateSigningRequestBuilder(subject_name=name).sign(rsa_key(), hashes.SHA256())


def _revocation_list() -> bytes:
    issued = issue()
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=issued.subject, last_update=issued.not_valid_before_utc, next_update=issued.not_valid_after_utc
    )
    return builder.sign(rsa_key(), hashes.SHA256()).public_bytes(Encoding.PEM)


SPKI = PublicFormat.SubjectPublicKeyInfo

# Content → what the message must say, and what the hint must say.
REFUSED: dict[str, tuple[Make, str, str]] = {
    "empty": (lambda: b"", "file: the file is empty.", "Get the certificate again"),
    "only white space": (
        lambda: " \r\n\t\N{ZERO WIDTH SPACE}",
        "file: the file is empty.",
        "Get the certificate again",
    ),
    "only a byte order mark": (lambda: b"\xff\xfe", "file: the file is empty.", "Get the certificate again"),
    "prose": (lambda: "The certificate follows by separate mail.", "no certificate in this text", "Expected one"),
    "too large": (lambda: b"A" * (MAXIMUM_SIZE + 1), "65537 bytes, more than the 65536", "another file"),
    "binary": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "file: this is not a certificate.", "DER or PKCS#7"),
    "PKCS#12": (
        _pkcs12,
        "file: this is a PKCS#12 file with a private key.",
        "openssl pkcs12 -in FILE -clcerts -nokeys -out certificate.pem",
    ),
    "PKCS#12 without a key, encrypted": (
        lambda: _pkcs12_without_key(password=b"secret"),
        "file: this is an encrypted PKCS#12 file, which may hold a private key.",
        "openssl pkcs12 -in FILE -nokeys -out certificate.pem",
    ),
    "PKCS#12 without a key of two": (
        lambda: _pkcs12_without_key(issue(subject="B")),
        "file: a PKCS#12 file of 2 certificates, where exactly one is expected.",
        "openssl pkcs12 -in FILE -nokeys",
    ),
    "PKCS#12 beside the certificate": (
        lambda: json.dumps({"cer": base64_of(der_of(issue())), "value": base64_of(_pkcs12())}),
        "this is a PKCS#12 file with a private key.",
        "Remove the private key",
    ),
    "PKCS#12 in bare base64": (
        lambda: base64_of(_pkcs12()),
        "line 1, character 1: this is a PKCS#12 file",
        "openssl pkcs12 -in FILE -clcerts -nokeys",
    ),
    "two certificates": (
        lambda: pem_of(issue()) + pem_of(issue(subject="B")),
        "2 certificates, where exactly one is expected: CERTIFICATE (line 2, character 1), CERTIFICATE (line 19, ",
        "file of its own",
    ),
    "two certificates in JSON": (
        lambda: json.dumps({"root": base64_of(der_of(issue())), "leaf": [pem_of(issue(subject="B"))]}),
        "2 certificates, where exactly one is expected: root (line 1, character 11), CERTIFICATE (line 1, character ",
        "file of its own",
    ),
    "two certificates in XML and hexadecimal": (
        lambda: f"<a><b c='d'>{base64_of(der_of(issue()))}</b>{der_of(issue(subject='B')).hex()}</a>",
        "2 certificates, where exactly one is expected: b (line 1, character 13), hexadecimal (line 1, character ",
        "file of its own",
    ),
    "two certificates of Kubernetes": (
        lambda: (
            f"tls.crt: {base64_of(pem_of(issue()).encode())}\nca.crt: {base64_of(pem_of(issue(subject='B')).encode())}\n"
        ),
        "2 certificates, where exactly one is expected: CERTIFICATE (line 1, character 10: inside the encoded text: line 2, ",
        "file of its own",
    ),
    "eight certificates": (
        lambda: "".join(pem_of(issue(subject=name)) for name in "ABCDEFGH"),
        ", CERTIFICATE (line 66, character 1) and 3 more.",
        "file of its own",
    ),
    "PKCS#7 of two": (
        lambda: pkcs7.serialize_certificates([issue(), issue(subject="B")], Encoding.PEM),
        "a PKCS#7 bundle of 2 certificates",
        "openssl pkcs7 -print_certs",
    ),
    "PKCS#7 that is broken": (
        lambda: bytes.fromhex("300d06092a864886f70d0107020500"),
        "file: a PKCS#7 bundle that cannot be read.",
        "Get the certificate again",
    ),
    "manifest with two keys": (
        lambda: json.dumps(
            {"keyCredentials": [{"key": base64_of(der_of(issue(subject=subject)))} for subject in ("A", "B")]}
        ),
        "2 certificates, where exactly one is expected: key (line 1, character 30), key (line 1, character ",
        "file of its own",
    ),
    "manifest without the key": (
        lambda: json.dumps({"keyCredentials": [{"keyId": "1", "key": None}]}),
        "no certificate in this text",
        "$select=keyCredentials",
    ),
    "request in PEM": (
        lambda: _request().public_bytes(Encoding.PEM),
        "line 2, character 1: this is a certificate signing request",
        "issued for this request",
    ),
    "request in DER": (
        lambda: _request().public_bytes(Encoding.DER),
        "file: this is a certificate signing request",
        "issued for this request",
    ),
    "public key in PEM": (
        lambda: rsa_key().public_key().public_bytes(Encoding.PEM, SPKI),
        "line 2, character 1: this is a bare public key",
        "the certificate around the key",
    ),
    "public key of PKCS#1 in DER": (
        lambda: rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1),
        "file: this is a bare public key",
        "the certificate around the key",
    ),
    "revocation list": (_revocation_list, "line 2, character 1: this is a certificate revocation list", "itself"),
    "foreign character": (
        lambda: pem_with_character(5, 17, "!"),
        "file: line 5, character 17: '!' does not belong to base64.",
        "Copy the certificate again",
    ),
    "foreign character after invisible ones": (
        lambda: "\N{ZERO WIDTH SPACE}" + pem_with_character(5, 17, "\N{ZERO WIDTH SPACE}?"),
        "file: line 5, character 18: '?' does not belong to base64.",
        "Copy the certificate again",
    ),
    "foreign character after literal newlines": (
        lambda: pem_with_character(2, 3, "!").replace("\n", "\\n"),
        "file: line 1, character 32: '!' does not belong to base64.",
        "Copy the certificate again",
    ),
    "foreign character in bare base64": (
        lambda: base64_of(der_of(issue()))[:99] + "*" + base64_of(der_of(issue()))[100:],
        "file: line 1, character 100: '*' does not belong to base64.",
        "Copy the certificate again",
    ),
    "control character": (
        lambda: pem_with_character(3, 1, "\x1b"),
        "file: line 3, character 1: U+001B does not belong to base64.",
        "Copy the certificate again",
    ),
    "ellipsis": (
        lambda: pem_with_character(4, 10, "\N{HORIZONTAL ELLIPSIS}"),
        "line 4, character 10: U+2026 HORIZONTAL ELLIPSIS does not belong",
        "shortened when it was copied",
    ),
    "base64url": (lambda: pem_with_character(4, 10, "_"), "line 4, character 10: '_' does not belong", "base64url"),
    "quoted mail": (
        lambda: "".join(f"> {line}" for line in pem_lines(issue())),
        "line 3, character 1: '>' does not belong to base64.",
        "Copy the certificate again",
    ),
    "typographic dash inside": (
        lambda: pem_with_character(3, 7, "\N{EM DASH}"),
        "line 3, character 7: U+2014 EM DASH does not belong to base64.",
        "word processor",
    ),
    "PEM cut off": (
        lambda: "".join(pem_lines(issue())[:-3]),
        "it was cut off.",
        "Copy the whole certificate",
    ),
    "empty PEM": (
        lambda: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "file: no certificate in this text.",
        "Expected one",
    ),
    "trusted certificate": (
        lambda: (
            f"-----BEGIN TRUSTED CERTIFICATE-----\n{base64_of(der_of(issue()) + bytes.fromhex('300a0c0876656e646f722031'))}"
        ),
        "bytes is followed by 12 more.",
        "openssl x509 -in FILE",
    ),
    "encrypted PEM": (
        lambda: "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END CERTIFICATE-----\n",
        "file: no certificate in this text.",
        "Expected one",
    ),
    "base64 cut inside a group": (
        lambda: base64_of(der_of(issue()))[:401],
        "line 1, character 401: base64 of 300 bytes ends here, but its first bytes announce ",
        "Copy the whole certificate",
    ),
    "base64 cut between groups": (
        lambda: base64_of(der_of(issue()))[:400] + "\n",
        "line 1, character 400: base64 of 300 bytes ends here, but its first bytes announce ",
        "Copy the whole certificate",
    ),
    "base64 cut in JSON": (
        lambda: json.dumps({"cer": base64_of(der_of(issue()))[:400], "kid": "1"}),
        "line 1, character 409: base64 of 300 bytes ends here, but its first bytes announce ",
        "Copy the whole certificate",
    ),
    "base64 cut in YAML": (
        lambda: f"cer: {base64_of(der_of(issue()))[:400]}\nkid: 1\n",
        "line 1, character 405: base64 of 300 bytes ends here, but its first bytes announce ",
        "Copy the whole certificate",
    ),
    "base64 of PEM cut off": (
        lambda: json.dumps({"tls.crt": base64_of(pem_of(issue()).encode())[:401]}),
        "line 1, character 414: the base64 text ends here after 401 characters",
        "every '=' at its end",
    ),
    "hexadecimal cut off": (
        lambda: der_of(issue()).hex(":")[:899],
        "line 1, character 899: hexadecimal of 300 bytes ends here, but its first bytes announce ",
        "Copy the whole certificate",
    ),
    "foreign character in hexadecimal": (
        lambda: der_of(issue()).hex()[:600] + "zz" + der_of(issue()).hex()[602:],
        "line 1, character 601: 'z' does not belong to hexadecimal.",
        "Copy the certificate again",
    ),
    "foreign character in JSON": (
        lambda: json.dumps({"cer": base64_of(der_of(issue()))[:99] + "*" + base64_of(der_of(issue()))[100:]}),
        "line 1, character 109: '*' does not belong to base64.",
        "Copy the certificate again",
    ),
    "JSON with something else": (
        lambda: json.dumps({"cer": None, "hash": base64_of(bytes(range(48)))}),
        "file: no certificate in this text; something else is encoded in hash (line 1, character 24).",
        "as a value in JSON",
    ),
    "JSON with nothing": (lambda: '{"cer": ""}', "file: no certificate in this text.", "as a value in JSON"),
    "web page": (
        lambda: "<!DOCTYPE html>\n<html><body>Sign in</body></html>",
        "this is a web page",
        "download the file",
    ),
    "a line is missing": (
        lambda: "".join(line for number, line in enumerate(pem_lines(issue()), start=1) if number != 6),
        "bytes announce ",
        "Copy the whole certificate",
    ),
    "padding in the middle": (
        lambda: base64_of(der_of(issue()))[:-100] + "=" + base64_of(der_of(issue()))[-100:],
        "'=' in the middle",
        "pasted together",
    ),
    "altered last character": (
        lambda: base64_of(der_of(issue(subject="abc"))).rstrip("=")[:-1] + "B==",
        "'B' cannot be the last character of this base64 text: it was altered.",
        "Copy the certificate again.",
    ),
    "trailing bytes after DER": (
        lambda: der_of(issue()) + b"\r\n\0",
        " bytes is followed by 3 more.",
        "what follows",
    ),
    "one newline after DER": (lambda: der_of(issue()) + b"\n", " bytes is followed by 1 more.", "what follows"),
    "trailing bytes in base64": (
        lambda: base64_of(der_of(issue()) + b"\0"),
        " bytes is followed by 1 more.",
        "what follows",
    ),
    "DER cut off": (
        lambda: der_of(issue())[:500],
        "the data ends after 500 bytes, but its first",
        "Get the certificate",
    ),
    "DER with a broken inside": (
        lambda: der_of(issue()).replace(b"\x17\x0d", b"\x17\x0c", 1),
        "shaped like a certificate but cannot be read",
        "altered on the way",
    ),
    "encrypted message": (
        lambda: (
            pkcs7.PKCS7EnvelopeBuilder().set_data(b"a").add_recipient(issue()).encrypt(Encoding.PEM, []).decode("ascii")
        ),
        "line 2, character 1: this is an encrypted PKCS#7 message",
        "Decrypt it first",
    ),
    "UTF-16 cut off": (lambda: pem_of(issue()).encode("utf-16") + b"A", "not UTF-16 text, although", "plain UTF-8"),
}


def _refuse(make: Make) -> CertificateError:
    content = make()
    with pytest.raises(CertificateError) as caught:
        read_certificate(content.encode() if isinstance(content, str) else content, source="file")
    return caught.value


@pytest.mark.parametrize(("make", "message", "hint"), REFUSED.values(), ids=REFUSED.keys())
def test_says_what_is_wrong_where_and_what_to_do(make: Make, message: str, hint: str) -> None:
    error = _refuse(make)

    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize(("make", "message", "hint"), REFUSED.values(), ids=REFUSED.keys())
def test_every_message_starts_with_its_source(make: Make, message: str, hint: str) -> None:
    del message, hint

    assert _refuse(make).message.startswith("file: ")
