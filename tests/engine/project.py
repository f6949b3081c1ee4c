"""The repository's program as a user has it: a folder of its own, a stack, real files, the real CLI. It asserts nothing."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from sandbox.tenant import Tenant
from sandbox.workspace import ROOT, Workspace

STACK = "test"
LINKED = ("__main__.py", "Pulumi.yaml", "components", "association", "microsoft", "provider", ".venv")


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A command that has ended."""

    command: str
    code: int
    output: str
    """Standard output and standard error, as they came."""

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.output)


@dataclass(kw_only=True)
class Project:
    """One project folder, its stack and the tenant behind it."""

    folder: Path
    workspace: Workspace
    name: str = "mimecast-association"
    """As its Pulumi.yaml says."""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def tenant(self) -> Tenant:
        assert isinstance(self.workspace.tenant, Tenant)
        return self.workspace.tenant

    @property
    def environment(self) -> dict[str, str]:
        return self.workspace.environment()

    def set(self, **values: Any) -> None:
        """Change settings of the stack; None removes one."""
        self.settings |= values
        path = self.folder / f"Pulumi.{self.workspace.stack}.yaml"
        document = yaml.safe_load(path.read_text()) if path.exists() else {}
        document["config"] = {f"{self.name}:{key}": value for key, value in self.settings.items() if value is not None}
        path.write_text(yaml.safe_dump(document))

    def put_certificate(self, name: str, pem: str) -> Path:
        """Put a file into the project's certs/."""
        path = self.folder / "certs" / name
        path.write_text(pem)
        return path

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Finished:
        """Run a command in the project's folder to its end, whatever its exit code."""
        finished = subprocess.run(
            arguments,
            cwd=self.folder,
            env={**self.environment, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        return Finished(command=" ".join(arguments), code=finished.returncode, output=finished.stdout)

    def pulumi(self, *arguments: str, expect: int = 0) -> Finished:
        """Run the CLI, and show everything it printed where the exit code is another than expected."""
        finished = self.run("pulumi", *arguments, "--non-interactive")
        assert finished.code == expect, (
            f"$ {finished.command}\n{finished.output}\nexit {finished.code}, expected {expect}"
        )
        return finished

    def up(self, *flags: str, expect: int = 0) -> Finished:
        """Deploy."""
        return self.pulumi("up", "--yes", "--skip-preview", *flags, expect=expect)

    def refresh_preview(self, *, expect: int = 0) -> Finished:
        """The first command of the documented drift check."""
        return self.pulumi("refresh", "--preview-only", "--expect-no-changes", "--diff", expect=expect)

    def refreshed_preview(self, *, expect: int = 0) -> Finished:
        """The second command of the documented drift check."""
        return self.pulumi("preview", "--refresh", "--expect-no-changes", "--diff", expect=expect)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        (stack,) = self.resources("pulumi:pulumi:Stack")
        return dict(stack.get("outputs", {}))

    def state(self) -> dict[str, Any]:
        """The exported state."""
        return dict(self.pulumi("stack", "export").json)

    def resources(self, type_: str) -> list[dict[str, Any]]:
        """The resources of one type in the state, from its file: tests look often, and a command costs a quarter of a second."""
        stacks = self.workspace.folder / "state" / ".pulumi" / "stacks"
        state = json.loads((stacks / self.name / f"{self.workspace.stack}.json").read_text())
        return [one for one in state["checkpoint"]["latest"].get("resources", []) if one["type"] == type_]

    def application(self) -> dict[str, Any]:
        """The application as Graph shows it, with key bytes."""
        object_id = self.outputs()["applicationObjectId"]
        return self.graph("GET", f"/v1.0/applications/{object_id}") | self.graph(
            "GET", f"/v1.0/applications/{object_id}?$select=keyCredentials"
        )

    def graph(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """An administrator's change or look, past Pulumi."""
        status, answer = self.tenant.graph(method, path, body)
        assert status < 300, (status, answer)
        return answer or {}


def make_project(folder: Path, workspace: Workspace, certificates: Sequence[tuple[str, str]]) -> Project:
    """Lay out a project folder beside the workspace's state, and make its stack."""
    (folder / "certs").mkdir(parents=True)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    project = Project(folder=folder, workspace=workspace)
    for name, pem in certificates:
        project.put_certificate(name, pem)
    project.set(owners=[project.tenant.identity("deployer").object_id])
    return make_stack(project, STACK)


def find_project(folder: Path, workspace: Workspace) -> Project:
    """The project that `make_project` laid out here, in a copy of its sandbox."""
    document = yaml.safe_load((folder / f"Pulumi.{workspace.stack}.yaml").read_text())
    settings = {key.partition(":")[2]: value for key, value in document["config"].items()}
    return Project(folder=folder, workspace=workspace, settings=settings)


def make_stack(project: Project, stack: str) -> Project:
    """The same folder with another stack, which has the same settings."""
    made = replace(project, workspace=replace(project.workspace, stack=stack), settings=dict(project.settings))
    made.pulumi("stack", "init", stack)
    made.set()
    return made
