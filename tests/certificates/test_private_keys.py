"""A private key is refused wherever it stands, in whatever form, before anything else is said; nothing of it is shown."""

import json
import urllib.parse
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from association.certificates import read_certificate
from association.errors import CertificateError
from tests.certificates.factories import base64_of, der_of, issue, pem_of, pem_with_character, rsa_key

Make = Callable[[], bytes | str]


def _key(encoding: Encoding, layout: PrivateFormat, password: bytes | None = None) -> bytes:
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    return rsa_key().private_bytes(encoding, layout, protection)


PKCS8, TRADITIONAL, OPENSSH = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.OpenSSH
SEC1 = ec.generate_private_key(ec.SECP256R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()

PRIVATE_KEYS: dict[str, Make] = {
    "PKCS#8 in PEM": lambda: _key(Encoding.PEM, PKCS8),
    "PKCS#1 in PEM": lambda: _key(Encoding.PEM, TRADITIONAL),
    "OpenSSH": lambda: _key(Encoding.PEM, OPENSSH),
    "encrypted PKCS#8 in PEM": lambda: _key(Encoding.PEM, PKCS8, b"secret"),
    "encrypted PKCS#1 in PEM": lambda: _key(Encoding.PEM, TRADITIONAL, b"secret"),
    "key before the certificate": lambda: _key(Encoding.PEM, PKCS8) + pem_of(issue()).encode(),
    "key after the certificate": lambda: pem_of(issue()).encode() + _key(Encoding.PEM, PKCS8),
    "key labelled as certificate": lambda: _key(Encoding.PEM, PKCS8).replace(b"PRIVATE KEY", b"CERTIFICATE"),
    "PKCS#8 in DER": lambda: _key(Encoding.DER, PKCS8),
    "PKCS#1 in DER": lambda: _key(Encoding.DER, TRADITIONAL),
    "encrypted PKCS#8 in DER": lambda: _key(Encoding.DER, PKCS8, b"secret"),
    "SEC 1 in DER": lambda: SEC1.private_bytes(Encoding.DER, TRADITIONAL, NoEncryption()),
    "Ed25519 in DER": lambda: EDWARDS.private_bytes(Encoding.DER, PKCS8, NoEncryption()),
    "PKCS#8 in bare base64": lambda: base64_of(_key(Encoding.DER, PKCS8)),
    "Ed25519 in bare base64": lambda: base64_of(EDWARDS.private_bytes(Encoding.DER, PKCS8, NoEncryption())),
    "base64 beside the certificate": lambda: pem_of(issue()) + "\nkey: " + base64_of(_key(Encoding.DER, PKCS8)),
    "base64 after a damaged certificate": lambda: pem_with_character(5, 17, "!") + base64_of(_key(Encoding.DER, PKCS8)),
    "base64 of PEM": lambda: base64_of(_key(Encoding.PEM, PKCS8)),
    "base64 of PEM beside the certificate": lambda: f"{base64_of(_key(Encoding.PEM, PKCS8))}\n{pem_of(issue())}",
    "UTF-16": lambda: _key(Encoding.PEM, PKCS8).decode().encode("utf-16"),
    "PEM without line ends": lambda: _key(Encoding.PEM, PKCS8).replace(b"\n", b"\\n"),
    "JSON Web Key": lambda: json.dumps({"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB" * 8}),
    "PuTTY": lambda: "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n",
    "JSON Web Key in JSON": lambda: json.dumps(json.dumps({"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB" * 8})),
    "JSON Web Key in YAML": lambda: f"kty: RSA\nd: {'AQAB' * 8}\nx5c: [{base64_of(der_of(issue()))}]\n",
    "XML of .NET": lambda: "<RSAKeyValue><Modulus>AQAB</Modulus><D>AQAB</D></RSAKeyValue>",
    "JSON beside the certificate": lambda: json.dumps(
        {"cer": base64_of(der_of(issue())), "key": base64_of(_key(Encoding.DER, PKCS8))}
    ),
    "YAML of Kubernetes": lambda: (
        f"tls.crt: {base64_of(pem_of(issue()).encode())}\ntls.key: {base64_of(_key(Encoding.PEM, PKCS8))}\n"
    ),
    "base64 of certificate and key": lambda: base64_of(pem_of(issue()).encode() + _key(Encoding.PEM, PKCS8)),
    "hexadecimal beside the certificate": lambda: f"{pem_of(issue())}\n{_key(Encoding.DER, PKCS8).hex(':')}",
    "hexadecimal of PEM beside the certificate": lambda: f"{pem_of(issue())}\n{_key(Encoding.PEM, PKCS8).hex()}",
    "decimal numbers": lambda: json.dumps(list(_key(Encoding.DER, PKCS8))),
    "PEM in a URL": lambda: urllib.parse.quote(_key(Encoding.PEM, PKCS8)),
}


def _refuse(make: Make) -> CertificateError:
    content = make()
    with pytest.raises(CertificateError) as caught:
        read_certificate(content.encode() if isinstance(content, str) else content, source="file")
    return caught.value


@pytest.mark.parametrize("make", PRIVATE_KEYS.values(), ids=PRIVATE_KEYS.keys())
def test_refuses_a_private_key_wherever_it_stands(make: Make) -> None:
    error = _refuse(make)

    assert "private key" in error.message
    assert "Remove the private key" in error.hint


@pytest.mark.parametrize("make", PRIVATE_KEYS.values(), ids=PRIVATE_KEYS.keys())
def test_an_error_shows_nothing_of_a_private_key(make: Make) -> None:
    assert len(str(_refuse(make))) < 250
