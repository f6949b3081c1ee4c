"""A project elsewhere uses the package by a git address and a version; nothing of this repository is copied into it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from provider import VERSION
from sandbox.vendor import prove
from sandbox.workspace import ROOT
from tests.engine.examples import certificate_of
from tests.engine.git_server import serve_repository
from tests.engine.project import Project, make_stack
from tests.engine.test_example_yaml import needs_yaml_host

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("port 443")]


@pytest.fixture
def elsewhere(project: Project, tmp_path: Path) -> Project:
    """A project with nothing in it, on a machine that has no plugin but azuread, in folders with spaces and umlauts."""
    home = tmp_path / "Pulumi für alle"
    kept = Path(project.workspace.engine.environment["PULUMI_HOME"])
    for plugin in (kept / "plugins").glob("resource-azuread-*"):
        if plugin.is_dir():
            shutil.copytree(plugin, home / "plugins" / plugin.name, symlinks=True)
    folder = tmp_path / "Mein Projekt, Müller & Söhne"
    folder.mkdir()
    engine = replace(
        project.workspace.engine, environment={**project.workspace.engine.environment, "PULUMI_HOME": str(home)}
    )
    return replace(
        project,
        folder=folder,
        name="elsewhere",
        settings={},
        workspace=replace(project.workspace, engine=engine),
    )


@pytest.fixture
def package(project: Project, tmp_path: Path) -> Iterator[str]:
    """Address and version of the package, as people write it. Pulumi finds no plugin whose address names a port."""
    with serve_repository(project.tenant.ca_file.parent, tmp_path / "served", tag=f"v{VERSION}") as address:
        yield f"{address}/provider@{VERSION}"


def test_the_schema_comes_from_a_git_address(elsewhere: Project, package: str) -> None:
    printed = elsewhere.pulumi("package", "get-schema", package).output
    schema = json.loads(printed[printed.index("{") :])
    assert schema["version"] == VERSION
    assert "mimecast-entra:index:ServerConnection" in schema["resources"]


@needs_yaml_host
def test_a_program_elsewhere_deploys_an_association(elsewhere: Project, package: str, project: Project) -> None:
    program = yaml.safe_load((ROOT / "examples" / "yaml" / "Pulumi.yaml").read_text())
    program |= {"name": elsewhere.name, "packages": {"mimecast-entra": package}}
    (elsewhere.folder / "Pulumi.yaml").write_text(yaml.safe_dump(program))
    elsewhere.pulumi("install")
    stack = make_stack(elsewhere, "elsewhere")
    stack.set(certificate=str(certificate_of(project)), owners=project.settings["owners"])
    stack.up()
    steps = prove(project.workspace.vendor, project.tenant, stack.outputs()["clientId"])
    assert all(step.passed for step in steps)


def test_the_plugin_brings_its_dependencies() -> None:
    """Pulumi installs `requirements.txt` beside a plugin's `PulumiPlugin.yaml`; ours names the repository's."""
    assert (ROOT / "provider" / "requirements.txt").read_text() == "-r ../requirements.txt\n"
    assert yaml.safe_load((ROOT / "provider" / "PulumiPlugin.yaml").read_text())["runtime"]["options"] == {
        "toolchain": "pip",
        "virtualenv": "../.venv",
    }
