"""The cloud's endpoints as a metadata host tells them, and what is said when it does not. Real TLS."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from association.errors import AssociationError, GraphError, SettingsError, SignInError
from association.graph.client import GraphClient
from association.graph.credential import make_credential
from association.graph.identity import choose_identity
from association.graph.login import Tokens
from association.graph.patience import Patience
from sandbox.tenant import Tenant
from tests.graph.server import RESET, Answer, GraphServer

METADATA: dict[str, Any] = {
    "name": "Sandbox",
    "microsoftGraphResourceId": "https://graph.example/",
    "authentication": {"loginEndpoint": "https://login.example/"},
}


def open_tokens(server: GraphServer) -> Tokens:
    environment = {"ARM_METADATA_HOSTNAME": server.url.removeprefix("https://"), "SSL_CERT_FILE": str(server.ca_file)}
    return Tokens(choose_identity({}, environment))


def test_the_metadata_host_is_asked_once_as_the_azuread_provider_asks(server: GraphServer) -> None:
    server.script(Answer(body=METADATA))
    tokens = open_tokens(server)
    assert (tokens.base_url(), tokens.base_url()) == ("https://graph.example", "https://graph.example")
    assert [request.path for request in server.requests] == ["/metadata/endpoints?api-version=2022-09-01"]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(status=404), "answered GET /metadata/endpoints with status 404"),
        (Answer(body=[]), "expected 200 and a JSON object"),
        (Answer(body={**METADATA, "microsoftGraphResourceId": ""}), "microsoftGraphResourceId is '', expected a URL"),
        (Answer(body={**METADATA, "authentication": None}), "authentication.loginEndpoint is None, expected a URL"),
        (Answer(body={**METADATA, "microsoftGraphResourceId": "http://g"}), "begins with https://"),
    ],
)
def test_a_wrong_answer_is_told(server: GraphServer, answer: Answer, text: str) -> None:
    server.script(answer)
    with pytest.raises(AssociationError) as refused:
        open_tokens(server).base_url()
    assert text in str(refused.value)


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        yield tenant


def test_a_token_is_asked_for_once(tenant: Tenant) -> None:
    tenant.requests.clear()
    graph = GraphClient.of(choose_identity({}, tenant.environment()))
    assert graph.get("/domains")["value"]
    assert graph.get("/domains")["value"]
    assert [request.path.rpartition("/")[2] for request in tenant.requests if request.method == "POST"] == ["token"]


def test_a_token_that_ends_soon_is_renewed_before_it_is_used(tenant: Tenant) -> None:
    tenant.requests.clear()
    tenant.faults.token_lifetime = 60
    graph = GraphClient.of(choose_identity({}, tenant.environment()))
    try:
        graph.get("/domains")
        graph.get("/domains")
    finally:
        tenant.faults.clear()
    assert len([request for request in tenant.requests if request.method == "POST"]) == 2


def test_an_id_token_file_is_read_anew_for_every_login(tenant: Tenant, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("header.payload.signature")
    environment = {**tenant.environment(), "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": str(file)}
    del environment["ARM_CLIENT_SECRET"]
    graph = GraphClient.of(choose_identity({}, environment))
    with pytest.raises(GraphError, match="Sign-in by OIDC token"):
        graph.get("/domains")
    file.write_text(tenant.federated_token("deployer"))
    assert graph.get("/domains")["value"]


def test_an_id_token_file_that_goes_bad_is_a_sentence(tenant: Tenant, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("header.payload.signature")
    environment = {**tenant.environment(), "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": str(file)}
    del environment["ARM_CLIENT_SECRET"]
    graph = GraphClient.of(choose_identity({}, environment))
    file.unlink()
    with pytest.raises(SettingsError, match=r"ARM_OIDC_TOKEN_FILE_PATH names .* which cannot be read: No such file"):
        graph.get("/domains")


def test_a_missing_azure_cli_is_explained_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SignInError, match=r"Sign-in by Azure CLI \(nothing else is set\) failed") as refused:
        Tokens(choose_identity({}, {"ARM_OIDC_TOKEN": "x"})).token()
    assert refused.value.hint.startswith("ARM_OIDC_TOKEN is set, but ARM_USE_OIDC is not true")
    assert "az login" in refused.value.hint
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "AzureCliCredential"),
        ({"ARM_USE_MSI": "true"}, "ManagedIdentityCredential"),
        ({"ARM_CLIENT_SECRET": "s"}, "ClientSecret"),
        ({"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"}, "ClientAssertionCredential"),
    ],
)
def test_no_credential_looks_around_for_another_identity(environment: Mapping[str, str], name: str) -> None:
    identity = choose_identity({}, {"ARM_TENANT_ID": "t.example", "ARM_CLIENT_ID": "c", **environment})
    assert type(make_credential(identity, identity.cloud, Patience())).__name__ == name


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(body={"value": None}), "ACTIONS_ID_TOKEN_REQUEST_URL: the pipeline's answer has no 'value'"),
        (Answer(status=403), "answered GET /token with status 403"),
    ],
)
def test_a_pipeline_that_hands_out_no_token_is_named(server: GraphServer, answer: Answer, text: str) -> None:
    server.script(answer)
    environment = {
        "ARM_TENANT_ID": "t.example",
        "ARM_CLIENT_ID": "c",
        "ARM_USE_OIDC": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{server.url}/token",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
        "SSL_CERT_FILE": str(server.ca_file),
    }
    with pytest.raises(SignInError, match=text) as refused:
        Tokens(choose_identity({}, environment)).token()
    assert "`permissions: id-token: write`" in refused.value.hint


def federated(server: GraphServer, **variables: str) -> Mapping[str, str]:
    """An identity whose login service, or pipeline, is the scripted server."""
    host = server.url.removeprefix("https://")
    who = {"ARM_TENANT_ID": "7e6a0000-0000-4000-8000-00000000c0de", "ARM_CLIENT_ID": "c"}
    return {**who, "ARM_METADATA_HOSTNAME": host, "SSL_CERT_FILE": str(server.ca_file), **variables}


def metadata_of(server: GraphServer) -> Answer:
    login = {"loginEndpoint": server.url}
    return Answer(body={**METADATA, "microsoftGraphResourceId": server.url, "authentication": login})


BUSY: dict[str, Any] = {"error": "temporarily_unavailable", "error_description": "AADSTS90033: busy"}


@pytest.mark.parametrize("status", [429, 503])
def test_a_login_service_that_asks_for_more_time_than_there_is_ends_in_a_sentence(
    server: GraphServer, slept: list[float], status: int
) -> None:
    server.script(metadata_of(server), Answer(status=status, headers={"Retry-After": "600"}, body=BUSY))
    tokens = Tokens(choose_identity({}, federated(server, ARM_CLIENT_SECRET="s")), Patience(120, sleep=slept.append))
    with pytest.raises(GraphError) as refused:
        tokens.token()
    assert str(refused.value).startswith(
        f"{server.url.removeprefix('https://')} answered with {status} and asks to wait 600 s, longer than this operation may take"
    )
    assert "Run again later" in refused.value.hint
    assert (slept, len(server.requests)) == ([], 2)


def test_a_login_service_that_asks_for_a_moment_gets_it(server: GraphServer, slept: list[float]) -> None:
    busy = Answer(status=429, headers={"Retry-After": "7"}, body=BUSY)
    granted = Answer(body={"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
    server.script(metadata_of(server), busy, granted)
    tokens = Tokens(choose_identity({}, federated(server, ARM_CLIENT_SECRET="s")), Patience(120, sleep=slept.append))
    assert (tokens.token(), slept) == ("t", [7.0])


def test_a_secret_costs_one_request_and_is_sent_as_a_form(server: GraphServer) -> None:
    server.script(metadata_of(server), Answer(body={"access_token": "t", "expires_in": "3600"}))
    assert Tokens(choose_identity({}, federated(server, ARM_CLIENT_SECRET="s+&é"))).token() == "t"
    _, asked = server.requests
    assert (asked.method, asked.path) == ("POST", "/7e6a0000-0000-4000-8000-00000000c0de/oauth2/v2.0/token")
    assert parse_qs(asked.body) == {
        "grant_type": ["client_credentials"],
        "client_id": ["c"],
        "client_secret": ["s+&é"],
        "scope": [f"{server.url}/.default"],
    }


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(status=401, body={"error": "x", "error_description": "AADSTS7000215: no"}), SignInError, "AADSTS7000215: no"),
        (Answer(status=400, body=["t0ken"]), SignInError, "the answer holds no access token (status 400)"),
        (Answer(body={"access_token": "t0ken"}), GraphError, "the answer holds no access token (status 200)"),
        (Answer(status=501), GraphError, "the answer holds no access token (status 501)"),
        (RESET, GraphError, "No answer from localhost"),
    ],
)  # fmt: skip
def test_an_answer_without_a_token_is_told_and_never_shown(
    server: GraphServer, slept: list[float], answer: Answer | str, kind: type[GraphError], said: str
) -> None:
    server.script(metadata_of(server), answer)
    tokens = Tokens(choose_identity({}, federated(server, ARM_CLIENT_SECRET="s3cret")), Patience(sleep=slept.append))
    with pytest.raises(GraphError) as refused:
        tokens.token()
    assert type(refused.value) is kind
    assert said in str(refused.value)
    assert "t0ken" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_pipeline_that_asks_for_more_time_than_there_is_ends_in_a_sentence(
    server: GraphServer, slept: list[float]
) -> None:
    server.script(Answer(status=503, headers={"Retry-After": "600"}))
    asks = {"ACTIONS_ID_TOKEN_REQUEST_URL": f"{server.url}/token", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}
    environment = {**federated(server, ARM_USE_OIDC="true", **asks)}
    del environment["ARM_METADATA_HOSTNAME"]
    tokens = Tokens(choose_identity({}, environment), Patience(120, sleep=slept.append))
    with pytest.raises(GraphError, match="answered with 503 and asks to wait 600 s"):
        tokens.token()
    assert slept == []
