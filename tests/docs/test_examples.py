"""examples/README.md: every example is in the index, and its snippets are parts of programs that are checked."""

import re
import runpy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pulumi
import pytest
import yaml

from sandbox.workspace import ROOT
from tests.docs.markdown import list_snippets, read_page

PAGE = "examples/README.md"
FOLDER = ROOT / "examples"


def test_every_example_is_in_the_index() -> None:
    linked = {link.partition("/")[0] for link in re.findall(r"\]\(([^)]+)\)", read_page(PAGE))}
    assert {folder.name for folder in FOLDER.iterdir() if folder.is_dir()} <= linked


def test_the_go_snippet_is_the_program() -> None:
    (shown,) = [snippet.text for snippet in list_snippets(PAGE) if snippet.language == "go"]
    program = (FOLDER / "go" / "main.go").read_text()
    assert [line for line in shown.splitlines() if line.strip() not in program] == []


def test_the_csharp_snippet_names_arguments_and_outputs_that_exist() -> None:
    (shown,) = [snippet.text for snippet in list_snippets(PAGE) if snippet.language == "csharp"]
    schema = yaml.safe_load((ROOT / "tests" / "provider" / "schema.json").read_text())
    component = schema["resources"]["mimecast-entra:index:ServerConnection"]
    named = set(re.findall(r"^ {8}(\w+) = ", shown, re.MULTILINE))
    assert {name[0].lower() + name[1:] for name in named} >= set(component["requiredInputs"])
    assert {name[0].lower() + name[1:] for name in named} <= set(component["inputProperties"])
    outputs = re.findall(r"mimecast\.(\w+)", shown)
    assert {name[0].lower() + name[1:] for name in outputs} <= set(component["properties"])


def refusals() -> Iterator[str]:
    """What examples/tenant says about stacks that it cannot use, each of them once."""
    summarize = runpy.run_path(str(FOLDER / "tenant" / "inventory.py"))["summarize"]
    now = datetime.now(UTC)
    certificate = {"thumbprint": "AB", "subject": "CN=vendor", "notAfter": (now + timedelta(days=12.5)).isoformat()}
    usable = {"schemaVersion": 1, "clientId": "c", "tenantId": "t", "certificates": [certificate], "exchangeOnline": {}}
    without = {key: value for key, value in usable.items() if key != "clientId"}
    refused_stacks: list[dict[str, Any]] = [
        {"eu": {}},
        {"eu": without},
        {"eu": usable | {"schemaVersion": 2}},
        {"eu": usable},
        {"eu": usable, "us": usable | {"tenantId": "u"}},
    ]
    for stacks in refused_stacks:
        with pytest.raises(pulumi.RunError) as refused:
            summarize(stacks, now=now, minimum_days=30)
        yield str(refused.value)


def test_the_page_of_examples_tenant_shows_every_refusal_as_it_is() -> None:
    shown = re.findall(r"^\| `([^`]+)` \|", read_page("examples/tenant/README.md"), re.MULTILINE)
    said = list(refusals())
    assert [(text, one) for text, one in zip(shown, said, strict=True) if text not in one] == []
