"""The sandbox's commands: `python -m sandbox --help`. Each one opens the tenant, works, and closes it."""

import itertools
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import click

from sandbox.engine import EngineError, build_yaml_host, prepare_engine
from sandbox.tenant import TENANT_ID, StateInUseError
from sandbox.tenant.foreign_applications import VENDOR_PATH
from sandbox.vendor import print_failures, print_steps, prove, prove_failures
from sandbox.vendor.identity import loopback_session
from sandbox.workspace import DRIFT_CHECK, FOLDER, ROOT, STACK, Workspace, open_workspace, serve_workspace


def say(line: str) -> None:
    click.echo(f"  {line}")


def quiet(_: str) -> None:
    """For commands whose own output is what matters."""


def heading(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def run(workspace: Workspace, command: Sequence[str], output: IO[bytes] | None = None) -> int:
    """Run a command in the sandbox's environment with this terminal, or with a file for its output; returns its exit code."""
    sys.stdout.flush()
    try:
        return subprocess.run(command, cwd=ROOT, env=workspace.environment(), stdout=output, check=False).returncode
    except FileNotFoundError:
        click.echo(f"error: no command {command[0]!r} on PATH", err=True)
        return 127


def select_stack(workspace: Workspace) -> None:
    """Make the sandbox's stack where it is not there yet."""
    if any((workspace.folder / "state").glob(f".pulumi/stacks/*/{STACK}.json")):
        return
    made = workspace.pulumi("stack", "select", "--create", STACK)
    if made.returncode:
        raise click.ClickException(f"pulumi stack select {STACK} exited with {made.returncode}:\n{made.stderr}")


def client_id(workspace: Workspace) -> str:
    """The client id among the stack's outputs."""
    outputs = json.loads(workspace.pulumi("stack", "output", "--json").stdout or "{}")
    if "clientId" not in outputs:
        raise click.ClickException("the sandbox has no association yet; run `make up` first")
    return str(outputs["clientId"])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A Microsoft Entra tenant on this machine, for trying and testing. Not for production."""


@main.command(short_help="Get the Pulumi engine and the plugins.")
def setup() -> None:
    """Find or get the Pulumi engine and the plugins; starts nothing."""
    heading("What this machine uses")
    prepare_engine(FOLDER / "engine", say)


@main.command(short_help="Build the language host for YAML programs.")
def languages() -> None:
    """Build the language host for YAML programs, which Pulumi's own installation brings; the tests of examples/yaml need it."""
    heading("What this machine uses")
    build_yaml_host(FOLDER / "engine", say)


@main.command(short_help="Deploy this program, and prove that mail opens.")
def up() -> None:
    """Deploy this program into the sandbox tenant, and prove that the vendor can open a mailbox."""
    started = time.monotonic()
    heading("What this machine uses")
    with open_workspace(say=say) as workspace:
        select_stack(workspace)
        heading("$ pulumi up --yes --skip-preview")
        if code := run(workspace, ["pulumi", "up", "--yes", "--skip-preview"]):
            sys.exit(code)
        heading("The proof: the sandbox plays Mimecast, with the private key that it made for this")
        steps = prove(workspace.vendor, workspace.tenant, client_id(workspace))
        print_steps(steps)
    proved = all(step.passed for step in steps)
    heading(f"{'Done' if proved else 'The proof failed'} after {time.monotonic() - started:.0f} s.")
    if proved:
        say("make prove   remove each part and see the error that the real service gives")
        say("make drift   check for drift; change something first, for example with `make serve`")
        say("make down    destroy the association")
        say(".venv/bin/python -m sandbox exec -- pulumi stack output    any command, in the sandbox")
    sys.exit(0 if proved else 1)


@main.command(short_help="Destroy the association.")
def down() -> None:
    """Destroy the association. The stack and the tenant stay; `make clean` removes everything."""
    with open_workspace(say=quiet) as workspace:
        select_stack(workspace)
        sys.exit(run(workspace, ["pulumi", "destroy", "--yes", "--skip-preview"]))


@main.command(
    name="exec", short_help="Run any command in the sandbox.", context_settings={"ignore_unknown_options": True}
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def execute(command: tuple[str, ...]) -> None:
    """Run any COMMAND in the sandbox's environment, for example: exec -- pulumi stack output."""
    with open_workspace(say=quiet) as workspace:
        select_stack(workspace)
        sys.exit(run(workspace, command))


@main.command(short_help="The drift check and its report; exit code 7 means drift.")
def drift() -> None:
    """The documented drift check, both commands, and the report about what they found; exit code 7 when there is something."""
    files: list[str] = []
    with open_workspace(say=quiet) as workspace:
        select_stack(workspace)
        (workspace.folder / "drift").mkdir(exist_ok=True)
        for name, arguments in DRIFT_CHECK.items():
            file = workspace.folder / "drift" / f"{name}.json"
            files.append(str(file.relative_to(ROOT)))
            heading(f"$ pulumi {' '.join(arguments)} > {files[-1]}")
            with file.open("wb") as written:
                run(workspace, ["pulumi", *arguments], written)
        heading(f"$ python -m association report {' '.join(files)}\n")
        sys.exit(run(workspace, ["python", "-m", "association", "report", *files]))


@main.command(name="prove", short_help="Remove each part and see what fails.")
def prove_parts() -> None:
    """Remove each part of the association in turn, in copies of the tenant, and show the error that the vendor gets."""
    with open_workspace(say=quiet) as workspace:
        select_stack(workspace)
        wanted = client_id(workspace)
        print_steps(prove(workspace.vendor, workspace.tenant, wanted))
        heading("What the vendor sees when one part is missing")
        failures = prove_failures(workspace.vendor, workspace.folder / "tenant", wanted)
    print_failures(failures)
    sys.exit(0 if all(failure.as_expected for failure in failures) else 1)


@main.command(short_help="Keep the tenant running to look around.")
def serve() -> None:
    """Keep the tenant running, for other commands too, and print how to look around in it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with serve_workspace(say=quiet) as workspace:
        select_stack(workspace)
        tenant = workspace.tenant
        client, secret = tenant.credentials("administrator")
        _, found = tenant.graph("GET", "/v1.0/applications?$filter=startswith(displayName,'Mimecast')")
        object_id = found["value"][0]["id"] if found["value"] else "OBJECT_ID"
        exports = "\n    ".join(workspace.exports())
        heading(f"The sandbox tenant runs at {tenant.url}. Stop it with Ctrl-C.")
        told = {"url": tenant.url, "tenant_id": TENANT_ID, "exports": exports, "object_id": object_id}
        text = Path(__file__).with_name("serve.txt").read_text(encoding="utf-8")
        click.echo("\n" + text.format(**told, client=client, secret=secret))
        # A shell starts what it runs in the background with Ctrl-C ignored; this command ends with it all the same.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            click.echo("\nThe tenant has stopped; its state is kept.")


@main.command(short_help="Play a vendor with an application of its own.")
@click.option("--role", "roles", multiple=True, default=("full_access_as_app",), show_default=True, help="An app role.")
@click.option("--scope", "scopes", multiple=True, help="A delegated permission, such as 'Microsoft Graph/User.Read'.")
@click.option("--accept", is_flag=True, help="An administrator of the sandbox's tenant accepts the consent page, too.")
def vendor(roles: tuple[str, ...], scopes: tuple[str, ...], *, accept: bool) -> None:
    """Publish a multi-tenant application in the vendor's tenant, and print the settings that declare it (examples/vendor-application)."""
    with open_workspace(say=quiet) as workspace:
        certificate = workspace.vendor.certificate_path.read_text(encoding="ascii")
        asked = {"certificate": certificate, "roles": roles, "scopes": scopes, "accept": accept}
        with loopback_session(workspace.tenant.ca_file) as session:
            answer = session.post(f"{workspace.tenant.url}{VENDOR_PATH}", json=asked, timeout=30).json()
    if "error" in answer:
        raise click.ClickException(answer["error"])
    settings = [f"{name} {value}" for name, value in answer.items()]
    settings += [f"--path 'permissions[{number}]' '{role}'" for number, role in enumerate(roles)]
    settings += [f"--path 'delegated.everyone[{number}]' '{scope}'" for number, scope in enumerate(scopes)]
    click.echo("\n".join(f"pulumi config set {setting}" for setting in settings))


@main.command(short_help="Measure up, preview, refresh and destroy.")
@click.option("--associations", multiple=True, type=click.IntRange(1), default=(1, 10, 25), show_default=True)
@click.option(
    "--latency",
    multiple=True,
    type=click.IntRange(0),
    default=(0, 60),
    show_default=True,
    help="Milliseconds that the tenant waits before each answer.",
)
@click.option(
    "--runs", type=click.IntRange(1), default=5, show_default=True, help="Runs of each command; their median is shown."
)
def bench(associations: tuple[int, ...], latency: tuple[int, ...], runs: int) -> None:
    """Measure up, preview, refresh and destroy, beside the azuread provider alone: seconds, and HTTP requests in brackets."""
    from sandbox.bench import Figure, measure, render

    engine = prepare_engine(FOLDER / "engine", say)
    figures: list[Figure] = []
    for count, milliseconds in itertools.product(associations, latency):
        say(f"measuring {count} associations, {milliseconds} ms latency, {runs} runs of each program ...")
        figures += measure(engine, associations=count, latency_ms=milliseconds, runs=runs)
    click.echo(render(figures))


@main.command(short_help="Deploy, check and report 25 tenants, one stack each.")
@click.option(
    "--tenants",
    multiple=True,
    type=click.IntRange(1, 99),
    default=(1, 5, 25),
    show_default=True,
    help="How many tenants; each number is a fleet of its own.",
)
def fleet(tenants: tuple[int, ...]) -> None:
    """Deploy many tenants, one stack per tenant, as docs/many-tenants.md lays them out, and measure it.

    In the last tenant the deployer may not grant at first: the others are deployed all the same, and the second run does
    only what is left. Then somebody changes three of them, and the drift check and one report cover all. The tenants take
    turns; the default is 31 tenants, which takes 5 to 7 minutes on two cores that have nothing else to do.
    """
    from sandbox.fleet import play, render

    engine = prepare_engine(FOLDER / "engine", say)
    figures = []
    for count in tenants:
        with tempfile.TemporaryDirectory() as folder:
            figures.append(play(Path(folder) / "fleet", engine, count, click.echo))
        click.echo(render(figures))


if __name__ == "__main__":
    try:
        main(prog_name="python -m sandbox")
    except (EngineError, StateInUseError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(1)
