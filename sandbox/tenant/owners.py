"""Owners of applications and service principals: list, add, remove.

Source: https://learn.microsoft.com/en-us/graph/api/application-post-owners (checked 2026-11-24).
"""

from collections.abc import Sequence

from sandbox.tenant.audit import audit_relation
from sandbox.tenant.entity_answers import RELATIONS, answer_collection, linked, reference
from sandbox.tenant.permissions import check
from sandbox.tenant.problems import bad_request, not_found
from sandbox.tenant.routing import NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

MOST_OWNERS = 100


def bind_owners(call: Call, links: Sequence[str]) -> list[str]:
    """Object ids of `owners@odata.bind` links; anybody but the caller needs the right to add owners."""
    ids = [linked(call, link) for link in links]
    if any(object_id != call.caller.object_id for object_id in ids):
        check(call.caller, "POST /applications/{id}/owners/$ref", ids)
    return ids


def audit_owners(call: Call, entity: Json, *, added: Sequence[str] = (), removed: Sequence[str] = ()) -> None:
    for object_id in added:
        audit_relation(call, f"Add owner to {call.what}", entity, call.target, {f"{call.target}.ObjectID": object_id})
    for object_id in removed:
        changed = {f"{call.target}.ObjectID": object_id}
        audit_relation(call, f"Remove owner from {call.what}", entity, call.target, changed)


def owners_of(call: Call, entity: Json) -> list[Json]:
    return [owner for object_id in entity["_owners"] if (owner := reference(call, object_id))]


RELATIONS["application", "owners"] = owners_of
RELATIONS["servicePrincipal", "owners"] = owners_of


@route("GET", "/applications/{id}/owners")
@route("GET", "/servicePrincipals/{id}/owners")
def list_owners(call: Call) -> Reply:
    return answer_collection(
        call, owners_of(call, call.owner), "directoryObjects", filterable=("id",), type_name="directoryObject"
    )


@route("POST", "/applications/{id}/owners/$ref")
@route("POST", "/servicePrincipals/{id}/owners/$ref")
def add_owner(call: Call) -> Reply:
    entity = call.owner
    added = linked(call, call.body.get("@odata.id", ""))
    if added in entity["_owners"]:
        raise bad_request(
            "One or more added object references already exist for the following modified properties: 'owners'."
        )
    if len(entity["_owners"]) >= MOST_OWNERS:
        raise bad_request("The number of owners exceeds the maximum allowed.")
    call.change_owner(_owners=[*entity["_owners"], added])
    audit_owners(call, entity, added=[added])
    return NO_CONTENT


@route("DELETE", "/applications/{id}/owners/{owner}/$ref")
@route("DELETE", "/servicePrincipals/{id}/owners/{owner}/$ref")
def remove_owner(call: Call) -> Reply:
    entity, removed = call.owner, call.ids["owner"].lower()
    if removed not in entity["_owners"]:
        raise not_found(removed)
    call.change_owner(_owners=[object_id for object_id in entity["_owners"] if object_id != removed])
    audit_owners(call, entity, removed=[removed])
    return NO_CONTENT
