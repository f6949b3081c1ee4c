"""The sandbox's commands: `python -m sandbox up | down | exec | serve | prove | drift | setup`. Each one opens the tenant, works, and closes it."""

import subprocess
import sys
import time
from collections.abc import Sequence

import click

from sandbox.engine import EngineError, prepare_engine
from sandbox.workspace import FOLDER, ROOT, STACK, Workspace, open_workspace

DRIFT_COMMANDS = (
    ("pulumi", "refresh", "--preview-only", "--expect-no-changes", "--diff"),
    ("pulumi", "preview", "--refresh", "--expect-no-changes", "--diff"),
)
"""The documented drift check: reality against the state, then reality against the program."""

DRIFT_FOUND = 7


def say(line: str) -> None:
    """One line for the person who waits."""
    click.echo(f"  {line}", err=True)


def heading(text: str) -> None:
    """What happens next."""
    click.secho(f"\n{text}", bold=True, err=True)


def run(workspace: Workspace, command: Sequence[str]) -> int:
    """Run a command in the sandbox's environment with this terminal; returns its exit code."""
    environment = workspace.environment()
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    except FileNotFoundError:
        click.echo(f"error: no command {command[0]!r} on PATH", err=True)
        return 127


def select_stack(workspace: Workspace) -> None:
    """Make the sandbox's stack where it is not there yet."""
    subprocess.run(
        [str(workspace.engine.pulumi), "stack", "select", "--create", STACK],
        cwd=ROOT,
        env=workspace.environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A Microsoft Entra tenant on this machine, for trying and testing. Not for production."""


@main.command()
def setup() -> None:
    """Find or get the engine and the plugins; starts nothing."""
    prepare_engine(FOLDER / "engine", say)


@main.command()
def up() -> None:
    """Deploy this very program into the sandbox tenant, and prove that the vendor can open a mailbox."""
    started = time.monotonic()
    heading("What this machine uses")
    with open_workspace(say=say) as workspace:
        select_stack(workspace)
        heading("pulumi up")
        if code := run(workspace, ["pulumi", "up", "--yes", "--skip-preview"]):
            sys.exit(code)
        heading("The proof: the sandbox plays Mimecast")
        proved = run_proof(workspace)
    heading(f"Done in {time.monotonic() - started:.0f} s. Next: `make drift`, `make prove`, `make down`, or any command in the sandbox:")
    click.echo("  .venv/bin/python -m sandbox exec -- pulumi stack output", err=True)
    sys.exit(0 if proved else 1)


@main.command()
def down() -> None:
    """Destroy the association. The stack and the tenant stay; `make clean` removes everything."""
    with open_workspace(say=lambda _: None) as workspace:
        select_stack(workspace)
        sys.exit(run(workspace, ["pulumi", "destroy", "--yes", "--skip-preview"]))


@main.command(name="exec", context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def execute(command: tuple[str, ...]) -> None:
    """Run any COMMAND in the sandbox's environment, for example: exec -- pulumi stack output."""
    with open_workspace(say=lambda _: None) as workspace:
        select_stack(workspace)
        sys.exit(run(workspace, command))


@main.command()
def drift() -> None:
    """The documented drift check, both commands; exit code 7 when either finds something."""
    codes: list[int] = []
    with open_workspace(say=lambda _: None) as workspace:
        select_stack(workspace)
        for command in DRIFT_COMMANDS:
            heading("$ " + " ".join(command))
            codes.append(run(workspace, command))
    failures = [code for code in codes if code not in (0, DRIFT_FOUND)]
    sys.exit(failures[0] if failures else max(codes))


if __name__ == "__main__":
    try:
        main()
    except EngineError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(1)
