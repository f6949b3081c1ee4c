"""The exit codes in the README are those that a pipeline gets."""

import pytest

from tests.engine.project import Finished, Project

pytestmark = pytest.mark.engine

DRIFT_CHECK = (
    ("refresh", "--preview-only", "--expect-no-changes", "--diff"),
    ("preview", "--refresh", "--expect-no-changes", "--diff"),
)


def ours(project: Project, *arguments: str, **environment: str) -> Finished:
    return project.run("python", "-m", "association", *arguments, environment=environment)


@pytest.mark.deployed
def test_a_failed_sign_in_is_1_of_pulumi_and_3_of_ours(project: Project) -> None:
    client_id = project.outputs()["clientId"]
    wrong = {"ARM_CLIENT_SECRET": "wrong"}
    for command in DRIFT_CHECK:
        assert project.run("pulumi", *command, "--non-interactive", environment=wrong).code == 1
    assert ours(project, "adopt", client_id, **wrong).code == 3
    tag = f"pulumi:organization/{project.name}/test/mimecast"
    assert ours(project, "orphans", "--tag", tag, **wrong).code == 3


@pytest.mark.deployed
def test_a_missing_permission_is_1_of_pulumi_and_3_of_ours(project: Project) -> None:
    client_id = project.outputs()["clientId"]
    project.tenant.faults.add("deny", method="GET", path="/v1.0/applications*")
    for command in DRIFT_CHECK:
        project.pulumi(*command, expect=1)
    assert ours(project, "adopt", client_id).code == 3


def test_wrong_usage_is_2_of_ours_and_a_wrong_setting_1_of_pulumi(project: Project) -> None:
    assert ours(project, "certificate").code == 2
    assert ours(project, "adopt", "no-guid").code == 2
    project.set(guard="perhaps")
    project.pulumi("preview", expect=1)
