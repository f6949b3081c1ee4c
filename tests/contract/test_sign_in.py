"""The ways to sign in that no recording shows: certificate and federated token, and arguments over the environment."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509 import Certificate, CertificateBuilder, Name, NameAttribute, random_serial_number
from cryptography.x509.oid import NameOID

from tests.contract.conftest import Plugin
from tests.contract.replay import CALLER_ID, CLIENT_ID, TENANT_ID, sign_in_exchanges

PASSWORD = "made for this test"


@pytest.fixture(scope="module")
def identity() -> tuple[rsa.RSAPrivateKey, Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name, now = Name([NameAttribute(NameOID.COMMON_NAME, "deployer")]), datetime.now(UTC)
    builder = CertificateBuilder(name, name, key.public_key(), random_serial_number(), now, now + timedelta(days=1))
    return key, builder.sign(key, hashes.SHA256())


def test_signs_in_with_a_client_certificate(
    identity: tuple[rsa.RSAPrivateKey, Certificate], make_plugin: Callable[..., Plugin], tmp_path: Path
) -> None:
    key, certificate = identity
    file = tmp_path / "deployer.pfx"
    encryption = BestAvailableEncryption(PASSWORD.encode())
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"deployer", key, certificate, None, encryption))
    plugin = make_plugin(
        sign_in_exchanges(), ARM_CLIENT_CERTIFICATE_PATH=str(file), ARM_CLIENT_CERTIFICATE_PASSWORD=PASSWORD
    )
    plugin.configure()
    assertion = plugin.tenant.tape.writes[0]["request"]["client_assertion"]
    claims = jwt.decode(assertion, key.public_key(), algorithms=["RS256"], options={"verify_aud": False})
    assert (claims["iss"], urlsplit(claims["aud"]).path) == (CLIENT_ID, f"/{TENANT_ID}/oauth2/v2.0/token")
    thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA1())).decode()
    assert jwt.get_unverified_header(assertion)["kid"] == thumbprint


def test_says_that_a_certificate_file_cannot_be_used(make_plugin: Callable[..., Plugin], tmp_path: Path) -> None:
    file = tmp_path / "deployer.pfx"
    file.write_bytes(b"no certificate")
    plugin = make_plugin(sign_in_exchanges(), ARM_CLIENT_CERTIFICATE_PATH=str(file))
    assert f"The client certificate {file} cannot be used" in plugin.error_of("Configure", {"args": {}}).details()


@pytest.mark.parametrize("variable", ["ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH"])
def test_signs_in_with_a_federated_token(variable: str, make_plugin: Callable[..., Plugin], tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("federated\n")
    value = "federated" if variable == "ARM_OIDC_TOKEN" else str(file)
    plugin = make_plugin(sign_in_exchanges(), ARM_CLIENT_SECRET=None, ARM_USE_OIDC="true", **{variable: value})
    plugin.configure()
    form = plugin.tenant.tape.writes[0]["request"]
    assert (form["client_assertion"], "client_secret" in form) == ("federated", False)


def test_takes_an_argument_of_the_provider_over_the_environment(make_plugin: Callable[..., Plugin]) -> None:
    plugin = make_plugin(sign_in_exchanges())
    plugin.configure(clientId="another")
    config = plugin.call("Invoke", {"tok": "azuread:index/getClientConfig:getClientConfig", "args": {}})["return"]
    assert (config["clientId"], config["objectId"]) == ("another", CALLER_ID)


def test_asks_again_when_the_login_service_is_overloaded(make_plugin: Callable[..., Plugin]) -> None:
    metadata, token = sign_in_exchanges()
    plugin = make_plugin([metadata, token | {"status": 429}, token | {"status": 503}, token])
    plugin.configure()
    assert plugin.clock.slept == [1, 2]


def test_renews_a_token_twenty_minutes_before_its_end(make_plugin: Callable[..., Plugin]) -> None:
    metadata, token = sign_in_exchanges()
    plugin = make_plugin([metadata, token, token])
    plugin.configure()
    plugin.clock.sleep(3599 - 20 * 60 + 1)
    plugin.error_of("Invoke", {"tok": "azuread:index/getDomains:getDomains", "args": {}})
    assert len(plugin.tenant.tape.writes) == 2
