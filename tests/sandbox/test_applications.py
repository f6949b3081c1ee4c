"""Applications: what a body may hold, what a change touches, what is refused."""

from typing import Any

import pytest

from sandbox.tenant import Tenant
from tests.sandbox.association import ADELE, NOBODY, Association, made, read, refusal

SCOPE = {"id": NOBODY, "isEnabled": True, "type": "User", "value": "read", "adminConsentDisplayName": "Read"}
ROLE = {"id": NOBODY, "isEnabled": True, "value": "role", "displayName": "role", "allowedMemberTypes": ["Application"]}


def change(tenant: Tenant, association: Association, body: dict[str, Any]) -> tuple[int, Any]:
    return tenant.graph("PATCH", association.application_path, body, identity="deployer")


def test_a_new_application_has_the_services_defaults(tenant: Tenant) -> None:
    created = made(tenant, "/v1.0/applications", {"displayName": "x"})
    found = {
        name: created[name] for name in ("signInAudience", "isFallbackPublicClient", "optionalClaims", "tags", "spa")
    }
    assert found == {
        "signInAudience": "AzureADMyOrg",
        "isFallbackPublicClient": None,
        "optionalClaims": None,
        "tags": [],
        "spa": {"redirectUris": []},
    }


def test_complex_values_are_merged_and_collections_replaced(tenant: Tenant, association: Association) -> None:
    change(tenant, association, {"web": {"redirectUris": ["https://a/"]}, "tags": ["a", "b"]})
    change(tenant, association, {"web": {"homePageUrl": "https://home/"}, "tags": ["c"]})
    found = read(tenant, association.application_path)
    assert (found["web"]["redirectUris"], found["web"]["homePageUrl"], found["tags"]) == (
        ["https://a/"],
        "https://home/",
        ["c"],
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"displayName": None}, "Invalid value specified for property 'displayName' of resource 'Application'."),
        ({"displayName": ""}, "Invalid value specified for property 'displayName' of resource 'Application'."),
        ({"tags": "a"}, "Invalid value specified for property 'tags' of resource 'Application'."),
        ({"web": {"redirectUris": [1]}}, "Invalid value specified for property 'web' of resource 'Application'."),
        (
            {"signInAudience": "Everybody"},
            "Invalid value specified for property 'signInAudience' of resource 'Application'.",
        ),
        ({"colour": "red"}, "Property 'colour' does not exist as a declared property or extension property."),
        ({"web": {"colour": "red"}}, "Property 'colour' does not exist as a declared property or extension property."),
        ({"appId": NOBODY}, "Property 'appId' is read-only and cannot be set."),
        ({"id": NOBODY}, "Property 'id' is read-only and cannot be set."),
        ({"createdDateTime": "2026-01-01T00:00:00Z"}, "Property 'createdDateTime' is read-only and cannot be set."),
    ],
)
def test_refuses_a_change_with(tenant: Tenant, association: Association, body: dict[str, Any], message: str) -> None:
    assert refusal(change(tenant, association, body)) == (400, "Request_BadRequest", message)


def test_a_name_is_required(tenant: Tenant) -> None:
    answer = tenant.graph("POST", "/v1.0/applications", {"tags": []})
    assert refusal(answer)[2] == "A value is required for property 'displayName' of resource 'Application'."


def test_an_enabled_role_or_scope_is_disabled_before_it_goes(tenant: Tenant, association: Association) -> None:
    change(tenant, association, {"appRoles": [ROLE], "api": {"oauth2PermissionScopes": [SCOPE]}})
    assert refusal(change(tenant, association, {"appRoles": []}))[1] == "CannotDeleteOrUpdateEnabledEntitlement"
    answer = change(tenant, association, {"api": {"oauth2PermissionScopes": []}})
    assert refusal(answer)[1] == "CannotDeleteOrUpdateEnabledEntitlement"
    assert change(tenant, association, {"appRoles": [ROLE | {"isEnabled": False}]}) == (204, None)
    assert change(tenant, association, {"appRoles": []}) == (204, None)


def test_an_identifier_uri_belongs_to_one_application(tenant: Tenant, association: Association) -> None:
    change(tenant, association, {"identifierUris": ["api://one"]})
    answer = tenant.graph("POST", "/v1.0/applications", {"displayName": "x", "identifierUris": ["api://one"]})
    assert "identifierUris already exists" in refusal(answer)[2]


def test_its_principal_follows_an_application(tenant: Tenant, association: Association) -> None:
    change(tenant, association, {"displayName": "Renamed", "web": {"redirectUris": ["https://b/"]}, "appRoles": [ROLE]})
    found = read(tenant, association.principal_path)
    assert (found["displayName"], found["appDisplayName"]) == ("Renamed", "Renamed")
    assert (found["replyUrls"], [role["value"] for role in found["appRoles"]]) == (["https://b/"], ["role"])


