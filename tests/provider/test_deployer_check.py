"""Whether a deployment can work is known before anything is made, and asked only when owners, tenant or cloud are new."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from provider.resource import UNKNOWN
from provider.wire import decode, encode
from sandbox.tenant import INITIAL_DOMAIN, TENANT_ID, Tenant
from tests.provider.harness import Failed, Json, Plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]
URN = "urn:pulumi:test::mimecast::mimecast-entra:index:DeployerCheck::mimecast-deployer"
SOMEBODY = "b0000000-0000-4000-8000-000000000009"
OTHER_TENANT = "7e6a0000-0000-4000-8000-0000000000ee"


def check(plugin: Plugin, owners: object, *, old: Json | None = None, **azuread: Any) -> tuple[Json, list[str]]:
    """Inputs as they would be stored, and what is refused; the azuread provider is the sandbox's deployer."""
    news = {"owners": owners, "azureadTenantId": TENANT_ID, "azureadObjectId": "0", **azuread}
    answer = plugin.call("Check", provider_pb2.CheckRequest(urn=URN, olds=encode(old or {}), news=encode(news)))
    return decode(answer.inputs).values, [failure.reason for failure in answer.failures]


def failures(plugin: Plugin, owners: object, *, old: Json | None = None, **azuread: Any) -> list[str]:
    return check(plugin, owners, old=old, **azuread)[1]


@pytest.fixture
def own_id(tenant: Tenant) -> str:
    return tenant.identity("deployer").object_id


def test_a_deployer_that_may_write_only_what_it_owns_must_be_an_owner(plugin: Plugin, own_id: str) -> None:
    (reason,) = failures(plugin, [])
    assert f"pulumi config set --path 'owners[0]' {own_id}" in reason


def test_it_need_not_own_the_application_of_a_vendor(plugin: Plugin) -> None:
    assert failures(plugin, [], ofVendor=True) == []
    assert "may not add the owners" in failures(plugin, [SOMEBODY], ofVendor=True)[0]


def test_a_declared_owner_may_deploy_whatever_the_case_of_its_id(plugin: Plugin, own_id: str) -> None:
    assert failures(plugin, [own_id.upper()]) == []


def test_a_deployer_that_may_write_every_application_need_not_own_it(start_plugin: StartPlugin, tenant: Tenant) -> None:
    with start_plugin(**sign_in(tenant, "administrator")) as plugin:
        plugin.configure()
        assert failures(plugin, []) == []
        assert failures(plugin, [SOMEBODY]) == []


def sign_in(tenant: Tenant, identity: str) -> dict[str, str]:
    found = tenant.identity(identity)
    return {"ARM_CLIENT_ID": found.client_id, "ARM_CLIENT_SECRET": found.client_secret}


@pytest.mark.parametrize(
    ("held", "missing"),
    [
        ((), "it lacks Application.ReadWrite.All and Directory.Read.All"),
        (("Directory.Read.All",), "it lacks Application.ReadWrite.All."),
        (("Application.ReadWrite.All",), "it lacks Directory.Read.All."),
        (("Application.ReadWrite.All", "Directory.Read.All"), ""),
        (("Directory.ReadWrite.All",), ""),
    ],
)
def test_adding_somebody_else_as_owner_needs_what_graph_asks_for(
    start_plugin: StartPlugin, tenant: Tenant, held: tuple[str, ...], missing: str
) -> None:
    name = f"adds owners {held}"
    tenant.add_identity(name, "Application.ReadWrite.OwnedBy", *held)
    with start_plugin(**sign_in(tenant, name)) as plugin:
        plugin.configure()
        reasons = failures(plugin, [tenant.identity(name).object_id, SOMEBODY])
    assert len(reasons) == bool(missing)
    assert all(missing in reason and f"may not add the owners {SOMEBODY}" in reason for reason in reasons)


def test_what_was_checked_before_costs_no_sign_in(start_plugin: StartPlugin, plugin: Plugin, own_id: str) -> None:
    stored, _ = check(plugin, [own_id])
    with start_plugin(ARM_METADATA_HOSTNAME="localhost:1") as unreachable:
        unreachable.configure()
        assert check(unreachable, [own_id], old=stored) == (stored, [])
        with pytest.raises(Failed, match="No answer from localhost:1"):
            check(unreachable, [own_id, SOMEBODY], old=stored)


