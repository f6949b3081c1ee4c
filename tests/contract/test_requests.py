"""Waits, retries and owners that no recording shows, request by request."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, status_pb2

from sandbox.azuread.clock import Clock
from sandbox.azuread.problems import ProviderError
from tests.contract.conftest import Plugin
from tests.contract.replay import CALLER_ID, DROPPED, Json, exchange, recorded_call, refusal

APPLICATION = "/v1.0/applications/cfa0a78c-3148-4ecb-90f1-23dd40720e23"
PRINCIPAL = "/v1.0/servicePrincipals/b71c933e-0417-4d6d-964c-fbf7fa55f62b"
GONE = refusal("GET", APPLICATION, 404)
DOMAINS = {"tok": "azuread:index/getDomains:getDomains", "args": {}}
ASSIGNED = "/v1.0/servicePrincipals/e0000000-0000-4000-8000-000000000001"


def deletion(kind: str, resource_id: str, **properties: Any) -> Json:
    token = f"azuread:index/{kind}"
    return {
        "id": resource_id.removeprefix("/v1.0"),
        "urn": f"urn:pulumi:s::p::{token}::x",
        "type": token,
        "properties": properties,
    }


def test_waits_twenty_seconds_for_an_application_to_be_gone(start: Callable[..., Plugin]) -> None:
    plugin = start(exchange("DELETE", APPLICATION), *[GONE] * 5)
    plugin.call("Delete", deletion("application:Application", APPLICATION))
    assert plugin.clock.slept == [5, 5, 5, 5]


def test_starts_the_wait_again_when_a_replica_still_has_the_application(start: Callable[..., Plugin]) -> None:
    found = exchange("GET", APPLICATION, {"id": "x"})
    plugin = start(exchange("DELETE", APPLICATION), *[GONE] * 4, found, *[GONE] * 5)
    plugin.call("Delete", deletion("application:Application", APPLICATION))
    assert plugin.clock.slept == [5] * 9


def test_an_application_that_is_gone_already_cannot_be_deleted(start: Callable[..., Plugin]) -> None:
    plugin = start(refusal("DELETE", APPLICATION, 404))
    error = plugin.error_of("Delete", deletion("application:Application", APPLICATION))
    assert "[id] Deleting Application (Application: " in error.details()


def test_deletes_a_principal_that_it_took_over_without_waiting(start: Callable[..., Plugin]) -> None:
    plugin = start(refusal("DELETE", PRINCIPAL, 403))
    plugin.call("Delete", deletion("servicePrincipal:ServicePrincipal", PRINCIPAL, useExisting=True))
    assert plugin.clock.slept == []


def test_waits_for_a_principal_of_its_own_to_be_gone(start: Callable[..., Plugin]) -> None:
    plugin = start(exchange("DELETE", PRINCIPAL), *[refusal("GET", PRINCIPAL, 404)] * 5)
    plugin.call("Delete", deletion("servicePrincipal:ServicePrincipal", PRINCIPAL))
    assert plugin.clock.slept == [5, 5, 5, 5]


def test_an_id_of_another_kind_is_refused(start: Callable[..., Plugin]) -> None:
    error = start().error_of("Read", deletion("application:Application", "a-bare-object-id"))
    assert "the id of an application is /applications/<object id>" in error.details()


@pytest.mark.parametrize(("header", "expected"), [("7", [7, 7]), ("2.128", [1, 2]), ("", [1, 2])])
def test_waits_as_long_as_a_whole_number_of_retry_after_says(
    header: str, expected: list[float], start: Callable[..., Plugin]
) -> None:
    busy = refusal("GET", "/v1.0/domains", 429)
    plugin = start(busy, busy, exchange("GET", "/v1.0/domains", {"value": [{"id": "a.example", "isVerified": True}]}))
    plugin.tenant.tape.retry_after = header
    plugin.call("Invoke", DOMAINS)
    assert plugin.clock.slept == expected


def test_gives_up_when_the_time_of_the_operation_is_over(start: Callable[..., Plugin]) -> None:
    plugin = start(refusal("GET", "/v1.0/domains", 503))
    error = plugin.error_of("Invoke", DOMAINS)
    assert "unexpected status 503 (503 Service Unavailable) with error: Code: Message." in error.details()
    assert plugin.clock.slept == [1, 2, 4, 8, 16, 32, 61, 61, 61]


def test_does_not_repeat_what_is_not_implemented(start: Callable[..., Plugin]) -> None:
    plugin = start(refusal("GET", "/v1.0/domains", 501))
    plugin.error_of("Invoke", DOMAINS)
    assert plugin.clock.slept == []


def test_repeats_a_question_when_the_connection_breaks_and_never_a_write(start: Callable[..., Plugin]) -> None:
    dropped = [exchange(*call, status=DROPPED) for call in (("GET", "/v1.0/domains"), ("DELETE", APPLICATION))]
    plugin = start(*dropped)
    assert "/v1.0/domains: " in plugin.error_of("Invoke", DOMAINS).details()
    assert len(plugin.clock.slept) == 9
    plugin.clock.slept.clear()
    plugin.error_of("Delete", deletion("application:Application", APPLICATION))
    assert plugin.clock.slept == []


def test_the_engine_can_cancel(start: Callable[..., Plugin]) -> None:
    plugin = start()
    plugin.call("Cancel", {})
    with pytest.raises(ProviderError, match="context canceled"):
        Clock.sleep(plugin.clock, 60)


def created_application(owners: list[str], *writes: Json) -> list[Json]:
    return [
        exchange("GET", "/v1.0/applications?$filter=displayName eq 'Mimecast O365 Server Connection'", {"value": []}),
        exchange("POST", "/v1.0/applications", {"id": APPLICATION.rpartition("/")[2]}),
        *[exchange("PATCH", APPLICATION)] * 2,
        *writes,
        exchange("GET", APPLICATION, {"id": "x", "appId": "y"}),
        exchange("GET", APPLICATION.replace("v1.0", "beta") + "?$select=oauth2RequirePostResponse", {}),
        exchange("GET", f"{APPLICATION}/owners", {"value": [{"id": owner} for owner in owners]}),
    ]


def creation(owners: list[str]) -> Json:
    request = recorded_call("01-create", "Create", ":Application")
    return request | {"properties": request["properties"] | {"owners": owners}}


def test_removes_the_caller_from_the_owners_when_it_is_not_declared(start: Callable[..., Plugin]) -> None:
    plugin = start(*created_application([], exchange("DELETE", f"{APPLICATION}/owners/{CALLER_ID}/$ref")))
    plugin.call("Create", creation(["00000000-0000-4000-8000-000000000001"]))
    assert plugin.tenant.tape.writes[-1]["method"] == "DELETE"


def test_binds_twenty_owners_at_most_and_adds_the_others_afterwards(start: Callable[..., Plugin]) -> None:
    owners = [CALLER_ID, *(f"00000000-0000-4000-8000-0000000000{number}" for number in range(10, 31))]
    plugin = start(*created_application(owners, *[exchange("POST", f"{APPLICATION}/owners/$ref", status=204)] * 2))
    plugin.call("Create", creation(owners))
    posted = [write["request"] for write in plugin.tenant.tape.writes if write["method"] == "POST"][1:]
    assert len(posted[0]["owners@odata.bind"]) == 20
    assert [reference["@odata.id"].rpartition("/")[2] for reference in posted[1:]] == owners[-2:]


def test_a_half_made_principal_is_kept_in_the_state(start: Callable[..., Plugin]) -> None:
    client_id = "f5068b08-bdd7-4ef7-aa8e-da4ed4382104"
    plugin = start(
        exchange("GET", f"/v1.0/servicePrincipals?$filter=appId eq '{client_id}'", {"value": []}),
        exchange("POST", "/v1.0/servicePrincipals", {"id": PRINCIPAL.rpartition("/")[2]}),
        refusal("PATCH", PRINCIPAL, 404),
    )
    error = plugin.error_of("Create", recorded_call("01-create", "Create", ":ServicePrincipal"))
    trailers = dict(error.trailing_metadata())
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status_pb2.Status.FromString(trailers["grpc-status-details-bin"]).details[0].Unpack(detail)
    assert (detail.id, detail.properties["clientId"]) == (PRINCIPAL.removeprefix("/v1.0"), client_id)


def test_a_principal_of_the_same_application_is_not_taken_over_unasked(start: Callable[..., Plugin]) -> None:
    request = recorded_call("01-create", "Create", ":ServicePrincipal")
    client_id = request["properties"]["clientId"]
    found = {"value": [{"id": "another", "appId": client_id}]}
    plugin = start(exchange("GET", f"/v1.0/servicePrincipals?$filter=appId eq '{client_id}'", found))
    error = plugin.error_of("Create", request | {"properties": request["properties"] | {"useExisting": False}})
    assert '[id] A resource with the ID "/servicePrincipals/another" already exists' in error.details()


def test_grants_again_until_the_directory_knows_the_principal(start: Callable[..., Plugin]) -> None:
    assignment = {"id": "a", "appRoleId": "r", "principalId": "p", "resourceId": "e0000000-0000-4000-8000-000000000001"}
    unknown = refusal("POST", f"{ASSIGNED}/appRoleAssignedTo", 400, message="Not a valid reference update.")
    plugin = start(
        exchange("GET", ASSIGNED, {"id": "x"}),
        unknown,
        exchange("POST", f"{ASSIGNED}/appRoleAssignedTo", assignment),
        exchange("GET", f"{ASSIGNED}/appRoleAssignedTo/a", assignment),
    )
    answer = plugin.call("Create", recorded_call("01-create", "Create", ":AppRoleAssignment"))
    assert (answer["properties"]["appRoleId"], plugin.clock.slept) == ("r", [1])


def test_disables_an_app_role_before_it_removes_it(start: Callable[..., Plugin]) -> None:
    role = {
        "id": "r",
        "allowedMemberTypes": ["User"],
        "isEnabled": True,
        "value": "v",
        "description": "",
        "displayName": "",
    }
    request = recorded_call("06-drift-display-name", "Update", ":Application")
    shown = {"id": "x", "appId": "y", "appRoles": []}
    plugin = start(
        exchange("GET", "/v1.0/applications?$filter=displayName eq 'Mimecast renamed by code'", {"value": []}),
        exchange("GET", APPLICATION, {"appRoles": [role]}),
        exchange("PATCH", APPLICATION),
        exchange("GET", APPLICATION, {"appRoles": [role | {"isEnabled": False}]}),
        exchange("PATCH", APPLICATION),
        *created_application([])[-3:-2],
        exchange("GET", APPLICATION, shown),
        *created_application([])[-2:],
    )
    roles = [
        {"id": "r", "allowedMemberTypes": ["User"], "enabled": True, "value": "v", "description": "", "displayName": ""}
    ]
    plugin.call("Update", request | {"olds": request["olds"] | {"appRoles": roles}})
    bodies = [write["request"] for write in plugin.tenant.tape.writes if write["method"] == "PATCH"]
    assert ([r["isEnabled"] for r in bodies[0]["appRoles"]], bodies[1]["appRoles"]) == ([False], [])


def test_sends_features_as_tags_and_the_post_response_as_a_request_of_its_own(start: Callable[..., Plugin]) -> None:
    beta = APPLICATION.replace("v1.0", "beta")
    plugin = start(*created_application([CALLER_ID], exchange("PATCH", beta)))
    request = creation([CALLER_ID])
    inputs = {name: value for name, value in request["properties"].items() if name != "tags"}
    features = {"featureTags": [{"hide": True, "gallery": False}], "oauth2PostResponseRequired": True}
    plugin.call("Create", request | {"properties": inputs | features})
    writes = plugin.tenant.tape.writes
    assert writes[1]["request"]["tags"] == ["HideApp"]
    assert (writes[-1]["path"], writes[-1]["request"]["oauth2RequirePostResponse"]) == (beta, True)


def test_filters_the_domains(start: Callable[..., Plugin]) -> None:
    domains = [
        {"id": "contoso.example", "isDefault": True, "isVerified": True},
        {"id": "contoso.onmicrosoft.com", "isInitial": True, "isVerified": True, "supportedServices": ["Email"]},
        {"id": "soon.example", "isInitial": True, "isVerified": False},
    ]
    plugin = start(exchange("GET", "/v1.0/domains", {"value": domains}))

    def names(**arguments: object) -> list[str]:
        answer = plugin.call("Invoke", DOMAINS | {"args": arguments})
        return [domain["domainName"] for domain in answer["return"]["domains"]]

    assert names(adminManaged=False) == ["contoso.example", "contoso.onmicrosoft.com"]
    assert names(onlyInitial=True) == ["contoso.onmicrosoft.com"]
    assert names(onlyInitial=True, includeUnverified=True) == ["contoso.onmicrosoft.com", "soon.example"]
    assert names(supportsServices=["Email"]) == ["contoso.onmicrosoft.com"]
    error = plugin.error_of("Invoke", DOMAINS | {"args": {"onlyRoot": True}})
    assert "No domains were returned for the provided filters" in error.details()


def test_reads_every_page_of_a_list(start: Callable[..., Plugin]) -> None:
    link = "https://graph.example/v1.0/domains?$skiptoken=2"
    first = {"value": [{"id": "a.example", "isVerified": True}], "@odata.nextLink": link}
    second = {"value": [{"id": "b.example", "isVerified": True}]}
    plugin = start(exchange("GET", "/v1.0/domains", first), exchange("GET", "/v1.0/domains?$skiptoken=2", second))
    assert len(plugin.call("Invoke", DOMAINS)["return"]["domains"]) == 2


def test_finds_a_service_principal_by_its_object_id(start: Callable[..., Plugin]) -> None:
    settings = {"samlSingleSignOnSettings": {"relayState": "/x"}}
    beta = ASSIGNED.replace("v1.0", "beta") + "?$select=samlMetadataUrl"
    plugin = start(
        exchange("GET", ASSIGNED, {"id": ASSIGNED.rpartition("/")[2], "appId": "a", **settings}),
        exchange("GET", beta, {}),
    )
    request = {"tok": "azuread:index/getServicePrincipal:getServicePrincipal"}
    found = plugin.call("Invoke", request | {"args": {"objectId": ASSIGNED.rpartition("/")[2]}})["return"]
    assert (found["clientId"], found["samlSingleSignOns"]) == ("a", [{"relayState": "/x"}])
    error = plugin.error_of("Invoke", request | {"args": {"objectId": "nobody"}})
    assert "[object_id] retrieving service principal nobody" in error.details()


@pytest.mark.parametrize(
    ("arguments", "found", "expected"),
    [
        ({"displayName": "x"}, [], "No service principal found for displayName: 'x'"),
        ({"displayName": "x"}, [{"id": "1"}, {"id": "2"}], "Found 2 service principals"),
        ({}, [], "one of `client_id,display_name,object_id` must be specified"),
    ],
)
def test_finds_exactly_one_service_principal(
    arguments: Json, found: list[Json], expected: str, start: Callable[..., Plugin]
) -> None:
    plugin = start(exchange("GET", "/v1.0/servicePrincipals?$filter=displayName eq 'x'", {"value": found}))
    request = {"tok": "azuread:index/getServicePrincipal:getServicePrincipal", "args": arguments}
    error = plugin.error_of("Invoke", request)
    assert expected in error.details()
    assert error.code() is grpc.StatusCode.UNKNOWN
