"""`pulumi new` with this repository as the template: what it asks, and that the project it makes runs."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sandbox.vendor import prove
from sandbox.workspace import ROOT
from tests.engine.examples import certificate_of
from tests.engine.git_server import make_repository
from tests.engine.project import Project

pytestmark = pytest.mark.engine


def test_a_new_project_deploys_after_its_three_steps(project: Project, tmp_path: Path) -> None:
    make_repository(tmp_path, "v0")
    folder = tmp_path / "contoso mimecast"
    folder.mkdir()
    workspace = replace(project.workspace, stack="production")
    new = replace(project, folder=folder, workspace=workspace, name="contoso-mimecast", settings={})
    made = new.pulumi(
        "new", str(tmp_path / "work"), "--yes", "--name", new.name, "--stack", "production", "-c", "displayName=Contoso"
    )
    assert "pulumi config set --path 'owners[0]'" in made.output
    new.put_certificate("mimecast.pem", certificate_of(project).read_text())
    new.pulumi("config", "set", "--path", "owners[0]", project.settings["owners"][0])
    new.up()
    steps = prove(project.workspace.vendor, project.tenant, new.outputs()["clientId"])
    assert all(step.passed for step in steps)
    assert new.application()["displayName"] == "Contoso"


def test_it_asks_for_settings_that_exist() -> None:
    document = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    assert set(document["template"]["config"]) <= set(document["config"])
