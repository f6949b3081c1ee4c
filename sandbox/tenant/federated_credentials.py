"""Federated identity credentials of applications and service principals.

Source: https://learn.microsoft.com/en-us/graph/api/resources/federatedidentitycredentials-overview (checked 2026-11-24).
"""

from sandbox.tenant.audit import audit
from sandbox.tenant.directory import new_id
from sandbox.tenant.entity_answers import RELATIONS, answer_collection
from sandbox.tenant.problems import GraphError, bad_request, not_found
from sandbox.tenant.routing import BOTH, NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

MOST_CREDENTIALS = 20


def federated_of(entity: Json) -> list[Json]:
    found: list[Json] = entity.get("_federated", [])
    return found


RELATIONS["application", "federatedIdentityCredentials"] = lambda _call, entity: federated_of(entity)
RELATIONS["servicePrincipal", "federatedIdentityCredentials"] = lambda _call, entity: federated_of(entity)


@route("GET", "/applications/{id}/federatedIdentityCredentials")
@route("GET", "/servicePrincipals/{id}/federatedIdentityCredentials", BOTH)
def list_federated(call: Call) -> Reply:
    return answer_collection(call, federated_of(call.owner), call.relation)


@route("POST", "/applications/{id}/federatedIdentityCredentials")
@route("POST", "/servicePrincipals/{id}/federatedIdentityCredentials")
def create_federated(call: Call) -> Reply:
    existing = federated_of(call.owner)
    for name in ("name", "issuer", "subject", "audiences"):
        if not call.body.get(name):
            raise bad_request(f"A value is required for property '{name}' of resource 'FederatedIdentityCredential'.")
    if len(existing) >= MOST_CREDENTIALS:
        raise bad_request("The number of federated identity credentials exceeds the maximum allowed of 20.")
    if any(call.body["name"] == entry["name"] for entry in existing):
        message = f"FederatedIdentityCredential with name {call.body['name']} already exists."
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message)
    if any((call.body["issuer"], call.body["subject"]) == (entry["issuer"], entry["subject"]) for entry in existing):
        raise bad_request("Issuer and subject combination already exists for this application.")
    created = {"id": new_id(), "description": None} | call.body
    _put(call, [*existing, created])
    return call.reply(call.relation, created, status=201)


@route("DELETE", "/applications/{id}/federatedIdentityCredentials/{credential}")
@route("DELETE", "/servicePrincipals/{id}/federatedIdentityCredentials/{credential}")
def delete_federated(call: Call) -> Reply:
    gone = _find(call)
    _put(call, [entry for entry in federated_of(call.owner) if entry is not gone])
    return NO_CONTENT


def _find(call: Call) -> Json:
    for entry in federated_of(call.owner):
        if call.ids["credential"] in (entry["id"], entry["name"]):
            return entry
    raise not_found(call.ids["credential"])


def _put(call: Call, entries: list[Json]) -> None:
    change = ("FederatedIdentityCredentials", federated_of(call.owner), entries)
    audit(call, f"Update {call.what}", call.change_owner(_federated=entries), call.target, [change])
