"""An engine that was killed leaves no process behind."""

import time
from pathlib import Path

import pytest

from tests.engine.interruption import kill_up_when
from tests.engine.project import Project

pytestmark = pytest.mark.engine

PROCESSES = ("language_host.py", "run_program.py", "sandbox.azuread", "/provider")


def still_running(folder: Path) -> list[str]:
    """Command lines of this project's processes: those that work in its folder or have its state in their environment."""
    found: list[str] = []
    for process in Path("/proc").iterdir():
        try:
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            continue
        if str(folder).encode() in environment and any(name in command for name in PROCESSES):
            found.append(command)
    return found


def test_hosts_programs_and_plugins_end_with_their_engine(project: Project) -> None:
    kill_up_when(project, lambda request: request.method == "POST" and request.path == "/v1.0/servicePrincipals")
    deadline = time.monotonic() + 15
    while still_running(project.folder.parent) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert still_running(project.folder.parent) == []
