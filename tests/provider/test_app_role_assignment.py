"""What becomes of one app role assignment in the tenant, from creation to deletion."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from provider.resource import UNKNOWN
from sandbox.tenant import FaultKind, Tenant
from tests.guard.association import EXCHANGE, FULL_ACCESS
from tests.provider.application import Application
from tests.provider.harness import Failed, Json, Plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]
TYPE = "mimecast-entra:index:AppRoleAssignment"
MAIL_READ = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
GRANTS = f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo"


@pytest.fixture
def grants(plugin: Plugin) -> Plugin:
    return plugin.of_type(TYPE)


@pytest.fixture
def principal(tenant: Tenant, application: Application) -> str:
    """A service principal of the application."""
    _, found = tenant.graph("GET", f"/v1.0{application.id}")
    return str(tenant.graph("POST", "/v1.0/servicePrincipals", {"appId": found["appId"]})[1]["id"])


def inputs(principal: str, role: str = FULL_ACCESS) -> Json:
    return {"principalObjectId": principal, "resourceObjectId": EXCHANGE, "appRoleId": role}


def grant(tenant: Tenant, principal: str, role: str = FULL_ACCESS) -> str:
    body = {"principalId": principal, "resourceId": EXCHANGE, "appRoleId": role}
    return str(tenant.graph("POST", GRANTS, body)[1]["id"])


def granted(tenant: Tenant, principal: str) -> dict[str, str]:
    """Role to id of the assignment."""
    _, listed = tenant.graph("GET", f"/v1.0/servicePrincipals/{principal}/appRoleAssignments")
    return {assignment["appRoleId"]: assignment["id"] for assignment in listed["value"]}


def test_create_makes_it_with_one_request(grants: Plugin, tenant: Tenant, principal: str) -> None:
    grants.read(f"{principal}/{EXCHANGE}/{FULL_ACCESS}")  # signs in
    tenant.requests.clear()
    created = grants.create(inputs(principal))
    assert [request.method for request in tenant.requests] == ["POST"]
    assert created.id == f"{principal}/{EXCHANGE}/{FULL_ACCESS}"
    assert created.outputs == inputs(principal)
    assert set(granted(tenant, principal)) == {FULL_ACCESS}


def test_create_takes_the_same_one_over(grants: Plugin, tenant: Tenant, principal: str) -> None:
    by_hand = grant(tenant, principal)
    created = grants.create(inputs(principal))
    assert granted(tenant, principal) == {FULL_ACCESS: by_hand}
    assert grants.refresh(created) == (created, set())


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.LOSE_ANSWER, FaultKind.CONFLICT, FaultKind.UNAVAILABLE])
def test_create_that_fails_once_is_made_good(grants: Plugin, tenant: Tenant, principal: str, kind: FaultKind) -> None:
    tenant.faults.add(kind, method="POST", path=GRANTS, count=1)
    grants.create(inputs(principal))
    assert set(granted(tenant, principal)) == {FULL_ACCESS}


def test_create_waits_for_a_principal_that_is_not_replicated_yet(grants: Plugin, tenant: Tenant) -> None:
    tenant.faults.replication_lag = 1.5
    application = tenant.graph("POST", "/v1.0/applications", {"displayName": f"lagging {uuid.uuid4()}"})[1]
    principal = str(tenant.graph("POST", "/v1.0/servicePrincipals", {"appId": application["appId"]})[1]["id"])
    grants.create(inputs(principal))
    assert set(granted(tenant, principal)) == {FULL_ACCESS}


def test_create_that_is_refused_says_how_to_get_the_permission(
    start_plugin: StartPlugin, tenant: Tenant, principal: str
) -> None:
    reader = tenant.add_identity(f"reader {uuid.uuid4()}", "Application.ReadWrite.All", "Application.Read.All")
    with start_plugin(ARM_CLIENT_ID=reader.client_id, ARM_CLIENT_SECRET=reader.client_secret) as plugin:
        plugin.configure()
        with pytest.raises(Failed) as refused:
            plugin.of_type(TYPE).create(inputs(principal))
    assert "AppRoleAssignment.ReadWrite.All and Application.Read.All" in refused.value.text
    assert "(2) a user with the role Cloud Application Administrator" in refused.value.text


def test_a_preview_knows_what_the_program_knows_and_asks_nobody(grants: Plugin, tenant: Tenant) -> None:
    wanted = inputs("") | {"principalObjectId": UNKNOWN}
    assert grants.create(wanted, preview=True).outputs == wanted
    assert tenant.requests == []


def test_read_does_not_mind_another_id_of_the_same_assignment(grants: Plugin, tenant: Tenant, principal: str) -> None:
    created = grants.create(inputs(principal))
    tenant.graph("DELETE", f"{GRANTS}/{granted(tenant, principal)[FULL_ACCESS]}")
    grant(tenant, principal)
    assert grants.refresh(created) == (created, set())


@pytest.mark.parametrize("gone", ["the assignment", "the principal"])
def test_read_says_gone(grants: Plugin, tenant: Tenant, principal: str, gone: str) -> None:
    created = grants.create(inputs(principal))
    grant(tenant, principal, MAIL_READ)
    path = f"{GRANTS}/{granted(tenant, principal)[FULL_ACCESS]}"
    tenant.graph("DELETE", path if gone == "the assignment" else f"/v1.0/servicePrincipals/{principal}")
    assert grants.read(created.id, created.inputs, created.outputs) is None


def test_read_that_is_refused_is_an_error_and_not_gone(grants: Plugin, tenant: Tenant, principal: str) -> None:
    created = grants.create(inputs(principal))
    tenant.faults.add(FaultKind.DENY, method="GET", path="/v1.0/servicePrincipals/*/appRoleAssignments")
    with pytest.raises(Failed, match=r"Application\.Read\.All"):
        grants.read(created.id, created.inputs, created.outputs)


def test_import_names_the_three_ids(grants: Plugin, tenant: Tenant, principal: str) -> None:
    grant(tenant, principal)
    imported = grants.read(f"{principal}/{EXCHANGE}/{FULL_ACCESS}".upper())
    assert imported is not None
    assert imported.inputs == imported.outputs == inputs(principal)
    assert grants.read(f"{principal}/{EXCHANGE}/{MAIL_READ}") is None


@pytest.mark.parametrize("wrong", ["mimecast", f"{EXCHANGE}/{FULL_ACCESS}", f"/servicePrincipals/{EXCHANGE}/x"])
def test_import_of_something_else_says_what_the_id_looks_like(grants: Plugin, wrong: str) -> None:
    with pytest.raises(Failed, match="expected <principal object id>/<resource object id>/<app role id>"):
        grants.read(wrong)


def test_every_change_replaces(grants: Plugin, principal: str) -> None:
    created = grants.create(inputs(principal))
    for name in created.inputs:
        answer = grants.diff_answer(created, created.inputs | {name: MAIL_READ})
        assert list(answer.replaces) == [name]
    assert grants.diff(created, inputs(principal)) == set()


def test_delete_takes_away_that_role_and_no_other(
    start_plugin: StartPlugin, grants: Plugin, tenant: Tenant, principal: str
) -> None:
    created = grants.create(inputs(principal))
    other = grant(tenant, principal, MAIL_READ)
    with start_plugin() as plugin:  # another command than the one that made it
        plugin.configure()
        plugin.of_type(TYPE).delete(created)
        plugin.of_type(TYPE).delete(created)
    assert granted(tenant, principal) == {MAIL_READ: other}


def test_a_replacement_that_takes_its_own_assignment_over_does_not_delete_it(
    start_plugin: StartPlugin, grants: Plugin, tenant: Tenant, principal: str
) -> None:
    created = grants.create(inputs(principal))
    before = granted(tenant, principal)
    with start_plugin() as plugin:
        plugin.configure()
        plugin.of_type(TYPE).create(inputs(principal))
        plugin.of_type(TYPE).delete(created)
    assert granted(tenant, principal) == before


def test_inputs_that_cannot_be_right_are_named_all_at_once(grants: Plugin) -> None:
    _, failures = grants.check({"principalObjectId": "x", "resourceObjectId": EXCHANGE.upper(), "role": "y"})
    assert set(failures) == {"principalObjectId", "appRoleId", "role"}
    assert failures["principalObjectId"] == "'x' is not a valid ID; expected a GUID"
    assert "expected principalObjectId, resourceObjectId, appRoleId" in failures["role"]


def test_one_that_is_to_stay_where_it_was_there_says_so_and_stays(
    grants: Plugin, tenant: Tenant, principal: str, start_plugin: StartPlugin
) -> None:
    grant(tenant, principal)
    taken = grants.create(inputs(principal) | {"deleteTakenOver": False})
    made = grants.create(inputs(principal, MAIL_READ) | {"deleteTakenOver": False})
    assert (taken.inputs["onDestroy"], made.inputs["onDestroy"]) == ("keep", "delete")
    assert grants.refresh(taken)[1] == set()
    with start_plugin() as later:
        later.configure()
        for state in (taken, made):
            later.of_type(TYPE).delete(state)
    assert set(granted(tenant, principal)) == {FULL_ACCESS}


def test_by_default_one_that_was_there_goes_with_the_resource_and_nothing_is_remembered(
    grants: Plugin, tenant: Tenant, principal: str, start_plugin: StartPlugin
) -> None:
    grant(tenant, principal)
    created = grants.create(inputs(principal))
    assert created.outputs == inputs(principal)
    with start_plugin() as later:
        later.configure()
        later.of_type(TYPE).delete(created)
    assert granted(tenant, principal) == {}
