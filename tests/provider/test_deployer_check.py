"""Whether a deployment would lock its own deployer out is known before anything is made, and asked only when owners are new."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from pulumi.runtime.proto import provider_pb2

from provider.resource import UNKNOWN
from provider.wire import encode
from sandbox.tenant import Tenant
from tests.provider.harness import Json, Plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]
URN = "urn:pulumi:test::mimecast::mimecast-entra:index:DeployerCheck::mimecast-deployer"
SOMEBODY = "b0000000-0000-4000-8000-000000000009"


def failures(plugin: Plugin, owners: object, *, old: Json | None = None) -> list[str]:
    request = provider_pb2.CheckRequest(urn=URN, olds=encode(old or {}), news=encode({"owners": owners}))
    return [failure.reason for failure in plugin.call("Check", request).failures]


def test_a_deployer_that_may_write_only_what_it_owns_must_be_an_owner(plugin: Plugin, tenant: Tenant) -> None:
    own_id = tenant.identity("deployer").object_id
    (reason,) = failures(plugin, [SOMEBODY])
    assert f"pulumi config set --path 'owners[1]' {own_id}" in reason


def test_a_declared_owner_may_deploy_whatever_the_case_of_its_id(plugin: Plugin, tenant: Tenant) -> None:
    assert failures(plugin, [tenant.identity("deployer").object_id.upper()]) == []


def test_a_deployer_that_may_write_every_application_need_not_own_it(start_plugin: StartPlugin, tenant: Tenant) -> None:
    administrator = tenant.identity("administrator")
    with start_plugin(ARM_CLIENT_ID=administrator.client_id, ARM_CLIENT_SECRET=administrator.client_secret) as plugin:
        plugin.configure()
        assert failures(plugin, []) == []


def test_owners_that_were_checked_before_cost_no_sign_in(start_plugin: StartPlugin, tenant: Tenant) -> None:
    with start_plugin() as plugin:
        plugin.configure()
        assert failures(plugin, [SOMEBODY], old={"owners": [SOMEBODY]}) == []
    assert tenant.requests == []


def test_owners_that_a_preview_cannot_know_are_not_judged(plugin: Plugin) -> None:
    assert failures(plugin, UNKNOWN) == []
    assert failures(plugin, [UNKNOWN]) == []
