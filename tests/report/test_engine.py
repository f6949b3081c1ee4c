"""The report over what the real engine prints: the recordings are no memory of an older one."""

import json

import pytest

from association.report.model import Deviation
from tests.engine.conftest import engine, project, vendor
from tests.engine.project import Finished, Project
from tests.report.made import association_of, recorded
from tests.report.record import PREVIEW, REFRESH, play

__all__ = ["engine", "project", "vendor"]

pytestmark = pytest.mark.engine


def report(project: Project, *texts: str) -> Finished:
    """The command over what Pulumi printed, in the project's own folder."""
    for number, text in enumerate(texts):
        (project.folder / f"{number}.json").write_text(text)
    files = [f"{number}.json" for number in range(len(texts))]
    return project.run("python", "-m", "association", "report", "--format", "json", *files)


def test_every_recording_is_reported_as_a_new_run_is(project: Project) -> None:
    played = dict(play(project))
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


def test_both_commands_of_a_stack_become_one_report_whatever_their_exit_codes(project: Project) -> None:
    project.up()
    path = f"/v1.0/applications/{project.outputs()['applicationObjectId']}"
    project.graph("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "backdoor"}})
    texts = []
    for command in (REFRESH, PREVIEW):
        shown = project.run(*command, "--expect-no-changes")
        assert shown.code == 7
        texts.append(shown.output[shown.output.index("{") : shown.output.rindex("}") + 1])
    finished = report(project, *texts)
    (finding,) = json.loads(finished.output)["stacks"][0]["associations"][0]["findings"]
    assert finished.code == 7
    assert (finding["rule"], finding["deviation"]) == ("secrets", Deviation.UNEXPECTED)
