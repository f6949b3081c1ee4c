"""Many associations in one stack: none waits for another for ever, and none is a finding of another's guard."""

import shutil
from pathlib import Path

import pytest

from sandbox.workspace import ROOT
from tests.engine.project import Project

pytestmark = pytest.mark.engine

COUNT = 10


def test_more_associations_than_the_engine_has_workers_are_made_and_quiet(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "examples" / "many"
    folder.mkdir(parents=True)
    for name in ("components", "association", "microsoft", "provider", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(ROOT / "examples" / "many" / name, folder / name)
    project.folder = folder
    project.pulumi("stack", "init", "test")
    for key, value in (
        ("count", str(COUNT)),
        ("certificate", str(project.workspace.vendor.certificate_path)),
        ("guard", "enforce"),
    ):
        project.pulumi("config", "set", key, value)
    project.pulumi("config", "set", "--path", "owners[0]", project.tenant.identity("deployer").object_id)
    project.up()
    assert len(project.resources("azuread:index/application:Application")) == COUNT
    project.refreshed_preview()
    project.tenant.requests.clear()
    project.pulumi("preview", "--expect-no-changes")
    assert len(project.tenant.requests) <= 4  # as many as for one
