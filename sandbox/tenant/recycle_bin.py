"""Deleted applications and service principals: list, read and restore.

Source: https://learn.microsoft.com/en-us/graph/api/resources/directory (checked 2026-11-24). Texts conflict on whether
restoring an application restores its service principal; a switch decides.
"""

from datetime import datetime, timedelta

from sandbox.tenant.audit import audit
from sandbox.tenant.entities import present
from sandbox.tenant.entity_answers import COLLECTIONS, answer_collection
from sandbox.tenant.problems import GraphError, not_found
from sandbox.tenant.routing import Call, Reply, route
from sandbox.tenant.store import Json

KEPT_FOR = timedelta(days=30)
"""Source: https://learn.microsoft.com/graph/api/resources/directory (checked 2026-11-29)."""


@route("GET", "/directory/deletedItems/microsoft.graph.application")
@route("GET", "/directory/deletedItems/microsoft.graph.servicePrincipal")
def list_deleted(call: Call) -> Reply:
    type_name = call.path.rpartition(".")[2]
    items = [item for item in _kept(call) if item["_type"] == type_name]
    shown = [present(item, type_name) for item in items]
    return answer_collection(call, shown, COLLECTIONS[type_name], type_name=type_name)


@route("GET", "/directory/deletedItems/{item}")
def get_deleted(call: Call) -> Reply:
    return _shown(call, _find(call))


@route("POST", "/directory/deletedItems/{item}/restore")
def restore(call: Call) -> Reply:
    """Bring one back under its old ids; grants that went with a service principal stay gone."""
    item = _find(call)
    call.check(item["_owners"])
    if item["_type"] == "servicePrincipal" and call.directory.service_principal_of(item["appId"]):
        message = f"The service principal cannot be restored because the service principal name {item['appId']} is already in use."
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message)
    restored = _restore(call, item)
    if item["_type"] == "application" and call.directory.switches.restore_service_principal:
        for other in _kept(call):
            if other["appId"] == item["appId"]:
                _restore(call, other)
    return _shown(call, restored)


def _kept(call: Call) -> list[Json]:
    """What is not purged: it stays for 30 days, and a moment more while nobody looks."""
    ends = call.directory.clock() - KEPT_FOR
    items = call.directory.store.all("deletedItems").values()
    return [item for item in items if datetime.fromisoformat(item["deletedDateTime"]) > ends]


def _find(call: Call) -> Json:
    item = call.stored("deletedItems", "item")
    if item not in _kept(call):
        raise not_found(item["id"])
    return item


def _restore(call: Call, item: Json) -> Json:
    store = call.directory.store
    store.drop("deletedItems", item["id"])
    restored = {name: value for name, value in item.items() if name != "_type"} | {"deletedDateTime": None}
    store.put(COLLECTIONS[item["_type"]], item["id"], restored)
    name = "application" if item["_type"] == "application" else "service principal"
    audit(call, f"Restore {name}", restored, item["_type"][0].upper() + item["_type"][1:])
    return restored | {"_type": item["_type"]}


def _shown(call: Call, item: Json) -> Reply:
    kind = {"@odata.type": f"#microsoft.graph.{item['_type']}"}
    return call.reply("directoryObjects", kind | present(item, item["_type"]))
