"""One sandbox: a tenant, a vendor and an engine, and the environment in which commands meet them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox.engine import Engine, Say, prepare_engine
from sandbox.tenant import Tenant
from sandbox.vendor import Vendor, make_vendor

ROOT: Final = Path(__file__).parent.parent
"""The repository: the Pulumi project that the sandbox runs."""

FOLDER: Final = ROOT / ".sandbox"
STACK: Final = "sandbox"


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What a command in the sandbox needs."""

    folder: Path
    tenant: Tenant
    vendor: Vendor
    engine: Engine
    stack: str

    def environment(self) -> dict[str, str]:
        """The variables of a child process: this machine's, without anything that points to a real tenant, plus the sandbox's."""
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("ARM_", "AZURE_", "PULUMI_", "AWS_"))
        }
        path = os.pathsep.join(
            [*map(str, self.engine.path), str(Path(sys.executable).parent), inherited.get("PATH", "")]
        )
        return {
            **inherited,
            **self.engine.environment,
            **self.tenant.environment(),
            "PATH": path,
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_STACK": self.stack,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }


@contextmanager
def open_workspace(folder: Path = FOLDER, *, stack: str = STACK, say: Say) -> Iterator[Workspace]:
    """Start the tenant and hand out the workspace; the tenant ends with it, its state stays in the folder.

    Args:
        folder: Where everything of this sandbox is kept.
        stack: The stack that Pulumi commands mean when they name none.
        say: Receives one line per thing that is used, and why.

    Raises:
        EngineError: No engine can be had.
    """
    (folder / "state").mkdir(parents=True, exist_ok=True)
    engine = prepare_engine(folder / "engine", say)
    vendor = make_vendor(folder / "vendor")
    with Tenant(folder / "tenant") as tenant:
        tenant.permit("deployer", *tenant.identity("auditor").permissions)  # so that the guard sees every row
        say(f"tenant          {tenant.url}, state in {folder.name}/tenant")
        yield Workspace(folder=folder, tenant=tenant, vendor=vendor, engine=engine, stack=stack)
