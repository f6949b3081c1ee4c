"""One sandbox: a tenant, a vendor and an engine, and the environment in which commands meet them."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox.engine import Engine, Say, prepare_engine
from sandbox.tenant import ReachableTenant, ServedTenant, StateInUseError, Tenant, offer, withdraw
from sandbox.vendor import Vendor, make_vendor

ROOT: Final = Path(__file__).parent.parent
"""The repository: the Pulumi project that the sandbox runs."""

FOLDER: Final = ROOT / ".sandbox"
STACK: Final = "sandbox"
DRIFT_CHECK: Final = {
    "refresh": ("refresh", "--preview-only", "--json"),
    "preview": ("preview", "--refresh", "--json"),
}
"""The documented drift check, reality against the state, then against the program, by the name of the file that keeps what it prints."""

FOREIGN: Final = ("ARM_", "AZURE_", "PULUMI_", "AWS_")
"""Beginnings of the variables that may point to a real tenant or a real state."""

_SLOWER: Final = "PYTHONDONTWRITEBYTECODE"
"""With it each command, which starts several interpreters, would compile everything again in each."""


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What a command in the sandbox needs."""

    folder: Path
    tenant: ReachableTenant
    vendor: Vendor
    engine: Engine
    stack: str

    def environment(self) -> dict[str, str]:
        """The variables of a child process: this machine's, without anything that points to a real tenant, plus the sandbox's."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith((*FOREIGN, _SLOWER))}
        path = os.pathsep.join([*self._folders(), inherited.get("PATH", "")])
        return {**inherited, **self._variables(), "PATH": path}

    def pulumi(self, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
        """Run the engine's CLI in the folder of a project; nothing is asked, whatever it prints is kept."""
        command = [str(self.engine.pulumi), *arguments, "--non-interactive"]
        return subprocess.run(command, cwd=folder, env=self.environment(), capture_output=True, text=True, check=False)

    def exports(self) -> list[str]:
        """Lines for a POSIX shell after which a plain `pulumi` in the repository works in this sandbox."""
        folders = os.pathsep.join(self._folders())
        return [
            f"cd {shlex.quote(str(ROOT))}",
            f'unset $(env | grep -oE "^({"|".join(FOREIGN)})[A-Za-z0-9_]*")',
            *(f"export {name}={shlex.quote(value)}" for name, value in self._variables().items()),
            f'export PATH={shlex.quote(folders)}:"$PATH"',
        ]

    def _folders(self) -> list[str]:
        return [*map(str, self.engine.path), str(Path(sys.executable).parent)]

    def _variables(self) -> dict[str, str]:
        return {
            **self.engine.environment,
            **self.tenant.environment(),
            "PULUMI_BACKEND_URL": f"{(self.folder / 'state').as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_STACK": self.stack,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }


@contextmanager
def open_workspace(folder: Path = FOLDER, *, stack: str = STACK, say: Say) -> Iterator[Workspace]:
    """Hand out the workspace with its tenant: the one that `serve_workspace` keeps running, or else one that ends with it."""
    engine, vendor = _prepare(folder, say)
    with _open_tenant(folder / "tenant") as tenant:
        where = "served by `make serve`" if isinstance(tenant, ServedTenant) else f"state in {folder.name}/tenant"
        say(f"tenant          {tenant.url}, {where}")
        yield Workspace(folder=folder, tenant=tenant, vendor=vendor, engine=engine, stack=stack)


@contextmanager
def serve_workspace(folder: Path = FOLDER, *, stack: str = STACK, say: Say) -> Iterator[Workspace]:
    """As `open_workspace`, with a tenant that other commands use as well while it runs."""
    engine, vendor = _prepare(folder, say)
    with _start_tenant(folder / "tenant") as tenant:
        offer(tenant, folder / "tenant")
        try:
            yield Workspace(folder=folder, tenant=tenant, vendor=vendor, engine=engine, stack=stack)
        finally:
            withdraw(folder / "tenant")


def _prepare(folder: Path, say: Say) -> tuple[Engine, Vendor]:
    (folder / "state").mkdir(parents=True, exist_ok=True)
    return prepare_engine(folder / "engine", say), make_vendor(folder / "vendor")


@contextmanager
def _open_tenant(directory: Path) -> Iterator[ReachableTenant]:
    with ExitStack() as opened:
        try:
            tenant: ReachableTenant = opened.enter_context(_start_tenant(directory))
        except StateInUseError:
            try:
                tenant = ServedTenant(directory)
            except FileNotFoundError:
                raise StateInUseError(f"{directory}: another sandbox command is running; wait until it ends.") from None
        yield tenant


@contextmanager
def _start_tenant(directory: Path) -> Iterator[Tenant]:
    with Tenant(directory) as tenant:
        withdraw(directory)  # what a killed process left
        tenant.permit("deployer", *tenant.identity("auditor").permissions)  # so that the guard sees every row
        yield tenant
