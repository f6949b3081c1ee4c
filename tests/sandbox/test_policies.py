"""Policies: app management, those assigned to principals, and Conditional Access."""

import pytest

from sandbox.tenant import Tenant
from tests.sandbox.association import NOBODY, Association, made, read, refusal
from tests.sandbox.certificates import key_credential, make_signer

DEFAULT = "/v1.0/policies/defaultAppManagementPolicy"
CONDITIONAL = "/v1.0/identity/conditionalAccess/policies"
SHORT_KEYS = {"restrictionType": "asymmetricKeyLifetime", "maxLifetime": "P90D", "state": "enabled"}


def restrict(tenant: Tenant, *, since: str | None = None) -> None:
    rule = SHORT_KEYS | {"restrictForAppsCreatedAfterDateTime": since}
    restrictions = {"passwordCredentials": [{"restrictionType": "passwordAddition"}], "keyCredentials": [rule]}
    body = {"isEnabled": True, "applicationRestrictions": restrictions}
    assert tenant.graph("PATCH", DEFAULT, body) == (204, None)


def add_certificate(tenant: Tenant, association: Association) -> tuple[int, str]:
    body = {"keyCredentials": [key_credential(make_signer("long"))]}
    status, answer = tenant.graph("PATCH", association.application_path, body)
    return status, answer["error"]["code"] if answer else ""


def test_the_default_policy_allows_everything_at_first(tenant: Tenant, association: Association) -> None:
    assert read(tenant, DEFAULT)["isEnabled"] is False
    assert add_certificate(tenant, association) == (204, "")


def test_the_default_policy_limits_the_life_of_certificates(tenant: Tenant, association: Association) -> None:
    restrict(tenant)
    assert add_certificate(tenant, association) == (400, "CredentialInvalidLifetimeAsPerAppPolicy")


def test_the_default_policy_can_forbid_secrets(tenant: Tenant, association: Association) -> None:
    restrict(tenant)
    answer = tenant.graph("POST", f"{association.application_path}/addPassword", {})
    assert refusal(answer)[1] == "CredentialTypeNotAllowedAsPerAppPolicy"


def test_older_applications_can_be_left_alone(tenant: Tenant, association: Association) -> None:
    restrict(tenant, since="2999-01-01T00:00:00Z")
    assert add_certificate(tenant, association) == (204, "")


def test_an_assigned_policy_takes_the_place_of_the_default(tenant: Tenant, association: Association) -> None:
    restrict(tenant)
    body = {"displayName": "exempt", "isEnabled": True, "restrictions": {"keyCredentials": []}}
    policy = made(tenant, "/v1.0/policies/appManagementPolicies", body, identity="administrator")
    link = {"@odata.id": f"{tenant.url}/v1.0/policies/appManagementPolicies/{policy['id']}"}
    path = f"{association.application_path}/appManagementPolicies"
    assert tenant.graph("POST", f"{path}/$ref", link) == (204, None)
    assert [item["displayName"] for item in read(tenant, path)["value"]] == ["exempt"]
    assert add_certificate(tenant, association) == (204, "")
    assert tenant.graph("DELETE", f"{path}/{policy['id']}/$ref") == (204, None)
    assert add_certificate(tenant, association)[0] == 400


@pytest.mark.parametrize(
    ("owner", "kind"),
    [
        ("principal", "claimsMappingPolicies"),
        ("principal", "tokenLifetimePolicies"),
        ("principal", "tokenIssuancePolicies"),
        ("principal", "appManagementPolicies"),
        ("application", "tokenLifetimePolicies"),
        ("application", "tokenIssuancePolicies"),
        ("principal", "homeRealmDiscoveryPolicies"),
        ("application", "homeRealmDiscoveryPolicies"),
    ],
)
def test_policies_are_assigned_to(tenant: Tenant, association: Association, owner: str, kind: str) -> None:
    policy = made(tenant, f"/v1.0/policies/{kind}", {"displayName": "rogue"}, identity="administrator")
    path = f"{getattr(association, f'{owner}_path')}/{kind}"
    link = {"@odata.id": f"{tenant.url}/v1.0/policies/{kind}/{policy['id']}"}
    assert [tenant.graph("POST", f"{path}/$ref", link)[0] for _ in range(2)] == [204, 400]
    assert [item["id"] for item in read(tenant, path)["value"]] == [policy["id"]]
    assert [tenant.graph("DELETE", f"{path}/{policy['id']}/$ref")[0] for _ in range(2)] == [204, 404]


def test_a_policy_nobody_made_cannot_be_assigned(tenant: Tenant, association: Association) -> None:
    link = {"@odata.id": f"{tenant.url}/v1.0/policies/claimsMappingPolicies/{NOBODY}"}
    assert tenant.graph("POST", f"{association.principal_path}/claimsMappingPolicies/$ref", link)[0] == 404


def test_an_unknown_property_of_a_policy_is_refused(tenant: Tenant) -> None:
    assert tenant.graph("PATCH", DEFAULT, {"colour": "red"})[0] == 400
    assert tenant.graph("POST", CONDITIONAL, {"colour": "red"})[0] == 400


def test_conditional_access_is_made_and_listed(tenant: Tenant) -> None:
    body = {"displayName": "block", "state": "disabled", "conditions": {"clientApplications": {}}}
    policy = made(tenant, CONDITIONAL, body, identity="administrator")
    assert [item["id"] for item in read(tenant, CONDITIONAL)["value"]] == [policy["id"]]


def test_a_tenant_without_licence_says_so_otherwise_than_missing_permission(tenant: Tenant) -> None:
    tenant.switches.premium = False
    eligible = "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances"
    assert [refusal(tenant.graph("GET", path))[:2] for path in (CONDITIONAL, eligible)] == [
        (403, "Forbidden"),
        (400, "AadPremiumLicenseRequired"),
    ]
