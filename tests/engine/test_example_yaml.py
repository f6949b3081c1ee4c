"""examples/yaml: the component in a program without a language."""

import shutil

import pytest

from sandbox.vendor import prove
from tests.engine.examples import certificate_of, lay_out
from tests.engine.project import Project

HOST = "pulumi-language-yaml"

pytestmark = pytest.mark.engine


def test_a_yaml_program_deploys_an_association_that_opens_mail(project: Project) -> None:
    if shutil.which(HOST, path=project.environment["PATH"]) is None:
        pytest.skip(f"no {HOST} beside the engine or on PATH; `make languages` builds it")
    example = lay_out(project, "yaml")
    example.set(certificate=str(certificate_of(project)), owners=project.settings["owners"])
    example.up()
    said = example.outputs()
    assert all(step.passed for step in prove(project.workspace.vendor, project.tenant, said["clientId"]))
    assert said["warnings"] == []
    example.refresh_preview()
    example.refreshed_preview()
