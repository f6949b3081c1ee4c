"""The plugin answers every recorded call as the official one did, and sends the same writes. It leaves out certificates."""

from collections.abc import Callable

import grpc
import pytest

from tests.contract.conftest import Plugin
from tests.contract.replay import RECORDINGS, Json, read_lines, without_volatile

SCENARIOS = sorted(path.name for path in RECORDINGS.iterdir() if path.is_dir())
CERTIFICATE = "azuread:index/applicationCertificate:ApplicationCertificate"
WRITE_FIELDS = ("method", "path", "request", "status")


def is_of_certificate(call: Json) -> bool:
    return bool(call["request"].get("type") == CERTIFICATE)


def is_of_certificate_write(exchange: Json) -> bool:
    return "keyCredentials" in (exchange["request"] or {})


def replayed_calls(scenario: str) -> list[Json]:
    return [call for call in read_lines(RECORDINGS / scenario / "grpc.jsonl") if not is_of_certificate(call)]


def replayed_exchanges(scenario: str) -> list[Json]:
    exchanges = read_lines(RECORDINGS / scenario / "http.jsonl")
    return [exchange for exchange in exchanges if not is_of_certificate_write(exchange)]


def answer(plugin: Plugin, call: Json) -> Json:
    try:
        return {"response": plugin.call(call["method"], call["request"])}
    except grpc.RpcError as error:
        code = error.code().name.title().replace("_", "")
        return {"response": None, "errors": [f"rpc error: code = {code} desc = {error.details()}"]}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_answers_and_writes_as_recorded(scenario: str, make_plugin: Callable[..., Plugin]) -> None:
    exchanges = replayed_exchanges(scenario)
    plugin = make_plugin(exchanges)
    for number, call in enumerate(replayed_calls(scenario)):
        expected = {key: call[key] for key in ("response", "errors") if key in call}
        found = without_volatile(answer(plugin, call), plugin.tenant.graph_host)
        assert found == expected, f"{scenario}, call {number}: {call['method']} {call['request'].get('type', '')}"
    expected_writes = [{name: item[name] for name in WRITE_FIELDS} for item in exchanges if item["method"] != "GET"]
    assert plugin.tenant.tape.writes == without_volatile(expected_writes, plugin.tenant.graph_host)
    assert plugin.tenant.tape.unexpected == []


def test_leaves_out_the_calls_of_certificates_and_nothing_else() -> None:
    """The stand-in has no ApplicationCertificate, because this project uses its own resource instead."""
    calls = [call for scenario in SCENARIOS for call in read_lines(RECORDINGS / scenario / "grpc.jsonl")]
    left_out = sum(map(is_of_certificate, calls))
    print(f"{left_out} of {len(calls)} recorded calls left out: they are of {CERTIFICATE}")  # noqa: T201 - the counted reason
    assert (left_out, len(calls)) == (79, 517)
