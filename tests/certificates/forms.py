"""The forms in which people and programs keep a certificate: name → how to make it."""

import base64
import html
import json
import textwrap
import urllib.parse
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PublicFormat, pkcs7, pkcs12

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


def _hex(certificate: x509.Certificate, separator: str = " ") -> str:
    return der_of(certificate).hex(separator)


def _lines_of(text: str, width: int = 64) -> str:
    return "\n".join(textwrap.wrap(text, width))


def _key_vault(certificate: x509.Certificate) -> str:
    """As `az keyvault certificate show` prints it. Source: https://learn.microsoft.com/rest/api/keyvault/certificates (checked 2026-11-29)."""
    return json.dumps(
        {
            "cer": _body(certificate),
            "contentType": None,
            "x5t": "A1B2",
            "sid": "https://vault/secrets/a",
            "tags": {"a": "b"},
        }
    )


def _terraform(certificate: x509.Certificate) -> str:
    """The same certificate twice, as azurerm_key_vault_certificate has it in its state."""
    return json.dumps(
        {
            "certificate_data": _hex(certificate).replace(" ", "").upper(),
            "certificate_data_base64": _body(certificate),
        }
    )


def _kubernetes(certificate: x509.Certificate) -> str:
    data = _base64(pem_of(certificate).encode())
    return f"apiVersion: v1\nkind: Secret\ndata:\n  tls.crt: {data}\n  namespace: ZGVmYXVsdA==\ntype: Opaque\n"


def _saml(certificate: x509.Certificate) -> str:
    """Signing and encryption with one certificate, whose public key stands beside it."""
    keys = "".join(
        f'<KeyDescriptor use="{use}"><ds:KeyInfo><RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue><ds:X509Data>'
        f"<ds:X509Certificate>\n{_lines_of(_body(certificate), 76)}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"
        for use in ("signing", "encryption")
    )
    return f'<?xml version="1.0"?><EntityDescriptor entityID="https://a/">{keys}</EntityDescriptor>'


def _web_keys(certificate: x509.Certificate) -> str:
    return json.dumps({"keys": [{"kty": "RSA", "n": "sQ" * 40, "e": "AQAB", "x5c": [_body(certificate)], "kid": "d"}]})


def _pkcs12(certificate: x509.Certificate) -> bytes:
    return pkcs12.serialize_key_and_certificates(b"a", None, certificate, None, NoEncryption())


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
    "base64 of PEM in UTF-16": lambda one: _base64(pem_of(one).encode("utf-16")),
    "base64 without padding": lambda one: _body(one).rstrip("="),
    "base64 with a name before it": lambda one: f"MIMECAST_CERTIFICATE={_body(one)}\nMIMECAST_REGION=eu\n",
    "typographic dashes": lambda one: pem_of(one).replace("-----", "\N{EN DASH}\N{EN DASH}-"),
    "no BEGIN line": lambda one: "".join(pem_of(one).splitlines(keepends=True)[1:]),
    "no END line": lambda one: "".join(pem_of(one).splitlines(keepends=True)[:-1]),
    "another END line": lambda one: pem_of(one).replace("END CERTIFICATE", "END PKCS7"),
    "four hyphens": lambda one: pem_of(one).replace("-----", "----"),
    "public key beside it": lambda one: (
        pem_of(one).encode() + one.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    ),
    "the same certificate twice": lambda one: pem_of(one) * 2,
    "PEM in a URL": lambda one: "Cert=" + urllib.parse.quote(pem_of(one)),
    "PEM in XML": lambda one: "<a>" + html.escape(pem_of(one)).replace("\n", "&#xA;").replace("+", "&#43;") + "</a>",
    "PEM over continued lines": lambda one: pem_of(one).replace("\n", "\\\n"),
    "hexadecimal": lambda one: _hex(one).replace(" ", ""),
    "hexadecimal in capitals": lambda one: _hex(one).replace(" ", "").upper() + "\n",
    "hexadecimal after 0x": lambda one: "0x" + _hex(one).replace(" ", ""),
    "hexadecimal after a backslash": lambda one: "\\x" + _hex(one).replace(" ", ""),
    "hexadecimal with colons": lambda one: _hex(one, ":").upper(),
    "hexadecimal with hyphens": lambda one: _hex(one, "-").upper(),
    "hexadecimal in lines": lambda one: _lines_of(_hex(one).replace(" ", "")),
    "hexadecimal in words": lambda one: _lines_of(_hex(one), 47),
    "hexadecimal in C": lambda one: "{ 0x" + _hex(one).replace(" ", ", 0x") + " };",
    "hexadecimal in a string of C": lambda one: 'x = "\\x' + _hex(one).replace(" ", "\\x") + '";',
    "hexadecimal of PEM": lambda one: pem_of(one).encode().hex(),
    "decimal numbers": lambda one: json.dumps({"Key": list(der_of(one)), "KeyId": "1"}, indent=2),
    "JSON of Key Vault": _key_vault,
    "JSON of Terraform": _terraform,
    "JSON in JSON": lambda one: json.dumps({"secret": _key_vault(one)}),
    "JSON Web Keys": _web_keys,
    "YAML of Kubernetes": _kubernetes,
    "YAML with a following field": lambda one: f"cer: {_body(one)}\ncontentType: x\n",
    "YAML folded": lambda one: "a:\n  - b: >-\n" + textwrap.indent(_lines_of(_body(one)), "      ") + "\n    c: d\n",
    "YAML binary": lambda one: "a: !!binary |\n" + textwrap.indent(_lines_of(_body(one)), "  ") + "\nb: c\n",
    "YAML folded base64 of PEM": lambda one: (
        "a: |\n" + textwrap.indent(_lines_of(_base64(pem_of(one).encode())), "  ") + "\nb: c\n"
    ),
    "LDIF": lambda one: "userCertificate;binary:: " + "\n ".join(textwrap.wrap(_body(one), 60)) + "\nmail: a@b\n",
    "XML of SAML": _saml,
    "PKCS#12 without a key": _pkcs12,
    "PKCS#12 without a key in JSON": lambda one: json.dumps({"pfx": _base64(_pkcs12(one))}),
}


def write(form: Form, certificate: x509.Certificate) -> bytes:
    """Give the certificate in that form; text becomes UTF-8."""
    content = form(certificate)
    return content.encode() if isinstance(content, str) else content
