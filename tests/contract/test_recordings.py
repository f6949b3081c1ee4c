"""The plugin answers every recorded call as the official one did, and sends the same writes."""

from collections.abc import Callable

import grpc
import pytest

from tests.contract.conftest import Plugin
from tests.contract.replay import RECORDINGS, Json, object_of, read_lines, without_volatile

SCENARIOS = sorted(path.name for path in RECORDINGS.iterdir() if path.is_dir())
WRITE_FIELDS = ("method", "path", "request", "status")


def answer(plugin: Plugin, call: Json) -> Json:
    try:
        return {"response": plugin.call(call["method"], call["request"])}
    except grpc.RpcError as error:
        code = error.code().name.title().replace("_", "")
        return {"response": None, "errors": [f"rpc error: code = {code} desc = {error.details()}"]}


def by_object(writes: list[Json]) -> dict[str, list[Json]]:
    """The writes of one object in their order; those of different objects ran in parallel when they were recorded."""
    found: dict[str, list[Json]] = {}
    for write in writes:
        found.setdefault(object_of(write["path"]), []).append(write)
    return found


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_answers_and_writes_as_recorded(scenario: str, make_plugin: Callable[..., Plugin]) -> None:
    exchanges = read_lines(RECORDINGS / scenario / "http.jsonl")
    plugin = make_plugin(exchanges)
    for number, call in enumerate(read_lines(RECORDINGS / scenario / "grpc.jsonl")):
        expected = {key: call[key] for key in ("response", "errors") if key in call}
        found = without_volatile(answer(plugin, call), plugin.tenant.graph_host)
        assert found == expected, f"{scenario}, call {number}: {call['method']} {call['request'].get('type', '')}"
    expected_writes = [{name: item[name] for name in WRITE_FIELDS} for item in exchanges if item["method"] != "GET"]
    assert by_object(plugin.tenant.tape.writes) == by_object(
        without_volatile(expected_writes, plugin.tenant.graph_host)
    )
    assert plugin.tenant.tape.unexpected == []


def test_there_are_as_many_calls_as_were_recorded() -> None:
    assert sum(len(read_lines(RECORDINGS / scenario / "grpc.jsonl")) for scenario in SCENARIOS) == 517
