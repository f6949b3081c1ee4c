"""How applications and service principals are shown: $select, $expand, @odata.context, pages.

What they hold is `entities`'; who may ask is the routes'.
"""

from collections.abc import Callable, Mapping, Sequence

from sandbox.tenant.entities import ONLY_BY_SELECT, TYPES, present
from sandbox.tenant.odata import check_select, page, select_items
from sandbox.tenant.problems import bad_query
from sandbox.tenant.routing import Call, Reply
from sandbox.tenant.store import Json

EXPANDED_AT_MOST = 20
"""Items of an expanded relation; there is no nextLink for the rest."""

COLLECTIONS = {"application": "applications", "servicePrincipal": "servicePrincipals"}

RELATIONS: dict[tuple[str, str], Callable[[Call, Json], list[Json]]] = {}
"""What $expand can show, by type and name; the modules that own a relation register it."""


def answer_entity(call: Call, type_name: str, entity: Json, *, status: int = 200) -> Reply:
    """One object with its @odata.context."""
    select, expand = call.query.select, _expanded(call, type_name)
    _check(select, type_name)
    with_keys = "keyCredentials" in select
    if with_keys:
        call.directory.count_key_read()
    body: Json = {"@odata.context": call.context(f"{COLLECTIONS[type_name]}{_fragment(select, expand)}/$entity")}
    body |= present(call.directory.replicated(entity), type_name, select, with_keys=with_keys)
    if expand:
        body[expand] = RELATIONS[type_name, expand](call, entity)[:EXPANDED_AT_MOST]
    return Reply(status=status, body=body)


def answer_list(call: Call, type_name: str, filterable: Sequence[str]) -> Reply:
    """One page of all objects of the type that the filter keeps."""
    select, expand = call.query.select, _expanded(call, type_name)
    _check(select, type_name)
    entities = select_items(call.directory.all(COLLECTIONS[type_name]), call.query, filterable, type_name)
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
        | ({expand: RELATIONS[type_name, expand](call, entity)[:EXPANDED_AT_MOST]} if expand else {})
        for entity in body["value"]
    ]
    return Reply(status=200, body=body)


def answer_collection(call: Call, items: Sequence[Json], context: str) -> Reply:
    """One page of a list that is no list of whole applications or service principals."""
    body = page(
        items,
        call.query,
        page_size=call.directory.switches.page_size,
        url=f"{call.root}{call.path}",
        context=call.context(context),
    )
    return Reply(status=200, body=body)


def reference(call: Call, object_id: str) -> Json | None:
    """A directory object as a member of a mixed list, or None when there is none with the id."""
    return describe(call.directory.store.all("servicePrincipals"), "servicePrincipal", object_id) or next(
        (
            {"@odata.type": f"#microsoft.graph.{kind}"} | found
            for kind, collection in (("user", "users"), ("group", "groups"))
            if (found := call.directory.store.find(collection, object_id))
        ),
        None,
    )


def describe(objects: Mapping[str, Json], type_name: str, object_id: str) -> Json | None:
    """The object with its type named, as mixed lists show it."""
    entity = objects.get(object_id)
    return entity and {"@odata.type": f"#microsoft.graph.{type_name}"} | present(entity, type_name)


def _check(select: Sequence[str], type_name: str) -> None:
    check_select(select, (*TYPES[type_name], *ONLY_BY_SELECT[type_name]), type_name)


def _expanded(call: Call, type_name: str) -> str:
    name = call.query.expand
    if name and (type_name, name) not in RELATIONS:
        raise bad_query(
            "Parsing OData Select and Expand failed: Could not find a property named "
            f"'{name}' on type 'microsoft.graph.{type_name}'."
        )
    return name


def _fragment(select: Sequence[str], expand: str) -> str:
    names = [*select, *([f"{expand}()"] if expand else [])]
    return f"({','.join(names)})" if names else ""
