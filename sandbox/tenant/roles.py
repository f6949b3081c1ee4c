"""Directory roles: active and eligible assignments.

Source: https://learn.microsoft.com/en-us/graph/api/resources/rolemanagement (checked 2026-11-24). Ids of built-in roles:
https://learn.microsoft.com/en-us/entra/identity/role-based-access-control/permissions-reference.
"""

import secrets
from collections.abc import Mapping

from sandbox.tenant.audit import audit_relation
from sandbox.tenant.directory import new_id
from sandbox.tenant.entity_answers import answer_collection, reference
from sandbox.tenant.odata import unknown_property
from sandbox.tenant.problems import GraphError, bad_request, not_found
from sandbox.tenant.routing import NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json
from sandbox.tenant.wellknown import FRESH

BUILT_IN: Mapping[str, str] = FRESH["directoryRoles"]
FILTERABLE = ("principalId", "directoryScopeId", "roleDefinitionId")
_ACTIVE = "roleManagement/directory/roleAssignments"
_ELIGIBLE = "roleManagement/directory/roleEligibilityScheduleInstances"


def _definition(role_id: str) -> Json:
    return {
        "id": role_id,
        "description": BUILT_IN[role_id],
        "displayName": BUILT_IN[role_id],
        "isBuiltIn": True,
        "isEnabled": True,
        "resourceScopes": ["/"],
        "templateId": role_id,
        "version": "1",
    }


def active_roles(call: Call, principal_id: str) -> list[Json]:
    """The roles that the principal has in the whole tenant, as memberships show them."""
    return [
        {
            "@odata.type": "#microsoft.graph.directoryRole",
            "id": item["roleDefinitionId"],
            "deletedDateTime": None,
            "description": BUILT_IN[item["roleDefinitionId"]],
            "displayName": BUILT_IN[item["roleDefinitionId"]],
            "roleTemplateId": item["roleDefinitionId"],
        }
        for item in call.directory.store.all("roleAssignments").values()
        if (item["principalId"], item["directoryScopeId"]) == (principal_id, "/")
    ]


@route("GET", f"/{_ACTIVE}")
def list_assignments(call: Call) -> Reply:
    return _list(call, "roleAssignments", _ACTIVE)


@route("GET", f"/{_ELIGIBLE}")
def list_eligible(call: Call) -> Reply:
    if not call.directory.switches.premium:
        message = "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
        raise GraphError(400, "AadPremiumLicenseRequired", message)
    return _list(call, "roleEligibilityScheduleInstances", _ELIGIBLE)


def _list(call: Call, kind: str, context: str) -> Reply:
    found = list(call.directory.store.all(kind).values())
    if call.query.expand not in ("", "roleDefinition"):
        raise unknown_property(call.query.expand, "unifiedRoleAssignment")
    if call.query.expand:
        found = [item | {"roleDefinition": _definition(item["roleDefinitionId"])} for item in found]
    return answer_collection(call, found, context, filterable=FILTERABLE, type_name="unifiedRoleAssignment")


@route("POST", f"/{_ACTIVE}")
def create_assignment(call: Call) -> Reply:
    assignment = {"id": secrets.token_urlsafe(32)} | _read(call)
    if any(_is_same(assignment, other) for other in call.directory.store.all("roleAssignments").values()):
        raise bad_request("A conflicting object with one or more of the specified property values is present.")
    call.directory.store.put("roleAssignments", assignment["id"], assignment)
    _audit(call, "Add member to role", assignment)
    return call.reply(_ACTIVE, assignment, status=201)


def _is_same(assignment: Json, other: Json) -> bool:
    return all(assignment[name] == other[name] for name in FILTERABLE)


@route("POST", "/roleManagement/directory/roleEligibilityScheduleRequests")
def request_eligibility(call: Call) -> Reply:
    """Make a principal eligible for a role, or end that; the instance is there at once."""
    action = call.body.get("action")
    wanted = _read(call)
    store = call.directory.store
    if action == "adminRemove":
        for other in list(store.all("roleEligibilityScheduleInstances").values()):
            if _is_same(wanted, other):
                store.drop("roleEligibilityScheduleInstances", other["id"])
    elif action == "adminAssign":
        schedule = call.body.get("scheduleInfo") or {}
        instance = wanted | {
            "id": secrets.token_urlsafe(32),
            "appScopeId": None,
            "startDateTime": schedule.get("startDateTime") or call.directory.now(),
            "endDateTime": (schedule.get("expiration") or {}).get("endDateTime"),
            "memberType": "Direct",
            "roleEligibilityScheduleId": new_id(),
        }
        store.put("roleEligibilityScheduleInstances", instance["id"], instance)
    else:
        raise bad_request("Invalid value specified for property 'action' of resource 'RoleEligibilityScheduleRequest'.")
    _audit(
        call, "Add eligible member to role" if action == "adminAssign" else "Remove eligible member from role", wanted
    )
    answer = {"id": new_id(), "status": "Provisioned", "action": action} | wanted
    return call.reply("roleManagement/directory/roleEligibilityScheduleRequests", answer, status=201)


@route("DELETE", f"/{_ACTIVE}/{{assignment}}")
def delete_assignment(call: Call) -> Reply:
    assignment = call.dropped("roleAssignments", "assignment")
    _audit(call, "Remove member from role", assignment)
    return NO_CONTENT


def _read(call: Call) -> Json:
    role_id, principal_id = (str(call.body.get(name, "")).lower() for name in ("roleDefinitionId", "principalId"))
    if role_id not in BUILT_IN:
        raise bad_request(f"The role definition '{role_id}' does not exist.")
    if reference(call, principal_id) is None:
        raise not_found(principal_id)
    scope = call.body.get("directoryScopeId") or "/"
    return {"principalId": principal_id, "directoryScopeId": scope, "roleDefinitionId": role_id}


def _audit(call: Call, activity: str, assignment: Json) -> None:
    principal = reference(call, assignment["principalId"]) or {"id": assignment["principalId"]}
    named = {"Role.DisplayName": BUILT_IN[assignment["roleDefinitionId"]]}
    audit_relation(call, activity, principal, "ServicePrincipal", named)
