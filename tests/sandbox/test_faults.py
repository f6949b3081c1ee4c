"""Faults that can be switched on."""

import time
from typing import Any

import pytest
import requests

from sandbox.tenant import FaultKind, RecordedRequest, Tenant
from tests.sandbox.association import EXCHANGE, Association, read, refusal
from tests.sandbox.certificates import key_credential, make_signer


@pytest.fixture
def client(tenant: Tenant, http: requests.Session) -> requests.Session:
    """A client from outside, with the deployer's token."""
    http.headers["Authorization"] = f"Bearer {tenant.token('deployer')}"
    return http


def codes(client: requests.Session, url: str, count: int) -> list[int]:
    return [client.get(url).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (FaultKind.THROTTLE, 429, "TooManyRequests"),
        (FaultKind.REJECT, 400, "BadRequest"),
        (FaultKind.UNAVAILABLE, 503, "ServiceUnavailable"),
        (FaultKind.CONFLICT, 409, "Directory_ConcurrencyViolation"),
        (FaultKind.DENY, 403, "Authorization_RequestDenied"),
    ],
)
def test_a_fault_answers_in_graphs_words(
    tenant: Tenant, client: requests.Session, kind: FaultKind, status: int, code: str
) -> None:
    tenant.faults.add(kind, count=1)
    answer = client.get(f"{tenant.url}/v1.0/applications")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("wait", ["1", "2.128", None])
def test_throttling_says_how_long_to_wait_as_asked(tenant: Tenant, client: requests.Session, wait: str | None) -> None:
    tenant.faults.add("throttle", retry_after=wait)
    assert client.get(f"{tenant.url}/v1.0/domains").headers.get("Retry-After") == wait


def test_a_fault_hits_so_many_times(tenant: Tenant, client: requests.Session) -> None:
    tenant.faults.add("throttle", count=2)
    assert codes(client, f"{tenant.url}/v1.0/domains", 3) == [429, 429, 200]


def test_a_fault_hits_only_what_it_names(tenant: Tenant, client: requests.Session, association: Association) -> None:
    tenant.faults.add("unavailable", method="PATCH", path="/v1.0/applications/*")
    url = tenant.url + association.application_path
    assert (client.get(url).status_code, client.patch(url, json={"notes": "x"}).status_code) == (200, 503)


def test_a_fault_can_name_the_query(tenant: Tenant, client: requests.Session) -> None:
    tenant.faults.add("unavailable", path="/v1.0/applications?$filter=displayName eq 'a'")
    filters = [f"{tenant.url}/v1.0/applications?$filter=displayName eq '{name}'" for name in "ab"]
    assert [client.get(url).status_code for url in filters] == [503, 200]


def test_the_token_endpoint_can_fail_too(tenant: Tenant, http: requests.Session) -> None:
    tenant.faults.add("unavailable", path="*/oauth2/v2.0/token")
    assert http.post(f"{tenant.url}/x/oauth2/v2.0/token", data={}).status_code == 503


def test_a_change_out_of_band_is_never_disturbed(tenant: Tenant) -> None:
    tenant.faults.add("unavailable")
    assert tenant.graph("GET", "/v1.0/domains")[0] == 200


def test_a_reset_connection_is_a_connection_error(tenant: Tenant, client: requests.Session) -> None:
    tenant.faults.add("reset", count=1)
    with pytest.raises(requests.ConnectionError):
        client.post(f"{tenant.url}/v1.0/applications", json={"displayName": "lost"})
    found = read(tenant, "/v1.0/applications?$filter=displayName eq 'lost'")
    assert (found["value"], client.get(f"{tenant.url}/v1.0/domains").status_code) == ([], 200)


def test_a_lost_answer_leaves_its_change(tenant: Tenant, client: requests.Session) -> None:
    tenant.faults.add("lose-answer", method="POST", count=1)
    with pytest.raises(requests.ConnectionError):
        client.post(f"{tenant.url}/v1.0/applications", json={"displayName": "kept"})
    assert len(read(tenant, "/v1.0/applications?$filter=displayName eq 'kept'")["value"]) == 1


