"""The worst day: somebody deletes the application. The commands that the refresh names bring it back, with the same client ID."""

import re

import pytest

from sandbox.vendor import prove
from tests.docs.markdown import find_snippet
from tests.engine.project import Project

pytestmark = pytest.mark.engine

MALLORY = "d0000000-0000-4000-8000-000000000002"


@pytest.mark.deployed
def test_a_deleted_application_comes_back_with_its_client_id_and_opens_the_mailbox(project: Project) -> None:
    before, (key,) = project.outputs(), project.application()["keyCredentials"]
    path = f"/v1.0/applications/{before['applicationObjectId']}"
    assert project.tenant.graph("DELETE", path, user=MALLORY)[0] == 204
    shown = project.refresh_preview(expect=7).output
    (command,) = set(re.findall(r"`(python -m association restore --object-id [0-9a-f-]{36})`", shown))
    assert "is gone. Within 30 days" in shown
    assert before["applicationObjectId"] in command
    (project.folder / "Pulumi.other.yaml").write_text("config: {}")  # so that the selected stack counts
    project.pulumi("stack", "select", project.workspace.stack)
    (restore, up) = find_snippet("README.md", "$ python -m association restore").commands
    done = project.run("env", "-u", "PULUMI_STACK", *restore.split(), "--yes")
    assert (done.code, "by mallory@sandbox.onmicrosoft.com" in done.output) == (0, True), done.output
    assert up == "pulumi up --refresh"
    project.up("--refresh")
    assert project.outputs() == before
    assert [one["keyId"] for one in project.application()["keyCredentials"]] == [key["keyId"]]
    assert all(step.passed for step in prove(project.workspace.vendor, project.tenant, before["clientId"]))
    project.refresh_preview()
    project.refreshed_preview()
    assert project.run("python", "-m", "association", "restore", "--yes").code == 0
