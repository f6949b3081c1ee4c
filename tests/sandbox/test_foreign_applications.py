"""A vendor's application in another tenant: its principal here, what the consent page leaves, and how the vendor signs in."""

from typing import Any

import jwt
import pytest
import requests

from sandbox.tenant import Tenant
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from sandbox.vendor import Vendor, make_vendor
from sandbox.vendor.identity import LoginRefusedError
from tests.sandbox.association import ADELE, EXCHANGE, GRAPH, made, read, refusal

EXCHANGE_API = "00000002-0000-0ff1-ce00-000000000000"
GRAPH_API = "00000003-0000-0000-c000-000000000000"


@pytest.fixture
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    return make_vendor(tmp_path_factory.mktemp("vendor"))


@pytest.fixture
def client_id(tenant: Tenant, vendor: Vendor) -> str:
    return tenant.elsewhere.publish(
        "Mimecast",
        certificate=vendor.certificate_path.read_text(),
        roles={EXCHANGE_API: ["full_access_as_app"]},
        scopes={GRAPH_API: ["User.Read", "Mail.Read"]},
    )


def sign_in(tenant: Tenant, vendor: Vendor, client_id: str) -> tuple[str, ...]:
    return vendor.token(tenant.url, tenant.tenant_id, client_id, tenant.ca_file).roles


def test_before_anybody_consents_the_vendor_is_not_found(tenant: Tenant, vendor: Vendor, client_id: str) -> None:
    with pytest.raises(LoginRefusedError) as refused:
        sign_in(tenant, vendor, client_id)
    assert refused.value.code == "AADSTS700016"


def test_an_administrators_consent_leaves_principal_roles_and_a_grant_for_everyone(
    tenant: Tenant, vendor: Vendor, client_id: str
) -> None:
    principal = tenant.elsewhere.consent(client_id)
    shown = read(tenant, f"/v1.0/servicePrincipals/{principal}")
    assert (shown["appId"], shown["appOwnerOrganizationId"]) == (client_id, VENDOR_TENANT_ID)
    assert shown["keyCredentials"] == []
    (role,) = read(tenant, f"/v1.0/servicePrincipals/{principal}/appRoleAssignments")["value"]
    assert role["resourceId"] == EXCHANGE
    (grant,) = read(tenant, f"/v1.0/servicePrincipals/{principal}/oauth2PermissionGrants")["value"]
    assert (grant["consentType"], grant["principalId"], grant["scope"]) == (
        "AllPrincipals",
        None,
        "User.Read Mail.Read",
    )
    assert sign_in(tenant, vendor, client_id) == ("full_access_as_app",)


def test_a_persons_own_consent_grants_for_that_person_alone(tenant: Tenant, client_id: str) -> None:
    principal = tenant.elsewhere.consent(client_id, user=ADELE)
    assert read(tenant, f"/v1.0/servicePrincipals/{principal}/appRoleAssignments")["value"] == []
    (grant,) = read(tenant, f"/v1.0/servicePrincipals/{principal}/oauth2PermissionGrants")["value"]
    assert (grant["consentType"], grant["principalId"], grant["resourceId"]) == ("Principal", ADELE, GRAPH)


def test_its_application_is_not_shown_here_and_its_principal_can_be_made(tenant: Tenant, client_id: str) -> None:
    found = read(tenant, f"/v1.0/applications?$filter=appId eq '{client_id}'")["value"]
    principal = made(tenant, "/v1.0/servicePrincipals", {"appId": client_id}, identity="administrator")
    assert (found, principal["appOwnerOrganizationId"]) == ([], VENDOR_TENANT_ID)


def test_who_may_write_only_what_it_owns_cannot_make_its_principal(tenant: Tenant, client_id: str) -> None:
    answer = tenant.graph("POST", "/v1.0/servicePrincipals", {"appId": client_id}, identity="deployer")
    assert refusal(answer)[:2] == (403, "Authorization_RequestDenied")


def test_the_vendor_rotates_without_anybody_here(tenant: Tenant, vendor: Vendor, client_id: str, tmp_path: Any) -> None:
    tenant.elsewhere.consent(client_id)
    new = make_vendor(tmp_path / "new")
    tenant.elsewhere.rotate(client_id, new.certificate_path.read_text())
    assert sign_in(tenant, new, client_id) == ("full_access_as_app",)
    with pytest.raises(LoginRefusedError) as refused:
        sign_in(tenant, vendor, client_id)
    assert refused.value.code == "AADSTS700027"


def test_the_principal_follows_its_application(tenant: Tenant, client_id: str) -> None:
    principal = tenant.elsewhere.consent(client_id)
    publisher = {"displayName": "Mimecast", "verifiedPublisherId": "1", "addedDateTime": "2026-01-01T00:00:00Z"}
    tenant.elsewhere.change(client_id, displayName="Mimecast 2", verifiedPublisher=publisher)
    shown = read(tenant, f"/v1.0/servicePrincipals/{principal}")
    assert (shown["displayName"], shown["verifiedPublisher"]) == ("Mimecast 2", publisher)


def test_the_vendors_lock_holds_in_this_tenant(tenant: Tenant, client_id: str) -> None:
    principal = tenant.elsewhere.consent(client_id)
    tenant.elsewhere.change(client_id, servicePrincipalLockConfiguration={"isEnabled": True, "allProperties": True})
    path = f"/v1.0/servicePrincipals/{principal}"
    assert tenant.graph("PATCH", path, {"passwordCredentials": []})[0] == 400


def test_a_secret_on_the_principal_signs_in_as_the_vendor(tenant: Tenant, client_id: str) -> None:
    principal = tenant.elsewhere.consent(client_id)
    secret = made(
        tenant, f"/v1.0/servicePrincipals/{principal}/addPassword", {"passwordCredential": {}}, identity="administrator"
    )["secretText"]
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    form["scope"] = "https://outlook.office365.com/.default"
    answer = post_form(tenant, form)
    assert jwt.decode(answer["access_token"], options={"verify_signature": False})["roles"] == ["full_access_as_app"]


def post_form(tenant: Tenant, form: dict[str, str]) -> Any:

    url = f"{tenant.url}/{tenant.tenant_id}/oauth2/v2.0/token"
    return requests.post(url, data=form, verify=str(tenant.ca_file), timeout=30).json()


def test_the_scopes_of_a_grant_change_and_nothing_else_of_it(tenant: Tenant, client_id: str) -> None:
    principal = tenant.elsewhere.consent(client_id)
    path = f"/v1.0/servicePrincipals/{principal}/oauth2PermissionGrants"
    (grant,) = read(tenant, path)["value"]
    one = f"/v1.0/oauth2PermissionGrants/{grant['id']}"
    assert tenant.graph("PATCH", one, {"scope": "User.Read"}) == (204, None)
    assert tenant.graph("PATCH", one, {"consentType": "Principal"})[0] == 400
    assert read(tenant, path)["value"] == [grant | {"scope": "User.Read"}]
