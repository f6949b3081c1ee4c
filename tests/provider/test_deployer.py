"""Whether a deployment would lock its own deployer out is known before anything is made."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from pulumi.runtime.proto import provider_pb2

from provider.wire import encode
from sandbox.tenant import Tenant
from tests.provider.harness import Failed, Plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]
CHECK_DEPLOYER = "mimecast-entra:index:checkDeployer"


def failures(plugin: Plugin, *owners: str, token: str = CHECK_DEPLOYER) -> list[str]:
    request = provider_pb2.InvokeRequest(tok=token, args=encode({"owners": list(owners)}))
    return [failure.reason for failure in plugin.call("Invoke", request).failures]


def test_a_deployer_that_may_write_only_what_it_owns_must_be_an_owner(plugin: Plugin, tenant: Tenant) -> None:
    own_id = tenant.identity("deployer").object_id
    (reason,) = failures(plugin, "b0000000-0000-4000-8000-000000000009")
    assert f"pulumi config set --path 'owners[1]' {own_id}" in reason


def test_a_declared_owner_may_deploy_whatever_the_case_of_its_id(plugin: Plugin, tenant: Tenant) -> None:
    assert failures(plugin, tenant.identity("deployer").object_id.upper()) == []


def test_a_deployer_that_may_write_every_application_need_not_own_it(start_plugin: StartPlugin, tenant: Tenant) -> None:
    administrator = tenant.identity("administrator")
    with start_plugin(ARM_CLIENT_ID=administrator.client_id, ARM_CLIENT_SECRET=administrator.client_secret) as plugin:
        plugin.configure()
        assert failures(plugin) == []


def test_it_costs_no_request_to_graph(plugin: Plugin, tenant: Tenant) -> None:
    failures(plugin)
    assert [request.path for request in tenant.requests if "/v1.0/" in request.path] == []


def test_another_function_is_refused_by_name(plugin: Plugin) -> None:
    with pytest.raises(Failed, match="index:other is no function of this plugin"):
        failures(plugin, token="mimecast-entra:index:other")
