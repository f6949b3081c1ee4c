"""Answers of Graph: shape, headers, and what Graph refuses before it looks at anything."""

import pytest
import requests

from sandbox.tenant import Tenant
from tests.sandbox.association import NOBODY, Association, read, refusal


def test_answers_carry_graphs_headers(tenant: Tenant, http: requests.Session) -> None:
    headers = {"Authorization": f"Bearer {tenant.token('auditor')}", "client-request-id": NOBODY}
    answer = http.get(f"{tenant.url}/v1.0/applications", headers=headers)
    assert answer.headers["OData-Version"] == "4.0"
    assert answer.headers["client-request-id"] == NOBODY
    assert len(answer.headers["request-id"]) == 36
    assert answer.headers["Content-Type"].startswith("application/json;odata.metadata=minimal")


def test_an_empty_answer_has_no_content_type(tenant: Tenant, http: requests.Session, association: Association) -> None:
    headers = {"Authorization": f"Bearer {tenant.token('administrator')}"}
    answer = http.patch(tenant.url + association.application_path, json={"notes": "x"}, headers=headers)
    assert (answer.status_code, answer.content, "Content-Type" in answer.headers) == (204, b"", False)


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "Access token is empty."),
        ("Bearer x.y.z", "Access token validation failure. Invalid signature."),
    ],
)
def test_refuses_a_request_without_a_good_token(
    tenant: Tenant, http: requests.Session, token: str, message: str
) -> None:
    answer = http.get(f"{tenant.url}/v1.0/applications", headers={"Authorization": token})
    assert refusal((answer.status_code, answer.json())) == (401, "InvalidAuthenticationToken", message)


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/v1.0/applicationz", 400, "Resource not found for the segment 'applicationz'."),
        ("GET", "/v2.0/applications", 400, "Invalid version."),
        ("PUT", "/v1.0/applications", 405, "Specified HTTP method is not allowed for the request target."),
        ("GET", "/v1.0/applications/banana", 400, "Invalid object identifier 'banana'."),
        (
            "GET",
            "/v1.0/roleManagement/exchange/roleAssignments",
            400,
            "Resource not found for the segment 'roleAssignments'.",
        ),
        ("GET", "/v1.0/applications?$search=x", 400, "The query parameter '$search' is not supported."),
        (
            "GET",
            "/v1.0/applications?$top=1000",
            400,
            "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.",
        ),
        ("GET", "/v1.0/applications?$orderby=displayName", 400, "Sorting not supported for current query."),
        (
            "GET",
            f"/v1.0/applications/{NOBODY}",
            404,
            f"Resource '{NOBODY}' does not exist or one of its queried reference-property objects are not present.",
        ),
        (
            "GET",
            f"/v1.0/applications(appId='{NOBODY}')",
            404,
            f"Resource '{NOBODY}' does not exist or one of its queried reference-property objects are not present.",
        ),
    ],
)
def test_refuses_what_graph_does_not_serve(tenant: Tenant, method: str, path: str, status: int, message: str) -> None:
    found = refusal(tenant.graph(method, path))
    assert (found[0], found[2]) == (status, message)


def test_refuses_a_body_that_is_no_json(tenant: Tenant, http: requests.Session) -> None:
    headers = {"Authorization": f"Bearer {tenant.token('administrator')}"}
    answer = http.post(f"{tenant.url}/v1.0/applications", data="{", headers=headers)
    assert refusal((answer.status_code, answer.json()))[2].startswith("Unable to read JSON request payload.")


def test_an_application_and_a_principal_are_found_by_their_client_id(tenant: Tenant, association: Association) -> None:
    application = read(tenant, f"/v1.0/applications(appId='{association.client_id}')")
    principal = read(tenant, f"/v1.0/servicePrincipals(appId='{association.client_id}')/appRoleAssignments")
    assert (application["id"], principal["value"][0]["id"]) == (association.application, association.assignment)