def test_properties_of_the_lists_section_can_be_set(tenant: Tenant, association: Association) -> None:
    body = {
        "isDisabled": True,
        "tokenEncryptionKeyId": NOBODY,
        "servicePrincipalLockConfiguration": {"isEnabled": True, "allProperties": True},
        "api": {"preAuthorizedApplications": [{"appId": NOBODY, "delegatedPermissionIds": []}]},
        "optionalClaims": {"idToken": [{"name": "email", "essential": False, "additionalProperties": []}]},
    }
    assert change(tenant, association, body) == (204, None)
    found = read(tenant, association.application_path)
    assert found["servicePrincipalLockConfiguration"]["isEnabled"] is True
    assert found["api"]["preAuthorizedApplications"][0]["appId"] == NOBODY
    assert found["optionalClaims"]["saml2Token"] == []


def test_new_applications_can_get_the_instance_lock(tenant: Tenant) -> None:
    tenant.switches.lock_new_applications = True
    assert made(tenant, "/v1.0/applications", {"displayName": "x"})["servicePrincipalLockConfiguration"]["isEnabled"]


def test_beta_has_the_flag_that_v1_leaves_out(tenant: Tenant, association: Association) -> None:
    path = association.application_path
    tenant.graph("PATCH", path.replace("v1.0", "beta"), {"oauth2RequirePostResponse": True})
    found = read(tenant, f"{path.replace('v1.0', 'beta')}?$select=oauth2RequirePostResponse")
    assert found["oauth2RequirePostResponse"] is True
    assert "oauth2RequirePostResponse" not in read(tenant, path)


def test_owners_are_listed_added_and_removed(tenant: Tenant, association: Association) -> None:
    path = f"{association.application_path}/owners"
    link = {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{ADELE}"}
    assert tenant.graph("POST", f"{path}/$ref", link) == (204, None)
    assert refusal(tenant.graph("POST", f"{path}/$ref", link))[0] == 400
    assert [owner["displayName"] for owner in read(tenant, path)["value"]] == ["deployer", "Adele Vance"]
    assert tenant.graph("DELETE", f"{path}/{ADELE}/$ref") == (204, None)
    assert tenant.graph("DELETE", f"{path}/{ADELE}/$ref")[0] == 404
    assert tenant.graph("POST", f"{path}/$ref", {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{NOBODY}"})[0] == 404


def test_a_filtered_list_of_owners_holds_the_one_asked_for(tenant: Tenant, association: Association) -> None:
    own = tenant.identity("deployer").object_id
    path = f"{association.application_path}/owners?$filter=id eq "
    assert [len(read(tenant, f"{path}'{owner}'")["value"]) for owner in (own, ADELE)] == [1, 0]


def test_a_client_secret_is_shown_once(tenant: Tenant, association: Association) -> None:
    path = association.application_path
    added = made(tenant, f"{path}/addPassword", {"passwordCredential": {"displayName": "rogue"}})
    (shown,) = read(tenant, path)["passwordCredentials"]
    assert len(added["secretText"]) > 30
    assert (shown["secretText"], shown["keyId"], shown["displayName"]) == (None, added["keyId"], "rogue")
    assert tenant.graph("POST", f"{path}/removePassword", {"keyId": added["keyId"]}) == (204, None)
    assert tenant.graph("POST", f"{path}/removePassword", {"keyId": added["keyId"]})[0] == 400


def test_a_patch_takes_secrets_away_and_never_adds_one(tenant: Tenant, association: Association) -> None:
    path = association.application_path
    made(tenant, f"{path}/addPassword", {"passwordCredential": {"displayName": "rogue"}})
    assert change(tenant, association, {"passwordCredentials": [{"displayName": "new"}]})[0] == 400
    assert change(tenant, association, {"passwordCredentials": []}) == (204, None)
    assert read(tenant, path)["passwordCredentials"] == []


def test_an_application_can_be_created_with_a_secret(tenant: Tenant) -> None:
    created = made(
        tenant, "/v1.0/applications", {"displayName": "x", "passwordCredentials": [{"displayName": "first"}]}
    )
    assert created["passwordCredentials"][0]["secretText"]


def test_federated_credentials_are_added_and_removed(tenant: Tenant, association: Association) -> None:
    path = f"{association.application_path}/federatedIdentityCredentials"
    body = {"name": "github", "issuer": "https://token.actions", "subject": "repo:a/b", "audiences": ["api://x"]}
    created = made(tenant, path, body)
    assert tenant.graph("POST", path, body)[0] == 409
    assert tenant.graph("POST", path, body | {"name": "other"})[0] == 400
    assert [entry["id"] for entry in read(tenant, path)["value"]] == [created["id"]]
    assert tenant.graph("DELETE", f"{path}/{created['id']}") == (204, None)
    assert tenant.graph("DELETE", f"{path}/{created['id']}")[0] == 404


def test_an_application_has_at_most_twenty_federated_credentials(tenant: Tenant, association: Association) -> None:
    path = f"{association.application_path}/federatedIdentityCredentials"
    bodies = [
        {"name": f"n{number}", "issuer": "https://i", "subject": f"s{number}", "audiences": ["a"]}
        for number in range(21)
    ]
    assert [tenant.graph("POST", path, body)[0] for body in bodies] == [201] * 20 + [400]
