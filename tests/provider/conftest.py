"""A tenant for all tests, a plugin for each test module, and an application for each test."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.provider.application import Application
from tests.provider.harness import Plugin, run_plugin


@pytest.fixture(scope="session")
def session_tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        yield tenant


@pytest.fixture
def tenant(session_tenant: Tenant) -> Iterator[Tenant]:
    session_tenant.faults.clear()
    session_tenant.requests.clear()
    yield session_tenant
    session_tenant.faults.clear()


@pytest.fixture(scope="module")
def plugin(session_tenant: Tenant) -> Iterator[Plugin]:
    with run_plugin(session_tenant.environment()) as plugin:
        plugin.configure()
        yield plugin


@pytest.fixture
def start_plugin(session_tenant: Tenant) -> Callable[..., AbstractContextManager[Plugin]]:
    """Another process, as another `pulumi` command starts it."""

    def start(**environment: str) -> AbstractContextManager[Plugin]:
        return run_plugin({**session_tenant.environment(), **environment})

    return start


@pytest.fixture
def application(tenant: Tenant) -> Application:
    """An application of the deployer's, as the azuread provider makes it."""
    return Application.make(tenant, f"test {uuid.uuid4()}")


@pytest.fixture(scope="session")
def pem() -> str:
    return certificate_pem("declared")


@pytest.fixture(scope="session")
def other_pem() -> str:
    return certificate_pem("other")


@pytest.fixture(scope="session")
def third_pem() -> str:
    return certificate_pem("third")
