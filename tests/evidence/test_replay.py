"""Evidence files against the sandbox: each difference is listed, and those of a file in `recordings` are known."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from association.evidence.collect import collect
from sandbox.tenant import Tenant
from tests.evidence.player import OBJECT_ID, Player, client_of, copy_of
from tests.evidence.replay import compare, evidence_of, fill, main

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*-tenant.json"))
Json = dict[str, Any]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Json]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        yield evidence_of(tenant, fill(tenant).client_id)


def body_of(document: Json, name: str) -> Json:
    body: Json = exchange_of(document, name)["body"]
    return body


def exchange_of(document: Json, name: str) -> Json:
    found: Json = next(one for one in document["exchanges"] if one["name"] == name)
    return found


def refuse(exchange: Json) -> None:
    inner = {"date": "2026-11-29T00:00:00", "request-id": OBJECT_ID, "client-request-id": OBJECT_ID}
    error = {"code": "Authorization_RequestDenied", "message": "no", "innerError": inner}
    exchange |= {"status": 403, "body": {"error": error}}


PLANTED: dict[str, tuple[str, Callable[[Json], Any], set[str]]] = {
    "a property that nobody knows": (
        "applicationWithoutSelect",
        lambda one: one["body"].update(colour="red"),
        {"/*: text, not in the sandbox", "property 'text-"},
    ),
    "a known property that the sandbox does not show": (
        "application",
        lambda one: one["body"].update(uniqueName="x"),
        {"/uniqueName: text, not in the sandbox"},
    ),
    "a missing property": (
        "servicePrincipal",
        lambda one: one["body"].pop("createdByAppId"),
        {"/createdByAppId: missing, in the sandbox GUID"},
    ),
    "a null": (
        "application",
        lambda one: one["body"].update(createdByAppId=None),
        {"/createdByAppId: null, in the sandbox GUID"},
    ),
    "a null that Microsoft does not describe": (
        "servicePrincipal",
        lambda one: one["body"].update(replyUrls=None),
        {"/replyUrls: null, in the sandbox list", "replyUrls: null, got where [string] is expected"},
    ),
    "another kind": (
        "servicePrincipal",
        lambda one: one["body"].update(accountEnabled="true"),
        {"/accountEnabled: text, in the sandbox boolean", "is not a boolean"},
    ),
    "an id in capitals": (
        "federatedCredentials",
        lambda one: one["body"]["value"][0].update(id=OBJECT_ID.upper()),
        {"/value[]/id: GUID in capitals, in the sandbox GUID"},
    ),
    "a word out of the enumeration": (
        "defaultAppManagementPolicy",
        lambda one: one["body"]["applicationRestrictions"].update(
            keyCredentials=[{"restrictionType": "contoso", "maxLifetime": "P30D"}]
        ),
        {"is not one of appKeyCredentialRestrictionType"},
    ),
    "a refusal": (
        "groups",
        refuse,
        {"status 403, in the sandbox 200", "code Authorization_RequestDenied, in the sandbox "},
    ),
    "another code": (
        "notFound",
        lambda one: one["body"]["error"].update(code="ResourceNotFound"),
        {"code ResourceNotFound, in the sandbox Request_ResourceNotFound"},
    ),
    "a header": (
        "keysInLists",
        lambda one: one["headers"].update({"Strict-Transport-Security": "max-age=31536000"}),
        {"header Strict-Transport-Security, not in the sandbox"},
    ),
    "key bytes in a list": (
        "keysInLists",
        lambda one: one["body"]["value"][0]["keyCredentials"][0].update(key="MIIC"),
        {"/value[]/keyCredentials[]/key: null or text, in the sandbox null"},
    ),
}
"""Name to the question, what another service answers there, and a part of each line that must tell it."""


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    with Player(tmp_path_factory.mktemp("player")) as player:
        yield player


def played(player: Player, document: Json) -> Json:
    """What the command would write about a service that answers like this; Python's own server adds a header `Server`."""
    player.play(document)
    found = collect(client_of(player), OBJECT_ID)
    for one in found["exchanges"]:
        one["headers"].pop("Server", None)
    return found


def test_what_was_recorded_and_is_played_again_has_no_difference(sandbox: Json, player: Player) -> None:
    differences = compare(played(player, sandbox), sandbox)
    assert len(differences) == len(sandbox["exchanges"])
    assert {name: lines for name, lines in differences.items() if lines} == {}


@pytest.fixture(scope="module")
def listed(sandbox: Json, player: Player) -> dict[str, list[str]]:
    """What is listed of a service with every planted difference."""
    document = copy_of(sandbox)
    for question, plant, _ in PLANTED.values():
        plant(exchange_of(document, question))
    found = compare(played(player, document), sandbox)
    return {name: lines for name, lines in found.items() if lines}


@pytest.mark.parametrize("name", PLANTED)
def test_a_difference_of_another_service_is_listed(listed: dict[str, list[str]], name: str) -> None:
    question, _, expected = PLANTED[name]
    assert all(any(part in line for line in listed[question]) for part in expected), listed[question]


def test_nothing_else_is_listed(listed: dict[str, list[str]]) -> None:
    expected = [(question, part) for question, _, parts in PLANTED.values() for part in parts]
    lines = [(question, line) for question, found in listed.items() for line in found]
    assert len(lines) == len(expected), listed


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_the_differences_of_a_recording_are_the_known_ones(sandbox: Json, file: Path) -> None:
    """One that is new says that the sandbox is wrong, or is written into the file of known ones."""
    known = json.loads(file.with_suffix(".differences.json").read_text(encoding="utf-8"))
    found = compare(json.loads(file.read_text(encoding="utf-8")), sandbox)
    assert {name: lines for name, lines in found.items() if lines} == known


def test_the_command_prints_each_difference(capsys: pytest.CaptureFixture[str], sandbox: Json, tmp_path: Path) -> None:
    document = copy_of(sandbox)
    body_of(document, "servicePrincipal").pop("createdByAppId")
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps(document))
    assert main(str(file)) == 1
    assert capsys.readouterr().out == "servicePrincipal: /createdByAppId: missing, in the sandbox GUID\n"
