"""Users, groups and memberships: as much as owners and group grants need.

Source: https://learn.microsoft.com/en-us/graph/api/resources/group (checked 2026-11-24).
"""

from sandbox.tenant.audit import audit, audit_relation
from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.entities import public
from sandbox.tenant.entity_answers import RELATIONS, answer_collection, linked, reference
from sandbox.tenant.permissions import check_any, may
from sandbox.tenant.problems import bad_request, not_found
from sandbox.tenant.roles import active_roles
from sandbox.tenant.routing import NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json
from sandbox.tenant.wellknown import FRESH


def groups_of(call: Call, object_id: str) -> list[Json]:
    """The groups that the object is a member of; names only for callers who may read groups."""
    found: dict[str, Json] = {}
    wanted = [object_id]
    while wanted:
        member = wanted.pop()
        for group in call.directory.store.all("groups").values():
            if member in group["_members"] and group["id"] not in found:
                found[group["id"]] = _member(call, group)
                wanted.append(group["id"])
    return list(found.values())


def _member(call: Call, group: Json) -> Json:
    shown = public(group)
    if not may(call.caller, "GET /groups/{group}/members"):
        hidden: Json = {name: [] if isinstance(value, list) else None for name, value in shown.items()}
        shown = hidden | {"id": group["id"]}
    return {"@odata.type": "#microsoft.graph.group"} | shown


def _memberships(call: Call, entity: Json) -> list[Json]:
    """Directory roles of the whole tenant count as memberships."""
    return [*groups_of(call, entity["id"]), *active_roles(call, entity["id"])]


RELATIONS["servicePrincipal", "transitiveMemberOf"] = _memberships


@route("GET", "/servicePrincipals/{id}/transitiveMemberOf")
def list_memberships(call: Call) -> Reply:
    return answer_collection(call, _memberships(call, call.owner), "directoryObjects")


@route("POST", "/groups")
def create_group(call: Call) -> Reply:
    for name in ("displayName", "mailNickname", "mailEnabled", "securityEnabled"):
        if call.body.get(name) is None:
            raise bad_request(f"A value is required for property '{name}' of resource 'Group'.")
    group = {"id": new_id()} | FRESH["group"] | {"createdDateTime": call.directory.now()} | call.body | {"_members": []}
    call.directory.store.put("groups", group["id"], group)
    audit(call, "Add group", group, "Group")
    return call.reply("groups", public(group), status=201)


@route("GET", "/groups/{group}/members")
def list_members(call: Call) -> Reply:
    members = [
        found for object_id in call.stored("groups", "group")["_members"] if (found := reference(call, object_id))
    ]
    return answer_collection(call, members, "directoryObjects")


@route("POST", "/groups/{group}/members/$ref")
def add_member(call: Call) -> Reply:
    group = call.stored("groups", "group")
    object_id = linked(call, call.body.get("@odata.id", ""))
    _check_roles(call, group)
    if object_id in group["_members"]:
        message = "One or more added object references already exist for the following modified properties: 'members'."
        raise bad_request(message)
    call.directory.store.put("groups", group["id"], group | {"_members": [*group["_members"], object_id]})
    audit_relation(call, "Add member to group", group, "Group", {"Member.ObjectID": object_id})
    return NO_CONTENT


@route("DELETE", "/groups/{group}/members/{member}/$ref")
def remove_member(call: Call) -> Reply:
    group, object_id = call.stored("groups", "group"), call.ids["member"].lower()
    if object_id not in group["_members"]:
        raise not_found(object_id)
    _check_roles(call, group)
    members = [member for member in group["_members"] if member != object_id]
    call.directory.store.put("groups", group["id"], group | {"_members": members})
    audit_relation(call, "Remove member from group", group, "Group", {"Member.ObjectID": object_id})
    return NO_CONTENT


def _check_roles(call: Call, group: Json) -> None:
    """Membership of a group that can hold directory roles takes the permission for roles too.

    Source: https://learn.microsoft.com/graph/api/group-delete-members (checked 2026-11-29).
    """
    if group["isAssignableToRole"]:
        check_any(call.caller, "RoleManagement.ReadWrite.Directory")


@route("GET", "/users/{user}")
def get_user(call: Call) -> Reply:
    person = find_person(call.directory, call.ids["user"])
    if person is None:
        raise not_found(call.ids["user"])
    return call.reply("users", person)


def find_person(directory: Directory, name: str) -> Json | None:
    """One of the people, by id or user principal name in any case."""
    people = directory.store.all("users").values()
    return next((one for one in people if name.lower() in (one["id"], one["userPrincipalName"])), None)
