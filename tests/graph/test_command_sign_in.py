"""What `python -m association` says, once, and how it exits when it cannot sign in. Real processes, a real login service."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sandbox.tenant import Tenant

ROOT = Path(__file__).resolve().parents[2]
CLIENT_ID = "5c9a0000-0000-4000-8000-000000000001"
COMMANDS = (["adopt", CLIENT_ID], ["orphans", "--tag", "pulumi:o/p/s/n"], ["restore", "--client-id", CLIENT_ID])


def run(command: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "association", *command],
        cwd=ROOT,
        env={"HOME": os.environ["HOME"], "PATH": "/nowhere", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        yield tenant.environment()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"ARM_CLIENT_SECRET": "wrong"}, 3, "Sign-in by client secret (ARM_CLIENT_SECRET) failed: "),
        ({"ARM_CLIENT_ID": ""}, 3, "ARM_CLIENT_ID (azuread:clientId): missing"),
        ({"ARM_CLIENT_SECRET": "", "ARM_OIDC_TOKEN": "t"}, 3, "Sign-in by Azure CLI (nothing else is set) failed: "),
        ({"ARM_METADATA_HOSTNAME": "localhost:1"}, 1, "No answer from localhost:1 to GET /metadata/endpoints"),
    ],
    ids=["wrong secret", "incomplete", "no az", "no answer"],
)
def test_a_failed_sign_in_is_told_once_and_exits_with_its_code(
    environment: dict[str, str], command: list[str], changes: dict[str, str], code: int, said: str
) -> None:
    finished = run(command, environment | changes)
    assert finished.returncode == code
    assert finished.stderr.startswith(f"error: {said}")
    assert finished.stderr.count("failed") <= 1
    assert finished.stdout == ""


def test_an_identity_without_the_permission_exits_with_3(tmp_path: Path) -> None:
    with Tenant(tmp_path) as tenant:
        nobody = tenant.identity("nobody")
        sign_in = {"ARM_CLIENT_ID": nobody.client_id, "ARM_CLIENT_SECRET": nobody.client_secret}
        finished = run(COMMANDS[0], {**tenant.environment(), **sign_in})
    assert (finished.returncode, "403 Authorization_RequestDenied" in finished.stderr) == (3, True)
