"""examples/ci: the script that every CI system calls, run in the sandbox; the files, checked as their services check them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.workspace import ROOT
from tests.engine.project import Project

CI = ROOT / "examples" / "ci"
FILES = {
    "github-workflows": [CI / "github" / "association.yml", CI / "github" / "drift.yml"],
    "azure-pipelines": [CI / "azure-pipelines" / "azure-pipelines.yml", CI / "azure-pipelines" / "steps.yml"],
    "gitlab-ci": [CI / "gitlab" / ".gitlab-ci.yml"],
}


@pytest.mark.engine
def test_the_drift_script_ends_as_the_report_does(project: Project) -> None:
    project.up()
    clean = project.run(str(CI / "drift.sh"), "text=-")
    assert (clean.code, clean.output.startswith("no drift")) == (0, True), clean.output
    project.graph(
        "POST",
        f"/v1.0/applications/{project.outputs()['applicationObjectId']}/addPassword",
        {"passwordCredential": {"displayName": "mine"}},
    )
    found = project.run(str(CI / "drift.sh"), "text=-", "sarif=drift.sarif", "markdown=drift.md", "junit=drift.xml")
    assert found.code == 7, found.output
    assert "client secret 'mine'" in found.output
    for name in ("drift.sarif", "drift.md", "drift.xml"):
        assert "mine" in (project.folder / name).read_text()


@pytest.mark.engine
def test_the_drift_script_fails_where_nothing_could_be_read(project: Project) -> None:
    project.up()
    stopped = project.run(str(CI / "drift.sh"), "text=-", environment={"ARM_CLIENT_SECRET": "wrong"})
    assert stopped.code == 1, stopped.output


@pytest.mark.parametrize("service", FILES)
def test_the_files_follow_the_schema_of_their_service(service: str) -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{service}"]
    if service != "github-workflows":
        check += ["--data-transform", service, "--regex-variant", "nonunicode"]
    checked = subprocess.run([*check, *FILES[service]], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    audited = subprocess.run(
        [zizmor, "--offline", "--no-progress", *FILES["github-workflows"]], capture_output=True, text=True, check=False
    )
    assert audited.returncode == 0, audited.stdout


@pytest.mark.nightly
def test_actionlint_finds_nothing_in_the_workflows() -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip("no `go` on PATH to run actionlint with")
    linter = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
    linted = subprocess.run(
        [go, "run", linter, *FILES["github-workflows"]], capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
