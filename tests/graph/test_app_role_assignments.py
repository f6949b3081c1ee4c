"""Making and taking away app role assignments while Graph refuses, stays silent or lags. The clock is not real."""

from typing import Any

import pytest

from association.errors import GraphError
from association.graph.app_role_assignments import AppRoleAssignment, AppRoleAssignments
from association.graph.client import GraphClient
from association.graph.cloud import CLOUDS
from tests.graph.conftest import Token
from tests.graph.server import RESET, Answer, GraphServer

OURS = AppRoleAssignment(principal_object_id="p", resource_object_id="r", app_role_id="a")
LISTED = {"id": "x1", "principalId": "P", "resourceId": "R", "appRoleId": "A"}
OTHER_ROLE = LISTED | {"id": "x2", "appRoleId": "b"}
OTHER_API = LISTED | {"id": "x3", "resourceId": "s"}
MADE = Answer(status=201, body=LISTED)
NONE = Answer(body={"value": [OTHER_ROLE, OTHER_API]})
THERE = Answer(body={"value": [OTHER_ROLE, OTHER_API, LISTED]})
POST, LOOK, DELETE = (
    "POST /v1.0/servicePrincipals/r/appRoleAssignedTo",
    "GET /v1.0/servicePrincipals/p/appRoleAssignments",
    "DELETE /v1.0/servicePrincipals/r/appRoleAssignedTo/x1",
)


def refused(status: int, message: str = "Message.", code: str = "Request_BadRequest") -> Answer:
    return Answer(status=status, body={"error": {"code": code, "message": message}})


EXISTS = refused(400, "Permission being assigned already exists on the object")
UNKNOWN = refused(400, "Not a valid reference update.")
DENIED = refused(403, code="Authorization_RequestDenied")


@pytest.fixture
def assignments(graph: GraphClient, slept: list[float]) -> AppRoleAssignments:
    return AppRoleAssignments(graph, clock=lambda: sum(slept))


def asked(server: GraphServer) -> list[str]:
    return [f"{request.method} {request.path}" for request in server.requests]


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        pytest.param([MADE], [POST], id="undisturbed"),
        pytest.param([EXISTS, THERE], [POST, LOOK], id="it was there"),
        pytest.param([RESET, THERE], [POST, LOOK], id="the answer was lost"),
        pytest.param([RESET, NONE, MADE], [POST, LOOK, POST], id="the request was lost"),
        pytest.param([EXISTS, NONE, EXISTS, THERE], [POST, LOOK] * 2, id="it was there and a replica lags"),
        pytest.param([UNKNOWN, NONE, MADE], [POST, LOOK, POST], id="the principal is new"),
        pytest.param([refused(404), refused(404), MADE], [POST, LOOK, POST], id="the principal is not visible"),
        pytest.param([refused(409), NONE, MADE], [POST, LOOK, POST], id="somebody writes too"),
    ],
)
def test_it_is_made_or_found(
    assignments: AppRoleAssignments, server: GraphServer, answers: list[Any], requests: list[str]
) -> None:
    server.script(*answers)
    assignments.ensure(OURS)
    assert asked(server) == requests
    assert server.requests[0].body == {"principalId": "p", "resourceId": "r", "appRoleId": "a"}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param([refused(400, "Permission being assigned was not found"), NONE], "was not found", id="no such role"),
        pytest.param([refused(500), NONE], "500", id="the service is ill"),
        pytest.param([RESET, DENIED], "No answer from localhost", id="looking fails too"),
    ],
)  # fmt: skip
def test_what_does_not_pass_is_said_at_once(
    assignments: AppRoleAssignments, server: GraphServer, slept: list[float], answers: list[Any], words: str
) -> None:
    server.script(*answers)
    with pytest.raises(GraphError, match=words):
        assignments.ensure(OURS)
    assert slept == []


def test_lag_without_end_is_given_up_on_after_half_a_minute(
    assignments: AppRoleAssignments, server: GraphServer, slept: list[float]
) -> None:
    server.script(*[UNKNOWN, NONE] * 40)
    with pytest.raises(GraphError, match="Not a valid reference update"):
        assignments.ensure(OURS)
    assert 30 <= sum(slept) < 35


@pytest.mark.parametrize("answers", [[DENIED], [THERE, DENIED]])
def test_a_refusal_names_the_permissions_and_the_two_ways_to_get_them(
    assignments: AppRoleAssignments, server: GraphServer, answers: list[Answer]
) -> None:
    server.script(*answers)
    with pytest.raises(GraphError, match="AppRoleAssignment") as refusal:
        assignments.ensure(OURS) if len(answers) == 1 else assignments.remove(OURS)
    assert "AppRoleAssignment.ReadWrite.All and Application.Read.All" in refusal.value.hint
    assert "(1)" in refusal.value.hint
    assert "(2)" in refusal.value.hint
    assert "signs in with `az login` and runs" in refusal.value.hint
    assert refusal.value.status == 403


@pytest.mark.parametrize(
    ("name", "azure_cli"),
    [("usgovernmentl4", "AzureUSGovernment"), ("usgovernmentl5", "AzureUSGovernment"), ("china", "AzureChinaCloud")],
)
def test_a_person_in_a_national_cloud_signs_in_there(
    server: GraphServer, token: Token, name: str, azure_cli: str
) -> None:
    server.script(DENIED)
    graph = GraphClient(token, verify=str(server.ca_file), cloud=CLOUDS[name])
    with pytest.raises(GraphError) as refusal:
        AppRoleAssignments(graph).ensure(OURS)
    assert f"signs in with `az cloud set --name {azure_cli}` and `az login` and runs" in refusal.value.hint


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        pytest.param([THERE, Answer(status=204)], [LOOK, DELETE], id="undisturbed"),
        pytest.param([NONE], [LOOK], id="gone"),
        pytest.param([refused(404)], [LOOK], id="the principal is gone"),
        pytest.param([THERE, refused(404)], [LOOK, DELETE], id="gone in between"),
        pytest.param([THERE, RESET, NONE], [LOOK, DELETE, LOOK], id="the answer was lost"),
    ],
)
def test_only_what_means_the_same_is_taken_away(
    assignments: AppRoleAssignments, server: GraphServer, answers: list[Any], requests: list[str]
) -> None:
    server.script(*answers)
    assignments.remove(OURS)
    assert asked(server) == requests


def test_a_removal_that_did_not_happen_is_an_error(assignments: AppRoleAssignments, server: GraphServer) -> None:
    server.script(THERE, refused(500), THERE)
    with pytest.raises(GraphError, match="500"):
        assignments.remove(OURS)
