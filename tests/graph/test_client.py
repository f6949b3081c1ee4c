"""Requests to Graph over real TLS: what is sent again, what is waited for, and what the error says."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from association.errors import AssociationError, GraphError
from association.graph.client import KEY_READS_PER_MINUTE, GraphClient
from association.graph.patience import Patience
from tests.graph.conftest import Token
from tests.graph.server import RESET, Answer, GraphServer

OK = Answer(body={"id": "1"})
THROTTLED = Answer(status=429, body={"error": {"code": "TooManyRequests", "message": "Slow down."}})


def test_a_request_carries_the_token_and_the_query(graph: GraphClient, server: GraphServer) -> None:
    server.script(OK)
    assert graph.get("/applications", query="$filter=displayName eq 'a b'&$top=5") == {"id": "1"}
    (request,) = server.requests
    assert request.path == "/v1.0/applications?$filter=displayName%20eq%20'a%20b'&$top=5"
    assert request.headers["authorization"] == "Bearer token-0"


@pytest.mark.parametrize("header", ["2", "2.128", "0"])
@pytest.mark.parametrize("method", ["get", "delete"])
def test_throttling_is_waited_out_as_asked(
    graph: GraphClient, server: GraphServer, slept: list[float], header: str, method: str
) -> None:
    server.script(Answer(status=429, headers={"Retry-After": header}), OK)
    getattr(graph, method)("/applications/1")
    assert slept == [float(header)]


def test_a_server_that_names_no_time_that_helps_is_not_asked_without_end(
    graph: GraphClient, server: GraphServer, slept: list[float]
) -> None:
    server.script(Answer(status=429, headers={"Retry-After": "0"}))
    with pytest.raises(GraphError):
        graph.get("/applications/1")
    assert 10 < len(server.requests) < 30
    assert slept[:4] == [0.0] * 4


def test_a_retry_after_date_is_understood(graph: GraphClient, server: GraphServer, slept: list[float]) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.script(Answer(status=503, headers={"Retry-After": date}), OK)
    graph.get("/applications/1")
    assert 25 < slept[0] <= 30


def test_without_a_retry_after_the_wait_doubles(graph: GraphClient, server: GraphServer, slept: list[float]) -> None:
    server.script(*[THROTTLED] * 4, OK)
    graph.patch("/applications/1", {})
    assert [round(wait * 2 / 2**index) for index, wait in enumerate(slept)] == [1, 1, 1, 1]


@pytest.mark.parametrize("status", [429, 503])
def test_it_gives_up_after_two_minutes_and_says_so(
    graph: GraphClient, server: GraphServer, slept: list[float], status: int
) -> None:
    server.script(Answer(status=status))
    with pytest.raises(
        GraphError, match=r"It was asked again for 1\d\d s; the resource option customTimeouts"
    ) as refused:
        graph.get("/applications/1")
    assert 100 < sum(slept) <= 120
    assert refused.value.status == status


def test_an_operation_brings_its_own_limit_for_all_its_requests(
    graph: GraphClient, server: GraphServer, slept: list[float]
) -> None:
    server.script(Answer(status=503))
    with graph.patience.within(10):
        for _ in range(2):
            with pytest.raises(GraphError):
                graph.get("/applications/1")
    assert 5 < sum(slept) <= 10


def test_after_one_operation_gave_up_the_next_asks_once_until_the_service_is_back(
    graph: GraphClient, server: GraphServer, slept: list[float]
) -> None:
    server.script(Answer(status=503))
    with pytest.raises(GraphError):
        graph.get("/applications/1")
    waited = sum(slept)
    with pytest.raises(GraphError):
        graph.get("/applications/2")
    assert sum(slept) == waited
    server.script(OK, Answer(status=503), OK)
    graph.get("/applications/3")
    assert graph.get("/applications/4") == {"id": "1"}


def test_waiting_for_a_turn_does_not_count(graph: GraphClient) -> None:
    with graph.patience.within(10):
        for _ in range(KEY_READS_PER_MINUTE + 1):
            graph.key_reads.wait()
        graph.sleep(9)
        with pytest.raises(AssociationError, match="within the 10 s of this operation"):
            graph.sleep(2)


def test_it_does_not_wait_past_its_deadline(server: GraphServer, token: Token, slept: list[float]) -> None:
    client = GraphClient(token, verify=str(server.ca_file), patience=Patience(10, sleep=slept.append))
    server.script(Answer(status=429, headers={"Retry-After": "600"}), OK)
    with pytest.raises(GraphError):
        client.get("/applications/1")
    assert slept == []


@pytest.mark.parametrize("status", [503, 504])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_unavailable_is_tried_again(graph: GraphClient, server: GraphServer, status: int, method: str) -> None:
    server.script(Answer(status=status), OK)
    graph.get("/applications/1") if method == "GET" else graph.patch("/applications/1", {})
    assert len(server.requests) == 2


def test_a_broken_connection_is_tried_again_for_a_read(graph: GraphClient, server: GraphServer) -> None:
    server.script(RESET, OK)
    assert graph.get("/applications/1") == {"id": "1"}


def test_a_broken_connection_is_not_tried_again_for_a_write(graph: GraphClient, server: GraphServer) -> None:
    server.script(RESET, OK)
    with pytest.raises(GraphError, match=r"No answer from localhost:.* to PATCH /applications/1") as refused:
        graph.patch("/applications/1", {})
    assert (refused.value.status, len(server.requests)) == (0, 1)


def test_a_refused_token_is_renewed_once(graph: GraphClient, server: GraphServer, token: Token) -> None:
    server.script(Answer(status=401), OK)
    assert graph.get("/applications/1") == {"id": "1"}
    assert server.requests[-1].headers["authorization"] == "Bearer token-1"
    server.script(Answer(status=401))
    with pytest.raises(GraphError, match="clock"):
        graph.get("/applications/1")
    assert token.renewed == 2


def test_an_error_holds_what_a_support_case_needs(graph: GraphClient, server: GraphServer) -> None:
    error = {"code": "Authorization_RequestDenied", "message": "Insufficient\x1b[31m privileges."}
    server.script(Answer(status=403, body={"error": error}, headers={"request-id": "r-1"}))
    with pytest.raises(GraphError) as refused:
        graph.patch("/applications/1", {})
    assert str(refused.value).splitlines()[0] == (
        "Microsoft Graph answered PATCH /applications/1 with 403 Authorization_RequestDenied: "
        r"Insufficient\x1b[31m privileges. (request id r-1)"
    )
    assert (refused.value.method, refused.value.path, refused.value.request_id) == ("PATCH", "/applications/1", "r-1")


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("get", "/applications/1", "Application.Read.All"),
        ("delete", "/applications/1", "Application.ReadWrite.OwnedBy"),
        (
            "post",
            "/servicePrincipals/1/appRoleAssignedTo",
            "AppRoleAssignment.ReadWrite.All together with Application.Read.All",
        ),
        (
            "post",
            "/applications",
            "AppRegistration.Create or Application.ReadWrite.OwnedBy (for what the deployer owns)",
        ),
        ("delete", "/servicePrincipals/1/appRoleAssignedTo/2", "AppRoleAssignment.ReadWrite.All"),
        ("get", "/roleManagement/exchange/roleAssignments", "RoleManagement.Read.Exchange"),
        ("get", "/servicePrincipals/1/oauth2PermissionGrants", "Directory.Read.All"),
        ("get", "/auditLogs/directoryAudits", "AuditLog.Read.All"),
        ("get", "/identity/conditionalAccess/policies", "Policy.Read.All"),
        ("get", "/roleManagement/directory/roleAssignments", "RoleManagement.Read.Directory"),
        ("get", "/domains", "Domain.Read.All"),
    ],
)
def test_a_refusal_names_the_missing_permission(
    graph: GraphClient, server: GraphServer, method: str, path: str, permission: str
) -> None:
    server.script(Answer(status=403))
    with pytest.raises(GraphError) as refused:
        getattr(graph, method)(path, *([{}] if method == "post" else []))
    assert f"application permission {permission}" in refused.value.hint


def test_pages_are_followed_by_their_absolute_links(graph: GraphClient, server: GraphServer) -> None:
    link = f"{server.url}/v1.0/applications?$skiptoken=2"
    server.script(Answer(body={"value": [{"id": "1"}], "@odata.nextLink": link}), Answer(body={"value": [{"id": "2"}]}))
    assert list(graph.pages("/applications")) == [{"id": "1"}, {"id": "2"}]
    assert server.requests[1].path == "/v1.0/applications?$skiptoken=2"


def test_a_page_on_another_host_never_gets_the_token(graph: GraphClient, server: GraphServer) -> None:
    server.script(Answer(body={"value": [], "@odata.nextLink": "https://attacker.example/v1.0/applications"}))
    with pytest.raises(GraphError, match="next page on another host"):
        list(graph.pages("/applications"))


def test_a_batch_asks_twenty_at_a_time_and_keeps_the_order(graph: GraphClient, server: GraphServer) -> None:
    def answers(indices: range) -> Answer:
        return Answer(body={"responses": [{"id": str(i), "status": 200, "body": {"n": i}} for i in reversed(indices)]})

    server.script(answers(range(20)), answers(range(20, 25)))
    assert [answer.body["n"] for answer in graph.batch([f"/applications/{i}" for i in range(25)])] == list(range(25))
    assert [len(request.body["requests"]) for request in server.requests] == [20, 5]


def test_throttled_items_of_a_batch_are_asked_again_alone(
    graph: GraphClient, server: GraphServer, slept: list[float]
) -> None:
    fine = {"id": "0", "status": 200, "body": {}}
    throttled = {"id": "1", "status": 429, "headers": {"Retry-After": "1.5"}, "body": {}}
    server.script(Answer(body={"responses": [fine, throttled]}), Answer(body={"responses": [{**fine, "id": "1"}]}))
    assert [answer.status for answer in graph.batch(["/a", "/b"])] == [200, 200]
    assert server.requests[1].body["requests"] == [{"id": "1", "method": "GET", "url": "/b"}]
    assert slept == [1.5]


def test_a_refused_item_of_a_batch_is_a_value(graph: GraphClient, server: GraphServer) -> None:
    server.script(Answer(body={"responses": [{"id": "0", "status": 403, "body": {"error": {"code": "Denied"}}}]}))
    (answer,) = graph.batch(["/domains?$select=id"])
    assert answer.error is not None
    assert (answer.error.path, answer.error.code) == ("/domains", "Denied")


def test_an_unknown_certificate_authority_is_explained(server: GraphServer, token: Token) -> None:
    server.script(OK)
    with pytest.raises(GraphError, match="SSL_CERT_FILE"):
        GraphClient(token, patience=Patience(sleep=lambda _: None)).get("/applications/1")


def test_nothing_is_contacted_before_the_first_request(server: GraphServer, token: Token) -> None:
    GraphClient(token, verify=str(server.ca_file))
    assert server.requests == []


@pytest.mark.parametrize(
    ("refusal", "hint"),
    [
        (("/applications/1", 400, "CredentialTypeNotAllowedAsPerAppPolicy"), "app management policy"),
        (("/somewhere/new", 403, "Denied"), "lacks a Microsoft Graph application permission"),
        (("/applications/1", 400, "Request_BadRequest"), ""),
    ],
)
def test_a_hint_is_given_only_where_there_is_one(
    graph: GraphClient, server: GraphServer, refusal: tuple[str, int, str], hint: str
) -> None:
    path, status, code = refusal
    server.script(Answer(status=status, body={"error": {"code": code}}))
    with pytest.raises(GraphError) as refused:
        graph.patch(path, {})
    assert hint in refused.value.hint
    assert bool(hint) is bool(refused.value.hint)


def test_an_action_without_an_answer_body_gives_an_empty_object(graph: GraphClient, server: GraphServer) -> None:
    server.script(Answer(status=204))
    assert graph.post("/applications/1/removePassword", {"keyId": "k"}) == {}


def test_an_error_that_is_not_json_still_has_its_status(graph: GraphClient, server: GraphServer) -> None:
    server.script(Answer(status=400, body="<html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(GraphError, match="with 400 no reason given"):
        graph.get("/applications/1")
