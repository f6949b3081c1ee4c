"""Runs that are cut short the hard way, at a writing request that is named."""

import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tests.engine.project import Project

_GUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ASSIGNMENT: Final = r"(?<=/)[A-Za-z0-9_-]{40,}"
_PROCESSES: Final = ("language_host.py", "run_program.py", "sandbox.azuread", "/provider")
_WHOLE: Final = 4
"""A body with more properties than this is of the whole object."""


class Cut(StrEnum):
    """Where the run ends."""

    BEFORE = "before it arrives"
    AFTER = "after its answer is lost"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One writing request of a run, and one end of it."""

    request: str
    """As `name_of` names it, with `#2` behind the second one of this name."""
    cut: Cut


def is_write(request: Any) -> bool:
    """Whether it changes something in the tenant."""
    return request.method != "GET" and not request.path.endswith(("/token", "/$batch")) and not request.out_of_band


def name_of(request: Any) -> str:
    """Method, path without ids, and the names of the properties where they are few."""
    path = re.sub(f"{_GUID}|{_ASSIGNMENT}", "{id}", request.path.removeprefix("/v1.0"))
    names = sorted(set(request.request or ()) - {"@odata.type"})
    properties = f" {', '.join(names)}" if request.method == "PATCH" and len(names) <= _WHOLE else ""
    return f"{request.method} {path}{properties}"


def names_of_writes(requests: Iterable[Any]) -> list[str]:
    """The writing requests by their names, in order."""
    seen: Counter[str] = Counter()
    return [_numbered(request, seen) for request in requests if is_write(request)]


def _numbered(request: Any, seen: Counter[str]) -> str:
    name = name_of(request)
    seen[name] += 1
    return name if seen[name] == 1 else f"{name} #{seen[name]}"


def kill_up_at(project: Project, moment: Moment, *flags: str) -> None:
    """Run `up`, kill the engine the hard way at that moment, and wait until its plugins, which see it within seconds, have ended."""
    seen: Counter[str] = Counter()
    faults = project.tenant.faults

    def is_the_one(request: Any) -> bool:
        return is_write(request) and _numbered(request, seen) == moment.request

    with _run_up(project, *flags) as engine:

        def kill(request: Any) -> None:
            if is_the_one(request):
                if moment.cut is Cut.BEFORE:
                    faults.add("reset", method=request.method, path=request.path, count=1)
                os.killpg(engine.pid, signal.SIGKILL)

        (faults.hooks_before if moment.cut is Cut.BEFORE else faults.hooks_after).append(kill)
        engine.wait(timeout=120)
    wait_for_the_end(project)
    faults.clear()
    assert engine.returncode == -signal.SIGKILL, f"{moment.request} never came"


def kill_up_when(project: Project, matches: Callable[[Any], bool]) -> None:
    """As `kill_up_at`, when the tenant has served that request."""
    with _run_up(project) as engine:

        def kill(request: Any) -> None:
            if matches(request):
                os.killpg(engine.pid, signal.SIGKILL)

        project.tenant.faults.hooks_after.append(kill)
        engine.wait(timeout=60)
    wait_for_the_end(project)
    project.tenant.faults.clear()
    assert engine.returncode == -signal.SIGKILL


def wait_for_the_end(project: Project) -> None:
    """Until no host, program or plugin of this project runs."""
    deadline = time.monotonic() + 30
    while left := _still_running(project.folder.parent):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def _still_running(folder: Path) -> list[str]:
    """Command lines of this project's processes: those that have its state in their environment."""
    found: list[str] = []
    for process in Path("/proc").iterdir():
        try:
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            continue
        if str(folder).encode() in environment and any(name in command for name in _PROCESSES):
            found.append(command)
    return found


def _run_up(project: Project, *flags: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", *flags],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
