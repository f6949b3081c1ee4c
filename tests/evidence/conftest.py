"""A sandbox tenant with an association, and the command as somebody with a tenant calls it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from association.cli import cli
from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import Association

Command = Callable[..., Result]


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def association(tenant: Tenant) -> Association:
    return Association.make(tenant, certificate_pem("evidence"))


def run(environment: Mapping[str, str], *arguments: str) -> Result:
    """The command with these variables."""
    return CliRunner(env=dict(environment)).invoke(cli, ["evidence", *arguments])


@pytest.fixture
def evidence(tenant: Tenant, tmp_path: Path) -> Command:  # noqa: ARG001 - one folder for each test
    """The command as the identity `auditor`, unless another is named."""

    def run_as(*arguments: str, identity: str = "auditor") -> Result:
        found = tenant.identity(identity)
        login = {"ARM_CLIENT_ID": found.client_id, "ARM_CLIENT_SECRET": found.client_secret}
        return run({**tenant.environment(), **login}, *arguments)

    return run_as
