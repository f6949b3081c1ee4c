"""A tenant for each test module, a plugin whose identity may do everything, and an association for each test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import Association
from tests.guard.harness import Plugin, State, run_plugin


@pytest.fixture(scope="module")
def module_tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        yield tenant


@pytest.fixture
def tenant(module_tenant: Tenant) -> Iterator[Tenant]:
    module_tenant.faults.clear()
    module_tenant.requests.clear()
    yield module_tenant
    module_tenant.faults.clear()


def environment_of(tenant: Tenant, identity: str) -> dict[str, str]:
    found = tenant.identity(identity)
    return {**tenant.environment(), "ARM_CLIENT_ID": found.client_id, "ARM_CLIENT_SECRET": found.client_secret}


@pytest.fixture(scope="module")
def module_plugin(module_tenant: Tenant) -> Iterator[Plugin]:
    with run_plugin(environment_of(module_tenant, "administrator")) as plugin:
        yield plugin


@pytest.fixture
def plugin(module_plugin: Plugin) -> Plugin:
    module_plugin.engine.warnings.clear()
    return module_plugin


@pytest.fixture
def plugin_as(tenant: Tenant) -> Callable[[str], AbstractContextManager[Plugin]]:
    """Another plugin that signs in as the identity."""
    return lambda identity: run_plugin(environment_of(tenant, identity))


@pytest.fixture(scope="session")
def pem() -> str:
    return certificate_pem("declared")


@pytest.fixture(scope="session")
def rogue_pem() -> str:
    return certificate_pem("rogue")


@pytest.fixture
def association(tenant: Tenant, pem: str) -> Association:
    return Association.make(tenant, pem)


@pytest.fixture
def guard(plugin: Plugin, association: Association, tenant: Tenant) -> State:
    """The guard of the association, right after its first `pulumi up`."""
    state = plugin.create(association.inputs())
    tenant.requests.clear()
    plugin.engine.warnings.clear()
    return state
