"""App-role assignments, seen from the resource and from the principal.

Source: https://learn.microsoft.com/en-us/graph/api/serviceprincipal-post-approleassignedto (checked 2026-11-24).
"""

import base64
import secrets
import uuid

from sandbox.tenant.audit import audit_relation
from sandbox.tenant.directory import Directory
from sandbox.tenant.entity_answers import RELATIONS, answer_collection, reference
from sandbox.tenant.problems import bad_request, not_found
from sandbox.tenant.routing import NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

FILTERABLE = ("resourceId", "principalId", "appRoleId", "principalDisplayName")
_BODY = ("appRoleId", "principalId", "resourceId")
_DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"


def held_by(directory: Directory, principal_id: str) -> list[Json]:
    return [item for item in directory.all("assignments") if item["principalId"] == principal_id]


def given_on(directory: Directory, resource_id: str) -> list[Json]:
    return [item for item in directory.all("assignments") if item["resourceId"] == resource_id]


RELATIONS["servicePrincipal", "appRoleAssignments"] = lambda call, entity: held_by(call.directory, entity["id"])
RELATIONS["servicePrincipal", "appRoleAssignedTo"] = lambda call, entity: given_on(call.directory, entity["id"])


@route("GET", "/servicePrincipals/{id}/appRoleAssignedTo")
@route("GET", "/servicePrincipals/{id}/appRoleAssignments")
def list_assignments(call: Call) -> Reply:
    relation = call.path.rpartition("/")[2]
    listed = RELATIONS["servicePrincipal", relation](call, call.owner)
    return answer_collection(call, listed, call.relation, filterable=FILTERABLE, type_name="appRoleAssignment")


@route("POST", "/servicePrincipals/{id}/appRoleAssignedTo")
@route("POST", "/servicePrincipals/{id}/appRoleAssignments")
def create_assignment(call: Call) -> Reply:
    role_id, principal_id, resource_id = (str(call.body.get(name, "")).lower() for name in _BODY)
    relation = call.path.rpartition("/")[2]
    if call.owner["id"] != (resource_id if relation == "appRoleAssignedTo" else principal_id):
        raise bad_request("Not a valid reference update.")
    assignment = make_assignment(call, principal_id, resource_id, role_id)
    _audit(call, "Add app role assignment to service principal", assignment)
    return call.reply(call.relation, assignment, status=201)


def make_assignment(call: Call, principal_id: str, resource_id: str, role_id: str) -> Json:
    resource = call.directory.find("servicePrincipals", resource_id)
    principal = reference(call, principal_id)
    if resource is None or principal is None:
        raise bad_request("Not a valid reference update.")
    roles = {role["id"]: role for role in resource["appRoles"]}
    if role_id != _DEFAULT_ROLE and role_id not in roles:
        raise bad_request("Permission being assigned was not found on application")
    if any(
        (item["principalId"], item["appRoleId"]) == (principal_id, role_id)
        for item in given_on(call.directory, resource_id)
    ):
        raise bad_request("Permission being assigned already exists on the object")
    kind = principal["@odata.type"].rpartition(".")[2]
    return store_assignment(
        call.directory,
        principal={"id": principal_id, "displayName": principal["displayName"], "type": kind[0].upper() + kind[1:]},
        resource=resource,
        role_id=role_id,
    )


def store_assignment(directory: Directory, *, principal: Json, resource: Json, role_id: str) -> Json:
    """Store an assignment; its id begins with the principal's GUID in little-endian order, as the service's does."""
    raw = uuid.UUID(principal["id"]).bytes_le + secrets.token_bytes(16)
    assignment = {
        "id": base64.urlsafe_b64encode(raw).decode().rstrip("="),
        "deletedDateTime": None,
        "appRoleId": role_id,
        "createdDateTime": directory.precise_now(),
        "principalDisplayName": principal["displayName"],
        "principalId": principal["id"],
        "principalType": principal["type"],
        "resourceDisplayName": resource["displayName"],
        "resourceId": resource["id"],
    }
    directory.store.put("assignments", assignment["id"], assignment)
    return assignment


@route("GET", "/servicePrincipals/{id}/appRoleAssignedTo/{assignment}")
def get_assignment(call: Call) -> Reply:
    return call.reply(call.relation.rpartition("/")[0], _find(call))


@route("DELETE", "/servicePrincipals/{id}/appRoleAssignedTo/{assignment}")
@route("DELETE", "/servicePrincipals/{id}/appRoleAssignments/{assignment}")
def delete_assignment(call: Call) -> Reply:
    assignment = _find(call)
    call.directory.store.drop("assignments", assignment["id"])
    _audit(call, "Remove app role assignment from service principal", assignment)
    return NO_CONTENT


def _audit(call: Call, activity: str, assignment: Json) -> None:
    """The record names the resource and, in its properties, role and principal."""
    resource = call.directory.store.all("servicePrincipals")[assignment["resourceId"]]
    value = next((role["value"] for role in resource["appRoles"] if role["id"] == assignment["appRoleId"]), "")
    named = {
        "AppRole.Id": assignment["appRoleId"],
        "AppRole.Value": value,
        "ServicePrincipal.ObjectID": assignment["principalId"],
        "ServicePrincipal.DisplayName": assignment["principalDisplayName"],
    }
    audit_relation(call, activity, resource, "ServicePrincipal", named)


def _find(call: Call) -> Json:
    relation, assignment_id = call.path.split("/")[3], call.ids["assignment"]
    assignment = call.directory.find("assignments", assignment_id)
    end = "resourceId" if relation == "appRoleAssignedTo" else "principalId"
    if assignment is None or assignment[end] != call.owner["id"]:
        raise not_found(assignment_id)
    return assignment
