"""Applications that an interrupted deployment left behind: seen by the guard, listed and removed by the command."""

import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import pytest

from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import EXCHANGE, FULL_ACCESS, TAG, Association, ask
from tests.guard.conftest import environment_of
from tests.guard.harness import ROOT, Plugin, State

LONG_AGO: Final = datetime(2026, 1, 2, tzinfo=UTC)


def leave_behind(tenant: Tenant, *, name: str = "", made: datetime | None = None) -> str:
    """What a deployment that is killed between two requests leaves; whoever signs in afterwards does so today."""
    body = {"displayName": name or f"TERRAFORM_UPDATE_{uuid.uuid4()}", "tags": [TAG]}
    tenant.set_clock(lambda: made or datetime.now(UTC))
    object_id = str(ask(tenant, "POST", "/applications", body)["id"])
    tenant.set_clock(lambda: datetime.now(UTC))
    return object_id


@pytest.fixture(autouse=True)
def _clean_up(tenant: Tenant) -> None:
    """Other tests' associations carry the same tag."""
    tenant.set_clock(lambda: datetime.now(UTC))
    for application in ask(tenant, "GET", "/applications?$select=id,tags&$top=999")["value"]:
        if TAG in application["tags"]:
            ask(tenant, "DELETE", f"/applications/{application['id']}")


