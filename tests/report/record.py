"""Makes the recordings: what Pulumi prints with `--json` about one stack of this program, from clean to deleted.

`python -m tests.report.record` deploys into a sandbox of its own and writes `recordings/`. Left out is what the report does not
read and what tells of the machine (`stackTrace`, dependencies, key bytes); random ids are numbered. `test_engine.py` plays
it again, `make nightly` all of it, and compares what is reported.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from sandbox.engine import prepare_engine
from sandbox.tenant import Tenant
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from sandbox.tenant.wellknown import EXCHANGE_CLIENT_ID, GRAPH_CLIENT_ID
from sandbox.vendor import make_vendor
from sandbox.workspace import FOLDER, Workspace
from tests.engine.examples import lay_out
from tests.engine.project import STACK, Project, make_project
from tests.engine.test_guard import association_of
from tests.guard.association import MALLORY
from tests.guard.rows import ROWS

RECORDINGS: Final = Path(__file__).with_name("recordings")
REFRESH: Final = ("pulumi", "refresh", "--preview-only", "--json", "--non-interactive")
PREVIEW: Final = ("pulumi", "preview", "--refresh", "--json", "--non-interactive")

ATTACK: Final = ("A10", "A11", "A15", "A16", "S11", "S13", "A1", "A5", "T7")
"""Rows of the drift matrix."""

_LEFT_OUT: Final = frozenset(
    {"stackTrace", "dependencies", "propertyDependencies", "resourceHooks", "provider", "created", "modified"}
)
_GUID: Final = re.compile(r"\b(?![ade]0000000-)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def play(project: Project) -> Iterator[tuple[str, str]]:
    """Name and JSON of each recording."""
    yield "undeployed.preview", _run(project, PREVIEW)
    project.up()
    yield from _both(project, "clean")
    yield "unrefreshed.preview", _run(project, (*PREVIEW[:2], *PREVIEW[3:]))
    yield from _partial(project)
    attack(project)
    yield from _both(project, "findings")
    (secret,) = project.application()["passwordCredentials"]
    project.set(exceptions=list(exceptions(secret["keyId"])))
    project.up("--refresh")
    yield from _both(project, "exceptions")
    project.graph("DELETE", f"/v1.0/applications/{project.outputs()['applicationObjectId']}")
    yield from _both(project, "deleted")


def attack(project: Project) -> None:
    """Play the rows of `ATTACK` on what is deployed."""
    association = association_of(project)
    rows = {row.id: row.make for row in ROWS}
    for name in ATTACK:
        make: Callable[..., Any] | None = rows[name]
        assert make is not None
        make(association)


def play_vendor(project: Project) -> Iterator[tuple[str, str]]:
    """The same of examples/vendor-application, in the project's tenant: a consent with one role too many, and a secret put on the principal."""
    elsewhere = project.tenant.elsewhere
    certificate = project.workspace.vendor.certificate_path.read_text()
    roles = {EXCHANGE_CLIENT_ID: ["full_access_as_app"], GRAPH_CLIENT_ID: ["Mail.ReadWrite"]}
    client_id = elsewhere.publish("Mimecast", certificate=certificate, roles=roles)
    principal = elsewhere.consent(client_id)
    project.tenant.permit("deployer", "Application.ReadWrite.All")
    example = lay_out(project, "vendor-application")
    example.set(clientId=client_id, publisher=VENDOR_TENANT_ID, permissions=["full_access_as_app"])
    example.up()
    secret = {"passwordCredential": {"displayName": "helps the vendor"}}
    example.graph("POST", f"/v1.0/servicePrincipals/{principal}/addPassword", secret)
    yield from _both(example, "vendor")


def exceptions(secret: str) -> Iterator[dict[str, str]]:
    """One that holds and one that is over."""
    yield {"finding": f'secrets["{secret}"]', "reason": "migration of the archive", "until": "2099-12-31"}
    yield {"finding": f"owners.{MALLORY}", "reason": "helps until spring", "until": "2020-12-31"}


def _partial(project: Project) -> Iterator[tuple[str, str]]:
    project.tenant.revoke("deployer", "Policy.Read.All")
    yield "unreadable.refresh", _run(project, REFRESH)
    project.tenant.permit("deployer", "Policy.Read.All")
    project.tenant.faults.add("deny", method="POST", path="/v1.0/$batch")
    yield "failed.refresh", _run(project, REFRESH)
    project.tenant.faults.clear()


def _both(project: Project, name: str) -> Iterator[tuple[str, str]]:
    yield f"{name}.refresh", _run(project, REFRESH)
    yield f"{name}.preview", _run(project, PREVIEW)


def _run(project: Project, command: tuple[str, ...]) -> str:
    text = project.run(*command).output
    return text[text.index("{") : text.rindex("}") + 1]


def anonymise(text: str, ids: dict[str, str]) -> str:
    """The document as Pulumi indents it, with numbered ids and without what the report does not read.

    Args:
        text: As Pulumi printed it.
        ids: The numbers of the ids of earlier recordings; new ones are added.
    """
    document = _strip(json.loads(text))
    shown = json.dumps(document, indent=4, ensure_ascii=False)
    return _GUID.sub(lambda match: ids.setdefault(match[0], _numbered(len(ids) + 1)), shown) + "\n"


def _numbered(number: int) -> str:
    return f"b{number:07d}-0000-4000-8000-000000000000"


def _strip(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strip(part) for key, part in value.items() if key not in _LEFT_OUT and not _of_machine(key, part)}
    if isinstance(value, list):
        return [_strip(part) for part in value]
    return _PEM.sub("(a certificate)", value) if isinstance(value, str) else value


def _of_machine(key: str, value: Any) -> bool:
    return key == "sourcePosition" and "/../" in value


def main() -> None:
    """Write the recordings."""
    with tempfile.TemporaryDirectory() as name, Tenant(Path(name) / "tenant") as tenant:
        folder = Path(name)
        (folder / "state").mkdir()
        tenant.permit("deployer", *tenant.identity("auditor").permissions)
        engine, vendor = prepare_engine(FOLDER / "engine", print), make_vendor(folder / "vendor")
        workspace = Workspace(folder=folder, tenant=tenant, vendor=vendor, engine=engine, stack=STACK)
        certificates = [("mimecast.pem", vendor.certificate_path.read_text())]
        project = make_project(folder / "project", workspace, certificates)
        ids: dict[str, str] = {}
        for title, text in (*play(project), *play_vendor(project)):
            (RECORDINGS / f"{title}.json").write_text(anonymise(text, ids), encoding="utf-8")


if __name__ == "__main__":
    main()
