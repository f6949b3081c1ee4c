"""The part of OData that Graph's directory objects take: $select, $filter, $expand, $top and paging, read strictly.

Anything else gets Graph's own 400. Which properties exist and which can be filtered is told by the caller.
Source: https://learn.microsoft.com/en-us/graph/query-parameters and aad-advanced-queries (checked 2026-11-24).
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sandbox.tenant.problems import bad_query, unsupported_query
from sandbox.tenant.store import Json

MAXIMUM_PAGE = 999

_OPTIONS = {"$select", "$filter", "$expand", "$top", "$skiptoken", "$orderby"}
_EXPAND = re.compile(r"(?P<name>\w+)(?:\(\$select=(?P<select>[\w,]+)\))?")
_LITERAL = r"(?:'(?P<text>(?:[^']|'')*)'|(?P<bare>[A-Za-z0-9:.+_-]+))"
_COMPARISON = re.compile(rf"(?P<path>[A-Za-z][\w/]*)\s+(?P<operator>eq|ge|le|gt|lt)\s+{_LITERAL}")
_STARTSWITH = re.compile(rf"startswith\(\s*(?P<path>[A-Za-z][\w/]*)\s*,\s*{_LITERAL}\s*\)")
_ANY = re.compile(
    rf"(?P<path>[A-Za-z]\w*)/any\(\s*(?P<variable>\w+)\s*:\s*(?P=variable)(?:/(?P<member>\w+))?\s+eq\s+{_LITERAL}\s*\)"
)
_AND = re.compile(r"\s+and\s+")
_ADVANCED = re.compile(r"\b(ne|not|endswith|contains)\b")


@dataclass(frozen=True, kw_only=True)
class Query:
    """The query options of one request."""

    select: tuple[str, ...] = ()
    filter: str = ""
    expand: str = ""
    """The one relation to show with each object."""
    expand_select: tuple[str, ...] = ()
    order: str = ""
    top: int | None = None
    skip: int = 0
    options: tuple[tuple[str, str], ...] = ()
    """As sent, decoded; nextLink repeats them."""


def read_query(options: Sequence[tuple[str, str]]) -> Query:
    values = dict(options)
    for name in values:
        if name not in _OPTIONS:
            raise bad_query(f"The query parameter '{name}' is not supported.")
    expand, expand_select = _read_expand(values.get("$expand", ""))
    return Query(
        select=tuple(name.strip() for name in values.get("$select", "").split(",") if name.strip()),
        filter=values.get("$filter", ""),
        expand=expand,
        expand_select=expand_select,
        order=values.get("$orderby", ""),
        top=_read_top(values.get("$top")),
        skip=_read_skip(values.get("$skiptoken")),
        options=tuple((name, value) for name, value in options if name != "$skiptoken"),
    )


def _read_expand(text: str) -> tuple[str, tuple[str, ...]]:
    if not text:
        return "", ()
    match = _EXPAND.fullmatch(text)
    if not match:
        raise bad_query("Parsing OData Select and Expand failed: Only one navigation property can be expanded.")
    return match["name"], tuple((match["select"] or "").split(",")) if match["select"] else ()


def _read_top(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdigit() or not 1 <= int(value) <= MAXIMUM_PAGE:
        raise bad_query(f"Invalid page size specified: '{value}'. Must be between 1 and {MAXIMUM_PAGE} inclusive.")
    return int(value)


def _read_skip(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("skip:"))
    except ValueError:
        raise bad_query("Expired or invalid pagination request.") from None


def unknown_property(name: str, type_name: str) -> Exception:
    """400 for a name in $select or $expand."""
    where = f"'{name}' on type 'microsoft.graph.{type_name}'"
    return bad_query(f"Parsing OData Select and Expand failed: Could not find a property named {where}.")


def check_select(select: Sequence[str], known: Sequence[str], type_name: str) -> None:
    for name in select:
        if name not in known:
            raise unknown_property(name, type_name)


def filter_items(items: Sequence[Json], query: Query, filterable: Sequence[str], type_name: str) -> list[Json]:
    if not query.filter:
        return list(items)
    keep = read_filter(query.filter, filterable, type_name)
    return [item for item in items if keep(item)]


def pick(items: Sequence[Json], names: Sequence[str]) -> list[Json]:
    """The items with only the selected properties; annotations stay. Some item must have a property of each name."""
    if not names:
        return list(items)
    for name in names:
        if items and not any(name in item for item in items):
            raise bad_query(f"Parsing OData Select and Expand failed: Could not find a property named '{name}'.")
    return [{name: value for name, value in item.items() if name in names or name.startswith("@")} for item in items]


def read_filter(text: str, filterable: Sequence[str], type_name: str) -> Callable[[Json], bool]:
    """A predicate for conjunctions of `p eq v`, `p ge v`, `startswith(p,v)` and `c/any(x:x eq v)`."""
    tests: list[Callable[[Json], bool]] = []
    position = 0
    while True:
        match = _ANY.match(text, position) or _STARTSWITH.match(text, position) or _COMPARISON.match(text, position)
        if not match:
            raise _bad_filter(text)
        if match["path"] not in filterable:
            raise unsupported_query(
                f"Unsupported or invalid query filter clause specified for property '{match['path']}' "
                f"of resource '{type_name[0].upper()}{type_name[1:]}'."
            )
        tests.append(_test_of(match))
        position = match.end()
        if position == len(text):
            return lambda item: all(test(item) for test in tests)
        joint = _AND.match(text, position)
        if not joint:
            raise _bad_filter(text)
        position = joint.end()


def _bad_filter(text: str) -> Exception:
    outside_strings = re.sub(r"'(?:[^']|'')*'", "''", text)
    if outside_strings.replace("''", "").count("'"):
        position = outside_strings.rfind("'")
        return bad_query(
            f"Invalid filter clause: There is an unterminated string literal at position {position} in '{text}'."
        )
    if _ADVANCED.search(outside_strings.lower()):
        return unsupported_query("Operator is not supported without ConsistencyLevel: eventual and $count=true.")
    return bad_query(f"Invalid filter clause: Syntax error in '{text}'.")


def _test_of(match: re.Match[str]) -> Callable[[Json], bool]:
    groups = match.groupdict()
    wanted = _value_of(groups)
    path = match["path"]
    if "variable" in groups:
        member = groups["member"]
        return lambda item: any(
            _same((entry or {}).get(member) if member else entry, wanted) for entry in _reach(item, path) or []
        )
    operator = groups.get("operator")
    if operator is None:
        return lambda item: str(_reach(item, path) or "").lower().startswith(str(wanted).lower())
    if operator == "eq":
        return lambda item: _same(_reach(item, path), wanted)
    return lambda item: _ordered(str(_reach(item, path) or ""), operator, str(wanted))


def _value_of(groups: dict[str, Any]) -> Any:
    if groups["text"] is not None:
        return groups["text"].replace("''", "'")
    return {"true": True, "false": False, "null": None}.get(groups["bare"], groups["bare"])


def _same(found: Any, wanted: Any) -> bool:
    """Graph compares strings without regard to case."""
    if isinstance(found, str) and isinstance(wanted, str):
        return found.casefold() == wanted.casefold()
    return bool(found == wanted)


def _ordered(found: str, operator: str, wanted: str) -> bool:
    """Dates of one format order as text once the zone mark is off."""
    left, right = found.rstrip("Z"), wanted.rstrip("Z")
    return {"ge": left >= right, "le": left <= right, "gt": left > right, "lt": left < right}[operator]


def _reach(item: Json, path: str) -> Any:
    value: Any = item
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def page(items: Sequence[Json], query: Query, *, page_size: int, url: str, context: str) -> Json:
    """One page of a list with its absolute @odata.nextLink."""
    size = query.top or page_size
    body: Json = {"@odata.context": context}
    rest = query.skip + size
    if rest < len(items):
        token = base64.urlsafe_b64encode(f"skip:{rest}".encode()).decode()
        options = [*query.options, ("$skiptoken", token)]
        body["@odata.nextLink"] = f"{url}?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in options)
    body["value"] = list(items[query.skip : rest])
    return body
