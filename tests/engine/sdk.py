"""SDKs of the package in other languages, made by Pulumi's own generators as `pulumi package add` makes them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.workspace import ROOT
from tests.engine.project import Project

SCHEMA = ROOT / "tests" / "provider" / "schema.json"


def generate_sdk(project: Project, language: str, folder: Path) -> Path:
    """Write the SDK for `python`, `nodejs` or `go` into the folder; the test is skipped where there is no Go."""
    find_go()
    printed = project.pulumi("package", "get-schema", str(ROOT / "provider")).output
    return write_sdk(printed[printed.index("{") :], language, folder)


def write_sdk(schema: str, language: str, folder: Path) -> Path:
    """As `generate_sdk`, from a schema."""
    generated = subprocess.run(
        [find_go(), "run", "./generate_sdk", language],
        cwd=ROOT / "sandbox" / "engine",
        input=schema,
        capture_output=True,
        text=True,
        check=True,
    )
    for name, text in json.loads(generated.stdout).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def find_go() -> str:
    """The Go compiler; without it the test is skipped."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("no `go` on PATH to run Pulumi's SDK generators with; they come with its language hosts otherwise")
    return go


def install_python_sdk(folder: Path) -> Path:
    """Generate the Python SDK from the golden schema, and install it; returns the folder that a program finds it in."""
    sdk, site = write_sdk(SCHEMA.read_text(), "python", folder / "sdk"), folder / "site-packages"
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, sdk], check=True)
    return site
