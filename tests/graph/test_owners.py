"""Owners are added and taken off; one that is there, or gone, already is no failure. Real TLS."""

from collections.abc import Callable

import pytest

from association.errors import GraphError
from association.graph.client import GraphClient
from association.graph.owners import add_owners, remove_owners
from tests.graph.server import Answer, GraphServer

PATH = "/applications/5c9a0000-0000-4000-8000-000000000001"
FIRST, SECOND = "b0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"
THERE = "One or more added object references already exist for the following modified properties: 'owners'."


def test_each_is_added_by_reference_also_after_one_that_was_there(graph: GraphClient, server: GraphServer) -> None:
    error = {"code": "Request_BadRequest", "message": THERE}
    server.script(Answer(status=400, body={"error": error}), Answer(status=204))
    add_owners(graph, PATH, {SECOND, FIRST})
    assert [request.path for request in server.requests] == [f"/v1.0{PATH}/owners/$ref"] * 2
    assert [request.body for request in server.requests] == [
        {"@odata.id": f"{server.url}/v1.0/directoryObjects/{owner}"} for owner in (FIRST, SECOND)
    ]


def test_each_is_taken_off_also_after_one_that_was_gone(graph: GraphClient, server: GraphServer) -> None:
    gone = {"code": "Request_ResourceNotFound", "message": "Resource does not exist."}
    server.script(Answer(status=404, body={"error": gone}), Answer(status=204))
    remove_owners(graph, PATH, {SECOND, FIRST})
    assert [(request.method, request.path) for request in server.requests] == [
        ("DELETE", f"/v1.0{PATH}/owners/{owner}/$ref") for owner in (FIRST, SECOND)
    ]


@pytest.mark.parametrize("change", [add_owners, remove_owners])
@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_is_one(
    graph: GraphClient, server: GraphServer, status: int, change: Callable[[GraphClient, str, set[str]], None]
) -> None:
    server.script(Answer(status=status, body={"error": {"code": "Denied", "message": "No."}}))
    with pytest.raises(GraphError):
        change(graph, PATH, {FIRST})
