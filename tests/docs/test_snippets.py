"""Every snippet that a reader may copy does what the page says: it is run here as it stands.

`pulumi up` shows its preview once, in README's first one; the others skip it.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.workspace import ROOT
from tests.docs.clone import copy_tree
from tests.docs.markdown import Snippet, find_snippet, list_pages, list_snippets
from tests.engine.project import Finished, Project
from tests.engine.test_adoption import make_by_hand

README, CERTS, UPGRADING = "README.md", "certs/README.md", "docs/upgrading.md"
MANY_TENANTS = "docs/many-tenants.md"
PLAYED = {
    (README, "$ make up"),
    (README, "$ pulumi install"),
    (README, "$ python -m association certificate certs/*.pem"),
    (README, "$ pulumi stack init production"),
    (README, "$ pulumi stack output mimecastConsole"),
    (README, "$ pulumi refresh --preview-only --expect-no-changes --diff"),
    (README, "$ pulumi refresh --preview-only --json > refresh.json"),
    (README, "$ pulumi config set --path 'exceptions[0].finding' 'secrets[\"6f0c…\"]'"),
    (README, "from components import ServerConnection"),
    (README, "from components import ConsentedApplication"),  # by tests/component/test_consented_application.py
    (README, "import pulumi"),  # by tests/engine/test_two_tenants.py
    (README, "$ python -m association adopt $CLIENT_ID > adopt.json"),
    (README, "$ python -m association doctor"),
    (README, "$ python -m association restore"),  # by tests/engine/test_restore.py
    (CERTS, "$ openssl pkcs12 -in vendor.pfx -clcerts -nokeys -out vendor.pem"),
    (CERTS, "$ python -m association certificate certs/*.pem"),
    (CERTS, '$ python -m association certificate --pem "Mimecast Certificate.crt" > certs/mimecast-eu-2026.pem'),
    (UPGRADING, "$ pulumi preview --diff"),
    (MANY_TENANTS, "config:"),  # by tests/engine/test_fleet.py, as the next two
    (MANY_TENANTS, "$ pulumi stack init contoso"),
    (MANY_TENANTS, "for file in Pulumi.*.yaml; do"),
    (MANY_TENANTS, "for stack in contoso fabrikam; do"),  # by tests/engine/test_example_ci.py, one round
}
"""Page and first line of the snippets that this module runs."""

NOT_PLAYED = {
    (UPGRADING, "$ git checkout <new version>"): "needs two releases",
    (UPGRADING, "$ git checkout <old version>"): "needs two releases",
    (
        MANY_TENANTS,
        '$ az ad app federated-credential create --id "$ARM_CLIENT_ID" --parameters trust.json',
    ): "needs Azure",
    (MANY_TENANTS, "{"): "the file of the command above it",
}
"""Snippets that are not run, and why."""

CHECKED_ELSEWHERE = ("examples/", "policy/", "docs/ews.md", "docs/incident.md")
"""Pages, and folders of pages, that have tests of their own."""

VARIABLE = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<id>",
    r"localhost:\d+": "localhost:<port>",
    r"\([\d.]+s\)": "(<time>)",
    r"after \d+ s": "after <time>",
    r"certificate-[0-9a-f]{8}": "certificate-<thumbprint>",
    r"certificate [0-9A-F]{8}": "certificate <thumbprint>",
    r"(?m)^  (engine|azuread plugin)  .*$": r"  \1",
}
"""What differs from machine to machine and from run to run."""

ONLY_WHERE_NEEDED = re.compile(r"^(python   |  language host)")
"""Lines of a first run, and of an engine that brings no language host."""


def test_every_snippet_is_run_or_says_why_not() -> None:
    snippets = {
        snippet.key
        for page in list_pages()
        if not page.startswith(CHECKED_ELSEWHERE)
        for snippet in list_snippets(page)
    }
    assert snippets == PLAYED | set(NOT_PLAYED)


def play(
    project: Project, snippet: Snippet, *, expect: int = 0, preview: bool = False, **variables: str
) -> list[Finished]:
    """Run each command of a snippet in the project's folder, as a user who says yes, to an update at once unless `preview`."""
    done = []
    for command in snippet.commands:
        environment = {"PATH": with_python(project.environment), **variables}
        if command.startswith(("pulumi up", "pulumi import")):
            environment["PULUMI_SKIP_CONFIRMATIONS"] = "true"
        flag = " --skip-preview" if command.startswith("pulumi up") and not preview else ""
        finished = project.run("env", "-u", "PULUMI_STACK", "bash", "-c", command + flag, environment=environment)
        assert finished.code == expect, f"$ {command}\n{finished.output}\nexit {finished.code}"
        done.append(finished)
    return done


