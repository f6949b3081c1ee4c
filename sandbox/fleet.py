"""Many tenants as docs/many-tenants.md lays them out, one stack per tenant: deploys, checks and measures them in the sandbox."""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Self

import yaml

from sandbox.bench import MeasureError
from sandbox.engine import Engine, Say
from sandbox.tenant import Tenant
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from sandbox.vendor import Vendor, make_vendor
from sandbox.workspace import DRIFT_CHECK, ROOT, Workspace

CHANGES: Final[Sequence[tuple[str, str, str, dict[str, Any]]]] = (
    ("a client secret", "POST", "/addPassword", {"passwordCredential": {"displayName": "mine"}}),
    (
        "a federated credential",
        "POST",
        "/federatedIdentityCredentials",
        {
            "name": "theirs",
            "issuer": "https://token.actions.githubusercontent.com",
            "subject": "repo:attacker/app:ref:refs/heads/main",
            "audiences": ["api://AzureADTokenExchange"],
        },
    ),
    ("sign-in from any tenant", "PATCH", "", {"signInAudience": "AzureADMultipleOrgs"}),
)
"""What somebody changes behind Pulumi's back: in words, and as a request about the application."""

GRANT: Final = "AppRoleAssignment.ReadWrite.All"
VENDORS: Final = slice(2, None, 5)
"""The tenants that also have a stack of a vendor's own application, `tenant-03-vendor` and on."""
_FOLDERS: Final = {"": "project", "-vendor": "examples/vendor-application"}
"""Below the fleet's folder, by how the stack's name ends."""
_LINKED: Final = ("__main__.py", "components", "association", "microsoft", "provider", ".venv")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one command, or the two of the drift check, did in one tenant."""

    tenant: str
    """Or the stack of its vendor's application."""
    problem: str
    """The first error that Pulumi printed; empty when it succeeded."""
    seconds: float
    """Wall time."""
    cpu: float
    """Processor seconds of all its processes: unlike wall time, the same on a busy machine."""
    requests: int
    """HTTP requests to the tenant's login and Graph."""


