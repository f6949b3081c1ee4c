"""Documents of Pulumi's for tests: the recordings, and changes to them. It asserts nothing."""

import copy
import json
from pathlib import Path
from typing import Any

from association.contract import ACCESS_GUARD as GUARD
from association.report import assemble_report, read_documents
from association.report.model import Association, Report

RECORDINGS = Path(__file__).with_name("recordings")

Json = dict[str, Any]


def load(name: str) -> Json:
    """A recording, such as `clean.refresh`."""
    return dict(json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8")))


def show(document: Json) -> str:
    """As Pulumi writes it."""
    return json.dumps(document, indent=4, ensure_ascii=False) + "\n"


def report_of(*documents: Json) -> Report:
    """The report over them, as one stream."""
    lines = "".join(map(show, documents)).splitlines(keepends=True)
    return assemble_report(read_documents(lines, "stream"))


def recorded(*names: str) -> Report:
    """The report over recordings."""
    return report_of(*map(load, names))


def association_of(report: Report) -> Association:
    """The only association."""
    (stack,) = report.stacks
    (association,) = stack.associations
    return association


def guard_step(document: Json) -> Json:
    """The guard's last step."""
    return dict([step for step in document["steps"] if step["urn"].partition("$")[2].startswith(GUARD)][-1])


def rename_stack(document: Json, name: str) -> Json:
    """The same document about another stack."""
    return dict(json.loads(json.dumps(document).replace("urn:pulumi:test::", f"urn:pulumi:{name}::")))


def with_entry(family: str, key: str, sentence: str, *, path: str = "", name: str = "clean.refresh") -> Json:
    """A recording of a refresh whose guard has seen one more entry."""
    document = copy.deepcopy(load(name))
    for step in document["steps"]:
        if f"{GUARD}::" in step["urn"]:
            step["op"] = "update"
            for place in ("inputs", "outputs"):
                step["newState"][place].setdefault(family, {})[key] = sentence
            step["detailedDiff"] = {
                **(step.get("detailedDiff") or {}),
                path or f"{family}[{json.dumps(key, ensure_ascii=False)}]": {"kind": "add", "inputDiff": True},
            }
    document["changeSummary"] = {"same": len(document["steps"]) - 1, "update": 1}
    return document
