"""examples/yaml: the component in a program without a language."""

import os
import shutil

import pytest

from sandbox.vendor import prove
from sandbox.workspace import FOLDER
from tests.engine.examples import certificate_of, lay_out
from tests.engine.project import Project

HOST = "pulumi-language-yaml"
_FOLDERS = (str(FOLDER / "engine" / "bin"), os.environ.get("PATH", ""))

needs_yaml_host = pytest.mark.skipif(
    shutil.which(HOST, path=os.pathsep.join(_FOLDERS)) is None,
    reason=f"no {HOST} beside the engine or on PATH; `make languages` builds it",
)
pytestmark = pytest.mark.engine


@needs_yaml_host
def test_a_yaml_program_deploys_an_association_that_opens_mail(project: Project) -> None:
    example = lay_out(project, "yaml")
    example.set(certificate=str(certificate_of(project)), owners=project.settings["owners"])
    example.up()
    said = example.outputs()
    assert all(step.passed for step in prove(project.workspace.vendor, project.tenant, said["clientId"]))
    assert said["warnings"] == []
    example.refresh_preview()
    example.refreshed_preview()
