"""The sentences for what Graph refuses, operation by operation, and how the user gets them."""

from collections.abc import Callable

import pytest

from tests.contract.conftest import Plugin
from tests.contract.replay import CALLER_ID, Json, exchange, recorded_call, refusal

APPLICATION = "/v1.0/applications/cfa0a78c-3148-4ecb-90f1-23dd40720e23"
PRINCIPAL = "/v1.0/servicePrincipals/b71c933e-0417-4d6d-964c-fbf7fa55f62b"
ASSIGNMENT = recorded_call("02-unchanged", "Read", ":AppRoleAssignment")["id"]
RESOURCE = "/v1.0/servicePrincipals/e0000000-0000-4000-8000-000000000001"
NAMED = "/v1.0/applications?$filter=displayName eq '{}'"
RECORDED = "Mimecast O365 Server Connection"
RENAMED = "Mimecast renamed by code"
OBJECT_ID = APPLICATION.rpartition("/")[2]
NAMED_PRINCIPAL = f'Service Principal (Service Principal: "{PRINCIPAL.rpartition("/")[2]}")'
EMPTY: Json = {"value": []}
DENIED = "unexpected status 403 (403 Forbidden) with error: Code: Message."
NO_APPLICATION = [exchange("GET", NAMED.format(RECORDED), EMPTY)]
NEW_APPLICATION = [*NO_APPLICATION, exchange("POST", "/v1.0/applications", {"id": OBJECT_ID})]
CLIENT_ID = "f5068b08-bdd7-4ef7-aa8e-da4ed4382104"
NO_PRINCIPAL = [exchange("GET", f"/v1.0/servicePrincipals?$filter=appId eq '{CLIENT_ID}'", EMPTY)]
NEW_PRINCIPAL = [*NO_PRINCIPAL, exchange("POST", "/v1.0/servicePrincipals", {"id": PRINCIPAL.rpartition("/")[2]})]


def denied(method: str, path: str) -> Json:
    return refusal(method, path, 403)


REFUSED = [
    (
        ("01-create", "Create", ":Application"),
        [*NO_APPLICATION, denied("POST", "/v1.0/applications")],
        "Could not create application",
    ),
    (
        ("01-create", "Create", ":Application"),
        [*NEW_APPLICATION, denied("PATCH", APPLICATION)],
        "Failed to patch application after creating",
    ),
    (
        ("02-unchanged", "Read", ":Application"),
        [denied("GET", APPLICATION)],
        f'Retrieving Application (Application: "{OBJECT_ID}")',
    ),
    (
        ("03-update-display-name", "Update", ":Application"),
        [exchange("GET", NAMED.format(RENAMED), EMPTY), denied("PATCH", APPLICATION)],
        f'Could not update Application (Application: "{OBJECT_ID}")',
    ),
    (
        ("01-create", "Create", ":ServicePrincipal"),
        [*NO_PRINCIPAL, denied("POST", "/v1.0/servicePrincipals")],
        "Could not create service principal",
    ),
    (
        ("01-create", "Create", ":ServicePrincipal"),
        [*NEW_PRINCIPAL, denied("PATCH", PRINCIPAL)],
        "Failed to patch service principal after creating",
    ),
    (("02-unchanged", "Read", ":ServicePrincipal"), [denied("GET", PRINCIPAL)], f"retrieving {NAMED_PRINCIPAL}"),
    (
        ("08-drift-sp-disabled", "Update", ":ServicePrincipal"),
        [denied("PATCH", PRINCIPAL)],
        f"Updating {NAMED_PRINCIPAL}",
    ),
    (
        ("02-unchanged", "Read", ":AppRoleAssignment"),
        [denied("GET", f"/v1.0{ASSIGNMENT}")],
        f"retrieving app role assignment {ASSIGNMENT}",
    ),
    (
        ("01-create", "Create", ":AppRoleAssignment"),
        [denied("GET", RESOURCE)],
        "Could not retrieve service principal for resource",
    ),
]


@pytest.mark.parametrize(("call", "exchanges", "expected"), REFUSED)
def test_says_what_was_tried_and_what_graph_said(
    call: tuple[str, str, str], exchanges: list[Json], expected: str, start: Callable[..., Plugin]
) -> None:
    plugin, (scenario, method, kind) = start(*exchanges), call
    request = recorded_call(scenario, method, kind)
    assert f"{expected}: {DENIED}\n\n" in plugin.error_of(method, request).details()
    line = f"  sdk-v2/provider2.go:571: sdk.helper_schema: {expected}: {DENIED}: provider=azuread@6.11.1"
    assert plugin.log.lines[-1] == ("error", line, request["urn"])


