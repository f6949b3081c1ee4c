"""Many associations in one stack: none waits for another for ever, and none is a finding of another's guard."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.workspace import ROOT
from tests.engine.project import Project, make_stack

pytestmark = pytest.mark.engine

COUNT = 10


def test_more_associations_than_the_engine_has_workers_are_made_and_quiet(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "examples" / "many"
    folder.mkdir(parents=True)
    for name in ("components", "association", "microsoft", "provider", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(ROOT / "examples" / "many" / name, folder / name)
    project = make_stack(replace(project, folder=folder, name="mimecast-many", settings={}), "test")
    certificate = str(project.workspace.vendor.certificate_path)
    owner = project.tenant.identity("deployer").object_id
    project.set(count=COUNT, certificate=certificate, guard="enforce", owners=[owner])
    project.up()
    assert len(project.resources("azuread:index/application:Application")) == COUNT
    project.refreshed_preview()
    project.tenant.requests.clear()
    project.pulumi("preview", "--expect-no-changes")
    assert len(project.tenant.requests) <= 4  # as many as for one