def test_a_new_object_stays_invisible_while_replication_lags(tenant: Tenant, client: requests.Session) -> None:
    tenant.faults.replication_lag = 0.3
    created = client.post(f"{tenant.url}/v1.0/applications", json={"displayName": "new"}).json()
    url = f"{tenant.url}/v1.0/applications/{created['id']}"
    listed = client.get(f"{tenant.url}/v1.0/applications?$filter=displayName eq 'new'").json()["value"]
    principal = client.post(f"{tenant.url}/v1.0/servicePrincipals", json={"appId": created["appId"]})
    assert (client.get(url).status_code, listed, principal.status_code) == (404, [], 400)
    assert tenant.graph("GET", f"/v1.0/applications/{created['id']}")[0] == 200
    time.sleep(0.35)
    assert client.get(url).status_code == 200


def test_an_assignment_to_an_invisible_principal_is_no_valid_reference(
    tenant: Tenant, client: requests.Session, association: Association
) -> None:
    tenant.faults.replication_lag = 60
    body = {"principalId": association.principal, "resourceId": EXCHANGE, "appRoleId": association.principal}
    answer = client.post(f"{tenant.url}/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", json=body)
    assert refusal((answer.status_code, answer.json()))[::2] == (400, "Not a valid reference update.")


def test_key_credentials_can_be_read_stale(tenant: Tenant, client: requests.Session, association: Association) -> None:
    url = tenant.url + association.application_path
    tenant.faults.stale_credentials = 0.3
    before = client.get(url).json()["keyCredentials"]
    time.sleep(0.3)
    client.patch(url, json={"keyCredentials": [key_credential(make_signer("second"))]})
    stale = client.get(f"{url}?$select=keyCredentials").json()["keyCredentials"]
    time.sleep(0.35)
    fresh = client.get(url).json()["keyCredentials"]
    names = [[entry["displayName"] for entry in entries] for entries in (before, stale, fresh)]
    assert names == [[], ["CN=vendor"], ["CN=second"]]


def test_a_short_token_expires(tenant: Tenant, http: requests.Session) -> None:
    tenant.faults.token_lifetime = 1
    headers = {"Authorization": f"Bearer {tenant.token('deployer')}"}
    time.sleep(1.1)
    answer = http.get(f"{tenant.url}/v1.0/domains", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["message"] == "Lifetime validation failed, the token is expired."


def test_latency_is_added_to_every_answer(tenant: Tenant, client: requests.Session) -> None:
    client.get(f"{tenant.url}/v1.0/domains")
    tenant.faults.latency_ms = 60
    start = time.perf_counter()
    client.get(f"{tenant.url}/v1.0/domains")
    assert time.perf_counter() - start >= 0.06


def test_hooks_see_every_request_before_and_after(tenant: Tenant, client: requests.Session) -> None:
    seen: list[tuple[str, str, int]] = []

    def note(record: RecordedRequest) -> None:
        seen.append((record.method, record.path, record.status))

    tenant.faults.hooks_before.append(note)
    tenant.faults.hooks_after.append(note)
    client.get(f"{tenant.url}/v1.0/domains")
    assert seen == [("GET", "/v1.0/domains", 0), ("GET", "/v1.0/domains", 200)]


def test_a_hook_can_use_the_tenant_and_its_failure_is_raised_at_the_end(tmp_path: Any) -> None:
    def check(_: RecordedRequest) -> None:
        assert len(read(tenant, "/v1.0/domains")["value"]) == 2

    tenant = Tenant(tmp_path).__enter__()
    tenant.faults.hooks_after.append(check)
    tenant.graph("GET", "/v1.0/domains", out_of_band=False)
    with pytest.raises(AssertionError):
        tenant.__exit__(None, None, None)


def test_everything_can_be_switched_off_again(tenant: Tenant, client: requests.Session) -> None:
    tenant.faults.add("throttle")
    tenant.faults.replication_lag = 60
    tenant.faults.clear()
    assert codes(client, f"{tenant.url}/v1.0/servicePrincipals/{EXCHANGE}", 1) == [200]


@pytest.mark.parametrize("fields", [{"kind": "flood"}, {"kind": "throttle", "colour": "red"}])
def test_a_fault_that_is_none_is_refused(tenant: Tenant, fields: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        tenant.faults.add(**fields)
