"""What `guard: enforce` takes away, in which order, and what it leaves alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import (
    EXCHANGE,
    GRAPH,
    MAIL_READ_WRITE,
    MALLORY,
    Association,
    ask,
    key_entry,
    thumbprint_of,
)
from tests.guard.harness import Plugin, Refused, State

ENFORCE = {"guard": "enforce"}
SOME_ID = "5f1d2a3b-0000-4000-8000-00000000abcd"
OTHER_ID = "5f1d2a3b-0000-4000-8000-00000000abce"


def own(association: Association) -> None:
    reference = {"@odata.id": f"{association.tenant.url}/v1.0/directoryObjects/{MALLORY}"}
    association.ask("POST", f"{association.application}/owners/$ref", reference)


def attack(association: Association, rogue_pem: str) -> None:
    """Everything at once: an owner, a secret, a certificate, an app role, a deactivated application without its lock."""
    association.grant(GRAPH, MAIL_READ_WRITE)
    association.add_certificate(rogue_pem)
    association.add_secret()
    own(association)
    association.ask("PATCH", association.application, {"isDisabled": True})
    association.ask("PATCH", association.application, {"servicePrincipalLockConfiguration": {"isEnabled": False}})


def writes(tenant: Tenant) -> list[str]:
    return [
        f"{request.method} {request.path}"
        for request in tenant.requests
        if request.method != "GET" and "$batch" not in request.path and "/token" not in request.path
    ]


def secret_ids(association: Association) -> list[str]:
    return [secret["keyId"] for secret in association.ask("GET", association.application)["passwordCredentials"]]


def families(shown: dict[str, str]) -> list[str]:
    return [path.replace("[", ".").split(".")[0] for path in shown]


@pytest.fixture
def enforced(plugin: Plugin, association: Association, tenant: Tenant) -> State:
    state = plugin.create(association.inputs(**ENFORCE))
    tenant.requests.clear()
    plugin.engine.warnings.clear()
    return state


def test_preview_shows_exactly_what_the_update_takes_away(
    plugin: Plugin, enforced: State, association: Association, rogue_pem: str
) -> None:
    attack(association, rogue_pem)
    refreshed, shown = plugin.refresh(enforced)
    assert set(plugin.preview(refreshed, association.inputs(**ENFORCE))) == set(shown)
    state = plugin.up(refreshed, association.inputs(**ENFORCE))
    assert plugin.refresh(state)[1] == {}
    assert plugin.engine.warnings == []


def test_whoever_could_undo_it_goes_first_and_the_application_is_let_in_last(
    plugin: Plugin, tenant: Tenant, enforced: State, association: Association, rogue_pem: str
) -> None:
    attack(association, rogue_pem)
    refreshed, _ = plugin.refresh(enforced)
    tenant.requests.clear()
    plugin.up(refreshed, association.inputs(**ENFORCE))
    bodies = [request.request for request in tenant.requests if request.method == "PATCH"]
    assert [write.rpartition("/")[2] if "$ref" not in write else "owner" for write in writes(tenant)][:3] == [
        "owner",
        association.application_id,
        "removePassword",
    ]
    assert [next(iter(body)) for body in bodies] == [
        "keyCredentials",
        "servicePrincipalLockConfiguration",
        "isDisabled",
    ]
    assert "appRoleAssignments" in writes(tenant)[3]


def test_the_declared_certificate_is_there_at_every_moment(
    plugin: Plugin, tenant: Tenant, enforced: State, association: Association, rogue_pem: str
) -> None:
    attack(association, rogue_pem)
    refreshed, _ = plugin.refresh(enforced)
    present: list[bool] = []
    tenant.faults.hooks_after.append(
        lambda _: present.append(association.key_id in {entry["keyId"] for entry in association.key_entries()})
    )
    plugin.up(refreshed, association.inputs(**ENFORCE))
    assert len(present) > 8
    assert all(present)


def test_creating_the_guard_takes_nothing_away_and_the_next_update_does(
    plugin: Plugin, tenant: Tenant, association: Association, rogue_pem: str
) -> None:
    attack(association, rogue_pem)
    tenant.requests.clear()
    state = plugin.create(association.inputs(**ENFORCE))
    assert writes(tenant) == []
    assert len(plugin.engine.warnings) == 6
    plugin.up(state, association.inputs(**ENFORCE))
    assert plugin.refresh(state)[1] == {}


def test_what_appeared_after_the_preview_is_left_for_the_next_one(
    plugin: Plugin, enforced: State, association: Association
) -> None:
    association.add_secret("announced")
    refreshed, _ = plugin.refresh(enforced)
    late = association.add_secret("late")
    state = plugin.up(refreshed, association.inputs(**ENFORCE))
    assert list(plugin.refresh(state)[1]) == [f"secrets.{late}"]
    assert [warning for warning in plugin.engine.warnings if "it was not there at the preview" in warning]


def test_a_refused_write_stops_the_repair_and_says_what_was_done_and_what_not(
    plugin: Plugin, tenant: Tenant, enforced: State, association: Association
) -> None:
    own(association)
    key_id = association.add_secret()
    association.grant(GRAPH, MAIL_READ_WRITE)
    refreshed, _ = plugin.refresh(enforced)
    tenant.faults.add("deny", method="POST", path="*/removePassword")
    with pytest.raises(Refused) as refused:
        plugin.up(refreshed, association.inputs(**ENFORCE))
    text = str(refused.value)
    assert f"secrets.{key_id} could not be removed: Microsoft Graph answered POST" in text
    assert f"Removed before: owners.{MALLORY}." in text
    assert f'Still there: secrets.{key_id}, appRoles["Microsoft Graph/Mail.ReadWrite"].' in text
    tenant.faults.clear()
    assert sorted(families(plugin.refresh(refreshed)[1])) == ["appRoles", "secrets"]


def test_a_secret_that_somebody_else_takes_away_meanwhile_is_taken_away(
    plugin: Plugin, tenant: Tenant, enforced: State, association: Association
) -> None:
    key_ids = [association.add_secret()]
    association.grant(GRAPH, MAIL_READ_WRITE)
    refreshed, _ = plugin.refresh(enforced)

    def be_first(request: Any) -> None:
        if request.path.endswith("/removePassword") and key_ids:
            association.ask("POST", f"{association.application}/removePassword", {"keyId": key_ids.pop()})

    tenant.faults.hooks_before.append(be_first)
    state = plugin.up(refreshed, association.inputs(**ENFORCE))
    assert not key_ids
    assert plugin.refresh(state)[1] == {}


def test_without_a_declared_certificate_no_credential_is_taken_away(
    plugin: Plugin, enforced: State, association: Association
) -> None:
    key_id = association.add_secret()
    association.remove_certificate()
    enforced.outputs["changedAt"] = "2026-01-01T00:00:00Z"
    refreshed, _ = plugin.refresh(enforced)
    plugin.up(refreshed, association.inputs(**ENFORCE))
    assert [warning for warning in plugin.engine.warnings if "no declared certificate would be left" in warning]
    assert secret_ids(association) == [key_id]


def test_an_ended_certificate_is_no_credential_that_works(plugin: Plugin, tenant: Tenant) -> None:
    tenant.switches.refuse_expired_certificates = False
    ended = certificate_pem("ended", begins=timedelta(days=-30), ends=timedelta(days=-1))
    association = Association.make(tenant, ended)
    tenant.switches.refuse_expired_certificates = True
    state = plugin.create(association.inputs(**ENFORCE))
    key_id = association.add_secret()
    refreshed, _ = plugin.refresh(state)
    plugin.up(refreshed, association.inputs(**ENFORCE))
    assert secret_ids(association) == [key_id]


def test_a_declared_credential_beside_a_foreign_one_on_the_service_principal_stays(
    plugin: Plugin, association: Association, rogue_pem: str
) -> None:
    ours = association.add_certificate(association.pem, association.principal)
    declared = association.inputs(**ENFORCE, servicePrincipalCertificates={ours: "signs nothing"})
    state = plugin.create(declared)
    association.add_certificate(rogue_pem, association.principal)
    refreshed, shown = plugin.refresh(state)
    assert families(shown) == ["servicePrincipalCertificates"]
    plugin.up(refreshed, declared)
    assert [entry["keyId"] for entry in association.key_entries(association.principal)] == [ours]


def test_a_declared_client_beside_two_foreign_ones_stays_pre_authorized(
    plugin: Plugin, association: Association
) -> None:
    declared = association.inputs(**ENFORCE, preAuthorizedApplications={SOME_ID: "the portal"})
    state = plugin.create(declared)
    clients = [{"appId": f"{SOME_ID[:-1]}{end}", "delegatedPermissionIds": []} for end in "def"]
    association.ask("PATCH", association.application, {"api": {"preAuthorizedApplications": clients}})
    refreshed, shown = plugin.refresh(state)
    assert len(shown) == 2
    plugin.up(refreshed, declared)
    left = association.ask("GET", association.application)["api"]["preAuthorizedApplications"]
    assert [client["appId"] for client in left] == [SOME_ID]


def test_a_group_inside_a_group_is_left_through_the_one_it_is_in(
    plugin: Plugin, enforced: State, association: Association
) -> None:
    inner, outer = (_make_group(association, name) for name in ("inner", "outer"))
    _add_member(association, inner, association.service_principal_id)
    _add_member(association, outer, inner)
    refreshed, shown = plugin.refresh(enforced)
    assert set(shown) == {f"groups.{inner}", f"groups.{outer}"}
    state = plugin.up(refreshed, association.inputs(**ENFORCE))
    assert plugin.refresh(state)[1] == {}
    assert [member["id"] for member in association.ask("GET", f"/groups/{outer}/members")["value"]] == [inner]


def _make_group(association: Association, name: str) -> str:
    body = {"displayName": name, "mailNickname": name, "mailEnabled": False, "securityEnabled": True}
    return str(association.ask("POST", "/groups", body)["id"])


def _add_member(association: Association, group: str, member: str) -> None:
    reference = {"@odata.id": f"{association.tenant.url}/v1.0/directoryObjects/{member}"}
    association.ask("POST", f"/groups/{group}/members/$ref", reference)


def test_an_excepted_finding_is_not_taken_away(plugin: Plugin, enforced: State, association: Association) -> None:
    key_id, rogue = association.add_secret("kept"), association.add_secret("rogue")
    exception = {"finding": f"secrets.{key_id}", "reason": "migration", "until": "2199-01-01"}
    inputs = association.inputs(**ENFORCE, exceptions=[exception])
    state = plugin.up(plugin.refresh(enforced)[0], inputs)
    assert secret_ids(association) == [key_id]
    assert rogue not in plugin.refresh(state)[0].inputs["secrets"]


def test_nothing_of_microsofts_own_is_ever_written(
    plugin: Plugin, tenant: Tenant, enforced: State, association: Association, rogue_pem: str
) -> None:
    secret = association.add_secret(path=f"/servicePrincipals/{EXCHANGE}")
    attack(association, rogue_pem)
    refreshed, _ = plugin.refresh(enforced)
    tenant.requests.clear()
    plugin.up(refreshed, association.inputs(**ENFORCE))
    assert [write for write in writes(tenant) if EXCHANGE in write] == []
    assert len(writes(tenant)) == 6
    ask(tenant, "POST", f"/servicePrincipals/{EXCHANGE}/removePassword", {"keyId": secret})


def test_what_can_no_longer_be_read_is_not_taken_away(
    plugin: Plugin, tenant: Tenant, enforced: State, association: Association
) -> None:
    association.add_secret()
    refreshed, _ = plugin.refresh(enforced)
    tenant.faults.add("deny", method="GET", path=f"/v1.0/applications/{association.application_id}")
    tenant.requests.clear()
    plugin.up(refreshed, association.inputs(**ENFORCE))
    assert writes(tenant) == []
    assert [warning for warning in plugin.engine.warnings if "it could not be read again" in warning]


def test_what_somebody_puts_back_at_once_is_an_error(
    plugin: Plugin, tenant: Tenant, enforced: State, association: Association
) -> None:
    own(association)
    refreshed, _ = plugin.refresh(enforced)
    tenant.faults.hooks_after.append(lambda request: own(association) if request.method == "DELETE" else None)
    with pytest.raises(Refused, match="still shows it"):
        plugin.up(refreshed, association.inputs(**ENFORCE))


def test_a_certificate_that_leaves_the_program_is_left_to_its_own_resource(
    plugin: Plugin, tenant: Tenant, association: Association, rogue_pem: str
) -> None:
    association.add_certificate(rogue_pem)
    both = {thumbprint_of(pem): "declared" for pem in (association.pem, rogue_pem)}
    state = plugin.create(association.inputs(**ENFORCE, certificates=both))
    tenant.requests.clear()
    plugin.up(state, association.inputs(**ENFORCE))
    assert writes(tenant) == []
    assert plugin.engine.warnings == []


def test_an_owner_who_may_write_only_its_own_application_repairs_it(
    plugin_as: Callable[[str], AbstractContextManager[Plugin]], tenant: Tenant, pem: str, rogue_pem: str
) -> None:
    deployer = tenant.add_identity("owning deployer", "Application.ReadWrite.OwnedBy")
    association = Association.make(tenant, pem, owners=(deployer.object_id,))
    inputs = association.inputs(**ENFORCE, owners={deployer.object_id: "the deployer"})
    with plugin_as("owning deployer") as plugin:
        state = plugin.create(inputs)
        association.add_secret()
        association.add_certificate(rogue_pem)
        refreshed, shown = plugin.refresh(state)
        assert sorted(families(shown)) == ["certificates", "secrets"]
        assert plugin.refresh(plugin.up(refreshed, inputs))[1] == {}


def test_a_new_entry_of_the_list_is_complete_when_it_is_sent_back(
    plugin: Plugin, enforced: State, association: Association, rogue_pem: str
) -> None:
    before = [{**entry, "key": None} for entry in association.key_entries()]
    association.ask("PATCH", association.application, {"keyCredentials": [*before, key_entry(rogue_pem, OTHER_ID)]})
    plugin.up(plugin.refresh(enforced)[0], association.inputs(**ENFORCE))
    assert [{**entry, "key": None} for entry in association.key_entries()] == before
