"""How applications and service principals are shown: $select, $expand, @odata.context, pages."""

from collections.abc import Callable, Sequence

from sandbox.tenant.entities import present, public
from sandbox.tenant.odata import check_select, filter_items, page, pick, unknown_property
from sandbox.tenant.problems import not_found, unsupported_query
from sandbox.tenant.properties import KINDS
from sandbox.tenant.routing import Call, Reply
from sandbox.tenant.store import Json

EXPANDED_AT_MOST = 20
"""Items of an expanded relation; there is no nextLink for the rest."""

COLLECTIONS = {"application": "applications", "servicePrincipal": "servicePrincipals"}

RELATIONS: dict[tuple[str, str], Callable[[Call, Json], list[Json]]] = {}
"""What $expand can show, by type and name; the modules that own a relation register it."""


def answer_entity(call: Call, type_name: str, entity: Json, *, status: int = 200) -> Reply:
    select, expand = call.query.select, _expanded(call, type_name)
    _check(select, type_name)
    with_keys = "keyCredentials" in select
    if with_keys:
        call.directory.count_key_read()
    body: Json = {"@odata.context": call.context(f"{COLLECTIONS[type_name]}{_fragment(select, expand)}/$entity")}
    body |= present(call.directory.replicated(entity), type_name, select, with_keys=with_keys)
    body |= _expand(call, type_name, entity)
    return Reply(status=status, body=body)


def answer_list(call: Call, type_name: str, filterable: Sequence[str]) -> Reply:
    """One page of all objects of the type that the filter keeps."""
    select, expand = call.query.select, _expanded(call, type_name)
    _check(select, type_name)
    if call.query.order:
        raise unsupported_query("Sorting not supported for current query.")
    entities = filter_items(call.directory.all(COLLECTIONS[type_name]), call.query, filterable, type_name)
    body = page(
        entities,
        call.query,
        page_size=call.directory.switches.page_size,
        url=f"{call.root}{call.path}",
        context=call.context(f"{COLLECTIONS[type_name]}{_fragment(select, expand)}"),
    )
    with_keys = call.directory.switches.keys_in_lists and "keyCredentials" in select
    if "keyCredentials" in select:
        call.directory.count_key_read()
    body["value"] = [
        present(call.directory.replicated(entity), type_name, select, with_keys=with_keys)
        | _expand(call, type_name, entity)
        for entity in body["value"]
    ]
    return Reply(status=200, body=body)


def answer_collection(
    call: Call,
    items: Sequence[Json],
    context: str,
    *,
    filterable: Sequence[str] = (),
    type_name: str = "directoryObject",
    order: str = "",
) -> Reply:
    """One page of a list that is no list of whole applications or service principals; `order` is the one $orderby that it has anyway."""
    if call.query.order not in ("", order):
        raise unsupported_query("Sorting not supported for current query.")
    body = page(
        pick(filter_items(items, call.query, filterable, type_name), call.query.select),
        call.query,
        page_size=call.directory.switches.page_size,
        url=f"{call.root}{call.path}",
        context=call.context(context),
    )
    return Reply(status=200, body=body)


def reference(call: Call, object_id: str) -> Json | None:
    """A directory object as a member of a mixed list, or None when there is none with the id."""
    principal = call.directory.find("servicePrincipals", object_id)
    if principal:
        return {"@odata.type": "#microsoft.graph.servicePrincipal"} | present(principal, "servicePrincipal")
    for kind, collection in (("user", "users"), ("group", "groups")):
        found = call.directory.find(collection, object_id)
        if found:
            return {"@odata.type": f"#microsoft.graph.{kind}"} | public(found)
    return None


def linked(call: Call, link: object) -> str:
    """The object ID in an `@odata.id` link, which must lead to an object."""
    object_id = str(link).rstrip("/").rpartition("/")[2].lower()
    if reference(call, object_id) is None:
        raise not_found(object_id)
    return object_id


def _expand(call: Call, type_name: str, entity: Json) -> Json:
    name = call.query.expand
    if not name:
        return {}
    related = RELATIONS[type_name, name](call, entity)[:EXPANDED_AT_MOST]
    return {name: pick(related, call.query.expand_select)}


def _check(select: Sequence[str], type_name: str) -> None:
    check_select(select, tuple(KINDS[type_name]), type_name)


def _expanded(call: Call, type_name: str) -> str:
    name = call.query.expand
    if name and (type_name, name) not in RELATIONS:
        raise unknown_property(name, type_name)
    return name


def _fragment(select: Sequence[str], expand: str) -> str:
    names = [*select, *([f"{expand}()"] if expand else [])]
    return f"({','.join(names)})" if names else ""
