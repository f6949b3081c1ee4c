"""The advice that goes with a provider's error, matched on the real provider's own texts."""

import json
from pathlib import Path

import pytest

from components.failures import APPLICATION, SERVICE_PRINCIPAL, find_advice

RECORDINGS = Path(__file__).parents[1] / "contract" / "recordings"


def recorded_error(scenario: str) -> str:
    """The error that the real provider gave in a recorded scenario."""
    lines = (RECORDINGS / scenario / "grpc.jsonl").read_text().splitlines()
    calls = [json.loads(line) for line in lines]
    (error,) = {" ".join(call["errors"]) for call in calls if call["method"].endswith("Create") and call.get("errors")}
    return error


@pytest.mark.parametrize(
    ("scenario", "type_token", "words"),
    [
        ("17-lag-3s", SERVICE_PRINCIPAL, "next `pulumi up` completes"),
        (
            "19-duplicate-name",
            APPLICATION,
            "orphans --tag pulumi:a/b/c/d --remove c81207d6-2081-45de-b746-3538c96e0158",
        ),
    ],
)
def test_a_recorded_error_gets_its_advice(scenario: str, type_token: str, words: str) -> None:
    advice = find_advice(type_token, [recorded_error(scenario)], tag="pulumi:a/b/c/d")
    assert advice is not None
    assert words in advice


def test_an_unknown_error_gets_none() -> None:
    assert find_advice(APPLICATION, ["unexpected status 500"], tag="") is None
