"""Plain Pulumi commands show every way in that was not declared, and close it where they are told to."""

import pytest

from tests.engine.project import Finished, Project
from tests.guard.association import Association
from tests.guard.rows import ROWS, Row

pytestmark = pytest.mark.engine

THROUGH_THE_CLI = (
    "A2",
    "A10",
    "A11",
    "A15",
    "A16",
    "A25",
    "S1",
    "S4",
    "S11",
    "S15",
    "S16",
    "T1",
    "T6",
    "T7",
    "T9",
    "C2",
)
"""At least two of each family: application, service principal, tenant, time."""


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


def change(project: Project, row_id: str) -> Row:
    """Play a row of the drift matrix."""
    (row,) = [row for row in ROWS if row.id == row_id]
    assert row.make is not None
    row.make(association_of(project))
    return row


def add_secret(project: Project) -> str:
    """Add a client secret by hand; returns its key id."""
    path = f"/v1.0/applications/{project.outputs()['applicationObjectId']}/addPassword"
    return str(project.graph("POST", path, {"passwordCredential": {"displayName": "backdoor"}})["keyId"])


@pytest.mark.parametrize("row_id", THROUGH_THE_CLI)
def test_a_refresh_preview_exits_7_and_says_what_changed(project: Project, row_id: str) -> None:
    row = next(row for row in ROWS if row.id == row_id)
    if row.id == "C2":
        project.set(expiryWarningDays=0)
    project.up()
    if row.id == "C2":
        project.set(expiryWarningDays=400)
        assert "expires in" in project.up().output
    else:
        change(project, row_id)
    shown = project.refresh_preview(expect=7)
    assert [words for words in row.says if words not in shown.output] == [], shown.output


@pytest.mark.deployed
def test_an_accepting_refresh_silences_no_declared_finding(project: Project) -> None:
    key_id = add_secret(project)
    project.pulumi("refresh", "--yes", "--skip-preview")
    assert key_id in project.refresh_preview(expect=7).output
    assert key_id in project.refreshed_preview(expect=7).output


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
def test_an_accepting_refresh_accepts_a_change_of_the_baseline_and_says_so_once(project: Project) -> None:
    change(project, "T6")
    project.refresh_preview(expect=7)
    accepted = project.pulumi("refresh", "--yes", "--skip-preview")
    assert "accepts this and shows it no more" in accepted.output
    assert "accepts this" not in project.refresh_preview().output


@pytest.mark.deployed
def test_a_later_holder_of_our_role_stays_a_finding_of_both_commands_after_every_up_and_refresh(
    project: Project,
) -> None:
    change(project, "T7")
    for command in ("refresh", "up", "up --refresh"):
        project.pulumi(*command.split(), "--yes", "--skip-preview")
        for shown in (project.refresh_preview(expect=7), project.refreshed_preview(expect=7)):
            assert "otherHolders" in shown.output, command


@pytest.mark.deployed
def test_the_second_command_of_the_drift_check_catches_what_a_refresh_accepted(project: Project) -> None:
    project.graph(
        "PATCH", f"/v1.0/applications/{project.outputs()['applicationObjectId']}", {"displayName": "renamed by hand"}
    )
    project.pulumi("refresh", "--yes", "--skip-preview")
    project.refresh_preview()
    assert "displayName" in project.refreshed_preview(expect=7).output


@pytest.mark.deployed
def test_report_mode_warns_and_changes_nothing(project: Project) -> None:
    key_id = add_secret(project)
    warned = project.up("--refresh")
    assert "warning" in warned.output
    assert key_id in warned.output
    assert [entry["keyId"] for entry in project.application()["passwordCredentials"]] == [key_id]
    assert key_id in project.refresh_preview(expect=7).output


@pytest.mark.deployed
def test_a_preview_shows_as_going_only_what_will_go(project: Project) -> None:
    path = f"secrets.{add_secret(project)}"
    reported = _planned(project.refreshed_preview(expect=7))
    assert f"+ {path}" in reported
    assert f"- {path.partition('.')[2]}" not in reported
    project.set(guard="enforce")
    assert f"- {path.partition('.')[2]}" in _planned(project.refreshed_preview(expect=7))


def _planned(shown: Finished) -> str:
    """The part after what the refresh found."""
    return shown.output.rpartition("AccessGuard: (update)")[2]


def test_enforce_mode_shows_what_it_will_remove_and_removes_it(project: Project) -> None:
    project.set(guard="enforce")
    project.up()
    key_id = add_secret(project)
    assert key_id in project.pulumi("preview", "--refresh", "--diff").output
    project.up("--refresh")
    assert project.application()["passwordCredentials"] == []
    project.refresh_preview()
    project.refreshed_preview()


@pytest.mark.parametrize("mode", ["report", "enforce"])
def test_a_grant_that_was_revoked_and_given_again_by_hand_is_as_declared(project: Project, mode: str) -> None:
    project.set(guard=mode)
    project.up()
    change(project, "S14")
    project.refresh_preview()
    project.refreshed_preview()
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
def test_switching_to_enforce_removes_what_was_only_reported(project: Project) -> None:
    add_secret(project)
    project.up("--refresh")
    project.set(guard="enforce")
    project.up("--refresh")
    assert project.application()["passwordCredentials"] == []
    project.refresh_preview()


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
