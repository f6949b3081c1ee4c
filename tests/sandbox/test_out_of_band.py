"""Every change that somebody can make behind a program's back shows in the request that the drift matrix names for it."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import ADELE, EXCHANGE, Association
from tests.guard.rows import ROWS, Row
from tests.guard.rows_application import EXCHANGE_ACCESS
from tests.sandbox.association import read
from tests.sandbox.certificates import key_credential, make_signer

PLAYED: dict[str, Row] = {row.id: row for row in ROWS if row.make and not row.id.startswith(("C", "V"))}
"""The drift matrix, without what time does and what only a vendor's own application has."""
POLICIES = ("claimsMappingPolicies", "tokenLifetimePolicies", "tokenIssuancePolicies")
SHOWN_BY = {
    "application": [f"A{row}" for row in (*range(1, 33), 34) if row not in (15, 30)],
    "federated": ["A15"],
    "app policies": ["A30"],
    "principal": ["A33", "S1", "S2", "S3", "S4", "S5", "S8", "S9", "S11", "S12", "S13", "S14", "S18"],
    "principal owners": ["S6", "S7"],
    "delegated": ["S15"],
    "groups": ["S17"],
    "claimsMappingPolicies": ["S10"],
    "roles": ["S16"],
    "roles over it": ["T8"],
    "exchange": ["T1", "T9"],
    "holders": ["T7"],
    "default policy": ["T6"],
    "conditional access": ["T2"],
    "exchange roles": ["T4"],
    "app home realms": ["A35"],
    "principal federated": ["S20"],
    "home realms": ["S21"],
    "jobs": ["S22"],
}


def requests(found: Association) -> dict[str, str]:
    """What the guard reads: section 6 of the drift matrix."""
    app, principal = f"applications/{found.application_id}", f"servicePrincipals/{found.service_principal_id}"
    roles = "roleManagement/directory/roleAssignments?$filter="
    select = (
        "id,displayName,signInAudience,web,spa,publicClient,requiredResourceAccess,passwordCredentials,appRoles,api"
    )
    select += ",identifierUris,isFallbackPublicClient,tags,notes,description,info,servicePrincipalLockConfiguration"
    select += ",optionalClaims,groupMembershipClaims,isDisabled,tokenEncryptionKeyId,managerApplications,keyCredentials"
    return {
        "application": f"{app}?$select={select}&$expand=owners",
        "federated": f"{app}/federatedIdentityCredentials",
        "app policies": f"{app}/appManagementPolicies",
        "principal": f"{principal}?$select=id,accountEnabled,appRoleAssignmentRequired,tags,notes,loginUrl,keyCredentials,"
        "preferredSingleSignOnMode,passwordCredentials,customSecurityAttributes&$expand=appRoleAssignments",
        "principal owners": f"{principal}/owners",
        "delegated": f"{principal}/oauth2PermissionGrants",
        "groups": f"{principal}/transitiveMemberOf",
        **{kind: f"{principal}/{kind}" for kind in POLICIES},
        "roles": f"{roles}principalId eq '{found.service_principal_id}'",
        "roles over it": f"{roles}directoryScopeId eq '/{found.application_id}'",
        "eligible": "roleManagement/directory/roleEligibilityScheduleInstances",
        "exchange": f"servicePrincipals/{EXCHANGE}?$select=id,accountEnabled,keyCredentials,passwordCredentials",
        "holders": f"servicePrincipals/{EXCHANGE}/appRoleAssignedTo",
        "default policy": "policies/defaultAppManagementPolicy",
        "conditional access": "identity/conditionalAccess/policies",
    }


def observe(tenant: Tenant, found: Association) -> dict[str, Any]:
    """What the auditor sees, in one batch and one of the beta version."""
    return _batch(tenant, "v1.0", requests(found)) | _batch(tenant, "beta", beta_requests(found))


def beta_requests(found: Association) -> dict[str, str]:
    app, principal = f"applications/{found.application_id}", f"servicePrincipals/{found.service_principal_id}"
    return {
        "exchange roles": "roleManagement/exchange/roleAssignments",
        "app home realms": f"{app}/homeRealmDiscoveryPolicies",
        "home realms": f"{principal}/homeRealmDiscoveryPolicies",
        "principal federated": f"{principal}/federatedIdentityCredentials",
        "jobs": f"{principal}/synchronization/jobs",
    }


def _batch(tenant: Tenant, version: str, urls: dict[str, str]) -> dict[str, Any]:
    items = [{"id": name, "method": "GET", "url": f"/{url}"} for name, url in urls.items()]
    answer = tenant.graph("POST", f"/{version}/$batch", {"requests": items}, identity="auditor")[1]
    return {item["id"]: (item["status"], _plain(item["body"])) for item in answer["responses"]}


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    """Errors without what differs from request to request."""
    return {"error": body["error"]["code"]} if "error" in body else body


@pytest.fixture
def watched(tenant: Tenant) -> Association:
    """An association in which every row has something to change."""
    found = Association.make(tenant, certificate_pem("declared"), owners=(ADELE,))
    properties = {
        "web": {"redirectUris": ["https://localhost/"]},
        "requiredResourceAccess": [EXCHANGE_ACCESS],
        "servicePrincipalLockConfiguration": {"isEnabled": True},
    }
    found.ask("PATCH", found.application, properties)
    found.ask("POST", f"{found.principal}/owners/$ref", {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{ADELE}"})
    return found


@pytest.mark.parametrize(("request_name", "row"), [(name, row) for name, rows in SHOWN_BY.items() for row in rows])
def test_shows(tenant: Tenant, watched: Association, request_name: str, row: str) -> None:
    before = observe(tenant, watched)
    make = PLAYED[row].make
    assert make is not None
    make(watched)
    after = observe(tenant, watched)
    assert request_name in [name for name in before if before[name] != after[name]]


def test_every_row_is_shown_by_some_request() -> None:
    assert sorted(row for rows in SHOWN_BY.values() for row in rows) == sorted(PLAYED)


def test_an_untouched_association_looks_the_same_twice(tenant: Tenant, watched: Association) -> None:
    before = observe(tenant, watched)
    assert (before == observe(tenant, watched), {status for status, _ in before.values()}) == (True, {200})


def test_a_certificate_can_be_about_to_expire_or_expired(tenant: Tenant, watched: Association) -> None:
    tenant.switches.refuse_expired_certificates = False
    starts = timedelta(days=-400)
    aging = [key_credential(make_signer("aging", starts=starts, ends=timedelta(days=days))) for days in (3, -3)]
    path = f"/v1.0{watched.application}"
    assert tenant.graph("PATCH", path, {"keyCredentials": aging})[0] == 204
    soon, past = (entry["endDateTime"] for entry in read(tenant, path)["keyCredentials"])
    assert past < soon
