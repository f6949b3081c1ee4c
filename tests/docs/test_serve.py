"""`make serve` and every other command work side by side, in one tenant and one stack."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from tests.docs.markdown import find_snippet
from tests.docs.test_snippets import clone, machine, make, serving
from tests.engine.project import Project

__all__ = ["clone"]


@pytest.mark.engine
def test_commands_and_a_plain_pulumi_work_beside_make_serve_and_start_the_tenant_themselves_after_its_kill(
    project: Project, clone: Path
) -> None:
    with serving(project, clone, end=signal.SIGKILL) as printed:
        up = make(project, clone, "up")
        assert up.code == 0, up.output
        assert "served by `make serve`" in up.output
        assert make(project, clone, "drift").code == 0
        assert make(project, clone, "prove").code == 0
        lines = [line.strip() for line in printed.splitlines()]
        exports = [line for line in lines if line.startswith(("cd ", "unset ", "export "))]
        script = "\n".join([*exports, "pulumi stack output clientId", "pulumi preview --expect-no-changes --diff"])
        terminal = {"PATH": "/usr/bin:/bin", "HOME": str(clone), "ARM_USE_OIDC": "true", "PULUMI_STACK": "production"}
        plain = subprocess.run(["sh", "-ec", script], env=terminal, check=False, capture_output=True, text=True)
        assert plain.returncode == 0, plain.stdout + plain.stderr
        assert plain.stdout.split()[0] in up.output
        command = [".venv/bin/python", "-m", "sandbox", "exec", "--", "pulumi", "stack", "output", "clientId"]
        executed = subprocess.run(command, cwd=clone, env=machine(project), check=True, capture_output=True, text=True)
        assert executed.stdout.split() == plain.stdout.split()[:1]
        assert make(project, clone, "down").code == 0
    again = make(project, clone, "up")
    assert again.code == 0, again.output
    assert "state in .sandbox/tenant" in again.output


@pytest.mark.engine
def test_a_vendors_application_is_played_beside_it(project: Project, clone: Path) -> None:
    snippet = find_snippet(
        "examples/vendor-application/README.md", "$ python -m sandbox vendor --accept > .sandbox/vendor.sh"
    )
    with serving(project, clone) as printed:
        exports = [
            line.strip() for line in printed.splitlines() if line.strip().startswith(("cd ", "unset ", "export "))
        ]
        script = "\n".join([*exports, *snippet.commands, "pulumi stack output servicePrincipalObjectId"])
        terminal = {"PATH": "/usr/bin:/bin", "HOME": str(clone)}
        plain = subprocess.run(["sh", "-ec", script], env=terminal, check=False, capture_output=True, text=True)
        assert plain.returncode == 0, plain.stdout + plain.stderr
    assert "Resources:" in plain.stdout
    principals = json.loads((clone / ".sandbox" / "tenant" / "state.json").read_text())["servicePrincipals"]
    taken_over = principals[plain.stdout.split()[-1]]
    assert (taken_over["appOwnerOrganizationId"], taken_over["tags"]) == (VENDOR_TENANT_ID, [])
