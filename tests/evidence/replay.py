"""Compares an evidence file with what the sandbox answers to the same questions: `python -m tests.evidence.replay FILE`."""

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.tenant import Tenant
from tests.evidence.conftest import run
from tests.factories import certificate_pem
from tests.guard.association import ADELE, Association
from tests.guard.rows import ROWS
from tests.judge import judge_answer

Json = dict[str, Any]
Shape = dict[str, set[str]]

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
REPLACED_NAME = re.compile(r"\w+-[0-9a-f]{16}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.*")
ADDED = (
    "A10",
    "A11",
    "A15",
    "A16",
    "A25",
    "A27",
    "A30",
    "S4",
    "S5",
    "S6",
    "S11",
    "S15",
    "S16",
    "S17",
    "S18",
    "S20",
    "S22",
)
"""Rows of the drift matrix that fill the lists of the sandbox's association."""


def fill(tenant: Tenant) -> Association:
    """An association that has some of everything."""
    association = Association.make(tenant, certificate_pem("evidence"), owners=(ADELE,))
    for row in ROWS:
        if row.id in ADDED and row.make is not None:
            row.make(association)
    return association


def evidence_of(tenant: Tenant, client_id: str, identity: str = "auditor") -> Json:
    """The file that the command writes about the sandbox."""
    found = tenant.identity(identity)
    login = {"ARM_CLIENT_ID": found.client_id, "ARM_CLIENT_SECRET": found.client_secret}
    result = run({**tenant.environment(), **login}, "--client-id", client_id)
    assert result.exit_code == 0, result.output
    document: Json = json.loads(result.stdout)
    return document


def kind_of(value: Any) -> str:
    if isinstance(value, str):
        guid = "GUID in capitals" if value != value.lower() else "GUID"
        return guid if GUID.fullmatch(value) else "moment" if MOMENT.fullmatch(value) else "text"
    kinds = {bool: "boolean", int: "number", float: "number", list: "list", dict: "object"}
    return kinds.get(type(value), "null")


def shape_of(value: Any, path: str = "", found: Shape | None = None) -> Shape:
    """Every place in a body to the kinds of values there; the items of a list are one place, by their type."""
    found = {} if found is None else found
    found.setdefault(path, set()).add(kind_of(value))
    if isinstance(value, list):
        for item in value:
            own = str(item.get("@odata.type", "")).rpartition(".")[2] if isinstance(item, dict) else ""
            shape_of(item, f"{path}[{own}]", found)
    elif isinstance(value, dict):
        for key, part in value.items():
            shape_of(part, f"{path}/{REPLACED_NAME.sub('*', key)}", found)
    return found


def compare_shapes(evidence: Shape, sandbox: Shape) -> Iterator[str]:
    """Differences where both have the object around a place: what only one tenant has data for is none."""
    for path in sorted({*evidence, *sandbox}):
        around = path.rpartition("/")[0] if "/" in path else path
        if around not in evidence or around not in sandbox:
            continue
        there, here = (" or ".join(sorted(shape.get(path, ()))) for shape in (evidence, sandbox))
        if there and here and there != here:
            yield f"{path}: {there}, in the sandbox {here}"
        elif there and not here and not path.endswith("]"):
            yield f"{path}: {there}, not in the sandbox"
        elif here and not there and not path.endswith("]"):
            yield f"{path}: missing, in the sandbox {here}"


def compare(evidence: Json, sandbox: Json) -> dict[str, list[str]]:
    """Every difference, by question; questions that this version asks otherwise are left out."""
    ours = {(one["name"], one["path"]): one for one in sandbox["exchanges"]}
    return {
        one["name"]: list(compare_exchanges(one, ours[one["name"], one["path"]]))
        for one in evidence["exchanges"]
        if (one["name"], one["path"]) in ours and one["status"] is not None
    }


def compare_exchanges(evidence: Json, sandbox: Json) -> Iterator[str]:
    """Status, code, names of headers, Microsoft's description, and the shape of the body."""
    for part in ("status", "code"):
        if evidence[part] != sandbox[part]:
            yield f"{part} {evidence[part]}, in the sandbox {sandbox[part]}"
    headers = {name.lower() for name in sandbox["headers"]}
    yield from (f"header {name}, not in the sandbox" for name in evidence["headers"] if name.lower() not in headers)
    target = ("/beta" if evidence["version"] == "beta" else "") + evidence["path"]
    if evidence["body"] is not None:
        yield from judge_answer("GET", target, evidence["status"], evidence["body"])
    if evidence["status"] == sandbox["status"]:
        yield from compare_shapes(shape_of(evidence["body"]), shape_of(sandbox["body"]))


def main(file: str) -> int:
    """Print the differences of a file; 1 where there are some."""
    evidence = json.loads(Path(file).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder, Tenant(Path(folder) / "tenant") as tenant:
        found = compare(evidence, evidence_of(tenant, fill(tenant).client_id))
    lines = [f"{name}: {line}" for name, differences in found.items() for line in differences]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
