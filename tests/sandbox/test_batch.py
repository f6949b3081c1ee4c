"""JSON batching."""

from typing import Any

import pytest

from sandbox.tenant import Tenant
from tests.sandbox.association import Association, read, refusal


def item(number: int, url: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "method": method, "url": url} | more


def send(tenant: Tenant, *items: dict[str, Any], identity: str = "auditor") -> dict[str, dict[str, Any]]:
    """The answers by id."""
    body = {"requests": list(items)}
    status, answer = tenant.graph("POST", "/v1.0/$batch", body, identity=identity, out_of_band=False)
    assert status == 200, answer
    return {found["id"]: found for found in answer["responses"]}


def test_items_are_answered_each_with_its_own_status(tenant: Tenant, association: Association) -> None:
    found = send(
        tenant,
        item(1, f"/applications/{association.application}?$select=id,keyCredentials&$expand=owners"),
        item(2, "applications(appId='00000000-0000-0000-0000-000000000000')"),
        item(3, "/applicationz"),
    )
    assert {number: answer["status"] for number, answer in found.items()} == {"1": 200, "2": 404, "3": 400}
    assert found["1"]["body"]["keyCredentials"][0]["key"]
    assert found["2"]["body"]["error"]["code"] == "Request_ResourceNotFound"


def test_answers_come_in_another_order_than_the_requests(tenant: Tenant) -> None:
    body = {"requests": [item(number, "/domains") for number in range(3)]}
    answer = tenant.graph("POST", "/v1.0/$batch", body)[1]
    assert [found["id"] for found in answer["responses"]] == ["2", "1", "0"]


def test_a_filter_in_an_items_url_may_be_escaped_or_not(tenant: Tenant) -> None:
    filters = ("displayName eq 'deployer'", "displayName%20eq%20%27deployer%27", "displayName+eq+'deployer'")
    found = send(tenant, *(item(number, f"/applications?$filter={text}") for number, text in enumerate(filters)))
    assert [len(answer["body"]["value"]) for answer in found.values()] == [1, 1, 1]


def test_items_write_with_a_content_type(tenant: Tenant, association: Association) -> None:
    url = f"/applications/{association.application}"
    headers = {"Content-Type": "application/json"}
    found = send(
        tenant,
        item(1, url, "PATCH", body={"notes": "x"}, headers=headers),
        item(2, url, "PATCH", body={"notes": "y"}),
        identity="administrator",
    )
    assert (found["1"]["status"], "body" in found["1"], found["2"]["status"]) == (204, False, 400)
    assert read(tenant, association.application_path)["notes"] == "x"


def test_items_are_throttled_each_on_its_own(tenant: Tenant) -> None:
    tenant.faults.add("throttle", path="/v1.0/domains", count=1, retry_after="3")
    found = send(tenant, item(1, "/domains"), item(2, "/domains"))
    assert [found[number]["status"] for number in "12"] == [429, 200]
    assert found["1"]["headers"]["Retry-After"] == "3"


def test_a_dropped_connection_becomes_503_for_an_item(tenant: Tenant) -> None:
    tenant.faults.add("reset", path="/v1.0/domains")
    assert send(tenant, item(1, "/domains"))["1"]["status"] == 503


def test_items_need_their_own_permissions(tenant: Tenant) -> None:
    found = send(tenant, item(1, "/domains"), item(2, "/identity/conditionalAccess/policies"), identity="deployer")
    assert [found[number]["status"] for number in "12"] == [200, 403]


def test_key_reads_of_items_count_against_the_limit(tenant: Tenant, association: Association) -> None:
    tenant.switches.key_reads_per_minute = 1
    url = f"/applications/{association.application}?$select=keyCredentials"
    assert [answer["status"] for answer in send(tenant, item(1, url), item(2, url)).values()] == [429, 200]


def test_a_batch_is_one_recorded_request(tenant: Tenant) -> None:
    send(tenant, item(1, "/domains"), item(2, "/domains"))
    assert [(record.method, record.path) for record in tenant.requests] == [("POST", "/v1.0/$batch")]


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [item(number, "/domains") for number in range(21)],
        [item(1, "/domains"), item(1, "/domains")],
        [{"id": "1", "method": "GET"}],
        [item(1, "/domains", dependsOn=["1"])],
        ["banana"],
    ],
)
def test_a_malformed_batch_is_refused_whole(tenant: Tenant, requests: list[Any]) -> None:
    assert refusal(tenant.graph("POST", "/v1.0/$batch", {"requests": requests}))[:2] == (400, "BadRequest")
