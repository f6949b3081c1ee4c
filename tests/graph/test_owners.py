"""Declared owners are added, and one that is there already is no failure. Real TLS."""

import pytest

from association.errors import GraphError
from association.graph.client import GraphClient
from association.graph.owners import add_owners
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


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_is_one(graph: GraphClient, server: GraphServer, status: int) -> None:
    server.script(Answer(status=status, body={"error": {"code": "Denied", "message": "No."}}))
    with pytest.raises(GraphError):
        add_owners(graph, PATH, {FIRST})
