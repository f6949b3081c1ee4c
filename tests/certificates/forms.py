"""The forms in which people and programs keep a certificate: name → how to make it."""

import base64
import json
import textwrap
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from tests.certificates.factories import der_of, pem_of


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _body(certificate: x509.Certificate) -> str:
    return _base64(der_of(certificate))


def _manifest(key: str) -> dict[str, object]:
    entry = {
        "customKeyIdentifier": "A1",
        "displayName": 'CN=a "quoted" [name]',
        "key": key,
        "type": "AsymmetricX509Cert",
    }
    return {"id": "1", "addIns": [{"properties": [{"key": "x", "value": "y"}]}], "keyCredentials": [entry]}


def _fragment(certificate: x509.Certificate) -> str:
    return f'"keyCredentials": [ {{ "type": "AsymmetricX509Cert", "key": "{_body(certificate)}" }} ],'


Form = Callable[[x509.Certificate], bytes | str]

FORMS: dict[str, Form] = {
    "PEM": pem_of,
    "PEM with CRLF": lambda one: pem_of(one).replace("\n", "\r\n"),
    "PEM with CR": lambda one: pem_of(one).replace("\n", "\r"),
    "PEM without final newline": lambda one: pem_of(one).rstrip(),
    "PEM with trailing spaces": lambda one: pem_of(one).replace("\n", "  \n"),
    "PEM with blank lines": lambda one: pem_of(one).replace("\n", "\n\n"),
    "PEM indented": lambda one: textwrap.indent(pem_of(one), "    "),
    "PEM indented with tabs": lambda one: textwrap.indent(pem_of(one), "\t"),
    "PEM in one line": lambda one: pem_of(one).replace("\n", ""),
    "PEM with newlines turned into spaces": lambda one: pem_of(one).replace("\n", " "),
    "PEM with text around it": lambda one: f"Grüße from the vendor:\n\n{pem_of(one)}\n-- \nBest regards\n",
    "PEM with text around it in Windows-1252": lambda one: f"Grüße \N{EN DASH} here:\n{pem_of(one)}".encode("cp1252"),
    "PEM with bag attributes": lambda one: f"Bag Attributes\n    localKeyID: 01 02\nsubject=CN = a\n{pem_of(one)}",
    "PEM labelled X509 CERTIFICATE": lambda one: pem_of(one).replace("CERTIFICATE", "X509 CERTIFICATE"),
    "PEM with lines of 76": lambda one: (
        f"-----BEGIN CERTIFICATE-----\n{textwrap.fill(_body(one), 76)}\n-----END CERTIFICATE-----\n"
    ),
    "bare base64": _body,
    "bare base64 wrapped": lambda one: textwrap.fill(_body(one), 64),
    "bare base64 wrapped at 20": lambda one: textwrap.fill(_body(one), 20) + "\r\n",
    "bare base64 in quotes": lambda one: f'"{_body(one)}"\n',
    "DER": der_of,
    "PKCS#7 in PEM": lambda one: pkcs7.serialize_certificates([one], Encoding.PEM),
    "PKCS#7 in DER": lambda one: pkcs7.serialize_certificates([one], Encoding.DER),
    "PKCS#7 in bare base64": lambda one: _base64(pkcs7.serialize_certificates([one], Encoding.DER)),
    "PKCS#7 labelled CERTIFICATE": lambda one: pkcs7.serialize_certificates([one], Encoding.PEM).replace(
        b"PKCS7", b"CERTIFICATE"
    ),
    "UTF-8 with byte order mark": lambda one: pem_of(one).encode("utf-8-sig"),
    "UTF-16 with byte order mark": lambda one: b"\xff\xfe" + pem_of(one).encode("utf-16-le"),
    "UTF-16 big-endian with byte order mark": lambda one: b"\xfe\xff" + pem_of(one).encode("utf-16-be"),
    "UTF-16 without byte order mark": lambda one: pem_of(one).encode("utf-16-le"),
    "UTF-16 big-endian without byte order mark": lambda one: pem_of(one).encode("utf-16-be"),
    "UTF-32 with byte order mark": lambda one: b"\xff\xfe\x00\x00" + pem_of(one).encode("utf-32-le"),
    "UTF-32 big-endian with byte order mark": lambda one: b"\x00\x00\xfe\xff" + pem_of(one).encode("utf-32-be"),
    "bare base64 in UTF-16": lambda one: _body(one).encode("utf-16"),
    "no-break spaces": lambda one: textwrap.indent(pem_of(one), "\N{NO-BREAK SPACE}"),
    "no-break spaces in Windows-1252": lambda one: textwrap.indent(pem_of(one), "\N{NO-BREAK SPACE}").encode("cp1252"),
    "zero-width spaces": lambda one: "\N{ZERO WIDTH SPACE}".join(pem_of(one)),
    "byte order mark in the middle": lambda one: "\N{ZERO WIDTH NO-BREAK SPACE}\r\n" * 2 + pem_of(one),
    "literal newlines": lambda one: pem_of(one).replace("\n", "\\n"),
    "literal newlines escaped twice": lambda one: pem_of(one).replace("\n", "\\\\r\\\\n"),
    "literal newlines in quotes": lambda one: json.dumps(pem_of(one)),
    "YAML block": lambda one: "certificate: |\n" + textwrap.indent(pem_of(one), "  "),
    "manifest": lambda one: json.dumps(_manifest(_body(one)), indent=2),
    "manifest with escaped slashes": lambda one: json.dumps(_manifest(_body(one))).replace("/", "\\/"),
    "manifest with escaped signs": lambda one: (
        json.dumps(_manifest(_body(one))).replace("+", "\\u002B").replace("=", "\\u003d")
    ),
    "manifest whose key is PEM": lambda one: json.dumps(_manifest(pem_of(one))),
    "manifest whose key is base64 of PEM": lambda one: json.dumps(_manifest(_base64(pem_of(one).encode()))),
    "answer of Graph": lambda one: json.dumps({"value": [_manifest(_body(one))]}),
    "fragment of a manifest": _fragment,
    "base64 of PEM": lambda one: _base64(pem_of(one).encode()),
    "base64 of PEM with byte order mark": lambda one: _base64(pem_of(one).encode("utf-8-sig")),
    "base64 of base64": lambda one: _base64(_body(one).encode()),
}


def write(form: Form, certificate: x509.Certificate) -> bytes:
    """Give the certificate in that form; text becomes UTF-8."""
    content = form(certificate)
    return content.encode() if isinstance(content, str) else content
