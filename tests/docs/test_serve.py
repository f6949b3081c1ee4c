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
        shown = in_a_terminal(
            clone, printed, "pulumi stack output clientId", "pulumi preview --expect-no-changes --diff"
        )
        assert shown.split()[0] in up.output
        command = [".venv/bin/python", "-m", "sandbox", "exec", "--", "pulumi", "stack", "output", "clientId"]
        executed = subprocess.run(command, cwd=clone, env=machine(project), check=True, capture_output=True, text=True)
        assert executed.stdout.split() == shown.split()[:1]
        principal = play_the_vendors_application(clone, printed)
        down = make(project, clone, "down")
        assert down.code == 0, down.output
    again = make(project, clone, "up")
    assert again.code == 0, again.output
    assert "state in .sandbox/tenant" in again.output
    state = json.loads((clone / ".sandbox" / "tenant" / "state.json").read_text())
    assert shown.split()[0] not in {application["appId"] for application in state["applications"].values()}
    taken_over = state["servicePrincipals"][principal]
    assert (taken_over["appOwnerOrganizationId"], taken_over["tags"]) == (VENDOR_TENANT_ID, [])


def in_a_terminal(clone: Path, printed: str, *commands: str) -> str:
    """What the commands print in a terminal in which nothing is set but what `make serve` says."""
    lines = [line.strip() for line in printed.splitlines()]
    exports = [line for line in lines if line.startswith(("cd ", "unset ", "export "))]
    terminal = {"PATH": "/usr/bin:/bin", "HOME": str(clone), "ARM_USE_OIDC": "true", "PULUMI_STACK": "production"}
    script = "\n".join([*exports, *commands])
    plain = subprocess.run(["sh", "-ec", script], env=terminal, check=False, capture_output=True, text=True)
    assert plain.returncode == 0, plain.stdout + plain.stderr
    return plain.stdout


def play_the_vendors_application(clone: Path, printed: str) -> str:
    """Take over the service principal of an application of the vendor's, as the example says; returns its object ID."""
    snippet = find_snippet(
        "examples/vendor-application/README.md", "$ python -m sandbox vendor --accept > .sandbox/vendor.sh"
    )
    shown = in_a_terminal(clone, printed, *snippet.commands, "pulumi stack output servicePrincipalObjectId")
    assert "Resources:" in shown
    return shown.split()[-1]
