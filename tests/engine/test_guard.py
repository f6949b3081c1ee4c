"""Plain Pulumi commands show every access path that was not declared, and close it where they are told to."""

import re

import pytest

from tests.engine.project import Finished, Project
from tests.guard.association import Association
from tests.guard.rows import ROWS, Row

pytestmark = pytest.mark.engine

THROUGH_THE_CLI = {
    "application": ("A10", "A11", "A15", "A16", "A25"),
    "service principal": ("S4", "S11", "S15", "S16"),
    "tenant": ("T1", "T6", "T7", "T9"),
}
"""Rows of the guard, each under a property of its own."""


def association_of(project: Project) -> Association:
    """The deployed association, for changes behind Pulumi's back."""
    outputs = project.outputs()
    principal = f"/v1.0/servicePrincipals/{outputs['servicePrincipalObjectId']}"
    (grant,) = project.graph("GET", f"{principal}/appRoleAssignments")["value"]
    return Association(
        tenant=project.tenant,
        application_id=outputs["applicationObjectId"],
        service_principal_id=outputs["servicePrincipalObjectId"],
        client_id=outputs["clientId"],
        pem=(project.folder / "certs" / "mimecast.pem").read_text(),
        key_id=outputs["certificates"][0]["keyId"],
        grant_id=grant["id"],
        name="Mimecast O365 Server Connection",
    )


def change(project: Project, *row_ids: str) -> list[Row]:
    """Play rows of the drift matrix."""
    association = association_of(project)
    rows = [row for row in ROWS if row.id in row_ids]
    for row in rows:
        assert row.make is not None
        row.make(association)
    assert len(rows) == len(row_ids)
    return rows


def add_secret(project: Project) -> str:
    """Add a client secret by hand; returns its key id."""
    path = f"/v1.0/applications/{project.outputs()['applicationObjectId']}/addPassword"
    return str(project.graph("POST", path, {"passwordCredential": {"displayName": "backdoor"}})["keyId"])


@pytest.mark.deployed
@pytest.mark.parametrize("family", THROUGH_THE_CLI)
def test_a_refresh_preview_exits_7_and_says_everything_that_changed(project: Project, family: str) -> None:
    rows = change(project, *THROUGH_THE_CLI[family])
    shown = project.refresh_preview(expect=7).output
    places = {re.split(r"[.\[]", place.removeprefix("guard "))[0] for row in rows for place in row.seen}
    assert [place for place in sorted(places) if not re.search(rf"[~+] {place} *:", shown)] == [], shown
    lines = shown.splitlines()
    assert [row.id for row in rows if not any(all(words in line for words in row.says) for line in lines)] == [], shown


@pytest.mark.deployed
@pytest.mark.parametrize("row_id", ["A2", "S1"])
def test_a_refresh_preview_exits_7_for_what_azuread_alone_sees(project: Project, row_id: str) -> None:
    (row,) = change(project, row_id)
    shown = project.refresh_preview(expect=7).output
    assert [place for place in row.seen if place.partition(" ")[2] not in shown] == [], shown


@pytest.mark.deployed
def test_a_certificate_that_expires_soon_is_said_by_up_and_by_a_refresh_preview_which_exits_7(project: Project) -> None:
    (row,) = [row for row in ROWS if row.id == "C2"]
    project.set(expiryWarningDays=400)
    assert "expires in" in project.up().output
    shown = project.refresh_preview(expect=7).output
    assert [words for words in row.says if words not in shown] == [], shown


@pytest.mark.deployed
def test_what_is_declared_otherwise_stays_a_finding_after_every_command_and_a_change_of_the_baseline_is_accepted_once(
    project: Project,
) -> None:
    key_id = add_secret(project)
    change(project, "T6", "T7")
    first = project.pulumi("refresh", "--yes", "--skip-preview").output
    assert "accepts this and shows it no more" in first
    for command in ("refresh", "up", "up --refresh"):
        if command != "refresh":
            project.pulumi(*command.split(), "--yes", "--skip-preview")
        for shown in (project.refresh_preview(expect=7).output, project.refreshed_preview(expect=7).output):
            assert key_id in shown, command
            assert "otherHolders" in shown, command
            assert "accepts this" not in shown, command


