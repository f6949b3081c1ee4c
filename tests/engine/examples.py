"""The example programs as a user has them: a copy of the folder at its place in the repository, with a stack of its own."""

import shutil
from dataclasses import replace
from pathlib import Path

import yaml

from sandbox.workspace import ROOT
from tests.engine.project import Project, make_stack

_BESIDE = (".venv", "association", "components", "microsoft", "provider")


def lay_out(project: Project, name: str, *, stack: str = "example") -> Project:
    """Copy `examples/<name>` beside the project, and make a stack for it in the same backend and tenant."""
    repository = project.folder.parent / "repository"
    folder = repository / "examples" / name
    shutil.copytree(ROOT / "examples" / name, folder)
    for beside in _BESIDE:
        if not (repository / beside).exists():
            (repository / beside).symlink_to(ROOT / beside)
    own_name = yaml.safe_load((folder / "Pulumi.yaml").read_text())["name"]
    return make_stack(replace(project, folder=folder, name=own_name, settings={}), stack)


def certificate_of(project: Project) -> Path:
    """The vendor's certificate that the project has in its certs/."""
    return project.folder / "certs" / "mimecast.pem"
