"""Associations that one identity made are no strangers to each other's guards; nobody can pretend to be one of them."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from association.guard.kin import SHARED_CLIENTS
from sandbox.tenant import Tenant
from tests.guard.association import EXCHANGE, FULL_ACCESS, TAG, Association, ask
from tests.guard.harness import Plugin, State

PluginAs = Callable[[str], AbstractContextManager[Plugin]]
OTHER_STACK = "pulumi:organization/mimecast-entra/other/mimecast"


def make_holder(tenant: Tenant, made_by: str | None, tags: list[str], audience: str = "AzureADMyOrg") -> str:
    """Another holder of the role; `made_by` is what Entra says, and only the store can set it. Gives the finding's path."""
    application = ask(tenant, "POST", "/applications", {"displayName": f"holder {uuid.uuid4()}", "tags": tags})
    made = {**application, "createdByAppId": made_by, "signInAudience": audience, "_owners": [], "_policies": []}
    tenant._store.put(
        "applications", application["id"], {**(tenant._store.find("applications", application["id"]) or {}), **made}
    )
    principal = ask(tenant, "POST", "/servicePrincipals", {"appId": application["appId"]})["id"]
    body = {"principalId": principal, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    ask(tenant, "POST", f"/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)
    return f'otherHolders["{principal}/full_access_as_app"]'


def maker_of(association: Association) -> str:
    return str(association.ask("GET", association.application)["createdByAppId"])


def test_an_association_of_the_same_identity_is_no_finding_in_whichever_stack_it_is(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association
) -> None:
    make_holder(tenant, maker_of(association), [OTHER_STACK])
    make_holder(tenant, maker_of(association), [TAG])
    state, shown = plugin.refresh(guard)
    assert shown == plugin.preview(state, association.inputs()) == {}


@pytest.mark.parametrize(
    "lacking",
    [
        {"made_by": "5f1d2a3b-0000-4000-8000-00000000abcd"},
        {"tags": ["HideApp"]},
        {"tags": []},
        {"audience": "AzureADMultipleOrgs"},
    ],
    ids=["an attacker who copies the tag", "another tag", "no tag", "open to other tenants"],
)
def test_whoever_lacks_one_part_of_the_proof_is_a_finding(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association, lacking: dict[str, Any]
) -> None:
    path = make_holder(tenant, **{"made_by": maker_of(association), "tags": [TAG]} | lacking)
    assert list(plugin.refresh(guard)[1]) == [path]


@pytest.mark.parametrize("client", [None, *sorted(SHARED_CLIENTS)])
def test_what_a_public_client_or_nobody_made_proves_nothing(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association, client: str | None
) -> None:
    stored = tenant._store.find("applications", association.application_id) or {}
    tenant._store.put("applications", association.application_id, {**stored, "createdByAppId": client})
    guard.outputs["createdByAppId"] = ""
    path = make_holder(tenant, client, [TAG])
    assert path in plugin.refresh(guard)[1]


def test_nobody_can_set_who_made_an_application(tenant: Tenant, association: Association) -> None:
    body = {"createdByAppId": str(uuid.uuid4())}
    assert tenant.graph("PATCH", f"/v1.0{association.application}", body)[0] == 400


def test_the_proof_holds_while_the_application_itself_is_gone(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association
) -> None:
    make_holder(tenant, maker_of(association), [OTHER_STACK])
    association.ask("DELETE", association.application)
    assert list(plugin.refresh(guard)[1]) == [f"deleted.{association.application_id}"]


def test_many_associations_of_one_stack_are_asked_about_once(plugin_as: PluginAs, tenant: Tenant, pem: str) -> None:
    associations = [Association.make(tenant, pem) for _ in range(6)]
    with plugin_as("administrator") as plugin:
        states = [plugin.create(association.inputs()) for association in associations]
    tenant.requests.clear()
    with plugin_as("administrator") as plugin:
        assert [plugin.refresh(state)[1] for state in states] == [{}] * 6
    asked = [
        part["url"]
        for request in tenant.requests
        if request.path.endswith("/$batch")
        for part in request.request["requests"]
    ]
    about = [url for url in asked if url.startswith("/applications(appId=")]
    assert len(about) == len(set(about)) >= 5


def test_what_cannot_be_read_about_a_holder_proves_nothing(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association
) -> None:
    path = make_holder(tenant, maker_of(association), [TAG])
    tenant.faults.add("unavailable", method="GET", path="/v1.0/applications(appId=*")
    assert list(plugin.refresh(guard)[1]) == [path]
    tenant.faults.clear()
    assert plugin.refresh(guard)[1] == {}
