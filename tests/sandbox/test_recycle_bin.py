"""Deleted applications and service principals."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.tenant import Tenant
from tests.sandbox.association import Association, made, read, refusal

BIN = "/v1.0/directory/deletedItems"


@pytest.fixture
def gone(tenant: Tenant, association: Association) -> Association:
    assert tenant.graph("DELETE", association.application_path, identity="deployer") == (204, None)
    return association


def test_an_application_takes_its_principal_with_it(tenant: Tenant, gone: Association) -> None:
    statuses = [tenant.graph("GET", path)[0] for path in (gone.application_path, gone.principal_path)]
    listed = [read(tenant, f"{BIN}/microsoft.graph.{kind}")["value"] for kind in ("application", "servicePrincipal")]
    assert statuses == [404, 404]
    assert [[item["id"] for item in items] for items in listed] == [[gone.application], [gone.principal]]


def test_a_deleted_object_says_what_it_is_and_since_when(tenant: Tenant, gone: Association) -> None:
    found = read(tenant, f"{BIN}/{gone.application}")
    assert (found["@odata.type"], found["deletedDateTime"] is None) == ("#microsoft.graph.application", False)


def test_after_thirty_days_nothing_is_left(tenant: Tenant, gone: Association) -> None:
    tenant.set_clock(lambda: datetime.now(UTC) + timedelta(days=30))
    assert read(tenant, f"{BIN}/microsoft.graph.application")["value"] == []
    assert refusal(tenant.graph("GET", f"{BIN}/{gone.application}"))[0] == 404
    assert refusal(tenant.graph("POST", f"{BIN}/{gone.application}/restore", {}))[0] == 404


def test_a_restored_application_comes_without_its_principal(tenant: Tenant, gone: Association) -> None:
    restored = made(tenant, f"{BIN}/{gone.application}/restore", {})
    assert (restored["appId"], restored["deletedDateTime"]) == (gone.client_id, None)
    assert tenant.graph("GET", gone.principal_path)[0] == 404
    assert made(tenant, "/v1.0/servicePrincipals", {"appId": gone.client_id})["id"] != gone.principal


def test_a_restored_application_brings_its_principal_when_the_switch_says_so(tenant: Tenant, gone: Association) -> None:
    tenant.switches.restore_service_principal = True
    made(tenant, f"{BIN}/{gone.application}/restore", {})
    assert read(tenant, gone.principal_path)["appId"] == gone.client_id


def test_a_principal_is_not_restored_beside_another_one(tenant: Tenant, gone: Association) -> None:
    made(tenant, f"{BIN}/{gone.application}/restore", {})
    made(tenant, "/v1.0/servicePrincipals", {"appId": gone.client_id})
    assert refusal(tenant.graph("POST", f"{BIN}/{gone.principal}/restore", {}))[0] == 409


def test_a_principal_alone_can_be_restored(tenant: Tenant, association: Association) -> None:
    tenant.graph("DELETE", association.principal_path)
    made(tenant, f"{BIN}/{association.principal}/restore", {})
    assert read(tenant, f"{association.principal_path}/appRoleAssignments")["value"] == []


def test_only_an_owner_restores_with_the_small_permission(tenant: Tenant, gone: Association) -> None:
    answer = tenant.graph("POST", f"{BIN}/{gone.application}/restore", {}, identity="owned-only")
    assert refusal(answer)[0] == 403
