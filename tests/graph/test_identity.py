"""Which identity and cloud are chosen: the same ones as by the azuread provider, or an error. Nothing is contacted."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from association.errors import SettingsError
from association.graph.identity import choose_identity, examine_settings
from association.graph.method import Method
from association.graph.settings import PROVIDER_SETTINGS
from tests.factories import rsa_key

WHO = {"ARM_TENANT_ID": "contoso.onmicrosoft.com", "ARM_CLIENT_ID": "11111111-2222-3333-4444-555555555555"}
SECRET = {"ARM_CLIENT_SECRET": "s3cr3t-value"}
OIDC_TOKEN = {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "header.payload.signature"}
GITHUB = {
    "ARM_USE_OIDC": "true",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://g/",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t0ken",
}
AZURE_DEVOPS = {
    "ARM_USE_OIDC": "true",
    "SYSTEM_OIDCREQUESTURI": "https://d/",
    "SYSTEM_ACCESSTOKEN": "t0ken",
    "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "connection",
}
MSI = {"ARM_USE_MSI": "true"}


@pytest.fixture(scope="session")
def archive() -> bytes:
    key = rsa_key("deployer")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "deployer")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(b"deployer", key, certificate, None, BestAvailableEncryption(b"pass"))


@pytest.fixture(scope="session")
def pfx(archive: bytes) -> dict[str, str]:
    return {"ARM_CLIENT_CERTIFICATE": base64.b64encode(archive).decode(), "ARM_CLIENT_CERTIFICATE_PASSWORD": "pass"}


@pytest.mark.parametrize(
    ("environment", "method", "source"),
    [
        pytest.param({}, Method.AZURE_CLI, "nothing else is set", id="nothing"),
        pytest.param(SECRET, Method.CLIENT_SECRET, "ARM_CLIENT_SECRET", id="secret"),
        pytest.param({**SECRET, **OIDC_TOKEN}, Method.CLIENT_SECRET, "ARM_CLIENT_SECRET", id="secret before OIDC"),
        pytest.param({**OIDC_TOKEN, **GITHUB}, Method.OIDC_TOKEN, "ARM_OIDC_TOKEN", id="token before pipeline"),
        pytest.param({"ARM_OIDC_TOKEN": "x"}, Method.AZURE_CLI, "nothing else is set", id="token without ARM_USE_OIDC"),
        pytest.param(GITHUB, Method.GITHUB, "ACTIONS_ID_TOKEN_REQUEST_URL", id="GitHub"),
        pytest.param(
            {**GITHUB, **AZURE_DEVOPS}, Method.AZURE_DEVOPS, "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", id="DevOps first"
        ),
        pytest.param({**GITHUB, **MSI}, Method.GITHUB, "ACTIONS_ID_TOKEN_REQUEST_URL", id="OIDC before MSI"),
        pytest.param(MSI, Method.MANAGED_IDENTITY, "ARM_USE_MSI", id="MSI before CLI"),
    ],
)
def test_the_first_complete_method_wins(environment: Mapping[str, str], method: Method, source: str) -> None:
    login = choose_identity({}, {**WHO, **environment}).login
    assert (login.method, login.source) == (method, source)


def test_a_client_certificate_comes_before_everything(pfx: Mapping[str, str], archive: bytes) -> None:
    login = choose_identity({}, {**WHO, **pfx, **SECRET, **OIDC_TOKEN, **MSI}).login
    assert (login.method, login.certificate, login.secret) == (Method.CLIENT_CERTIFICATE, archive, "pass")


def test_a_client_certificate_can_be_a_file(archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "deployer.pfx").write_bytes(archive)
    inputs = {"clientCertificatePath": str(tmp_path / "deployer.pfx"), "clientCertificatePassword": "pass"}
    login = choose_identity(inputs, WHO).login
    assert (login.source, login.certificate) == ("azuread:clientCertificatePath", archive)


def test_stack_configuration_wins_over_the_environment() -> None:
    identity = choose_identity({"clientSecret": "other", "tenantId": "fabrikam.onmicrosoft.com"}, {**WHO, **SECRET})
    assert identity.login.secret == "other"
    assert identity.login.source == "azuread:clientSecret"
    assert identity.tenant_id == "fabrikam.onmicrosoft.com"


def test_an_empty_value_in_the_stack_configuration_hides_the_environment() -> None:
    assert choose_identity({"clientSecret": ""}, {**WHO, **SECRET}).login.method is Method.AZURE_CLI


@pytest.mark.parametrize("value", [True, "true", "1"])
def test_a_boolean_may_be_text(value: object) -> None:
    assert choose_identity({"useMsi": value}, {}).login.method is Method.MANAGED_IDENTITY


@pytest.mark.parametrize(
    ("key", "content", "attribute"),
    [("clientSecretFilePath", "from a file\n", "secret"), ("oidcTokenFilePath", "a.b.c\n", "token_file")],
)
def test_a_value_can_come_from_a_file(tmp_path: Path, key: str, content: str, attribute: str) -> None:
    (tmp_path / "file").write_text(content)
    login = choose_identity({key: str(tmp_path / "file"), "useOidc": True}, WHO).login
    assert getattr(login, attribute) == ("from a file" if attribute == "secret" else str(tmp_path / "file"))


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    ("key", "method"),
    [
        ("clientIdFilePath", Method.CLIENT_SECRET),
        ("clientSecretFilePath", Method.CLIENT_SECRET),
        ("oidcTokenFilePath", Method.OIDC_TOKEN),
    ],
)
def test_a_file_of_one_value_may_be_in_any_encoding_of_unicode(
    tmp_path: Path, key: str, method: Method, encoding: str, line_end: str
) -> None:
    (tmp_path / "file").write_bytes(("a.b~c" + line_end).encode(encoding))
    secret = SECRET if key == "clientIdFilePath" else {}
    environment = {"ARM_TENANT_ID": "t", "ARM_CLIENT_ID": "a.b~c", **secret}
    identity = choose_identity({key: str(tmp_path / "file"), "useOidc": True}, environment)
    assert (identity.login.method, identity.client_id) == (method, "a.b~c")
    assert identity.login.secret == ("a.b~c" if key == "clientSecretFilePath" else secret.get("ARM_CLIENT_SECRET", ""))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xe9\xff", "which is not UTF-8 or UTF-16 text (byte 1): save it as UTF-8"),
        (b"\xff\xfea", "which is not UTF-8 or UTF-16 text"),
        (b"", "which is empty"),
        (b" \r\n", "which is empty"),
        (b"one\ntwo\n", "which holds more than one line"),
        (b"a\x00b", "which holds more than one line"),
    ],
)
@pytest.mark.parametrize("key", ["ARM_CLIENT_ID_FILE_PATH", "ARM_CLIENT_SECRET_FILE_PATH", "ARM_OIDC_TOKEN_FILE_PATH"])
def test_a_file_that_holds_no_value_is_one_sentence_that_names_the_setting(
    tmp_path: Path, key: str, content: bytes, reason: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    others = SECRET if key == "ARM_CLIENT_ID_FILE_PATH" else {"ARM_USE_OIDC": "true"}
    _, problems = examine_settings({}, {**WHO, **others, key: str(tmp_path / "file")})
    (problem,) = problems
    assert problem.reason.startswith(f"{key} names '{tmp_path / 'file'}', ")
    assert reason in problem.reason


def test_the_client_id_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("99999999-0000-0000-0000-000000000000\n")
    environment = {"ARM_TENANT_ID": "t", "ARM_CLIENT_ID_FILE_PATH": str(tmp_path / "file"), **SECRET}
    assert choose_identity({}, environment).client_id == "99999999-0000-0000-0000-000000000000"


def test_the_workload_identity_of_aks_is_used_when_allowed(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a.b.c")
    aks = {"AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t", "AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "token")}
    identity = choose_identity({}, {"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", **aks})
    assert (identity.tenant_id, identity.client_id) == ("t", "c")
    assert (identity.login.method, identity.login.source) == (Method.OIDC_TOKEN, "AZURE_FEDERATED_TOKEN_FILE")
    assert choose_identity({}, aks).login.method is Method.AZURE_CLI


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        pytest.param(SECRET, ["ARM_TENANT_ID", "ARM_CLIENT_ID"], id="secret without an identity"),
        pytest.param({**WHO, "ARM_USE_OIDC": "true"}, ["ARM_OIDC_TOKEN"], id="OIDC without a token"),
        pytest.param({**MSI, "ARM_MSI_ENDPOINT": "http://x"}, ["ARM_MSI_ENDPOINT"], id="MSI endpoint"),
        pytest.param({**MSI, "IDENTITY_ENDPOINT": "http://x"}, ["IDENTITY_ENDPOINT"], id="another managed identity"),
        pytest.param({"ARM_USE_CLI": "false"}, ["ARM_USE_CLI"], id="no method left"),
        pytest.param({"ARM_USE_CLI": "perhaps"}, ["ARM_USE_CLI", "'perhaps'"], id="no boolean"),
        pytest.param({"ARM_ENVIRONMENT": "germany"}, ["ARM_ENVIRONMENT", "'germany'", "usgovernmentl4"], id="cloud"),
        pytest.param({**WHO, "ARM_CLIENT_CERTIFICATE": "%%"}, ["ARM_CLIENT_CERTIFICATE", "base64"], id="no base64"),
        pytest.param({**WHO, "ARM_CLIENT_CERTIFICATE": "AAAA"}, ["ARM_CLIENT_CERTIFICATE", "PKCS#12"], id="no PFX"),
        pytest.param(
            {**WHO, "ARM_CLIENT_CERTIFICATE_PATH": "/nowhere.pfx"},
            ["ARM_CLIENT_CERTIFICATE_PATH", "/nowhere.pfx"],
            id="file",
        ),
        pytest.param({"SSL_CERT_FILE": "/nowhere.pem"}, ["SSL_CERT_FILE", "/nowhere.pem"], id="no CA file"),
    ],
)
def test_what_cannot_be_honoured_is_an_error_that_names_it(environment: Mapping[str, str], names: list[str]) -> None:
    with pytest.raises(SettingsError) as refused:
        choose_identity({}, environment)
    assert [name for name in names if name not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("environment", "advice"),
    [
        ({"GITHUB_ACTIONS": "true"}, "this GitHub job gets no ID token: give the job `permissions: id-token: write`"),
        (
            {"TF_BUILD": "True", "SYSTEM_OIDCREQUESTURI": "https://d/"},
            "`env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`",
        ),
    ],
)
def test_a_pipeline_that_hands_out_no_token_is_told_what_it_lacks(environment: Mapping[str, str], advice: str) -> None:
    with pytest.raises(SettingsError) as refused:
        choose_identity({}, {**WHO, "ARM_USE_OIDC": "true", **environment})
    assert advice in str(refused.value)


@pytest.mark.parametrize(
    ("environment", "found", "allows"),
    [
        ({"ARM_OIDC_TOKEN": "x"}, "ARM_OIDC_TOKEN", "ARM_USE_OIDC"),
        ({**GITHUB, "ARM_USE_OIDC": "false"}, "ACTIONS_ID_TOKEN_REQUEST_URL", "ARM_USE_OIDC"),
        ({"AZURE_FEDERATED_TOKEN_FILE": "/token"}, "AZURE_FEDERATED_TOKEN_FILE", "ARM_USE_AKS_WORKLOAD_IDENTITY"),
        ({"IDENTITY_ENDPOINT": "http://x"}, "IDENTITY_ENDPOINT", "ARM_USE_MSI"),
    ],
)
def test_what_stands_ready_without_its_flag_is_told(environment: Mapping[str, str], found: str, allows: str) -> None:
    said = f"{found} is set, but {allows} is not true: set {allows} to true"
    assert choose_identity({}, environment).login.unused.startswith(said)
    with pytest.raises(SettingsError, match=said):
        choose_identity({"useCli": False}, environment)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_base64_may_be_wrapped_as_the_azuread_provider_takes_it(
    pfx: Mapping[str, str], archive: bytes, line_end: str
) -> None:
    encoded = pfx["ARM_CLIENT_CERTIFICATE"]
    wrapped = line_end.join(encoded[start : start + 76] for start in range(0, len(encoded), 76)) + line_end
    assert choose_identity({}, {**WHO, **pfx, "ARM_CLIENT_CERTIFICATE": wrapped}).login.certificate == archive


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"-----BEGIN CERTIFICATE-----\n", "holds PEM text; expected a PKCS#12 archive"),
        (b"base64", "holds base64 text of an archive"),
    ],
)
def test_a_file_that_is_almost_an_archive_is_told_apart(
    archive: bytes, tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "deployer").write_bytes(base64.encodebytes(archive) if content == b"base64" else content)
    with pytest.raises(SettingsError, match=f"ARM_CLIENT_CERTIFICATE_PATH {reason}"):
        choose_identity({}, {**WHO, "ARM_CLIENT_CERTIFICATE_PATH": str(tmp_path / "deployer")})


def test_two_different_secrets_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("another")
    with pytest.raises(SettingsError, match="ARM_CLIENT_SECRET and ARM_CLIENT_SECRET_FILE_PATH differ"):
        choose_identity({}, {**WHO, **SECRET, "ARM_CLIENT_SECRET_FILE_PATH": str(tmp_path / "file")})


def test_a_wrong_password_of_the_archive_is_told_before_any_login(pfx: Mapping[str, str]) -> None:
    with pytest.raises(SettingsError, match="ARM_CLIENT_CERTIFICATE is not a PKCS#12 archive that opens with"):
        choose_identity({}, {**WHO, **pfx, "ARM_CLIENT_CERTIFICATE_PASSWORD": "wrong"})


def test_all_problems_are_told_at_once() -> None:
    _, problems = examine_settings({"useMsi": "maybe", "environment": "mars", "clientSecret": "x"}, {})
    assert {problem.key for problem in problems} == {"useMsi", "environment", "tenantId", "clientId"}


def test_nothing_secret_is_ever_printed(pfx: Mapping[str, str]) -> None:
    printed = "".join(repr(choose_identity({}, {**WHO, **values})) for values in (SECRET, OIDC_TOKEN, GITHUB, pfx))
    secrets = (*SECRET.values(), OIDC_TOKEN["ARM_OIDC_TOKEN"], "t0ken", "pass'", pfx["ARM_CLIENT_CERTIFICATE"][:20])
    assert [secret for secret in secrets if secret in printed] == []


@pytest.mark.parametrize(
    ("name", "login", "graph"),
    [
        ("global", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        ("public", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        ("usgovernment", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
        ("dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        ("china", "https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"),
    ],
)
def test_the_cloud_is_found_by_name(name: str, login: str, graph: str) -> None:
    cloud = choose_identity({}, {**WHO, "ARM_ENVIRONMENT": name}).cloud
    assert (cloud.login, cloud.graph) == (login, graph)


def test_a_metadata_host_makes_the_environment_unused() -> None:
    identity = choose_identity({}, {"ARM_METADATA_HOSTNAME": "localhost:8443", "ARM_ENVIRONMENT": "mars"})
    assert (identity.cloud.name, identity.metadata_host) == ("global", "localhost:8443")


def test_a_private_certificate_authority_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    assert choose_identity({}, {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}).verify == str(tmp_path / "ca.pem")


def test_every_setting_of_the_azuread_package_is_known() -> None:
    import inspect

    from pulumi_azuread import provider

    names = [name.split("_") for name in inspect.signature(provider.ProviderArgs).parameters]
    camel = {first + "".join(part.title() for part in rest) for first, *rest in names}
    assert {setting.key for setting in PROVIDER_SETTINGS} == camel
