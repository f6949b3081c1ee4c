"""What an evidence file may say in words: the names and values of Microsoft's own description, and ids that are the same everywhere."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from association.contract import MICROSOFT_TENANTS
from association.graph.cloud import CLOUDS
from association.guard.kin import SHARED_CLIENTS
from association.permissions import API_NAMES
from microsoft import routes, table

OPEN_TYPE: Final = "customSecurityAttributeValue"
"""The type whose property names the tenant chooses."""
HOSTS: Final = frozenset(cloud.graph.removeprefix("https://") for cloud in CLOUDS.values())
"""Hosts of Microsoft Graph."""
_NOBODY: Final = "00000000-0000-0000-0000-000000000000"
_ERROR_PARTS: Final = frozenset(
    {"error", "code", "message", "target", "details", "innerError", "date", "request-id", "client-request-id"}
)
ANNOTATIONS: Final = frozenset(
    f"odata.{name}"
    for name in (
        "context", "type", "id", "etag", "count", "nextLink", "deltaLink", "editLink", "readLink", "associationLink",
        "navigationLink", "mediaContentType", "mediaReadLink", "mediaEditLink", "mediaEtag", "bind",
    )
) | {"microsoft.graph.tips"}  # fmt: skip
"""OData's own. Source: https://docs.oasis-open.org/odata/odata-json-format/v4.01/ (checked 2026-11-29)."""
_WORD: Final = re.compile(r"[A-Za-z]+")


@cache
def _types() -> Mapping[str, Any]:
    found: Mapping[str, Any] = table("types")
    return found


def is_type(name: str) -> bool:
    return name in _types()["types"]


def is_enumeration(kind: str) -> bool:
    return kind in _types()["enums"]


def is_member(kind: str, value: str) -> bool:
    """Whether every part of the value belongs to the enumeration; several are joined by commas."""
    return set(value.split(",")) <= set(_types()["enums"][kind])


def lineage(name: str) -> Iterator[str]:
    """The type and those that it extends."""
    while name:
        yield name
        name = _types()["types"].get(name, {}).get("base", "")


@cache
def members(name: str) -> Mapping[str, str]:
    """Properties and relations of a type, inherited ones included, to their kinds."""
    facts = _types()
    known = {path: entry["kind"] for path, entry in table("deviations")["properties"].items()}
    known |= facts["relations"] | facts["properties"]
    kinds = set(lineage(name))
    return {path.split("/")[1]: kind for path, kind in known.items() if path.split("/")[0] in kinds}


@cache
def names() -> frozenset[str]:
    """Every name of a property, relation or part of an error."""
    facts = _types()
    paths = [*facts["properties"], *facts["relations"], *table("deviations")["properties"]]
    return frozenset(path.split("/")[1] for path in paths) | _ERROR_PARTS


@cache
def _documented() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(entry["words"]) for name, entry in table("words").items()}


def is_documented(owner: str, name: str, value: str) -> bool:
    """Whether a page of Microsoft's names this value of a text property; `owner` is the type that has the property."""
    return any(value in _documented().get(f"{kind}/{name}", ()) for kind in lineage(owner))


@cache
def permissions() -> frozenset[str]:
    by_api = [names_of for api, names_of in table("roles").items() if api != "source"]
    asked = {name for route in routes().values() for chosen in (*route.least, *route.more) for name in chosen}
    return frozenset(name for names_of in by_api for name in names_of) | asked


@cache
def ids() -> frozenset[str]:
    """GUIDs that mean the same in every tenant, in lower case."""
    roles = {guid for api, names_of in table("roles").items() if api != "source" for guid in names_of.values()}
    return frozenset(map(str.lower, {*roles, *API_NAMES, *MICROSOFT_TENANTS, *SHARED_CLIENTS, _NOBODY}))


@cache
def url_words() -> frozenset[str]:
    """What a link of Graph's may hold in words: names, types, segments of routes."""
    segments = {word for route in routes().values() for word in _WORD.findall(route.path.replace("{", "/{"))}
    fixed = {
        "https",
        "beta",
        "directoryObjects",
        "metadata",
        "entity",
        "delta",
        "graph",
        "microsoft",
        "Collection",
        "String",
        "Edm",
    }
    options = {"select", "expand", "filter", "top", "skiptoken", "skip", "count", "orderby"}
    return names() | set(_types()["types"]) | segments | fixed | options
