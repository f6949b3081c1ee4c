"""What becomes of delegated permissions: for everyone and for one person, taken over or added, kept or deleted."""

from collections.abc import Iterator

import pytest

from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import ADELE, EXCHANGE, GRAPH, MALLORY, ask
from tests.guard.conftest import environment_of
from tests.provider.harness import Json, Plugin, run_plugin

TYPE = "mimecast-entra:index:DelegatedGrant"
GRAPH_API = "00000003-0000-0000-c000-000000000000"


@pytest.fixture(scope="session")
def certificate() -> str:
    return certificate_pem("the vendor's")


@pytest.fixture
def principal(tenant: Tenant, certificate: str) -> str:
    client_id = tenant.elsewhere.publish("Mimecast", certificate=certificate, scopes={GRAPH_API: ["User.Read"]})
    return tenant.elsewhere.consent(client_id)


@pytest.fixture(scope="module")
def grants(session_tenant: Tenant) -> Iterator[Plugin]:
    with run_plugin(environment_of(session_tenant, "administrator")) as plugin:
        plugin.configure()
        yield plugin.of_type(TYPE)


@pytest.fixture(scope="module")
def later(session_tenant: Tenant) -> Iterator[Plugin]:
    """Another run: what one and the same run took over it does not delete."""
    with run_plugin(environment_of(session_tenant, "administrator")) as plugin:
        plugin.configure()
        yield plugin.of_type(TYPE)


def inputs(principal: str, *scopes: str, user: str = "", **more: object) -> Json:
    ids = {"principalObjectId": principal, "resourceObjectId": GRAPH, "userObjectId": user}
    return ids | {"scopes": list(scopes), "deleteTakenOver": False, **more}


def scopes_of(tenant: Tenant, principal: str) -> dict[str, str]:
    listed = ask(tenant, "GET", f"/servicePrincipals/{principal}/oauth2PermissionGrants")["value"]
    return {one["principalId"] or "everyone": one["scope"] for one in listed}


def test_scopes_are_added_to_what_somebody_granted_and_only_they_are_deleted(
    grants: Plugin, later: Plugin, tenant: Tenant, principal: str
) -> None:
    made = grants.create(inputs(principal, "User.Read", "Mail.Read"))
    assert scopes_of(tenant, principal) == {"everyone": "Mail.Read User.Read"}
    assert (made.outputs["takenOver"], made.outputs["onDestroy"]) == (["User.Read"], "keep User.Read; delete Mail.Read")
    later.delete(made)
    assert scopes_of(tenant, principal) == {"everyone": "User.Read"}


def test_one_persons_grant_is_another_one_than_everybodys(
    grants: Plugin, later: Plugin, tenant: Tenant, principal: str
) -> None:
    made = grants.create(inputs(principal, "Mail.Read", user=ADELE))
    assert scopes_of(tenant, principal) == {"everyone": "User.Read", ADELE: "Mail.Read"}
    later.delete(made)
    assert scopes_of(tenant, principal) == {"everyone": "User.Read"}


def test_what_was_taken_over_goes_where_the_program_says_so(
    grants: Plugin, later: Plugin, tenant: Tenant, principal: str
) -> None:
    made = grants.create(inputs(principal, "User.Read", deleteTakenOver=True))
    assert made.outputs["onDestroy"] == "delete User.Read"
    later.delete(made)
    assert scopes_of(tenant, principal) == {}


def test_a_scope_that_leaves_the_program_goes_unless_it_was_there_before(
    grants: Plugin, tenant: Tenant, principal: str
) -> None:
    made = grants.create(inputs(principal, "User.Read", "Mail.Read", "Mail.Send"))
    grants.update(made, inputs(principal, "Mail.Send"))
    assert scopes_of(tenant, principal) == {"everyone": "Mail.Send User.Read"}


def test_a_read_shows_what_is_left_of_the_declared_and_nothing_else(
    grants: Plugin, tenant: Tenant, principal: str
) -> None:
    made = grants.create(inputs(principal, "User.Read", "Mail.Read"))
    (grant,) = ask(tenant, "GET", f"/servicePrincipals/{principal}/oauth2PermissionGrants")["value"]
    ask(tenant, "PATCH", f"/oauth2PermissionGrants/{grant['id']}", {"scope": "Mail.Read Mail.Send"})
    found = grants.read(made.id, made.inputs, made.outputs)
    assert found is not None
    assert found.inputs["scopes"] == ["Mail.Read"]
    ask(tenant, "DELETE", f"/oauth2PermissionGrants/{grant['id']}")
    assert grants.read(made.id, made.inputs, made.outputs) is None


def test_an_import_names_principal_api_and_user(grants: Plugin, principal: str) -> None:
    found = grants.read(f"{principal}/{GRAPH}")
    assert found is not None
    assert (found.inputs["scopes"], found.inputs["onDestroy"]) == (["User.Read"], "keep User.Read")
    assert grants.read(f"{principal}/{GRAPH}/{MALLORY}") is None
    assert grants.read(f"{principal}/{EXCHANGE}") is None


def test_wrong_inputs_are_told_at_once(grants: Plugin) -> None:
    _, failures = grants.check({"principalObjectId": "x", "resourceObjectId": GRAPH, "scopes": ["a b"], "who": "me"})
    assert set(failures) == {"principalObjectId", "scopes", "who"}
