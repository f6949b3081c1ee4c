"""Permissions are enforced: who may do what, and in which words the rest is refused."""

from typing import Any

import pytest

from sandbox.tenant import Tenant
from sandbox.tenant.routing import ROUTES
from tests.sandbox.association import ADELE, EXCHANGE, FULL_ACCESS, Association, made, refusal

DENIED = (403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def statuses(tenant: Tenant, identity: str, *requests: tuple[str, str, Any]) -> list[int]:
    return [tenant.graph(method, path, body, identity=identity)[0] for method, path, body in requests]


def test_the_deployer_has_the_smallest_set_that_the_program_needs(tenant: Tenant) -> None:
    assert tenant.identity("deployer").permissions == {
        "Application.ReadWrite.OwnedBy",
        "Application.Read.All",
        "AppRoleAssignment.ReadWrite.All",
        "Domain.Read.All",
    }


def test_somebody_without_permission_reaches_nothing(tenant: Tenant, association: Association) -> None:
    for route in ROUTES:
        if route.template == "/$batch":
            continue
        parts = {"id": association.application if "/applications" in route.template else association.principal}
        path = route.template.format_map(_Ids(parts))
        status, _ = tenant.graph(route.method, f"/{route.versions[0]}{path}", {"x": 1}, identity="nobody")
        assert status == 403, (route.method, route.template)


class _Ids(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ADELE


def test_owned_by_is_enough_for_what_the_caller_owns(tenant: Tenant) -> None:
    application = made(tenant, "/v1.0/applications", {"displayName": "x"}, identity="owned-only")
    link = f"{tenant.url}/v1.0/directoryObjects/{tenant.identity('owned-only').object_id}"
    body = {"appId": application["appId"], "owners@odata.bind": [link]}
    principal = made(tenant, "/v1.0/servicePrincipals", body, identity="owned-only")
    found = statuses(
        tenant,
        "owned-only",
        ("PATCH", f"/v1.0/applications/{application['id']}", {"notes": "x"}),
        ("PATCH", f"/v1.0/servicePrincipals/{principal['id']}", {"notes": "x"}),
        ("DELETE", f"/v1.0/servicePrincipals/{principal['id']}", None),
        ("DELETE", f"/v1.0/applications/{application['id']}", None),
    )
    assert found == [204] * 4


def test_owned_by_is_not_enough_for_what_others_own(tenant: Tenant, association: Association) -> None:
    found = statuses(
        tenant,
        "owned-only",
        ("GET", association.application_path, None),
        ("PATCH", association.application_path, {"notes": "x"}),
        ("POST", f"{association.application_path}/addPassword", {}),
        ("PATCH", association.principal_path, {"notes": "x"}),
        ("DELETE", association.application_path, None),
    )
    assert found == [200, 403, 403, 403, 403]


def test_owned_by_cannot_make_a_principal_for_an_application_of_others(tenant: Tenant) -> None:
    application = made(tenant, "/v1.0/applications", {"displayName": "x"})
    answer = tenant.graph("POST", "/v1.0/servicePrincipals", {"appId": application["appId"]}, identity="owned-only")
    assert refusal(answer) == DENIED


def test_a_deployer_that_leaves_the_owners_locks_itself_out(tenant: Tenant, association: Association) -> None:
    own = tenant.identity("deployer").object_id
    path = association.application_path
    assert tenant.graph("DELETE", f"{path}/owners/{own}/$ref", identity="deployer") == (204, None)
    assert refusal(tenant.graph("PATCH", path, {"notes": "x"}, identity="deployer")) == DENIED


def test_owned_by_cannot_add_another_owner(tenant: Tenant, association: Association) -> None:
    link = {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{ADELE}"}
    answer = tenant.graph("POST", f"{association.application_path}/owners/$ref", link, identity="deployer")
    assert refusal(answer) == DENIED
    body = {"displayName": "x", "owners@odata.bind": [link["@odata.id"]]}
    assert refusal(tenant.graph("POST", "/v1.0/applications", body, identity="deployer")) == DENIED


@pytest.mark.parametrize(
    ("permissions", "status"),
    [
        (("Application.ReadWrite.All", "Application.Read.All"), 403),
        (("AppRoleAssignment.ReadWrite.All",), 403),
        (("AppRoleAssignment.ReadWrite.All", "Application.Read.All"), 201),
    ],
)
def test_a_grant_needs_both_permissions(
    tenant: Tenant, association: Association, permissions: tuple[str, ...], status: int
) -> None:
    tenant.graph("DELETE", f"{association.principal_path}/appRoleAssignments/{association.assignment}")
    tenant.add_identity("granter", *permissions)
    body = {"principalId": association.principal, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    answer = tenant.graph("POST", f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body, identity="granter")
    assert answer[0] == status


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("/v1.0/domains", "Domain.Read.All"),
        ("/v1.0/domains", "Directory.Read.All"),
        ("/v1.0/policies/defaultAppManagementPolicy", "Policy.Read.All"),
        ("/v1.0/identity/conditionalAccess/policies", "Policy.Read.All"),
        (f"/v1.0/servicePrincipals/{EXCHANGE}/oauth2PermissionGrants", "Directory.Read.All"),
        ("/v1.0/roleManagement/directory/roleAssignments", "RoleManagement.Read.Directory"),
        ("/v1.0/roleManagement/directory/roleEligibilityScheduleInstances", "RoleManagement.Read.All"),
        ("/beta/roleManagement/exchange/roleAssignments", "RoleManagement.Read.All"),
    ],
)
def test_one_permission_opens(tenant: Tenant, path: str, permission: str) -> None:
    before = tenant.graph("GET", path, identity="nobody")[0]
    tenant.permit("nobody", permission)
    assert (before, tenant.graph("GET", path, identity="nobody")[0]) == (403, 200)


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        (f"/v1.0/servicePrincipals/{EXCHANGE}/oauth2PermissionGrants", "DelegatedPermissionGrant.Read.All"),
        ("/v1.0/roleManagement/directory/roleAssignments", "RoleManagement.Read.All"),
        ("/beta/roleManagement/exchange/roleAssignments", "Directory.Read.All"),
    ],
)
def test_a_permission_that_sounds_right_opens_nothing(tenant: Tenant, path: str, permission: str) -> None:
    tenant.permit("nobody", permission)
    assert tenant.graph("GET", path, identity="nobody")[0] == 403


