"""The table of Graph routes, and the walk of one request through it: address, token, permission, handler."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import microsoft
from sandbox.tenant.directory import Directory
from sandbox.tenant.entities import is_guid
from sandbox.tenant.odata import Query, read_query
from sandbox.tenant.permissions import Caller, check
from sandbox.tenant.problems import GraphError, bad_query, bad_request, not_found
from sandbox.tenant.properties import known_names
from sandbox.tenant.store import Json

V1 = ("v1.0",)
BETA = ("beta",)
BOTH = ("v1.0", "beta")

_ALTERNATE_KEY = re.compile(r"/(applications|servicePrincipals)\(appId='([^']*)'\)")
_ANNOTATION = re.compile(r"^(#microsoft\.graph\.\w+)$")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer before it is JSON."""

    status: int
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


NO_CONTENT = Reply(status=204)


@dataclass(frozen=True, kw_only=True)
class GraphRequest:
    """A request before it is looked at: from the wire, or one item of a batch."""

    method: str
    version: str
    path: str
    """Decoded, below the version, without query."""
    options: tuple[tuple[str, str], ...]
    body: Any
    caller: Caller


@dataclass(frozen=True, kw_only=True)
class Call(GraphRequest):
    """A request that a route serves: its path names an object by ID, its body is without annotations."""

    directory: Directory
    route: str
    """Name of the route, such as `GET /applications/{id}`."""
    ids: Mapping[str, str]
    """The parts of the path that the route's template names."""
    query: Query
    entity: Json | None = None
    """The application or service principal that the path is about."""

    @property
    def root(self) -> str:
        """Address of the API version, the start of every @odata.context."""
        return f"{self.directory.url}/{self.version}"

    def context(self, fragment: str) -> str:
        return f"{self.root}/$metadata#{fragment}"

    @property
    def relation(self) -> str:
        """What the path is about below the object, as contexts have it: `applications('{id}')/owners`."""
        collection, object_id, rest = self.path.lstrip("/").split("/", 2)
        return f"{collection}('{object_id.lower()}')/{rest}"

    @property
    def collection(self) -> str:
        """Where the object of the path is: `applications` or `servicePrincipals`."""
        return self.path.split("/")[1]

    @property
    def what(self) -> str:
        """What it is, as audit records have it: `application` or `service principal`."""
        return "application" if self.collection == "applications" else "service principal"

    @property
    def target(self) -> str:
        """The type of it as the target of an audit record."""
        return "Application" if self.collection == "applications" else "ServicePrincipal"

    def change_owner(self, **changes: Any) -> Json:
        """Store the object of the path with these parts changed."""
        entity = self.owner | changes
        self.directory.store.put(self.collection, entity["id"], entity)
        return entity

    def stored(self, kind: str, part: str) -> Json:
        """The object of the kind whose id is this part of the path."""
        found = self.directory.store.find(kind, self.ids[part])
        if found is None:
            raise not_found(self.ids[part])
        return found

    def dropped(self, kind: str, part: str) -> Json:
        """As `stored`; it is removed."""
        found = self.stored(kind, part)
        self.directory.store.drop(kind, found["id"])
        return found

    def reply(self, fragment: str, shown: Json, *, status: int = 200) -> Reply:
        return Reply(status=status, body={"@odata.context": self.context(f"{fragment}/$entity")} | shown)

    def check(self, owners: Collection[str]) -> None:
        """Refuse a caller who may send this request only for what it owns, when these are the owners."""
        check(self.caller, self.route, owners)

    @property
    def owner(self) -> Json:
        """The object of the path; the walk has made sure that there is one."""
        if self.entity is None:
            raise not_found(self.path)
        return self.entity


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, kw_only=True)
class Route:
    """A method and a path template, for example `/applications/{id}/owners`."""

    versions: tuple[str, ...]
    method: str
    template: str
    handler: Handler
    pattern: re.Pattern[str]

    @property
    def name(self) -> str:
        """As Microsoft's map of permissions has it: `GET /applications/{id}`, `/beta` in front where only beta has it."""
        return f"{self.method} {'/beta' if self.versions == BETA else ''}{self.template}"


