"""An association that nobody touched: nothing is reported, whatever the tenant around it looks like, and at two round trips."""

import uuid
from datetime import UTC, datetime, timedelta

from sandbox.tenant import Tenant
from tests.guard.association import ADELE, EXCHANGE, FULL_ACCESS, MALLORY, Association, ask
from tests.guard.harness import Plugin, State

HOSTILE = "\x1b[2J\u202eevil\u200b\r\n\x07 名前 \N{SMILING FACE WITH SUNGLASSES} 'quoted' \"twice\""


def round_trips(tenant: Tenant) -> list[str]:
    return [request.path.partition("?")[0] for request in tenant.requests if "/token" not in request.path]


def test_nothing_is_reported_after_the_first_deployment_nor_in_ten_refreshes(plugin: Plugin, guard: State) -> None:
    shown = []
    for _ in range(10):
        guard, changes = plugin.refresh(guard)
        shown.append(changes)
    assert shown == [{}] * 10


def test_preview_is_quiet_after_the_first_deployment_and_after_a_refresh(
    plugin: Plugin, guard: State, association: Association
) -> None:
    refreshed, _ = plugin.refresh(guard)
    assert plugin.preview(guard, association.inputs()) == plugin.preview(refreshed, association.inputs()) == {}


def test_a_clean_refresh_costs_two_round_trips(plugin: Plugin, tenant: Tenant, guard: State) -> None:
    plugin.refresh(guard)
    assert round_trips(tenant) == ["/v1.0/$batch", "/beta/$batch"]


def test_a_finding_costs_one_round_trip_more(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association
) -> None:
    association.add_secret()
    association.grant("e0000000-0000-4000-8000-000000000002", "e2a3a72e-5f79-4c64-b1b1-878b674786c9")
    _, shown = plugin.refresh(guard)
    assert len(shown) == 2
    assert len(round_trips(tenant)) == 3


def test_owners_in_another_order_are_the_same_owners(plugin: Plugin, tenant: Tenant, pem: str) -> None:
    association = Association.make(tenant, pem, owners=(ADELE, MALLORY))
    declared = dict.fromkeys((MALLORY, ADELE), "declared owner")
    state = plugin.create(association.inputs(owners=declared))
    tenant.switches.page_size = 1
    _, shown = plugin.refresh(state)
    tenant.switches.page_size = 100
    assert shown == {}


def test_more_owners_than_an_expansion_shows_are_all_read(plugin: Plugin, tenant: Tenant, pem: str) -> None:
    owners = tuple(_make_person(tenant, number) for number in range(21))
    association = Association.make(tenant, pem)
    for owner in owners:
        _own(association, owner)
    state = plugin.create(association.inputs(owners=dict.fromkeys(owners, "declared owner")))
    assert plugin.refresh(state)[1] == {}
    assert len(state.outputs["owners"]) == 21


def _make_person(tenant: Tenant, number: int) -> str:
    object_id = str(uuid.uuid4())
    person = {"id": object_id, "displayName": f"Person {number}", "userPrincipalName": f"p{number}@x", "mail": None}
    tenant._store.put("users", object_id, person)
    return object_id


def _own(association: Association, owner: str) -> None:
    reference = {"@odata.id": f"{association.tenant.url}/v1.0/directoryObjects/{owner}"}
    association.ask("POST", f"{association.application}/owners/$ref", reference)


def test_a_thousand_other_holders_on_pages_of_twenty_are_part_of_the_baseline(
    plugin: Plugin, tenant: Tenant, pem: str
) -> None:
    holders = [_give_role(tenant, number) for number in range(1000)]
    tenant.switches.page_size = 20
    association = Association.make(tenant, pem)
    state = plugin.create(association.inputs())
    tenant.requests.clear()
    assert plugin.refresh(state)[1] == {}
    assert len(state.outputs["otherHolders"]) >= 1000
    assert len(round_trips(tenant)) <= 3, "the role has more holders than one page of 999 takes"
    tenant.switches.page_size = 100
    for assignment in holders:
        tenant._store.drop("assignments", assignment)


def _give_role(tenant: Tenant, number: int) -> str:
    assignment_id = f"holder-{number}"
    assignment = {
        "id": assignment_id,
        "deletedDateTime": None,
        "appRoleId": FULL_ACCESS,
        "createdDateTime": "2026-01-01T00:00:00Z",
        "principalDisplayName": f"{HOSTILE} {number}",
        "principalId": str(uuid.uuid4()),
        "principalType": "ServicePrincipal",
        "resourceDisplayName": "Office 365 Exchange Online",
        "resourceId": EXCHANGE,
    }
    tenant._store.put("assignments", assignment_id, assignment)
    return assignment_id


def test_hostile_names_are_shown_without_anything_that_acts_on_a_terminal(
    plugin: Plugin, guard: State, association: Association
) -> None:
    association.add_secret(HOSTILE)
    policy = association.ask("POST", "/policies/claimsMappingPolicies", {"displayName": HOSTILE, "definition": ["{}"]})
    reference = {"@odata.id": f"{association.tenant.url}/v1.0/policies/claimsMappingPolicies/{policy['id']}"}
    association.ask("POST", f"{association.principal}/claimsMappingPolicies/$ref", reference)
    _, shown = plugin.refresh(guard)
    assert len(shown) == 2
    assert all(text.isprintable() for text in (*shown, *shown.values()))
    assert all("名前" in text for text in shown.values())


def test_an_application_with_a_hostile_name_is_clean(plugin: Plugin, tenant: Tenant, pem: str) -> None:
    association = Association.make(tenant, pem, name=HOSTILE)
    assert plugin.refresh(plugin.create(association.inputs()))[1] == {}


def test_a_loss_long_after_the_last_change_is_reported_without_waiting(
    plugin: Plugin, guard: State, association: Association
) -> None:
    association.remove_certificate()
    guard.outputs["changedAt"] = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    started = datetime.now(UTC)
    _, shown = plugin.refresh(guard)
    assert len(shown) == 1
    assert datetime.now(UTC) - started < timedelta(seconds=2)


def test_a_renamed_holder_of_the_same_role_is_no_news(plugin: Plugin, tenant: Tenant, pem: str) -> None:
    assignment = _give_role(tenant, 1)
    state = plugin.create(Association.make(tenant, pem).inputs())
    found = dict(tenant._store.find("assignments", assignment) or {})
    tenant._store.put("assignments", assignment, found | {"principalDisplayName": "renamed"})
    _, shown = plugin.refresh(state)
    tenant._store.drop("assignments", assignment)
    assert shown == {}


def test_the_sandbox_serves_what_the_guard_reads_without_an_error(plugin: Plugin, tenant: Tenant, guard: State) -> None:
    plugin.refresh(guard)
    batch = next(request for request in tenant.requests if request.path == "/v1.0/$batch")
    assert {answer["status"] for answer in batch.response["responses"]} == {200}
    assert len(batch.response["responses"]) == 20
    assert ask(tenant, "GET", "/applications?$top=1")["value"]
