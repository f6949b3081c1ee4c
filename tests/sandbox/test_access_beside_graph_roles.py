"""Other ways to power: delegated grants, groups, directory roles, roles of Exchange."""

from sandbox.tenant import Tenant
from tests.sandbox.association import ADELE, GRAPH, NOBODY, Association, made, read

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
ROLES = "/v1.0/roleManagement/directory/roleAssignments"
ELIGIBLE = "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances"
EXCHANGE_ROLES = "/beta/roleManagement/exchange/roleAssignments"


def test_a_delegated_grant_is_made_and_removed(tenant: Tenant, association: Association) -> None:
    body = {
        "clientId": association.principal,
        "consentType": "AllPrincipals",
        "resourceId": GRAPH,
        "scope": "Mail.Read",
    }
    grant = made(tenant, "/v1.0/oauth2PermissionGrants", body, identity="administrator")
    path = f"/v1.0/oauth2PermissionGrants/{grant['id']}"
    assert tenant.graph("POST", "/v1.0/oauth2PermissionGrants", body)[0] == 400
    held = read(tenant, f"{association.principal_path}/oauth2PermissionGrants")["value"]
    assert [item["scope"] for item in held] == ["Mail.Read"]
    assert [tenant.graph("DELETE", path)[0] for _ in range(2)] == [204, 404]


def test_a_delegated_grant_needs_client_resource_and_kind(tenant: Tenant, association: Association) -> None:
    body = {"clientId": association.principal, "consentType": "AllPrincipals", "resourceId": GRAPH}
    changes = ({"clientId": NOBODY}, {"consentType": "Everybody"}, {"colour": "red"})
    assert [tenant.graph("POST", "/v1.0/oauth2PermissionGrants", body | change)[0] for change in changes] == [400] * 3


def make_group(tenant: Tenant, name: str, member: str) -> str:
    body = {"displayName": name, "mailNickname": name, "mailEnabled": False, "securityEnabled": True}
    group = made(tenant, "/v1.0/groups", body | {"isAssignableToRole": True}, identity="administrator")
    link = {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{member}"}
    assert tenant.graph("POST", f"/v1.0/groups/{group['id']}/members/$ref", link) == (204, None)
    return str(group["id"])


def test_memberships_are_followed_through_groups(tenant: Tenant, association: Association) -> None:
    inner = make_group(tenant, "inner", association.principal)
    make_group(tenant, "outer", inner)
    found = read(tenant, f"{association.principal_path}/transitiveMemberOf")["value"]
    assert [item["displayName"] for item in found] == ["inner", "outer"]
    assert {item["@odata.type"] for item in found} == {"#microsoft.graph.group"}


def test_somebody_who_may_not_read_groups_sees_only_their_ids(tenant: Tenant, association: Association) -> None:
    group = make_group(tenant, "secret", association.principal)
    (found,) = read(tenant, f"{association.principal_path}/transitiveMemberOf", identity="deployer")["value"]
    assert (found["id"], found["displayName"]) == (group, None)


def test_a_member_of_a_group_leaves(tenant: Tenant, association: Association) -> None:
    path = f"/v1.0/groups/{make_group(tenant, 'g', association.principal)}"
    assert [item["id"] for item in read(tenant, f"{path}/members")["value"]] == [association.principal]
    assert [tenant.graph("DELETE", f"{path}/members/{association.principal}/$ref")[0] for _ in range(2)] == [204, 404]


def test_a_person_is_read_by_name_or_id(tenant: Tenant) -> None:
    paths = ("/v1.0/users/adele@sandbox.onmicrosoft.com", f"/v1.0/users/{ADELE}")
    assert [read(tenant, path)["displayName"] for path in paths] == ["Adele Vance"] * 2
    assert tenant.graph("GET", f"/v1.0/users/{NOBODY}")[0] == 404


def give_role(tenant: Tenant, principal: str, scope: str = "/") -> str:
    body = {"principalId": principal, "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": scope}
    return str(made(tenant, ROLES, body, identity="administrator")["id"])


def test_a_directory_role_is_found_by_principal_and_by_scope(tenant: Tenant, association: Association) -> None:
    held = give_role(tenant, association.principal)
    over = give_role(tenant, ADELE, f"/{association.application}")
    filters = (f"principalId eq '{association.principal}'", f"directoryScopeId eq '/{association.application}'")
    found = [read(tenant, f"{ROLES}?$filter={text}&$expand=roleDefinition")["value"] for text in filters]
    assert [[item["id"] for item in items] for items in found] == [[held], [over]]
    assert found[0][0]["roleDefinition"]["displayName"] == "Global Administrator"


def test_a_directory_role_shows_among_the_memberships(tenant: Tenant, association: Association) -> None:
    give_role(tenant, association.principal)
    (found,) = read(tenant, f"{association.principal_path}/transitiveMemberOf")["value"]
    assert (found["@odata.type"], found["displayName"]) == ("#microsoft.graph.directoryRole", "Global Administrator")


def test_a_directory_role_is_given_once_and_taken_away(tenant: Tenant, association: Association) -> None:
    path = f"{ROLES}/{give_role(tenant, association.principal)}"
    body = {"principalId": association.principal, "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/"}
    assert tenant.graph("POST", ROLES, body)[0] == 400
    assert tenant.graph("POST", ROLES, body | {"roleDefinitionId": NOBODY})[0] == 400
    assert [tenant.graph("DELETE", path)[0] for _ in range(2)] == [204, 404]


def test_an_eligible_role_is_asked_for_and_ended(tenant: Tenant, association: Association) -> None:
    body = {
        "action": "adminAssign",
        "principalId": association.principal,
        "roleDefinitionId": GLOBAL_ADMINISTRATOR,
        "directoryScopeId": "/",
    }
    requests = "/v1.0/roleManagement/directory/roleEligibilityScheduleRequests"
    made(tenant, requests, body, identity="administrator")
    query = f"{ELIGIBLE}?$filter=principalId eq '{association.principal}'"
    assert [item["memberType"] for item in read(tenant, query)["value"]] == ["Direct"]
    assert tenant.graph("POST", requests, body | {"action": "selfActivate"})[0] == 400
    made(tenant, requests, body | {"action": "adminRemove"}, identity="administrator")
    assert read(tenant, query)["value"] == []


def test_a_role_of_exchange_is_given_by_name_and_taken_away(tenant: Tenant, association: Association) -> None:
    definitions = read(tenant, "/beta/roleManagement/exchange/roleDefinitions")["value"]
    role = next(item["id"] for item in definitions if item["displayName"] == "Application EWS.AccessAsApp")
    body = {"principalId": f"/ServicePrincipals/{association.principal}", "roleDefinitionId": role}
    given = made(tenant, EXCHANGE_ROLES, body | {"directoryScopeId": "/"}, identity="administrator")
    query = f"{EXCHANGE_ROLES}?$filter=principalId eq '/ServicePrincipals/{association.principal}'"
    assert [item["id"] for item in read(tenant, query)["value"]] == [given["id"]]
    assert tenant.graph("POST", EXCHANGE_ROLES, body | {"principalId": association.principal})[0] == 404
    assert tenant.graph("POST", EXCHANGE_ROLES, body | {"roleDefinitionId": NOBODY})[0] == 400
    assert [tenant.graph("DELETE", f"{EXCHANGE_ROLES}/{given['id']}")[0] for _ in range(2)] == [204, 404]
