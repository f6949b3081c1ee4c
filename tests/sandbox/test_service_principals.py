"""Service principals and app-role assignments."""

import base64
import uuid
from typing import Any

import pytest

from sandbox.tenant import Tenant
from tests.sandbox.association import (
    ADELE,
    EXCHANGE,
    FULL_ACCESS,
    GRAPH,
    MAIL_READ_WRITE,
    NOBODY,
    Association,
    made,
    read,
    refusal,
)


def test_microsofts_principals_have_their_known_ids_and_roles(tenant: Tenant) -> None:
    exchange = read(tenant, "/v1.0/servicePrincipals(appId='00000002-0000-0ff1-ce00-000000000000')")
    graph = read(tenant, "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
    roles = {role["value"]: role["id"] for role in exchange["appRoles"]}
    assert (exchange["id"], roles["full_access_as_app"]) == (EXCHANGE, FULL_ACCESS)
    assert {role["value"]: role["id"] for role in graph["appRoles"]}["Mail.ReadWrite"] == MAIL_READ_WRITE


def test_a_principal_needs_its_application(tenant: Tenant) -> None:
    answer = tenant.graph("POST", "/v1.0/servicePrincipals", {"appId": NOBODY})
    assert refusal(answer)[::2] == (
        400,
        f"The appId '{NOBODY}' of the service principal does not reference a valid application object.",
    )


def test_an_application_has_one_principal(tenant: Tenant, association: Association) -> None:
    assert tenant.graph("POST", "/v1.0/servicePrincipals", {"appId": association.client_id})[0] == 409


@pytest.mark.parametrize(
    "body",
    [
        {"accountEnabled": False},
        {"appRoleAssignmentRequired": True},
        {"tags": ["HideApp"]},
        {"notes": "x", "loginUrl": "https://x/", "preferredSingleSignOnMode": "saml"},
        {"tokenEncryptionKeyId": NOBODY},
    ],
)
def test_properties_can_be_changed(tenant: Tenant, association: Association, body: dict[str, Any]) -> None:
    assert tenant.graph("PATCH", association.principal_path, body) == (204, None)
    found = read(tenant, association.principal_path)
    assert {name: found[name] for name in body} == body


def test_a_principal_can_have_secrets_of_its_own(tenant: Tenant, association: Association) -> None:
    path = association.principal_path
    added = made(tenant, f"{path}/addPassword", {"passwordCredential": {"displayName": "rogue"}})
    assert [entry["keyId"] for entry in read(tenant, path)["passwordCredentials"]] == [added["keyId"]]
    assert tenant.graph("POST", f"{path}/removePassword", {"keyId": added["keyId"]}) == (204, None)


def test_the_instance_lock_can_hold_at_home(tenant: Tenant, association: Association) -> None:
    tenant.switches.lock_holds_at_home = True
    lock = {"servicePrincipalLockConfiguration": {"isEnabled": True, "allProperties": True}}
    tenant.graph("PATCH", association.application_path, lock)
    assert tenant.graph("POST", f"{association.principal_path}/addPassword", {})[0] == 400
    assert tenant.graph("PATCH", association.principal_path, {"keyCredentials": []})[0] == 400


def test_security_attributes_show_only_when_selected(tenant: Tenant, association: Association) -> None:
    value = {"Engineering": {"Project": "Alpine"}}
    tenant.graph("PATCH", association.principal_path, {"customSecurityAttributes": value})
    found = read(tenant, f"{association.principal_path}?$select=id,customSecurityAttributes")
    assert found["customSecurityAttributes"] == value
    assert "customSecurityAttributes" not in read(tenant, association.principal_path)
    tenant.graph("PATCH", association.principal_path, {"customSecurityAttributes": {"Engineering": {"Project": None}}})
    found = read(tenant, f"{association.principal_path}?$select=customSecurityAttributes")
    assert found["customSecurityAttributes"] is None


def test_an_assignment_is_seen_from_both_ends(tenant: Tenant, association: Association) -> None:
    held = read(tenant, f"{association.principal_path}/appRoleAssignments")["value"]
    given = read(tenant, f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo")["value"]
    assert [item["id"] for item in held] == [item["id"] for item in given] == [association.assignment]


def test_an_owner_of_a_principal_can_be_removed(tenant: Tenant, association: Association) -> None:
    own = tenant.identity("deployer").object_id
    path = f"{association.principal_path}/owners"
    assert tenant.graph("DELETE", f"{path}/{own}/$ref", identity="deployer") == (204, None)
    assert read(tenant, path)["value"] == []


def test_an_assignments_id_begins_with_its_principal(association: Association) -> None:
    raw = base64.urlsafe_b64decode(f"{association.assignment}=")
    assert (len(raw), str(uuid.UUID(bytes_le=raw[:16]))) == (32, association.principal)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "Permission being assigned already exists on the object"),
        ({"appRoleId": NOBODY}, "Permission being assigned was not found on application"),
        ({"principalId": NOBODY}, "Not a valid reference update."),
        ({"resourceId": GRAPH}, "Not a valid reference update."),
        ({"colour": "red"}, "Property 'colour' does not exist as a declared property or extension property."),
    ],
)
def test_refuses_an_assignment(tenant: Tenant, association: Association, change: dict[str, str], message: str) -> None:
    body = {"principalId": association.principal, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS} | change
    answer = tenant.graph("POST", f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)
    assert refusal(answer) == (400, "Request_BadRequest", message)


