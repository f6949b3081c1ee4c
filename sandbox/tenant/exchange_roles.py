"""Roles of Exchange Online (RBAC for Applications), in Graph beta only.

Source: https://learn.microsoft.com/en-us/graph/api/rbacapplication-post-roleassignments (checked 2026-11-24). They give
access to mailboxes without any app role.
"""

from collections.abc import Collection, Mapping

from sandbox.tenant.audit import audit
from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.entity_answers import answer_collection
from sandbox.tenant.problems import bad_request, not_found
from sandbox.tenant.routing import BETA, NO_CONTENT, Call, Reply, route
from sandbox.tenant.wellknown import FRESH

KIND = "exchangeRoleAssignments"
ROLES: Mapping[str, str] = FRESH["exchangeRoles"]
"""Role definitions; the names are Microsoft's, the ids differ from tenant to tenant and are made up here."""

_CONTEXT = "roleManagement/exchange/roleAssignments"


def covers(directory: Directory, service_principal: str, user: str, names: Collection[str]) -> bool:
    """Whether one of these roles lets a service principal (object id) into the mailbox of a user (object id).

    The scope is everybody (`/`), one user (`/Users/{id}`) or the direct members of a group (`/Groups/{id}`).
    """
    scopes = {"/", f"/Users/{user}"}
    groups = directory.store.all("groups").values()
    scopes |= {f"/Groups/{group['id']}" for group in groups if user in group["_members"]}
    return any(
        assignment["principalId"] == f"/ServicePrincipals/{service_principal}"
        and ROLES[assignment["roleDefinitionId"]] in names
        and assignment["directoryScopeId"] in scopes
        for assignment in directory.store.all(KIND).values()
    )


@route("GET", "/roleManagement/exchange/roleDefinitions", BETA)
def list_definitions(call: Call) -> Reply:
    roles = [
        {"id": role_id, "displayName": name, "description": name, "isEnabled": True, "version": "0.12 (14.0.451.0)"}
        for role_id, name in ROLES.items()
    ]
    return answer_collection(
        call,
        roles,
        "roleManagement/exchange/roleDefinitions",
        filterable=("id", "displayName"),
        type_name="unifiedRoleDefinition",
    )


@route("GET", "/roleManagement/exchange/roleAssignments", BETA)
def list_assignments(call: Call) -> Reply:
    items = list(call.directory.store.all(KIND).values())
    return answer_collection(
        call, items, _CONTEXT, filterable=("principalId", "roleDefinitionId"), type_name="unifiedRoleAssignment"
    )


@route("POST", "/roleManagement/exchange/roleAssignments", BETA)
def create_assignment(call: Call) -> Reply:
    principal_id = str(call.body.get("principalId", ""))
    object_id = principal_id.rpartition("/")[2].lower()
    principal = call.directory.store.find("servicePrincipals", object_id)
    if not principal_id.startswith("/ServicePrincipals/") or principal is None:
        raise not_found(principal_id)
    if call.body.get("roleDefinitionId") not in ROLES:
        raise bad_request(f"The role definition '{call.body.get('roleDefinitionId')}' does not exist.")
    assignment = {
        "id": new_id(),
        "principalId": principal_id,
        "roleDefinitionId": call.body["roleDefinitionId"],
        "directoryScopeId": call.body.get("directoryScopeId", "/"),
        "appScopeId": call.body.get("appScopeId"),
    }
    call.directory.store.put(KIND, assignment["id"], assignment)
    role = ROLES[assignment["roleDefinitionId"]]
    audit(call, "New-ManagementRoleAssignment", principal, "ServicePrincipal", [("Role", None, role)])
    return call.reply(_CONTEXT, assignment, status=201)


@route("DELETE", "/roleManagement/exchange/roleAssignments/{assignment}", BETA)
def delete_assignment(call: Call) -> Reply:
    call.dropped(KIND, "assignment")
    return NO_CONTENT
