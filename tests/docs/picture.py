"""Makes `docs/finding.svg`, the picture in the README: three changes behind Pulumi's back, as a real `pulumi refresh` shows them.

Run it with `make picture`; it deploys into a sandbox of its own. `test_picture.py` compares the picture with a new run.
"""

import re
import tempfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from sandbox.engine import prepare_engine
from sandbox.tenant import Tenant
from sandbox.vendor import make_vendor
from sandbox.workspace import FOLDER, ROOT, Workspace
from tests.engine.project import STACK, Project, make_project

PICTURE: Final = ROOT / "docs" / "finding.svg"
COMMAND: Final = ("pulumi", "refresh", "--preview-only", "--expect-no-changes", "--diff")

_COLUMNS: Final = 120
_NOT_SHOWN: Final = re.compile(r"\[(urn|id)=|stand-in")
"""Identifiers of the resources, and the sandbox's remark on its azuread plugin."""
_VARIABLE: Final = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<id>",
    r"\d{4}-\d\d-\d\d(\d\d:\d\dZ)?": "<date>",
    r"beginswith\S{3},": "beginswith<hint>,",
}
"""What differs from run to run, where all space is taken out."""
_FRAME: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {terminal_width} {terminal_height}" role="img" xml:space="preserve">
<style>
text {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: {char_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
<rect width="{terminal_width}" height="{terminal_height}" rx="8" fill="#1b1b1b"/>
<g transform="translate(12, 10)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
{matrix}
</g>
</svg>
"""


def attack(project: Project) -> None:
    """A client secret, a federated credential and an app role of Microsoft Graph, each made by hand."""
    outputs = project.outputs()
    application = f"/v1.0/applications/{outputs['applicationObjectId']}"
    project.graph("POST", f"{application}/addPassword", {"passwordCredential": {"displayName": "backup"}})
    federated = {
        "name": "ci",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:somebody/else:ref:refs/heads/main",
        "audiences": ["api://AzureADTokenExchange"],
    }
    project.graph("POST", f"{application}/federatedIdentityCredentials", federated)
    api = project.graph("GET", "/v1.0/servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'")
    graph = api["value"][0]
    role = next(role["id"] for role in graph["appRoles"] if role["value"] == "Mail.ReadWrite")
    grant = {"principalId": outputs["servicePrincipalObjectId"], "resourceId": graph["id"], "appRoleId": role}
    project.graph("POST", f"/v1.0/servicePrincipals/{graph['id']}/appRoleAssignedTo", grant)


def record(project: Project) -> str:
    """Deploy, attack, and return what the terminal shows, with its colours."""
    project.up()
    attack(project)
    finished = project.run(*COMMAND, "--color", "always", "--non-interactive")
    lines = [line for line in finished.output.splitlines() if not _NOT_SHOWN.search(line)]
    return "\n".join([f"$ {' '.join(COMMAND)}", *lines, "$ echo $?", str(finished.code)])


def comparable(text: str) -> str:
    """What a terminal shows, without colours, without space (lines break elsewhere in the picture), without what differs from run to run."""
    shown = "".join(Text.from_ansi(text).plain.split())
    for pattern, stands_for in _VARIABLE.items():
        shown = re.sub(pattern, stands_for, shown)
    return shown


def read_picture(svg: str) -> str:
    """The text in a picture that `draw` made, in the order in which it stands there."""
    texts = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return "".join(element.text or "" for element in texts)


def draw(text: str) -> str:
    """The terminal as SVG that loads nothing from elsewhere; long lines are broken where a terminal breaks them."""
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=_COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(text), width=_COLUMNS - 2)
        console.print()
    return console.export_svg(code_format=_FRAME, theme=MONOKAI, unique_id="finding")


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as name, Tenant(Path(name) / "tenant") as tenant:
        folder = Path(name)
        (folder / "state").mkdir()
        tenant.permit("deployer", *tenant.identity("auditor").permissions)
        engine, vendor = prepare_engine(FOLDER / "engine", print), make_vendor(folder / "vendor")
        workspace = Workspace(folder=folder, tenant=tenant, vendor=vendor, engine=engine, stack=STACK)
        certificates = [("mimecast.pem", vendor.certificate_path.read_text())]
        PICTURE.write_text(draw(record(make_project(folder / "project", workspace, certificates))), encoding="utf-8")


if __name__ == "__main__":
    main()
