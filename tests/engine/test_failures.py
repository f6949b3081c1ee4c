"""What goes wrong on the way: nothing is lost, the person is told what to do, and the next `up` completes."""

import re

import pytest

from tests.engine.project import Project

pytestmark = pytest.mark.engine

GRANT_PERMISSION = "AppRoleAssignment.ReadWrite.All"


def test_a_refused_grant_names_the_permission_and_two_ways_and_the_next_up_completes(project: Project) -> None:
    project.tenant.revoke("deployer", GRANT_PERMISSION)
    throttle_twice(project)
    failed = project.up(expect=1)
    assert GRANT_PERMISSION in failed.output
    assert re.search(r"\(1\).*\(2\)", failed.output)
    assert "Traceback" not in failed.output
    assert len(project.resources("azuread:index/application:Application")) == 1
    assert len(project.resources("azuread:index/servicePrincipal:ServicePrincipal")) == 1
    project.tenant.permit("deployer", GRANT_PERMISSION)
    project.up()
    project.pulumi("preview", "--expect-no-changes")
    assert len(project.resources("mimecast-entra:index:AppRoleAssignment")) == 1


def throttle_twice(project: Project) -> None:
    """What is waited out before anything is refused: the application and its certificate are made all the same."""
    project.tenant.faults.add("throttle", method="POST", path="/v1.0/applications", count=2, retry_after="1")
    project.tenant.faults.add("throttle", method="PATCH", path="/v1.0/applications/*", count=2, retry_after="0.2")


def test_replication_lag_is_explained_and_the_next_up_completes(project: Project) -> None:
    project.tenant.faults.replication_lag = 3
    failed = project.up(expect=1)
    assert "next `pulumi up` completes" in failed.output
    project.tenant.faults.clear()
    project.up()
    project.refresh_preview()
    assert len(project.application()["keyCredentials"]) == 1


def test_settings_are_refused_all_at_once_before_anything_is_registered(project: Project) -> None:
    project.set(displayName="Bob's", owners=["me"], tenantDomain="contoso", expiryWarningDays=-1)
    project.put_certificate("broken.pem", "-----BEGIN CERTIFICATE-----\nMIIB!\n-----END CERTIFICATE-----\n")
    failed = project.up(expect=1)
    assert "5 problems" in failed.output
    assert "Traceback" not in failed.output
    assert not [
        request for request in project.tenant.requests if request.method != "GET" and "token" not in request.path
    ]


@pytest.mark.deployed
def test_an_application_deleted_by_hand_is_seen_and_comes_back_in_one_run(project: Project) -> None:
    before = project.outputs()["clientId"]
    project.graph("DELETE", f"/v1.0/applications/{project.outputs()['applicationObjectId']}")
    project.refresh_preview(expect=7)
    project.up("--refresh")
    assert project.outputs()["clientId"] != before
    assert len(project.application()["keyCredentials"]) == 1
    project.refresh_preview()
    project.refreshed_preview()