def test_an_assignment_can_be_made_from_the_principals_end_and_for_a_user(
    tenant: Tenant, association: Association
) -> None:
    body = {"principalId": association.principal, "resourceId": GRAPH, "appRoleId": MAIL_READ_WRITE}
    made(tenant, f"{association.principal_path}/appRoleAssignments", body)
    role = {"id": NOBODY, "isEnabled": True, "value": "r", "displayName": "r", "allowedMemberTypes": ["User"]}
    tenant.graph("PATCH", association.application_path, {"appRoles": [role]})
    body = {"principalId": ADELE, "resourceId": association.principal, "appRoleId": NOBODY}
    assert made(tenant, f"{association.principal_path}/appRoleAssignedTo", body)["principalType"] == "User"


def test_a_revoked_assignment_is_gone_and_a_new_one_has_another_id(tenant: Tenant, association: Association) -> None:
    path = f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo"
    assert tenant.graph("DELETE", f"{path}/{association.assignment}") == (204, None)
    assert tenant.graph("GET", f"{path}/{association.assignment}")[0] == 404
    assert tenant.graph("DELETE", f"{path}/{association.assignment}")[0] == 404
    body = {"principalId": association.principal, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    assert made(tenant, path, body)["id"] != association.assignment


def test_a_principal_that_goes_takes_its_assignments_with_it(tenant: Tenant, association: Association) -> None:
    tenant.graph("DELETE", association.principal_path)
    assert read(tenant, f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo")["value"] == []


def test_microsofts_principal_can_be_deleted(tenant: Tenant) -> None:
    assert tenant.graph("DELETE", f"/v1.0/servicePrincipals/{EXCHANGE}") == (204, None)


def test_the_initial_domain_is_listed(tenant: Tenant) -> None:
    (domain,) = read(tenant, "/v1.0/domains")["value"]
    assert (domain["id"], domain["isInitial"], domain["isVerified"]) == ("sandbox.onmicrosoft.com", True, True)


def test_federated_credentials_of_a_principal_are_added_and_removed(tenant: Tenant, association: Association) -> None:
    path = f"{association.principal_path}/federatedIdentityCredentials"
    body = {"name": "rogue", "issuer": "https://issuer.example", "subject": "s", "audiences": ["api://x"]}
    created = made(tenant, path, body)
    assert [entry["name"] for entry in read(tenant, path)["value"]] == ["rogue"]
    assert tenant.graph("DELETE", f"{path}/{created['id']}") == (204, None)
    assert read(tenant, path)["value"] == []


def test_a_provisioning_job_is_made_and_deleted(tenant: Tenant, association: Association) -> None:
    path = f"{association.principal_path}/synchronization/jobs"
    job = made(tenant, path, {"templateId": "scim"})
    assert [entry["templateId"] for entry in read(tenant, path)["value"]] == ["scim"]
    assert read(tenant, path.replace(association.principal, EXCHANGE))["value"] == []
    assert tenant.graph("DELETE", f"{path}/{job['id']}") == (204, None)
    assert refusal(tenant.graph("DELETE", f"{path}/{job['id']}"))[0] == 404
