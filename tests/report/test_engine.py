"""The report over what the real engine prints: the recordings are no memory of an older one."""

import json

import pytest

from association.report.model import Deviation
from tests.engine.conftest import deployed, engine, project, undeployed, vendor
from tests.engine.project import Finished, Project
from tests.engine.test_guard import association_of as association_of_project
from tests.guard.rows import ROWS
from tests.report.made import association_of, recorded
from tests.report.record import PREVIEW, REFRESH, play, play_vendor

__all__ = ["deployed", "engine", "project", "undeployed", "vendor"]

pytestmark = pytest.mark.engine


def report(project: Project, *texts: str) -> Finished:
    """The command over what Pulumi printed, in the project's own folder."""
    for number, text in enumerate(texts):
        (project.folder / f"{number}.json").write_text(text)
    files = [f"{number}.json" for number in range(len(texts))]
    return project.run("python", "-m", "association", "report", "--format", "json", *files)


def test_every_recording_is_reported_as_a_new_run_is(project: Project) -> None:
    played = dict((*play(project), *play_vendor(project)))
    for name, text in played.items():
        finished = report(project, text)
        made = json.loads(finished.output)
        kept = recorded(name)
        assert (name, finished.code) == (name, kept.exit_code), finished.output
        assert (name, made["verdict"]) == (name, kept.verdict)
        for stack in made["stacks"]:
            for association in stack["associations"]:
                new = [(one["rule"], one["deviation"], one["title"]) for one in association["findings"]]
                old = [(one.rule, one.deviation, one.title) for one in association_of(kept).findings]
                assert (name, sorted(new)) == (name, sorted(old))


def drift(project: Project, *, expect: int) -> list[str]:
    """What both commands of the drift check print, each with that exit code."""
    texts = []
    for command in (REFRESH, PREVIEW):
        shown = project.run(*command, "--expect-no-changes")
        assert shown.code == expect, shown.output
        texts.append(shown.output[shown.output.index("{") : shown.output.rindex("}") + 1])
    return texts


@pytest.mark.deployed
def test_the_command_in_a_finding_removes_what_it_is_about(project: Project) -> None:
    make = next(row.make for row in ROWS if row.id == "A11")
    assert make is not None
    make(association_of_project(project))
    attacked = report(project, *drift(project, expect=7))
    (finding,) = json.loads(attacked.output)["stacks"][0]["associations"][0]["findings"]
    assert (attacked.code, finding["rule"], finding["deviation"]) == (7, "certificates", Deviation.UNEXPECTED)
    removed = project.run("bash", "-c", finding["command"], environment={"PULUMI_SKIP_CONFIRMATIONS": "true"})
    assert removed.code == 0, removed.output
    assert len(project.application()["keyCredentials"]) == 1
    assert report(project, *drift(project, expect=0)).code == 0
