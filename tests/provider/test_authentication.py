"""Every way to log in that the sandbox tenant can check, through the real plugin and azure-identity's real clients."""

import base64
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.tenant import Identity, Tenant
from tests.graph.server import Answer, GraphServer
from tests.provider.application import Application
from tests.provider.harness import Failed, Plugin, run_plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]


@dataclass(frozen=True, kw_only=True)
class Deployer:
    """One identity, and an environment that lacks only the way to log in."""

    tenant: Tenant
    application: Application
    identity: Identity
    environment: dict[str, str]

    def expect_login(self, *, config: dict[str, str] | None = None, **environment: str) -> None:
        """One read of the application, sent by this identity and nobody else."""
        self.tenant.requests.clear()
        with run_plugin({**self.environment, **environment}) as plugin:
            plugin.configure(**(config or {}))
            assert plugin.read(f"{self.application.object_id}/{uuid.uuid4()}") is None
        senders = [request.identity for request in self.tenant.requests if self.application.object_id in request.path]
        assert senders == [self.identity.name]


@pytest.fixture
def deployer(tenant: Tenant, application: Application) -> Deployer:
    identity = tenant.add_identity(f"deployer {uuid.uuid4()}", "Application.Read.All")
    environment = {**tenant.environment(), "ARM_CLIENT_ID": identity.client_id}
    del environment["ARM_CLIENT_SECRET"]
    return Deployer(tenant=tenant, application=application, identity=identity, environment=environment)


def test_a_client_secret(deployer: Deployer) -> None:
    deployer.expect_login(ARM_CLIENT_SECRET=deployer.identity.client_secret)


def test_a_proxy_is_not_used_for_this_machine(deployer: Deployer) -> None:
    deployer.expect_login(ARM_CLIENT_SECRET=deployer.identity.client_secret, HTTPS_PROXY="http://localhost:1")


def test_a_client_secret_of_the_stack_configuration_wins(deployer: Deployer) -> None:
    deployer.expect_login(config={"clientSecret": deployer.identity.client_secret}, ARM_CLIENT_SECRET="stale")


def test_a_client_certificate_in_a_file(deployer: Deployer) -> None:
    deployer.expect_login(ARM_CLIENT_CERTIFICATE_PATH=str(deployer.tenant.certificate(deployer.identity.name)))


def test_a_client_certificate_as_text(deployer: Deployer) -> None:
    archive = deployer.tenant.certificate(deployer.identity.name).read_bytes()
    deployer.expect_login(ARM_CLIENT_CERTIFICATE=base64.b64encode(archive).decode())


def test_an_oidc_token(deployer: Deployer) -> None:
    deployer.expect_login(ARM_USE_OIDC="true", ARM_OIDC_TOKEN=deployer.tenant.federated_token(deployer.identity.name))


def test_an_oidc_token_in_a_file(deployer: Deployer, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(deployer.tenant.federated_token(deployer.identity.name) + "\n")
    deployer.expect_login(ARM_USE_OIDC="true", ARM_OIDC_TOKEN_FILE_PATH=str(tmp_path / "token"))


@pytest.mark.parametrize(
    ("connection", "answer", "method", "path"),
    [
        ("", "value", "GET", "/token?audience=api%3A%2F%2FAzureADTokenExchange&job=1"),
        ("c1", "oidcToken", "POST", "/token?api-version=7.1&serviceConnectionId=c1&job=1"),
    ],
    ids=["GitHub", "Azure DevOps"],
)
def test_a_token_that_the_pipeline_hands_out(
    deployer: Deployer, tmp_path: Path, connection: str, answer: str, method: str, path: str
) -> None:
    with GraphServer(tmp_path) as pipeline:
        pipeline.script(Answer(body={answer: deployer.tenant.federated_token(deployer.identity.name)}))
        both = tmp_path / "both.pem"
        both.write_text(deployer.tenant.ca_file.read_text() + pipeline.ca_file.read_text())
        deployer.expect_login(
            SSL_CERT_FILE=str(both),
            ARM_USE_OIDC="true",
            ARM_OIDC_REQUEST_TOKEN="pipeline-token",
            ARM_OIDC_REQUEST_URL=f"{pipeline.url}/token?job=1",
            ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID=connection,
        )
        (request,) = pipeline.requests
    assert (request.method, request.path, request.headers["authorization"]) == (method, path, "Bearer pipeline-token")


def test_a_wrong_secret_is_explained_with_its_source_and_never_shown(
    start_plugin: StartPlugin, application: Application
) -> None:
    with start_plugin(ARM_CLIENT_SECRET="wr0ng-s3cret") as plugin:
        plugin.configure()
        with pytest.raises(Failed) as refused:
            plugin.read(f"{application.object_id}/{uuid.uuid4()}")
    assert "Sign-in by client secret (ARM_CLIENT_SECRET) failed" in refused.value.text
    assert "AADSTS7000215" in refused.value.text
    assert "wr0ng-s3cret" not in refused.value.text


def test_a_metadata_host_that_does_not_answer_is_named(start_plugin: StartPlugin, application: Application) -> None:
    with start_plugin(ARM_METADATA_HOSTNAME="localhost:1") as plugin:
        plugin.configure()
        with pytest.raises(Failed, match="No answer from localhost:1 to GET /metadata/endpoints"):
            plugin.read(f"{application.object_id}/{uuid.uuid4()}")
