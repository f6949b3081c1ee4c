"""Lists: $filter, $select, $expand and pages."""

from typing import Any

import pytest
import requests

from sandbox.tenant import Tenant
from tests.sandbox.association import EXCHANGE, Association, made, make_association, read, refusal


def names(tenant: Tenant, query: str) -> list[str]:
    return [item["displayName"] for item in read(tenant, f"/v1.0/applications?{query}")["value"]]


@pytest.fixture
def tagged(tenant: Tenant) -> Tenant:
    for name, tags in (("Alpha", ["pulumi:o/p/s"]), ("alphabet", ["x", "pulumi:o/p/s"]), ("Bob's", [])):
        made(tenant, "/v1.0/applications", {"displayName": name, "tags": tags})
    return tenant


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("$filter=displayName eq 'alpha'", ["Alpha"]),
        ("$filter=displayName eq 'Bob''s'", ["Bob's"]),
        ("$filter=startswith(displayName,'alpha')", ["Alpha", "alphabet"]),
        ("$filter=startswith(displayName, 'Bob''')", ["Bob's"]),
        ("$filter=tags/any(t:t eq 'pulumi:o/p/s')", ["Alpha", "alphabet"]),
        ("$filter=tags/any(t: t eq 'pulumi:o/p/s') and displayName eq 'Alpha'", ["Alpha"]),
        ("$filter=tags/any(t:t eq 'nothing')", []),
        ("$filter=identifierUris/any(uri:uri eq 'api://x')", []),
    ],
)
def test_filters(tagged: Tenant, query: str, found: list[str]) -> None:
    assert names(tagged, query) == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$filter=displayName eq 'O'Brien'", "BadRequest"),
        ("$filter=displayName eq", "BadRequest"),
        ("$filter=displayName eq 'a' or displayName eq 'b'", "BadRequest"),
        ("$filter=notes eq 'x'", "Request_UnsupportedQuery"),
        ("$filter=displayName ne 'a'", "Request_UnsupportedQuery"),
        ("$filter=not(displayName eq 'a')", "Request_UnsupportedQuery"),
        ("$filter=endswith(displayName,'a')", "Request_UnsupportedQuery"),
        ("$select=colour", "BadRequest"),
        ("$expand=colours", "BadRequest"),
        ("$expand=owners,federatedIdentityCredentials", "BadRequest"),
        ("$skiptoken=banana", "BadRequest"),
    ],
)
def test_refuses_a_query(tenant: Tenant, query: str, code: str) -> None:
    assert refusal(tenant.graph("GET", f"/v1.0/applications?{query}"))[:2] == (400, code)


def test_a_principal_is_found_by_its_client_id_and_tags(tenant: Tenant, association: Association) -> None:
    tenant.graph("PATCH", association.principal_path, {"tags": ["HideApp"]})
    filters = (f"appId eq '{association.client_id}'", "tags/any(t:t eq 'HideApp')")
    found = [read(tenant, f"/v1.0/servicePrincipals?$filter={text}")["value"] for text in filters]
    assert [[item["id"] for item in items] for items in found] == [[association.principal]] * 2


def test_a_select_shows_what_it_names(tenant: Tenant, association: Association) -> None:
    found = read(tenant, f"{association.application_path}?$select=id,displayName")
    assert set(found) == {"@odata.context", "id", "displayName"}
    assert found["@odata.context"].endswith("$metadata#applications(id,displayName)/$entity")


def test_a_select_works_on_related_lists(tenant: Tenant, association: Association) -> None:
    (owner,) = read(tenant, f"{association.application_path}/owners?$select=id")["value"]
    assert set(owner) == {"@odata.type", "id"}
    assert tenant.graph("GET", f"{association.application_path}/owners?$select=colour")[0] == 400


def test_a_filter_that_a_related_list_does_not_take_is_refused(tenant: Tenant, association: Association) -> None:
    path = f"{association.principal_path}/transitiveMemberOf?$filter=displayName eq 'x'"
    assert refusal(tenant.graph("GET", path))[1] == "Request_UnsupportedQuery"


def test_one_relation_is_expanded_with_at_most_twenty_items(tenant: Tenant, association: Association) -> None:
    for number in range(20):
        identity = tenant.add_identity(f"owner{number}")
        link = {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{identity.object_id}"}
        tenant.graph("POST", f"{association.application_path}/owners/$ref", link)
    found = read(tenant, f"{association.application_path}?$select=id&$expand=owners($select=id)")
    assert len(found["owners"]) == 20
    assert set(found["owners"][0]) == {"@odata.type", "id"}
    assert len(read(tenant, f"{association.application_path}/owners")["value"]) == 21


def test_grants_are_expanded_on_a_principal(tenant: Tenant, association: Association) -> None:
    found = read(tenant, f"{association.principal_path}?$select=id,keyCredentials&$expand=appRoleAssignments")
    assert [item["id"] for item in found["appRoleAssignments"]] == [association.assignment]


def follow(tenant: Tenant, http: requests.Session, path: str) -> list[list[dict[str, Any]]]:
    """The pages of a list, by its absolute nextLinks."""
    pages, url = [], f"{tenant.url}{path}"
    while url:
        answer = http.get(url, headers={"Authorization": f"Bearer {tenant.token('auditor')}"}).json()
        pages.append(answer["value"])
        url = answer.get("@odata.nextLink", "")
    return pages


def test_pages_follow_each_other_without_gap_or_overlap(tenant: Tenant, http: requests.Session) -> None:
    for number in range(5):
        make_association(tenant, f"a{number}")
    tenant.switches.page_size = 2
    pages = follow(
        tenant, http, f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo?$filter=resourceId eq {EXCHANGE}"
    )
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({item["id"] for page in pages for item in page}) == 5


def test_top_sets_the_size_of_a_page(tenant: Tenant, http: requests.Session) -> None:
    assert [len(page) for page in follow(tenant, http, "/v1.0/servicePrincipals?$top=4&$select=id")] == [4, 3]
