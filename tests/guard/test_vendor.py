"""The guard over a vendor's application: what it leaves out and says so, what it needs, and what it keeps apart."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

import microsoft
from association.guard.access_path import Whose
from association.guard.paths import LEFT_OUT, PATHS, READING, reads_of
from sandbox.tenant import Tenant
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from tests.factories import certificate_pem
from tests.guard.association import GRAPH, MALLORY, Association, ask
from tests.guard.harness import Json, Plugin, State

PluginAs = Callable[[str], AbstractContextManager[Plugin]]
GRAPH_API = "00000003-0000-0000-c000-000000000000"


@pytest.fixture(scope="module")
def certificate() -> str:
    return certificate_pem("the vendor's")


@pytest.fixture
def principal(tenant: Tenant, certificate: str) -> str:
    return tenant.elsewhere.consent(tenant.elsewhere.publish("Mimecast", certificate=certificate))


def inputs(principal: str, **more: object) -> Json:
    return {"servicePrincipalId": principal, "publisher": {VENDOR_TENANT_ID: "declared publisher"}, **more}


def test_nothing_is_asked_about_an_application_that_is_not_here(plugin: Plugin, tenant: Tenant, principal: str) -> None:
    tenant.requests.clear()
    state = plugin.create(inputs(principal))
    asked = [item["url"] for request in tenant.requests for item in (request.request or {}).get("requests", ())]
    assert len(asked) == len(reads_of(Whose.VENDOR))
    assert [url for url in asked if "applications/" in url.lower() and "(appId" not in url] == []
    assert state.outputs["unreadable"] == {}
    assert plugin.refresh(state)[1] == {}


def test_everything_that_needs_no_application_is_asked() -> None:
    """What is left out is what an application alone has, and what a vendor alone has."""
    assert set(LEFT_OUT[Whose.VENDOR]) == {
        "certificates",
        "secrets",
        "federatedCredentials",
        "owners",
        "preAuthorizedApplications",
        "switches",
        "managerApplications",
        "expiring",
        "orphans",
    }
    assert set(LEFT_OUT[Whose.OWN]) == {
        "publisher",
        "servicePrincipalSwitches",
        "vendorApplication",
        "servicePrincipalSettings",
    }


def test_declaring_or_excepting_what_is_left_out_is_an_error(plugin: Plugin, principal: str) -> None:
    exceptions = [{"finding": "secrets.x", "reason": "r", "until": "2099-01-01"}]
    _, failures = plugin.check(inputs(principal, certificates={"A": "declared"}, exceptions=exceptions))
    assert set(failures) == {"certificates", "exceptions"}
    assert all("only an application of this tenant has this" in reason for reason in failures.values())


def test_an_application_of_ours_has_no_publisher(plugin: Plugin, association: Association) -> None:
    _, failures = plugin.check(association.inputs(publisher={VENDOR_TENANT_ID: "declared"}))
    assert "only a vendor's application has this" in failures["publisher"]


def test_enabling_it_takes_exactly_the_permission_of_the_table(
    plugin_as: PluginAs, tenant: Tenant, principal: str
) -> None:
    needed = PATHS["servicePrincipalSwitches"].repair_permissions
    repairer = tenant.add_identity("enabler", *READING, *needed)
    link = {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{repairer.object_id}"}
    ask(tenant, "POST", f"/servicePrincipals/{principal}/owners/$ref", link)
    given = inputs(principal, guard="enforce", servicePrincipalOwners={repairer.object_id: "declared"})
    with plugin_as("enabler") as plugin:
        state = plugin.create(given)
        ask(tenant, "PATCH", f"/servicePrincipals/{principal}", {"accountEnabled": False}, user=MALLORY)
        refreshed, shown = plugin.refresh(state)
        assert list(shown) == ["servicePrincipalSwitches.accountEnabled"]
        assert plugin.refresh(plugin.up(refreshed, given))[1] == {}
    assert frozenset(needed) in microsoft.least_permissions("PATCH", f"/servicePrincipals/{principal}")


def scope_added(tenant: Tenant, principal: str, scope: str) -> None:
    path = f"/servicePrincipals/{principal}/oauth2PermissionGrants"
    (grant,) = ask(tenant, "GET", path)["value"]
    body = {"scope": f"{grant['scope']} {scope}"}
    ask(tenant, "PATCH", f"/oauth2PermissionGrants/{grant['id']}", body, user=MALLORY)


def test_a_scope_that_is_added_to_an_accepted_grant_is_a_finding_and_is_taken_away_alone(
    plugin: Plugin, tenant: Tenant, association: Association
) -> None:
    """Also of an application of ours."""
    body = {"clientId": association.service_principal_id, "consentType": "AllPrincipals", "resourceId": GRAPH}
    association.ask("POST", "/oauth2PermissionGrants", body | {"scope": "User.Read"})
    accepted = {"finding": f'delegatedGrants["everyone/{GRAPH}/User.Read"]', "reason": "sign-in", "until": "2099-01-01"}
    given = association.inputs(guard="enforce", exceptions=[accepted])
    state = plugin.create(given)
    assert plugin.refresh(state)[1] == {}
    scope_added(tenant, association.service_principal_id, "Mail.Read")
    refreshed, shown = plugin.refresh(state)
    assert list(shown) == [f'delegatedGrants["everyone/{GRAPH}/Mail.Read"]']
    assert "Mail.Read of Microsoft Graph on behalf of every user; by mallory@" in next(iter(shown.values()))
    assert plugin.refresh(plugin.up(refreshed, given))[1] == {}
    (left,) = ask(tenant, "GET", f"{association.principal}/oauth2PermissionGrants")["value"]
    assert left["scope"] == "User.Read"


def test_declared_delegated_permissions_read_as_declared_and_a_missing_one_is_a_finding(
    plugin: Plugin, tenant: Tenant, certificate: str
) -> None:
    client_id = tenant.elsewhere.publish("Mimecast", certificate=certificate, scopes={GRAPH_API: ["User.Read"]})
    principal = tenant.elsewhere.consent(client_id, user=MALLORY)
    key = f"{MALLORY}/Microsoft Graph/User.Read"
    ids = {key: f"{MALLORY}/{GRAPH}/User.Read"}
    state = plugin.create(inputs(principal, delegatedGrants={key: "declared"}, delegatedIds=ids))
    assert plugin.refresh(state)[1] == {}
    (grant,) = ask(tenant, "GET", f"/servicePrincipals/{principal}/oauth2PermissionGrants")["value"]
    ask(tenant, "DELETE", f"/oauth2PermissionGrants/{grant['id']}")
    assert list(plugin.refresh(hour_old(state))[1]) == [f'delegatedGrants["{key}"]']


def hour_old(state: State) -> State:
    """No replica lags any more."""
    state.outputs["changedAt"] = "2026-01-01T00:00:00Z"
    return state
