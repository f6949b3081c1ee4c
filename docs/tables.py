"""Writes the tables of README.md from what the code says; `make docs`. A test holds them current."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[1]
README: Final = ROOT / "README.md"
OUTPUTS_SCHEMA: Final = ROOT / "docs" / "outputs.schema.json"


def settings_table() -> str:
    """Every setting of Pulumi.yaml with its type, default and description."""
    declared: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    lines = ["| setting | type | default | |", "|---|---|---|---|"]
    for key, setting in declared.items():
        kind = "list" if setting["type"] == "array" else setting["type"]
        lines.append(f"| `{key}` | {kind} | `{json.dumps(setting['default'])}` | {setting['description']} |")
    return "\n".join(lines)


def outputs_table() -> str:
    """Every stack output and what it holds."""
    from association.outputs import OUTPUTS  # noqa: PLC0415 - the folder is not on the path before main()

    rows = [f"| `{key}` | {schema['description']} |" for key, schema in OUTPUTS.items()]
    return "\n".join(["| output | |", "|---|---|", *rows])


def outputs_contract() -> str:
    """docs/outputs.schema.json as it should be now."""
    from association.outputs import outputs_schema  # noqa: PLC0415 - the folder is not on the path before main()

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
    """README.md with every generated table as it should be now."""
    text = README.read_text()
    text = fill(text, "settings", settings_table())
    return fill(text, "outputs", outputs_table())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    README.write_text(filled_readme())
    OUTPUTS_SCHEMA.write_text(outputs_contract())