def test_assigned_policies_are_read_with_two_permissions(tenant: Tenant, association: Association) -> None:
    path = f"{association.principal_path}/claimsMappingPolicies"
    tenant.permit("nobody", "Application.Read.All", "Policy.Read.All")
    assert tenant.graph("GET", path, identity="nobody")[0] == 403
    tenant.permit("nobody", "Application.ReadWrite.OwnedBy")
    assert tenant.graph("GET", path, identity="nobody")[0] == 200
    assert tenant.graph("POST", f"{path}/$ref", {}, identity="nobody")[0] == 403


def test_a_group_that_can_hold_roles_takes_the_permission_for_roles_too(
    tenant: Tenant, association: Association
) -> None:
    body = {"displayName": "x", "mailNickname": "x", "mailEnabled": False, "securityEnabled": True}
    group = made(tenant, "/v1.0/groups", body | {"isAssignableToRole": True}, identity="administrator")
    link = {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{association.principal}"}
    path = f"/v1.0/groups/{group['id']}/members"
    assert tenant.graph("POST", f"{path}/$ref", link) == (204, None)
    tenant.permit("nobody", "GroupMember.ReadWrite.All")
    gone = ("DELETE", f"{path}/{association.principal}/$ref", None)
    assert statuses(tenant, "nobody", gone) == [403]
    tenant.permit("nobody", "RoleManagement.ReadWrite.Directory")
    assert statuses(tenant, "nobody", gone) == [204]


def test_audits_need_two_permissions(tenant: Tenant) -> None:
    path = "/v1.0/auditLogs/directoryAudits"
    tenant.permit("nobody", "AuditLog.Read.All")
    assert refusal(tenant.graph("GET", path, identity="nobody"))[1] == "Authentication_MSGraphPermissionMissing"
    tenant.permit("nobody", "Directory.Read.All")
    assert tenant.graph("GET", path, identity="nobody")[0] == 200


def test_conditional_access_and_eligible_roles_refuse_in_their_own_words(tenant: Tenant) -> None:
    policies = refusal(tenant.graph("GET", "/v1.0/identity/conditionalAccess/policies", identity="nobody"))
    eligible = "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances"
    assert policies[1:] == (
        "AccessDenied",
        "You cannot perform the requested operation, required scopes are missing in the token.",
    )
    assert refusal(tenant.graph("GET", eligible, identity="nobody"))[1] == "PermissionScopeNotGranted"


def test_security_attributes_need_a_permission_of_their_own(tenant: Tenant, association: Association) -> None:
    path = f"{association.principal_path}?$select=customSecurityAttributes"
    assert [tenant.graph("GET", path, identity=name)[0] for name in ("deployer", "auditor")] == [403, 200]
    body = {"customSecurityAttributes": {"Engineering": {"Project": "x"}}}
    assert refusal(tenant.graph("PATCH", association.principal_path, body, identity="deployer")) == DENIED


def test_the_auditor_reads_everything_and_writes_nothing(tenant: Tenant, association: Association) -> None:
    reads = [route for route in ROUTES if route.method == "GET" and "{" not in route.template.replace("{id}", "")]
    for route in reads:
        owner = association.application if "/applications" in route.template else association.principal
        path = f"/{route.versions[0]}{route.template.replace('{id}', owner)}"
        assert tenant.graph("GET", path, identity="auditor")[0] == 200, path
    assert refusal(tenant.graph("PATCH", association.application_path, {}, identity="auditor")) == DENIED


def test_a_token_keeps_what_it_was_issued_with(tenant: Tenant, http: Any) -> None:
    headers = {"Authorization": f"Bearer {tenant.token('deployer')}"}
    tenant.revoke("deployer", "Domain.Read.All")
    assert http.get(f"{tenant.url}/v1.0/domains", headers=headers).status_code == 200
    assert tenant.graph("GET", "/v1.0/domains", identity="deployer")[0] == 403
    assert "Domain.Read.All" not in tenant.identity("deployer").permissions


def test_an_unknown_identity_is_named(tenant: Tenant) -> None:
    with pytest.raises(KeyError, match="no sandbox identity 'ghost'; there are: deployer, administrator"):
        tenant.identity("ghost")