@pytest.mark.parametrize("kind", ["servicePrincipal:ServicePrincipal", "appRoleAssignment:AppRoleAssignment"])
def test_says_that_a_deletion_was_refused(kind: str, start: Callable[..., Plugin]) -> None:
    path = PRINCIPAL if kind.startswith("service") else f"/v1.0{ASSIGNMENT}"
    plugin = start(refusal("DELETE", path, 404))
    token = f"azuread:index/{kind}"
    request = {"id": path.removeprefix("/v1.0"), "urn": f"urn:pulumi:s::p::{token}::x", "type": token}
    assert f"deleting urn:pulumi:s::p::{token}::x: " in plugin.error_of("Delete", request).details()


def test_revokes_a_grant_with_one_request(start: Callable[..., Plugin]) -> None:
    plugin = start(exchange("DELETE", f"/v1.0{ASSIGNMENT}"))
    token = "azuread:index/appRoleAssignment:AppRoleAssignment"
    plugin.call("Delete", {"id": ASSIGNMENT, "urn": f"urn:pulumi:s::p::{token}::x", "type": token})
    assert [write["method"] for write in plugin.tenant.tape.writes] == ["POST", "DELETE"]


@pytest.mark.parametrize("kind", [":ServicePrincipal", ":AppRoleAssignment"])
def test_refuses_an_id_of_another_kind(kind: str, start: Callable[..., Plugin]) -> None:
    plugin = start()
    request = recorded_call("02-unchanged", "Read", kind) | {"id": "/applications/x"}
    assert "[id] the id of a" in plugin.error_of("Read", request).details()


def test_an_application_that_is_not_shown_after_its_creation_is_not_kept(start: Callable[..., Plugin]) -> None:
    shown = [*[exchange("PATCH", APPLICATION)] * 2, refusal("GET", APPLICATION, 404)]
    plugin = start(*NEW_APPLICATION, *shown)
    error = plugin.error_of("Create", recorded_call("01-create", "Create", ":Application"))
    assert error.details() == "expected non-empty ID for new state during Create"


def test_an_application_that_went_away_during_its_update_is_an_error(start: Callable[..., Plugin]) -> None:
    exchanges = [
        exchange("GET", NAMED.format(RENAMED), EMPTY),
        exchange("PATCH", APPLICATION),
        refusal("GET", APPLICATION, 404),
    ]
    plugin = start(*exchanges)
    error = plugin.error_of("Update", recorded_call("03-update-display-name", "Update", ":Application"))
    assert error.details().endswith("the object is gone")


def test_an_update_to_a_name_that_is_taken_is_refused(start: Callable[..., Plugin]) -> None:
    taken = {"value": [{"id": "another", "displayName": RENAMED}, {"id": "lower", "displayName": RENAMED.lower()}]}
    plugin = start(exchange("GET", NAMED.format(RENAMED), taken))
    error = plugin.error_of("Update", recorded_call("03-update-display-name", "Update", ":Application"))
    assert f'with name "{RENAMED}" (ID: "another") was found' in error.details()


@pytest.mark.parametrize(
    ("method", "path", "declared", "expected"),
    [
        ("POST", "owners/$ref", [CALLER_ID, "00000000-0000-4000-8000-000000000001"], "Could not add owners to"),
        (
            "DELETE",
            f"owners/{CALLER_ID}/$ref",
            ["00000000-0000-4000-8000-000000000001"],
            "Could not remove owners from",
        ),
    ],
)
def test_says_that_owners_could_not_be_changed(
    method: str, path: str, declared: list[str], expected: str, start: Callable[..., Plugin]
) -> None:
    current = {"value": [{"id": CALLER_ID}]}
    plugin = start(
        exchange("GET", NAMED.format(RENAMED), EMPTY),
        exchange("PATCH", APPLICATION),
        exchange("GET", f"{APPLICATION}/owners", current),
        denied(method, f"{APPLICATION}/{path}"),
        exchange("POST", f"{APPLICATION}/owners/$ref", status=204),
    )
    request = recorded_call("03-update-display-name", "Update", ":Application")
    error = plugin.error_of("Update", request | {"news": request["news"] | {"owners": declared}})
    assert f"{expected} /applications/" in error.details()