@pytest.mark.deployed
def test_an_up_with_refresh_that_fails_half_way_silences_no_declared_finding(project: Project) -> None:
    key_id = add_secret(project)
    project.graph(
        "PATCH", f"/v1.0/applications/{project.outputs()['applicationObjectId']}", {"displayName": "renamed by hand"}
    )
    project.tenant.faults.add("deny", method="PATCH", path="/v1.0/applications/*")
    project.up("--refresh", expect=1)
    project.tenant.faults.clear()
    assert key_id in project.refresh_preview(expect=7).output


@pytest.mark.deployed
def test_the_second_command_of_the_drift_check_catches_what_a_refresh_accepted(project: Project) -> None:
    project.graph(
        "PATCH", f"/v1.0/applications/{project.outputs()['applicationObjectId']}", {"displayName": "renamed by hand"}
    )
    project.pulumi("refresh", "--yes", "--skip-preview")
    project.refresh_preview()
    assert "displayName" in project.refreshed_preview(expect=7).output


@pytest.mark.deployed
def test_report_mode_warns_and_changes_nothing_and_enforce_mode_removes_what_a_preview_shows_as_going(
    project: Project,
) -> None:
    key_id = add_secret(project)
    path = f"secrets.{key_id}"
    reported = _planned(project.refreshed_preview(expect=7))
    assert f"+ {path}" in reported
    assert f"- {path.partition('.')[2]}" not in reported
    warned = project.up("--refresh").output
    assert "warning" in warned
    assert key_id in warned
    assert [entry["keyId"] for entry in project.application()["passwordCredentials"]] == [key_id]
    assert key_id in project.refresh_preview(expect=7).output
    project.set(guard="enforce")
    assert f"- {path.partition('.')[2]}" in _planned(project.refreshed_preview(expect=7))
    project.up("--refresh")
    assert project.application()["passwordCredentials"] == []
    another = add_secret(project)
    assert f"- {another}" in _planned(project.refreshed_preview(expect=7))
    project.up("--refresh")
    assert project.application()["passwordCredentials"] == []
    project.refresh_preview()
    project.refreshed_preview()


def _planned(shown: Finished) -> str:
    """The part after what the refresh found."""
    return shown.output.rpartition("AccessGuard: (update)")[2]


@pytest.mark.deployed
def test_a_grant_that_was_revoked_and_given_again_by_hand_is_as_declared(project: Project) -> None:
    change(project, "S14")
    project.refresh_preview()
    project.up("--refresh", "--expect-no-changes")


@pytest.mark.deployed
def test_a_grant_that_was_revoked_comes_back(project: Project) -> None:
    change(project, "S13")
    project.refresh_preview(expect=7)
    project.up("--refresh")
    assert association_of(project).grant_id
    project.refresh_preview()
    project.refreshed_preview()


@pytest.mark.deployed
def test_an_exception_is_quiet_until_it_ends(project: Project) -> None:
    key_id = add_secret(project)
    exception = {"finding": f'secrets["{key_id}"]', "reason": "migration until spring", "until": "2099-12-31"}
    project.set(exceptions=[exception])
    project.up("--refresh")
    project.refresh_preview()
    project.set(exceptions=[exception | {"until": "2020-12-31"}])
    project.up("--refresh")
    assert key_id in project.refresh_preview(expect=7).output


@pytest.mark.deployed
def test_destroying_the_guard_removes_nothing_of_others(project: Project) -> None:
    key_id = add_secret(project)
    project.set(guard="off")
    project.up()
    assert project.resources("mimecast-entra:index:AccessGuard") == []
    assert [entry["keyId"] for entry in project.application()["passwordCredentials"]] == [key_id]
    project.refresh_preview()


def test_a_deployer_that_may_read_little_says_once_what_it_cannot_see(project: Project) -> None:
    project.tenant.revoke("deployer", "Policy.Read.All")
    assert "docs/permissions.md" in project.up().output
    quiet = project.up()
    assert "warning" not in quiet.output
    project.refresh_preview()
