"""Runs that are cut short the hard way. It asserts that they were."""

import os
import signal
import subprocess
from collections.abc import Callable
from typing import Any

from tests.engine.project import Project


def kill_up_when(project: Project, matches: Callable[[Any], bool]) -> None:
    """Run `up`, and kill the engine and its plugins the hard way when the tenant has served that request."""
    with subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as engine:

        def kill(request: Any) -> None:
            if matches(request):
                os.killpg(engine.pid, signal.SIGKILL)

        project.tenant.faults.hooks_after.append(kill)
        engine.wait(timeout=60)
    project.tenant.faults.clear()
    assert engine.returncode == -signal.SIGKILL
