"""examples/typescript: what a TypeScript program types, checked by its own compiler against the generated SDK."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.workspace import ROOT
from tests.engine.project import Project
from tests.engine.sdk import generate_sdk

pytestmark = [pytest.mark.engine, pytest.mark.nightly, pytest.mark.timeout(900)]


@pytest.fixture
def program(project: Project, tmp_path: Path) -> Path:
    """The example with its dependencies and the SDK, as `pulumi package add` and `npm install` leave it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no `npm` on PATH to install TypeScript with")
    folder = tmp_path / "typescript"
    shutil.copytree(ROOT / "examples" / "typescript", folder)
    sdk = generate_sdk(project, "nodejs", folder / "sdks" / "mimecast-entra")
    quiet = ("--no-audit", "--no-fund", "--silent", "--ignore-scripts")
    subprocess.run([npm, "install", *quiet], cwd=folder, check=True)
    subprocess.run([npm, "install", *quiet, "--install-links=false", str(sdk)], cwd=folder, check=True)
    return folder


def compile_program(folder: Path) -> str:
    """What the compiler says; nothing when it accepts the program."""
    compiler = folder / "node_modules" / ".bin" / "tsc"
    return subprocess.run(
        [str(compiler), "-p", "."], cwd=folder, capture_output=True, text=True, check=False
    ).stdout.strip()


def test_the_compiler_accepts_the_program_and_refuses_a_wrong_argument(program: Path) -> None:
    assert compile_program(program) == ""
    source = program / "index.ts"
    typed = source.read_text()
    source.write_text(typed.replace("certificates: {", "certificats: {"))
    assert "'certificats' does not exist in type 'ServerConnectionArgs'" in compile_program(program)
    source.write_text(typed.replace("publisher: config", "publsher: config"))
    assert "'publsher' does not exist in type 'ConsentedApplicationArgs'" in compile_program(program)