class Fleet(ExitStack):
    """Tenants named `tenant-01` and on, each with its own state, identity and stack; use it in a `with` statement."""

    def __init__(self, folder: Path, engine: Engine, count: int) -> None:
        """Lay out a project in the folder: what all stacks share in `Pulumi.yaml`, what differs in `Pulumi.<tenant>.yaml`."""
        super().__init__()
        self.names: Final = tuple(f"tenant-{number:02}" for number in range(1, count + 1))
        self.stacks: Final = (*self.names, *(f"{name}-vendor" for name in self.names[VENDORS]))
        self.tenants: Final[dict[str, Tenant]] = {}
        """By the name of each of its stacks."""
        self.folder: Final = folder
        self._engine = engine
        for made in ("state", "drift", *_FOLDERS.values()):
            (folder / made).mkdir(parents=True)
        self._vendor = make_vendor(folder / "vendor")
        _write_project(folder / "project", self._vendor)
        _write_vendor_project(folder, folder / _FOLDERS["-vendor"])

    def __enter__(self) -> Self:
        for number, name in enumerate(self.names, start=1):
            tenant = Tenant(self.folder / name, tenant_id=f"7e6a0000-0000-4000-8000-{number:012x}")
            self.tenants[name] = self.enter_context(tenant)
            tenant.permit("deployer", *tenant.identity("auditor").permissions)
            deployer = tenant.identity("deployer").object_id
            settings = {"azuread:tenantId": tenant.tenant_id, "mimecast-association:owners": [deployer]}
            self._make_stack(name, settings)
        for name in self.stacks[len(self.names) :]:
            self.tenants[name] = self.tenants[name.removesuffix("-vendor")]
            self._make_stack(name, _vendor_settings(self.tenants[name], self._vendor))
        return self

    def _make_stack(self, name: str, settings: Mapping[str, Any]) -> None:
        (self._project(name) / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({"config": settings}))
        made = self._pulumi(name, "stack", "init", name)
        if made.returncode:
            raise MeasureError(f"pulumi stack init {name} exited with {made.returncode}:\n{made.stderr}")

    def left(self) -> list[str]:
        """The stacks whose last update did not succeed, as the backend's history says."""
        return [name for name in self.stacks if self._last_result(name) != "succeeded"]

    def up(self) -> Iterator[Outcome]:
        """Deploy each tenant that is left; a failure stops no other tenant."""
        for name in self.left():
            yield self._measure(name, {"up": ("up", "--yes", "--skip-preview")})

    def check(self, commands: Mapping[str, Sequence[str]] = DRIFT_CHECK) -> Iterator[Outcome]:
        """Run the drift check of each tenant, or one command of it; a failure stops no other tenant."""
        for name in self.stacks:
            yield self._measure(name, commands)

    def report(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One report over what every drift check printed."""
        files = sorted(map(str, (self.folder / "drift").glob("*.json")))
        command = [sys.executable, "-m", "association", "report", *arguments, *files]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    def change(self, name: str, number: int) -> str:
        """Change something behind Pulumi's back; returns what, in words."""
        words, method, path, body = CHANGES[number % len(CHANGES)]
        tenant = self.tenants[name]
        _, found = tenant.graph("GET", "/v1.0/applications?$filter=startswith(displayName,'Mimecast')")
        status, answer = tenant.graph(method, f"/v1.0/applications/{found['value'][0]['id']}{path}", body)
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise MeasureError(f"{name}: Graph answered {method} {path} with {status}: {answer}")
        return words

    def _last_result(self, name: str) -> str:
        shown = self._pulumi(name, "stack", "history", "--json", "--page-size", "1")
        history = json.loads(shown.stdout or "[]")
        return str(history[0]["result"]) if history else ""

    def _measure(self, name: str, commands: Mapping[str, Sequence[str]]) -> Outcome:
        requests, problems = self.tenants[name].requests, []
        requests.clear()
        started, used = time.perf_counter(), _processor_seconds()
        for kept, command in commands.items():
            finished = self._pulumi(name, *command)
            if "--json" in command:
                (self.folder / "drift" / f"{name}.{kept}.json").write_text(finished.stdout)
            if finished.returncode:
                problems.append(_first_error(finished.stdout + finished.stderr))
        return Outcome(
            tenant=name,
            problem="".join(problems[:1]),
            seconds=time.perf_counter() - started,
            cpu=_processor_seconds() - used,
            requests=len(requests),
        )

    def environment(self, name: str) -> dict[str, str]:
        return self._pipeline(name).environment()

    def _pulumi(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._pipeline(name).pulumi(*arguments, folder=self._project(name))

    def _project(self, name: str) -> Path:
        return self.folder / next(_FOLDERS[end] for end in reversed(_FOLDERS) if name.endswith(end))

    def _pipeline(self, name: str) -> "_Pipeline":
        tenant = self.tenants[name]
        return _Pipeline(folder=self.folder, tenant=tenant, vendor=self._vendor, engine=self._engine, stack=name)


@dataclass(frozen=True, kw_only=True)
class _Pipeline(Workspace):
    """A workspace that signs in as a pipeline does: with an OpenID Connect token of the deployer, without a secret."""

    tenant: Tenant

    def environment(self) -> dict[str, str]:
        environment = super().environment()
        del environment["ARM_TENANT_ID"], environment["ARM_CLIENT_SECRET"]
        return {**environment, "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": self.tenant.federated_token("deployer")}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One fleet, measured."""

    tenants: int
    up: Sequence[Outcome]
    """Of the first run, the tenant that refused included."""
    check: Sequence[Outcome]
    peak_mib: float
    """The largest process so far."""

    @property
    def cpu(self) -> float:
        """Processor seconds of one stack's deployment and check, on average."""
        return sum(one.cpu for one in (*self.up, *self.check)) / len(self.check)


def play(folder: Path, engine: Engine, count: int, say: Say) -> Figures:
    """Deploy so many tenants while one of them refuses, go on with what is left, change some of them, check and report all.

    The last of several refuses, and every third one from the second on is changed, at most three.
    """
    with Fleet(folder, engine, count) as fleet:
        refused = fleet.names[-1:] if count > 1 else ()
        for name in refused:
            fleet.tenants[name].revoke("deployer", GRANT)
        say(f"\n$ pulumi up, {count} tenants" + "".join(f"; in {name} the deployer may not grant" for name in refused))
        deployed = [_say_outcome(outcome, say) for outcome in fleet.up()]
        for name in refused:
            fleet.tenants[name].permit("deployer", GRANT)
            say(f"$ pulumi up, what is left: {', '.join(fleet.left())}; its deployer may grant now")
            for outcome in fleet.up():
                _say_outcome(outcome, say)
        for number, name in enumerate(fleet.names[1:-1:3][: len(CHANGES)]):
            say(f"  {name} somebody adds {fleet.change(name, number)}")
        say("$ pulumi refresh --preview-only --json; pulumi preview --refresh --json, every tenant")
        checked = [_say_outcome(outcome, say) for outcome in fleet.check()]
        say("$ python -m association report drift/*.json")
        say(fleet.report().stdout)
        return Figures(tenants=count, up=deployed, check=checked, peak_mib=_peak_mib())


def render(figures: Sequence[Figures]) -> str:
    """A Markdown table: per stack, so that what grows with their number shows."""
    lines = [
        "| tenants | up, s each | check, s each | processor, s each | of the first row | requests each: up, check | largest process |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in figures:
        up, check = (sum(outcome.seconds for outcome in part) / len(part) for part in (one.up, one.check))
        asked = ", ".join(f"{sum(each.requests for each in part) / len(part):.1f}" for part in (one.up, one.check))
        lines.append(
            f"| {one.tenants} | {up:.1f} | {check:.1f} | {one.cpu:.2f} | {one.cpu / figures[0].cpu:.2f} | {asked} "
            f"| {one.peak_mib:.0f} MiB |"
        )
    return "\n".join(lines)


def _say_outcome(outcome: Outcome, say: Say) -> Outcome:
    said = f"FAILED: {outcome.problem}" if outcome.problem else "done"
    say(f"  {outcome.tenant} {outcome.seconds:6.1f} s {outcome.requests:4} requests  {said}")
    return outcome


def _write_project(folder: Path, vendor: Vendor) -> None:
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    project["config"]["certificates"]["default"] = [str(vendor.certificate_path)]
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project, sort_keys=False))


def _write_vendor_project(root: Path, folder: Path) -> None:
    """The example as it stands, at its place above what it uses."""
    for name in _LINKED[1:]:
        (root / name).symlink_to(ROOT / name)
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(ROOT / "examples" / "vendor-application" / name, folder)


def _vendor_settings(tenant: Tenant, vendor: Vendor) -> dict[str, Any]:
    """Of an application that the vendor has published and nobody here has consented to yet; its deployer may make the service principal."""
    tenant.permit("deployer", "Application.ReadWrite.All")
    client_id = tenant.elsewhere.publish("Mimecast", certificate=vendor.certificate_path.read_text())
    settings = {"clientId": client_id, "publisher": VENDOR_TENANT_ID, "permissions": ["Microsoft Graph/Mail.ReadWrite"]}
    named = {f"mimecast-vendor-application:{name}": value for name, value in settings.items()}
    return {"azuread:tenantId": tenant.tenant_id, **named}


def _first_error(printed: str) -> str:
    lines = [line.partition("error: ")[2].strip() for line in printed.splitlines() if "error: " in line]
    return next(filter(None, lines), printed.strip()[-300:] or "it printed nothing")


def _processor_seconds() -> float:
    """What the processes used that have ended, and those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak_mib() -> float:
    """The largest process so far among those that this one started and their own, in MiB."""
    size = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return size / (1024 * 1024 if sys.platform == "darwin" else 1024)