ROUTES: list[Route] = []


def load_routes() -> None:
    """Import every topic that Graph is served for: each module of this package registers its routes."""
    for module in iter_modules([str(Path(__file__).parent)]):
        import_module(f"sandbox.tenant.{module.name}")


OPENED_OTHERWISE: dict[str, Callable[[Directory, Caller, Mapping[str, str]], bool]] = {}
"""By route, what opens it beside the permissions in the token; the modules that own a route register it."""


def route(method: str, template: str, versions: tuple[str, ...] = V1) -> Callable[[Handler], Handler]:
    pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(versions=versions, method=method, template=template, handler=handler, pattern=pattern))
        return handler

    return register


def answer(directory: Directory, request: GraphRequest) -> Reply:
    """Serve the request: look up the address, then the object, then the permission, then let the handler answer."""
    path = _resolve_alternate_key(directory, request.path)
    found, ids = _find_route(request.version, request.method, path)
    query = read_query(request.options)
    entity = _find_entity(directory, found.template, ids)
    opened = OPENED_OTHERWISE.get(found.name)
    if opened is None or not opened(directory, request.caller, ids):
        check(request.caller, found.name, None if entity is None else entity["_owners"])
    read = vars(request) | {"path": path, "body": _read_body(request, found, ids)}
    return found.handler(Call(**read, directory=directory, route=found.name, ids=ids, query=query, entity=entity))


def _resolve_alternate_key(directory: Directory, path: str) -> str:
    match = _ALTERNATE_KEY.match(path)
    if not match:
        return path
    kind, client_id = match.groups()
    entity = directory.with_client_id(kind, client_id)
    if entity is None:
        raise not_found(client_id)
    return f"/{kind}/{entity['id']}{path[match.end() :]}"


def _find_route(version: str, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    known = False
    for candidate in ROUTES:
        match = candidate.pattern.fullmatch(path)
        if match and version in candidate.versions:
            known = True
            if candidate.method == method:
                return candidate, match.groupdict()
    if known:
        raise GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    segment = path.strip("/").split("/")[-1]
    raise bad_query(f"Resource not found for the segment '{segment}'.")


def _find_entity(directory: Directory, template: str, ids: Mapping[str, str]) -> Json | None:
    kind, _, rest = template.lstrip("/").partition("/")
    if kind not in ("applications", "servicePrincipals") or not rest.startswith("{id}"):
        return None
    if not is_guid(ids["id"]):
        raise bad_request(f"Invalid object identifier '{ids['id']}'.")
    entity = directory.find(kind, ids["id"].lower())
    if entity is None:
        raise not_found(ids["id"])
    return entity


def _read_body(request: GraphRequest, found: Route, ids: Mapping[str, str]) -> Any:
    """The body without annotations that only name its own type or repeat the id of the path.

    Refused is what is not JSON, and a name that Microsoft's description of the route does not know.
    """
    if request.method not in ("POST", "PATCH", "PUT"):
        return None
    if not isinstance(request.body, dict):
        raise bad_query(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
            "JSON format."
        )
    body = dict(request.body)
    kind = body.pop("@odata.type", None)
    if kind is not None and not _ANNOTATION.match(str(kind)):
        raise bad_query(f"A type named '{kind}' could not be resolved by the model.")
    if "id" in body:
        if request.method == "POST" or body["id"] != ids.get("id"):
            raise bad_request("Property 'id' is read-only and cannot be set.")
        del body["id"]
    takes = microsoft.routes()[found.name].takes
    for name in body if takes != "$ref" else ():
        if name.partition("@")[0] not in known_names(takes):
            raise bad_request(f"Property '{name}' does not exist as a declared property or extension property.")
    return body
