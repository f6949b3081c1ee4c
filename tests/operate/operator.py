"""The commands in a project's folder, as the sandbox's deployer; real requests to the tenant, no engine. It asserts nothing."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner, Result

from association.cli import cli
from sandbox.tenant import Tenant
from sandbox.workspace import FOREIGN, ROOT
from tests.factories import certificate_pem

PROJECT, STACK = "mimecast-association", "test"
TAG = f"pulumi:organization/{PROJECT}/{STACK}/mimecast"


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Somebody in a project's folder, with the sandbox's variables."""

    tenant: Tenant
    folder: Path

    def run(self, *arguments: str, stdin: str = "", **environment: str | None) -> Result:
        """Run a command of `python -m association` in the folder; None takes a variable away."""
        none = {name: None for name in os.environ if name.startswith(FOREIGN)}
        variables = {"PULUMI_HOME": str(self.folder / "home"), **self.tenant.environment()}
        runner = CliRunner(env={**none, **variables, **environment})
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            return runner.invoke(cli, arguments, input=stdin)
        finally:
            os.chdir(before)

    def set(self, **settings: Any) -> None:
        """Write the stack's settings file; a name with a colon keeps its namespace."""
        names = {key: key if ":" in key else f"{PROJECT}:{key}" for key in settings}
        document = {"config": {names[key]: value for key, value in settings.items()}}
        (self.folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(document))


def lay_out_project(folder: Path, tenant: Tenant) -> Path:
    """A folder with the project's file, a certificate, and a stack whose deployer is among the owners."""
    (folder / "certs").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    shutil.copy(ROOT / "requirements.txt", folder)
    (folder / "certs" / "mimecast.pem").write_text(certificate_pem("declared"))
    Operator(tenant=tenant, folder=folder).set(owners=[tenant.identity("deployer").object_id])
    return folder


def put_engine(folder: Path, version: str = "v3.274.1") -> str:
    """A folder with a `pulumi` that tells this version and nothing else; for PATH."""
    folder.mkdir(exist_ok=True)
    program = folder / "pulumi"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.defpath}"
