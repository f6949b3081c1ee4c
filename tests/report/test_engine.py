"""The report over what the real engine prints: the recordings are no memory of an older one."""

import json

import pytest

from association.report.model import Deviation
from tests.engine.conftest import deployed, engine, project, undeployed, vendor
from tests.engine.project import Finished, Project
from tests.report.made import association_of, recorded
from tests.report.record import PREVIEW, REFRESH, attack, play, play_vendor

__all__ = ["deployed", "engine", "project", "undeployed", "vendor"]

pytestmark = pytest.mark.engine


def report(project: Project, *texts: str) -> Finished:
    """The command over what Pulumi printed, in the project's own folder."""
    for number, text in enumerate(texts):
        (project.folder / f"{number}.json").write_text(text)
    files = [f"{number}.json" for number in range(len(texts))]
    return project.run("python", "-m", "association", "report", "--format", "json", *files)


def assert_reported_alike(project: Project, name: str, text: str) -> list[dict[str, str]]:
    """What the engine printed just now is reported as the recording of that name is; returns the findings."""
    finished = report(project, text)
    made, kept = json.loads(finished.output), recorded(name)
    assert (name, finished.code) == (name, kept.exit_code), finished.output
    assert (name, made["verdict"]) == (name, kept.verdict)
    found = []
    for stack in made["stacks"]:
        for association in stack["associations"]:
            found += association["findings"]
            new = [(one["rule"], one["deviation"], one["title"]) for one in association["findings"]]
            old = [(one.rule, one.deviation, one.title) for one in association_of(kept).findings]
            assert (name, sorted(new)) == (name, sorted(old))
    return found


@pytest.mark.nightly
def test_every_recording_is_reported_as_a_new_run_is(project: Project) -> None:
    for name, text in (*play(project), *play_vendor(project)):
        assert_reported_alike(project, name, text)


def drift(project: Project, command: tuple[str, ...]) -> str:
    """What a command of the drift check prints where it finds something."""
    shown = project.run(*command, "--expect-no-changes")
    assert shown.code == 7, shown.output
    return shown.output[shown.output.index("{") : shown.output.rindex("}") + 1]


@pytest.mark.deployed
def test_findings_are_reported_as_recorded_and_the_command_of_one_removes_what_it_is_about(project: Project) -> None:
    attack(project)
    found = assert_reported_alike(project, "findings.refresh", drift(project, REFRESH))
    assert_reported_alike(project, "findings.preview", drift(project, PREVIEW))
    (finding,) = [one for one in found if one["rule"] == "certificates"]
    assert finding["deviation"] == Deviation.UNEXPECTED
    removed = project.run("bash", "-c", finding["command"], environment={"PULUMI_SKIP_CONFIRMATIONS": "true"})
    assert removed.code == 0, removed.output
    assert len(project.application()["keyCredentials"]) == 1
    left = json.loads(report(project, drift(project, REFRESH)).output)["stacks"][0]["associations"][0]["findings"]
    assert {one["rule"] for one in left} < {one["rule"] for one in found} - {"certificates"}
