"""The stack outputs as a contract: described, kept, and not broken without a new schemaVersion."""

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from association.outputs import SCHEMA_VERSION, outputs_schema, portal_links
from docs import tables

FROZEN = Path(__file__).with_name(f"contract-{SCHEMA_VERSION}.json")
"""The contract as it was released under this version; a new version gets a file of its own."""


def broken_promises(promised: Mapping[str, Any], offered: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Keys of a released contract that are gone, are no longer always there, or have another type."""
    for key, schema in promised.get("properties", {}).items():
        if key not in offered.get("properties", {}):
            yield f"{path}/{key} is gone"
        elif key in promised["required"] and key not in offered.get("required", ()):
            yield f"{path}/{key} may be missing"
        else:
            yield from broken_promises(schema, offered["properties"][key], f"{path}/{key}")
    for word in ("type", "const", "pattern", "format", "maxProperties"):
        if promised.get(word) != offered.get(word):
            yield f"{path}: {word} was {promised.get(word)!r}, is {offered.get(word)!r}"
    if "items" in promised:
        yield from broken_promises(promised["items"], offered.get("items", {}), f"{path}[]")
    for number, schema in enumerate(promised.get("anyOf", ())):
        yield from broken_promises(schema, (offered.get("anyOf") or [{}, {}])[number], path)


def test_the_contract_keeps_what_its_version_promised() -> None:
    assert list(broken_promises(json.loads(FROZEN.read_text()), outputs_schema())) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda schema: schema["properties"].pop("clientId"), "/clientId is gone"),
        (lambda schema: schema["required"].remove("tenantId"), "/tenantId may be missing"),
        (lambda schema: schema["properties"]["permissions"].update(type="string"), "/permissions: type was 'array'"),
        (lambda schema: schema["properties"]["certificates"]["items"]["properties"].pop("keyId"), "[]/keyId is gone"),
        (lambda schema: schema["properties"]["exchangeOnline"]["anyOf"][0]["properties"].pop("notice"), "/notice is"),
    ],
    ids=["gone", "optional", "type", "in a list", "in a choice"],
)
def test_a_broken_promise_is_noticed(change: Any, said: str) -> None:
    changed = copy.deepcopy(outputs_schema())
    change(changed)
    assert any(said in problem for problem in broken_promises(json.loads(FROZEN.read_text()), changed))


def test_a_new_key_breaks_nothing() -> None:
    grown = copy.deepcopy(outputs_schema())
    grown["properties"]["more"] = {"type": "string"}
    assert list(broken_promises(json.loads(FROZEN.read_text()), grown)) == []


def test_the_written_schema_is_current() -> None:
    assert tables.OUTPUTS_SCHEMA.read_text() == tables.outputs_contract()
    assert tables.OUTPUTS_PAGE.read_text() == tables.outputs_page(), "run `make docs`"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(outputs_schema())


def test_links_lead_to_the_admin_center_of_the_cloud() -> None:
    assert portal_links("client", "principal", "china")["application"].startswith(
        "https://entra.microsoftonline.cn/#view/"
    )
    assert portal_links("client", "principal", "public")["servicePrincipal"].endswith("objectId/principal/appId/client")