def test_the_initial_domain_is_read_once_and_then_known_without_a_request(
    start_plugin: StartPlugin, plugin: Plugin, own_id: str
) -> None:
    before, _ = check(plugin, [own_id])
    assert "tenantDomain" not in before
    stored, _ = check(plugin, [own_id], old=before, readTenantDomain=True)
    assert stored["tenantDomain"] == INITIAL_DOMAIN
    answer = plugin.call("Create", provider_pb2.CreateRequest(urn=URN, properties=encode(stored)))
    assert decode(answer.properties).values["tenantDomain"] == INITIAL_DOMAIN
    with start_plugin(ARM_METADATA_HOSTNAME="localhost:1") as unreachable:
        unreachable.configure()
        assert check(unreachable, [own_id], old=stored, readTenantDomain=True) == (stored, [])
        assert check(unreachable, [own_id], old=stored) == (before, [])
        with pytest.raises(Failed, match="No answer from localhost:1"):
            check(unreachable, [own_id], old=before, readTenantDomain=True)


def test_a_domain_that_may_not_be_read_stops_everything_with_the_way_out(
    start_plugin: StartPlugin, tenant: Tenant
) -> None:
    tenant.add_identity("reads no domain", "Application.ReadWrite.OwnedBy")
    with start_plugin(**sign_in(tenant, "reads no domain")) as plugin:
        plugin.configure()
        lockout, domain = failures(plugin, [], readTenantDomain=True)
    assert "would lock it out" in lockout
    assert "set tenantDomain, or let it be read" in domain
    assert "Domain.Read.All" in domain


def test_what_a_preview_cannot_know_is_not_judged(plugin: Plugin, own_id: str) -> None:
    assert failures(plugin, UNKNOWN) == []
    assert failures(plugin, [UNKNOWN]) == []
    unknown: Json = dict.fromkeys(("azureadTenantId", "azureadObjectId"), UNKNOWN)
    stored, refused = check(plugin, [own_id], **unknown, readTenantDomain=True)
    assert (stored["tenantId"], stored["tenantDomain"], refused) == (UNKNOWN, UNKNOWN, [])


def test_the_program_gets_tenant_id_and_cloud(plugin: Plugin, own_id: str) -> None:
    stored, _ = check(plugin, [own_id], azureadTenantId=INITIAL_DOMAIN)
    answer = plugin.call("Create", provider_pb2.CreateRequest(urn=URN, properties=encode(stored)))
    assert decode(answer.properties).values == {"owners": [own_id], "tenantId": TENANT_ID, "cloud": "global"}


@pytest.mark.parametrize("azuread_tenant", [OTHER_TENANT, "contoso.onmicrosoft.com"], ids=["id", "domain"])
def test_an_azuread_provider_of_another_tenant_stops_everything(
    plugin: Plugin, own_id: str, azuread_tenant: str
) -> None:
    (reason,) = failures(plugin, [own_id], azureadTenantId=azuread_tenant)
    assert f"signs in to the tenant {azuread_tenant}, and mimecast-entra to {TENANT_ID}" in reason
    assert "tenant_providers(" in reason


@pytest.mark.parametrize("azuread_tenant", [TENANT_ID.upper(), INITIAL_DOMAIN, INITIAL_DOMAIN.title()])
def test_another_identity_of_the_same_tenant_is_fine(plugin: Plugin, own_id: str, azuread_tenant: str) -> None:
    assert failures(plugin, [own_id], azureadTenantId=azuread_tenant, azureadObjectId=SOMEBODY) == []


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with Tenant(tmp_path_factory.mktemp("other"), tenant_id=OTHER_TENANT) as tenant:
        yield tenant


def test_a_stack_whose_association_is_in_another_tenant_is_not_made_anew(
    start_plugin: StartPlugin, plugin: Plugin, own_id: str, other: Tenant
) -> None:
    stored, _ = check(plugin, [own_id])
    deployer = other.identity("deployer").object_id
    with start_plugin(**other.environment()) as elsewhere:
        elsewhere.configure()
        (reason,) = failures(elsewhere, [deployer], old=stored, azureadTenantId=OTHER_TENANT)
    assert f"is in the tenant {TENANT_ID}, and the deployer signs in to {OTHER_TENANT}" in reason


def test_a_plugin_that_cannot_sign_in_where_azuread_can_is_told_how(
    start_plugin: StartPlugin, tmp_path: Path, own_id: str
) -> None:
    with start_plugin(ARM_CLIENT_SECRET="", PATH=str(tmp_path)) as plugin:
        plugin.configure()
        with pytest.raises(Failed) as refused:
            check(plugin, [own_id])
    assert "Sign-in by Azure CLI (nothing else is set) failed" in refused.value.text
    assert (
        f". The azuread provider signs in to the tenant {TENANT_ID}, and mimecast-entra cannot sign in"
        in refused.value.text
    )