def run(tenant: Tenant, *arguments: str, identity: str = "administrator") -> "subprocess.CompletedProcess[str]":
    inherited: Mapping[str, str] = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "association", "orphans", *arguments],
        cwd=ROOT,
        env={**inherited, **environment_of(tenant, identity)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_guard_names_the_command_that_removes_one(plugin: Plugin, tenant: Tenant, guard: State) -> None:
    object_id = leave_behind(tenant, made=LONG_AGO)
    _, shown = plugin.refresh(guard)
    assert list(shown) == [f"orphans.{object_id}"]
    assert f"python -m association orphans --tag {TAG} --remove {object_id}" in shown[f"orphans.{object_id}"]
    assert "2026-01-02 00:00Z" in shown[f"orphans.{object_id}"]


def test_creating_the_guard_warns_about_one_and_the_next_preview_shows_it(
    plugin: Plugin, tenant: Tenant, association: Association
) -> None:
    object_id = leave_behind(tenant, made=LONG_AGO)
    state = plugin.create(association.inputs())
    assert [line for line in plugin.engine.warnings if line.startswith(f"orphans.{object_id}: ")]
    assert plugin.preview(state, association.inputs()) == {f'findings["orphans.{object_id}"]': "add"}


def test_an_application_that_is_just_being_made_is_no_orphan(plugin: Plugin, tenant: Tenant, guard: State) -> None:
    object_id = leave_behind(tenant)
    renames = [0]

    def rename(_: object) -> None:
        if not renames[0]:
            renames[0] = 1
            ask(tenant, "PATCH", f"/applications/{object_id}", {"displayName": "another association"})

    tenant.faults.hooks_after.append(rename)
    _, shown = plugin.refresh(guard)
    assert (renames, shown) == ([1], {})


def test_an_application_of_our_name_and_tag_is_an_orphan_too(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association
) -> None:
    object_id = leave_behind(tenant, name=association.name, made=LONG_AGO)
    _, shown = plugin.refresh(guard)
    assert list(shown) == [f"orphans.{object_id}"]


def test_enforce_leaves_an_orphan_to_a_person(plugin: Plugin, tenant: Tenant, association: Association) -> None:
    object_id = leave_behind(tenant, made=LONG_AGO)
    state = plugin.create(association.inputs(guard="enforce"))
    plugin.up(state, association.inputs(guard="enforce"))
    assert ask(tenant, "GET", f"/applications/{object_id}")["id"] == object_id
    assert f"run `python -m association orphans --tag {TAG} --remove {object_id}`" in plugin.engine.warnings[-1]


def test_the_command_lists_what_is_left_behind_and_exits_7(tenant: Tenant, association: Association) -> None:
    object_id = leave_behind(tenant)
    listed = run(tenant, "--tag", TAG)
    assert listed.returncode == 7, listed.stderr
    lines = listed.stdout.splitlines()
    assert f"perhaps in use: application {association.application_id}" in lines[0]
    assert f"left behind: application {object_id}" in lines[1]
    assert lines[2] == f"remove it with: python -m association orphans --tag {TAG} --remove {object_id}"


@pytest.mark.usefixtures("association")
def test_the_command_exits_0_when_nothing_is_left_behind(tenant: Tenant) -> None:
    assert run(tenant, "--tag", TAG).returncode == 0


def test_the_command_removes_one_into_the_recycle_bin(tenant: Tenant) -> None:
    object_id = leave_behind(tenant)
    removed = run(tenant, "--tag", TAG, "--remove", object_id)
    assert (removed.returncode, removed.stdout.split()[:3]) == (0, ["removed", "application", object_id]), (
        removed.stderr
    )
    assert ask(tenant, "GET", f"/directory/deletedItems/{object_id}")["id"] == object_id


def test_the_command_refuses_the_application_in_use(tenant: Tenant, association: Association) -> None:
    refused = run(tenant, "--tag", TAG, "--remove", association.application_id)
    assert refused.returncode == 1
    assert "may be the one in use: nothing was removed" in refused.stderr
    assert ask(tenant, "GET", f"/applications/{association.application_id}")["id"] == association.application_id


def test_the_command_refuses_an_application_without_the_tag(tenant: Tenant) -> None:
    object_id = ask(tenant, "POST", "/applications", {"displayName": "TERRAFORM_UPDATE_x"})["id"]
    refused = run(tenant, "--tag", TAG, "--remove", object_id)
    assert refused.returncode == 1
    assert "does not carry the tag" in refused.stderr


def test_the_command_removes_a_named_one_that_nobody_can_have_used(tenant: Tenant) -> None:
    object_id = leave_behind(tenant, name="Mimecast O365 Server Connection")
    assert run(tenant, "--tag", TAG, "--remove", object_id).returncode == 0


def test_the_command_removes_one_with_a_service_principal_when_the_name_is_given(tenant: Tenant) -> None:
    object_id = leave_behind(tenant, name="Second try")
    ask(tenant, "POST", "/servicePrincipals", {"appId": ask(tenant, "GET", f"/applications/{object_id}")["appId"]})
    assert run(tenant, "--tag", TAG, "--remove", object_id).returncode == 1
    assert run(tenant, "--tag", TAG, "--remove", object_id, "--name", "Second try").returncode == 0


@pytest.mark.parametrize("arguments", [(), ("--tag", "HideApp"), ("--tag", TAG, "--remove", "x")])
def test_wrong_usage_exits_2(tenant: Tenant, arguments: tuple[str, ...]) -> None:
    assert run(tenant, *arguments).returncode == 2


def test_an_identity_without_permission_exits_3(tenant: Tenant) -> None:
    assert run(tenant, "--tag", TAG, identity="nobody").returncode == 3


def test_a_vendors_principal_that_nothing_was_granted_to_is_listed_and_removed(tenant: Tenant) -> None:
    tag = f"{TAG}/{uuid.uuid4()}"
    client_id = tenant.elsewhere.publish("Mimecast", certificate=certificate_pem("the vendor's"))
    principal = ask(tenant, "POST", "/servicePrincipals", {"appId": client_id, "tags": [tag]})["id"]
    listed = run(tenant, "--tag", tag)
    assert listed.returncode == 7
    assert (
        f"left behind: service principal {principal} 'Mimecast' of the vendor's application {client_id}"
        in listed.stdout
    )
    assert run(tenant, "--tag", tag, "--remove", principal).returncode == 0
    assert run(tenant, "--tag", tag).returncode == 0


def test_a_vendors_principal_that_no_stack_made_is_no_orphan(tenant: Tenant) -> None:
    tag = f"{TAG}/{uuid.uuid4()}"
    client_id = tenant.elsewhere.publish("Mimecast", certificate=certificate_pem("the vendor's"))
    principal = tenant.elsewhere.consent(client_id)
    assert run(tenant, "--tag", tag).returncode == 0
    refused = run(tenant, "--tag", tag, "--remove", principal, "--name", "Mimecast")
    assert (refused.returncode, f"{principal}, and no service principal of it carries the tag" in refused.stderr) == (
        1,
        True,
    ), refused.stderr
    assert ask(tenant, "GET", f"/servicePrincipals/{principal}")["appId"] == client_id


def test_a_vendors_principal_that_holds_a_grant_is_perhaps_in_use_and_stays(tenant: Tenant) -> None:
    tag = f"{TAG}/{uuid.uuid4()}"
    client_id = tenant.elsewhere.publish("Mimecast", certificate=certificate_pem("the vendor's"))
    principal = ask(tenant, "POST", "/servicePrincipals", {"appId": client_id, "tags": [tag]})["id"]
    body = {"principalId": principal, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    ask(tenant, "POST", f"/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)
    assert "perhaps in use: service principal" in run(tenant, "--tag", tag).stdout
    refused = run(tenant, "--tag", tag, "--remove", principal)
    assert (refused.returncode, "holds 1 grants, so it may be the one in use" in refused.stderr) == (1, True)
    assert run(tenant, "--tag", tag, "--remove", principal, "--name", "Mimecast").returncode == 0