def with_python(environment: Mapping[str, str]) -> str:
    """PATH after `source .venv/bin/activate`."""
    return f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"


@pytest.fixture
def clone(project: Project, tmp_path: Path) -> Path:
    """A copy of the working tree in a folder with a space in its name, with the environment already made."""
    folder = tmp_path / "a clone"
    copy_tree(folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    for requirements in folder.glob("requirements*.txt"):
        os.utime(requirements, (0, 0))
    assert project.environment["PATH"]
    return folder


def machine(project: Project) -> dict[str, str]:
    """This machine's variables with its engine on PATH, as in a terminal: make says more when another make started it."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return {**variables, "PATH": project.environment["PATH"]}


def make(project: Project, clone: Path, target: str) -> Finished:
    """Run a make target in the clone, with this machine's engine on PATH."""
    environment = machine(project)
    finished = subprocess.run(
        ["make", target],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Finished(command=f"make {target}", code=finished.returncode, output=finished.stdout)


def comparable(text: str) -> list[str]:
    """Lines without what differs from run to run."""
    for pattern, stands_for in VARIABLE.items():
        text = re.sub(pattern, stands_for, text)
    return [line.strip() for line in text.splitlines()]


@contextmanager
def serving(project: Project, clone: Path, end: signal.Signals = signal.SIGINT) -> Iterator[str]:
    """What `make serve` prints once the tenant is up; ended with Ctrl-C or another signal afterwards."""
    environment = machine(project)
    with subprocess.Popen(
        ["make", "serve"], cwd=clone, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not any("make drift" in line for line in lines):
            line = process.stdout.readline()
            assert line, "".join(lines)
            lines.append(line)
        yield "".join(lines)
        os.killpg(process.pid, end)
        process.communicate(timeout=60)


@pytest.mark.engine
def test_make_up_prints_what_the_readme_shows_and_make_drift_finds_the_attack_of_make_serve(
    project: Project, clone: Path
) -> None:
    snippet = find_snippet(README, "$ make up")
    deployed = make(project, clone, "up")
    assert deployed.code == 0, deployed.output
    promised = [line for line in snippet.output if line.strip() not in ("", "…") and not ONLY_WHERE_NEEDED.match(line)]
    printed = comparable(deployed.output)
    assert [line for line in comparable("\n".join(promised)) if line not in printed] == [], deployed.output
    with serving(project, clone) as served:
        script = "\n".join(line for line in served.splitlines() if line.startswith("    "))
        attacked = subprocess.run(["bash", "-ec", script], check=False, capture_output=True, text=True)
    assert attacked.returncode == 0, attacked.stderr
    shown = make(project, clone, "drift")
    assert "client secret 'mine'" in shown.output
    assert re.search(r"Error 7$", shown.output.strip())


@pytest.mark.engine
def test_a_user_deploys_and_keeps_the_association(project: Project) -> None:
    deployer = project.tenant.identity("deployer").object_id
    play(project, find_snippet(README, "$ pulumi install"))
    (shown,) = play(project, find_snippet(README, "$ python -m association certificate certs/*.pem"))
    assert re.search(r"Verdict +usable", shown.output)
    first = find_snippet(README, "$ pulumi stack init production")
    play(project, first, preview=True, DEPLOYER_OBJECT_ID=deployer)
    (checked,) = play(project, find_snippet(README, "$ python -m association doctor"))
    assert checked.output.startswith("Stack production of mimecast-association\n")
    assert "carries this stack's tag" in checked.output
    console, powershell = play(project, find_snippet(README, "$ pulumi stack output mimecastConsole"))
    assert "Tenant Domain" in console.output
    assert powershell.output.splitlines()[0] == "Connect-ExchangeOnline"
    drift = find_snippet(README, "$ pulumi refresh --preview-only --expect-no-changes --diff")
    key_id = add_secret(project)
    assert all(key_id in finished.output for finished in play(project, drift, expect=7))
    accept = find_snippet(README, "$ pulumi config set --path 'exceptions[0].finding' 'secrets[\"6f0c…\"]'")
    play(project, Snippet(page=README, language="console", text=accept.text.replace("6f0c…", key_id)))
    play(project, Snippet(page=README, language="console", text="$ pulumi up"))
    *_, report, page = play(project, find_snippet(README, "$ pulumi refresh --preview-only --json > refresh.json"))
    assert "1 accepted" in report.output
    assert page.output == ""
    assert "<svg" in (project.folder / "report.html").read_text(encoding="utf-8")
    (preview,) = play(project, find_snippet(UPGRADING, "$ pulumi preview --diff"))
    assert "replace" not in preview.output


def add_secret(project: Project) -> str:
    """Add a client secret past Pulumi to the stack `production`; returns its key ID."""
    output = (
        find_snippet(README, "$ pulumi stack output mimecastConsole")
        .commands[0]
        .replace("mimecastConsole", "applicationObjectId")
    )
    (shown,) = play(project, Snippet(page=README, language="console", text=f"$ {output}"))
    path = f"/v1.0/applications/{shown.output.strip()}/addPassword"
    return str(project.graph("POST", path, {"passwordCredential": {"displayName": "mine"}})["keyId"])


@pytest.mark.engine
def test_a_user_adopts(project: Project) -> None:
    made = make_by_hand(project)
    project.pulumi("stack", "select", "test")
    play(
        project, find_snippet(README, "$ python -m association adopt $CLIENT_ID > adopt.json"), CLIENT_ID=made.client_id
    )
    assert project.outputs()["clientId"] == made.client_id
    assert project.application()["keyCredentials"][0]["keyId"] == made.key_id


@pytest.mark.engine
def test_a_program_of_ones_own_declares_an_association(project: Project) -> None:
    program = project.folder / "__main__.py"
    program.unlink()
    before = [
        "from pathlib import Path",
        "text = Path('certs/mimecast.pem').read_text()",
        f"deployer = {project.tenant.identity('deployer').object_id!r}",
    ]
    program.write_text("\n".join([*before, find_snippet(README, "from components import ServerConnection").text]))
    project.up()
    assert len(project.resources("mimecast-entra:index:ServerConnection")) == 1


def test_the_certificate_commands(tmp_path: Path) -> None:
    private_key, certificate = tmp_path / "key.pem", tmp_path / "Mimecast Certificate.crt"
    subject = ["-subj", "/CN=vendor", "-days", "300"]
    run(
        tmp_path,
        f"openssl req -x509 -newkey rsa:2048 -nodes -keyout '{private_key}' -out '{certificate}' {' '.join(subject)}",
    )
    run(tmp_path, f"openssl pkcs12 -export -inkey '{private_key}' -in '{certificate}' -out vendor.pfx -passout pass:")
    (extract,) = find_snippet(CERTS, "$ openssl pkcs12 -in vendor.pfx -clcerts -nokeys -out vendor.pem").commands
    run(tmp_path, f"{extract} -passin pass:")
    (tmp_path / "certs").mkdir()
    page = [snippet for snippet in list_snippets(CERTS) if "association" in snippet.text]
    (clean,) = page[1].commands
    run(tmp_path, clean)
    (check,) = page[0].commands
    assert re.search(r"Verdict +usable", run(tmp_path, check))


def run(folder: Path, command: str) -> str:
    """A shell command that must succeed; returns what it printed."""
    environment = {**os.environ, "PATH": with_python(os.environ), "PYTHONPATH": str(ROOT)}
    finished = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout
