"""examples/ci: the script that every CI system calls, run in the sandbox; the files, checked as their services check them."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from sandbox.workspace import ROOT
from tests.engine.project import Project
from tests.factories import certificate_pem

CI = ROOT / "examples" / "ci"
FILES = {
    "github-workflows": [CI / "github" / name for name in ("association.yml", "drift.yml", "fleet.yml")],
    "azure-pipelines": [CI / "azure-pipelines" / "azure-pipelines.yml", CI / "azure-pipelines" / "steps.yml"],
    "gitlab-ci": [CI / "gitlab" / ".gitlab-ci.yml"],
}


@pytest.mark.deployed
@pytest.mark.engine
def test_the_drift_script_ends_as_the_report_does(project: Project) -> None:
    clean = project.run(str(CI / "drift.sh"), "text=-")
    assert (clean.code, clean.output.startswith("no drift")) == (0, True), clean.output
    project.graph(
        "POST",
        f"/v1.0/applications/{project.outputs()['applicationObjectId']}/addPassword",
        {"passwordCredential": {"displayName": "mine"}},
    )
    formats = ("text=-", "sarif=drift.sarif", "markdown=drift.md", "junit=drift.xml")
    found = project.run(str(CI / "drift.sh"), *formats, environment={"DRIFT_FOLDER": "kept/drift"})
    assert found.code == 7, found.output
    assert "client secret 'mine'" in found.output
    for name in ("drift.sarif", "drift.md", "drift.xml"):
        assert "mine" in (project.folder / name).read_text()
    again = project.run("bash", "-c", "python -m association report kept/drift/*.json")
    assert (again.code, again.output) == (7, found.output)


@pytest.mark.deployed
@pytest.mark.engine
def test_the_drift_script_fails_where_nothing_could_be_read(project: Project) -> None:
    stopped = project.run(str(CI / "drift.sh"), "text=-", environment={"ARM_CLIENT_SECRET": "wrong"})
    assert stopped.code == 1, stopped.output


@pytest.mark.parametrize(
    ("days", "other", "code", "said"),
    [
        (45, certificate_pem("next"), 7, "expires in 29 days"),
        (20, certificate_pem("next"), 0, "no certificate expires within 20 days"),
        (20, "-----BEGIN PRIVATE KEY-----\n", 1, "private key"),
    ],
    ids=["ends soon", "fine", "refused"],
)
def test_the_certificates_script_fails_in_time_and_where_a_file_cannot_be_used(
    tmp_path: Path, days: int, other: str, code: int, said: str
) -> None:
    (tmp_path / "eu.pem").write_text(certificate_pem("vendor", ends=timedelta(days=29.5)))
    (tmp_path / "us.pem").write_text(other)
    shown = run(tmp_path, f"{shlex.quote(str(CI / 'certificates.sh'))} {days} *.pem")
    assert shown.returncode == code, shown.stdout + shown.stderr
    assert said in shown.stdout
    assert shown.stdout.count("\n") == 1


def test_each_stack_file_is_a_job_of_the_fleet(tmp_path: Path) -> None:
    steps = yaml.safe_load((CI / "github" / "fleet.yml").read_text())["jobs"]["tenants"]["steps"]
    (script,) = [step["run"] for step in steps if step.get("id") == "list"]
    for name in ("Pulumi.yaml", "Pulumi.contoso.yaml", "Pulumi.fabrikam.de.yaml"):
        (tmp_path / name).touch()
    assert run(tmp_path, script).returncode == 0
    (line,) = (tmp_path / "output").read_text().splitlines()
    assert json.loads(line.removeprefix("names=")) == ["contoso", "fabrikam.de"]


def run(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a job does, with the project's environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "GITHUB_OUTPUT": "output"}
    return subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


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
