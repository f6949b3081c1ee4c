"""Writes the settings of README.md, docs/outputs.md and the outputs' schema from what the code says; `make docs`. Tests hold them current."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[1]
README: Final = ROOT / "README.md"
OUTPUTS_PAGE: Final = ROOT / "docs" / "outputs.md"
OUTPUTS_SCHEMA: Final = ROOT / "docs" / "outputs.schema.json"


def settings_table() -> str:
    """Every setting of Pulumi.yaml with its type, default and description."""
    declared: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    lines = ["| setting | type | default | |", "|---|---|---|---|"]
    for key, setting in declared.items():
        kind = "list" if setting["type"] == "array" else setting["type"]
        lines.append(f"| `{key}` | {kind} | `{json.dumps(setting['default'])}` | {setting['description']} |")
    return "\n".join(lines)


def outputs_page() -> str:
    """docs/outputs.md as it should be now: every stack output with the fields in it."""
    from association.outputs import OUTPUTS

    rows = "\n".join(line for key, schema in OUTPUTS.items() for line in _output_rows(f"`{key}`", schema))
    return f"""# Outputs

Written by `make docs`; do not edit. The same as a JSON Schema: [outputs.schema.json](outputs.schema.json). Keys may be added without a new `schemaVersion`;
none is changed or removed without one. What is no secret is not marked as one: these are identifiers and dates.

| output | type | |
|---|---|---|
{rows}

Days left are not among them: an output that changes every day would be a finding of every drift check. Count them from `notAfter`, as
[examples/tenant](../examples/tenant/README.md) does.

A stack of [a vendor's own application](../examples/vendor-application/README.md) has those of them that mean something there, in the same form, and `delegated`: the granted
delegated permissions by `everyone` or a user's object ID.
"""


def _output_rows(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """The row of an output, and one for each field of an object or of a list's objects."""
    filled = schema["anyOf"][0] if "anyOf" in schema else schema
    items = filled.get("items", {})
    yield f"| {name} | {_kind(filled)} | {schema['description']} |"
    for field, inner in {**filled.get("properties", {}), **items.get("properties", {})}.items():
        yield f"| {name} . `{field}` | {_kind(inner)} | {inner['description']} |"


def _kind(schema: Mapping[str, Any]) -> str:
    if "const" in schema:
        return "integer"
    return f"list of {schema['items']['type']}s" if schema["type"] == "array" else str(schema["type"])


def outputs_contract() -> str:
    """docs/outputs.schema.json as it should be now."""
    from association.outputs import outputs_schema

    return json.dumps(outputs_schema(), indent=2) + "\n"


def fill(text: str, name: str, content: str) -> str:
    """The text with what stands between the marks of that name replaced.

    Raises:
        ValueError: The marks are not there.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = text.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise ValueError(f"no {begin} … {end}")
    return f"{before}{begin}\n{content}\n{end}{after}"


def filled_readme() -> str:
    """README.md with its generated table as it should be now."""
    return fill(README.read_text(), "settings", settings_table())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    README.write_text(filled_readme())
    OUTPUTS_PAGE.write_text(outputs_page())
    OUTPUTS_SCHEMA.write_text(outputs_contract())
