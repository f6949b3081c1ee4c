"""examples/go: what a Go program types, checked by the Go compiler against the generated SDK."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.workspace import ROOT
from tests.engine.sdk import find_go, write_sdk

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(900),
]  # the Go compiler builds the whole Pulumi SDK the first time

SDK = "example.com/pulumi-mimecast-entra/sdk/go"
SCHEMA = ROOT / "tests" / "provider" / "schema.json"


def vet(folder: Path) -> str:
    """What `go vet` says; nothing when it accepts the program."""
    environment = {**os.environ, "GOFLAGS": "-mod=mod"}
    vetted = subprocess.run(
        [find_go(), "vet", "."], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return vetted.stderr if vetted.returncode else ""


def test_the_compiler_accepts_the_program_and_refuses_a_wrong_argument(tmp_path: Path) -> None:
    folder = tmp_path / "go"
    shutil.copytree(ROOT / "examples" / "go", folder)
    write_sdk(SCHEMA.read_text(), "go", folder / "sdks" / "mimecast-entra")
    module = "sdks/mimecast-entra"
    subprocess.run([find_go(), "mod", "edit", f"-replace={SDK}=./{module}"], cwd=folder, check=True)
    subprocess.run([find_go(), "mod", "tidy", "-e"], cwd=folder, check=True, capture_output=True)
    assert vet(folder) == ""
    program = folder / "main.go"
    typed = program.read_text()
    program.write_text(typed.replace("Certificates: map", "Certificats: map"))
    assert "unknown field Certificats in struct literal of type mimecastentra.ServerConnectionArgs" in vet(folder)
    program.write_text(typed.replace("Publisher:  ", "Publsher:  "))
    assert "unknown field Publsher in struct literal of type mimecastentra.ConsentedApplicationArgs" in vet(folder)
