"""Judges Graph requests and answers by Microsoft's own description of Graph (the folder `microsoft`).

It shares no code with the sandbox or the product. What it lets pass beyond the description: OData annotations, the
body of an error (checked by hand below), and the entries of `microsoft/deviations.json`.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import microsoft

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_FIELD = re.compile(r"(?:^|[\s(])([A-Za-z][\w/]*)(?=\s+(?:eq|ne|ge|gt|le|lt|in)\b|\s*,|/any\()")
_STRING = re.compile(r"'(?:[^']|'')*'")
_EXPANSION = re.compile(r"(\w+)(?:\((.*)\))?")
_OPTIONS = {"$select", "$filter", "$expand", "$top", "$orderby", "$count", "$search", "$skip", "$skiptoken"}
_BATCH = {"id", "method", "url", "body", "headers", "dependsOn"}


def _is_base64(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(base64.b64decode(value, validate=True) or not value)
    except binascii.Error:
        return False


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


PRIMITIVES: Mapping[str, Callable[[Any], bool]] = {
    "binary": _is_base64,
    "boolean": lambda value: isinstance(value, bool),
    "date": _matches(re.compile(r"\d{4}-\d\d-\d\d")),
    "dateTimeOffset": _matches(_DATE_TIME),
    "double": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "duration": _matches(_DURATION),
    "guid": _matches(_GUID),
    "int32": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "int64": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "timeOfDay": _matches(re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")),
}


@cache
def _tables() -> Any:
    return microsoft.table("types")


def lineage(name: str) -> Iterator[str]:
    """The type and those that it extends."""
    while name:
        yield name
        name = _tables()["types"].get(name, {}).get("base", "")


@cache
def members(section: str, name: str) -> Mapping[str, str]:
    """`properties` or `relations` of a type, inherited ones included, to their kinds."""
    known = dict(_tables()[section])
    if section == "properties":
        known |= {path: entry["kind"] for path, entry in microsoft.table("deviations")["properties"].items()}
    kinds = set(lineage(name))
    return {path.split("/")[1]: kind for path, kind in known.items() if path.split("/")[0] in kinds}


@cache
def family(name: str) -> tuple[str, ...]:
    """The type and all types that extend it: what a list of it may hold."""
    return tuple(other for other in _tables()["types"] if name in lineage(other))


def judge_value(kind: str, value: Any, where: str) -> Iterator[str]:
    """What is wrong with a value of the kind."""
    if value is None:
        if not kind.endswith("?"):
            yield f"{where}: null, got where {kind} is expected"
        return
    kind = kind.removesuffix("?")
    if kind.startswith("["):
        if not isinstance(value, list):
            yield f"{where}: {value!r} is not a list"
            return
        for position, item in enumerate(value):
            yield from judge_value(kind[1:-1], item, f"{where}[{position}]")
    elif kind in PRIMITIVES:
        if not PRIMITIVES[kind](value):
            yield f"{where}: {value!r} is not a {kind}"
    elif kind in _tables()["enums"]:
        if not isinstance(value, str) or set(value.split(",")) - set(_tables()["enums"][kind]):
            yield f"{where}: {value!r} is not one of {kind}: {', '.join(_tables()['enums'][kind])}"
    else:
        yield from judge_object(kind, value, where)


def judge_object(name: str, value: Any, where: str) -> Iterator[str]:
    """What is wrong with an object of the type: its own `@odata.type` counts where it has one."""
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is not an object of type {name}"
        return
    own = str(value.get("@odata.type", name)).removeprefix("#microsoft.graph.")
    if own not in family(name):
        yield f"{where}: {own} is not a {name}"
        return
    facts = _tables()["types"][own]
    properties, relations = members("properties", own), members("relations", own)
    for key, part in value.items():
        base, mark, _ = key.partition("@odata.")
        if not mark and key in properties:
            yield from judge_value(properties[key], part, f"{where}/{key}")
        elif not mark and key in relations:
            yield from judge_value(
                f"{relations[key]}?" if relations[key][0] != "[" else relations[key], part, f"{where}/{key}"
            )
        elif base and base not in (*properties, *relations) and (facts["entity"] or not facts["open"]):
            yield f"{where}: {own} has no property {base!r}"


def judge_query(name: str, options: Mapping[str, str], where: str) -> Iterator[str]:
    """What is wrong with the query options of a request that answers the type."""
    kinds = family(name)
    properties = {key for kind in kinds for key in members("properties", kind)}
    relations = {key: target for kind in kinds for key, target in members("relations", kind).items()}
    for option, text in options.items():
        named: list[str] = []
        if option not in _OPTIONS:
            yield f"{where}: unknown query option {option!r}"
        elif option == "$select":
            named = [part.strip() for part in text.split(",")]
        elif option == "$orderby":
            named = [part.split()[0] for part in text.split(",")]
        elif option == "$filter":
            named = [part.removesuffix("/any").split("/")[0] for part in _FIELD.findall(_STRING.sub("''", text))]
            named = [part for part in named if len(part) > 1]  # a lambda's variable
        elif option == "$expand":
            yield from _judge_expansion(text, relations, where)
        yield from (
            f"{where}: {option} names {part!r}, which {name} does not have" for part in named if part not in properties
        )


def _judge_expansion(text: str, relations: Mapping[str, str], where: str) -> Iterator[str]:
    match = _EXPANSION.fullmatch(text)
    if match is None or match[1] not in relations:
        yield f"{where}: $expand names {text!r}, which is not one relation of the type"
    elif match[2]:
        nested = dict(part.split("=", 1) for part in match[2].split(";"))
        yield from judge_query(relations[match[1]].strip("[]"), nested, f"{where}/{match[1]}")


def judge_request(method: str, target: str, body: Any) -> Iterator[str]:
    """What is wrong with a request.

    Args:
        method: HTTP method.
        target: Path and query below the version, `/beta` left in front.
        body: Decoded JSON; None for none.
    """
    url, where = urlsplit(target), f"{method} {target}"
    path = unquote(url.path)
    if path.endswith("/$batch"):
        for item in body.get("requests", ()):
            yield from (f"batch item {item['id']} has no {name!r}" for name in set(item) - _BATCH)
            yield from judge_request(item["method"], _nested(path, item["url"]), item.get("body"))
        return
    route = microsoft.find_route(method, path)
    if route is None:
        yield f"{where}: unknown route"
        return
    yield from judge_query(route.answers.strip("[]"), dict(parse_qsl(url.query, keep_blank_values=True)), where)
    if route.takes == "$ref":
        if not isinstance(body, dict) or set(body) != {"@odata.id"}:
            yield f"{where}: a link is one @odata.id, got {body!r}"
    elif isinstance(route.takes, str):
        if route.takes and method in ("POST", "PATCH"):
            yield from judge_object(route.takes, body, f"{where} body")
    else:
        for name, value in (body or {}).items():
            if name in route.takes:
                yield from judge_value(route.takes[name], value, f"{where} body/{name}")
            else:
                yield f"{where}: the action takes no {name!r}"


def judge_answer(method: str, target: str, status: int, body: Any, sent: Any = None) -> Iterator[str]:
    """What is wrong with an answer; `sent` is the request's body, which a batch is told by."""
    path, where = unquote(urlsplit(target).path), f"{method} {target} answered {status}"
    if path.endswith("/$batch") and status < 300:
        asked = {item["id"]: item for item in sent["requests"]}
        for item in body["responses"]:
            about = asked[item["id"]]
            yield from judge_answer(about["method"], _nested(path, about["url"]), item["status"], item.get("body"))
        return
    if status >= 400:
        yield from _judge_error(body, where)
        return
    route = microsoft.find_route(method, path)
    if route is None:
        yield f"{where}: unknown route"
    elif body is None:
        if route.answers and status != 204:
            yield f"{where}: nothing, expected {route.answers}"
    elif not route.answers:
        yield f"{where}: {json.dumps(body)[:200]}, expected nothing"
    elif route.answers.startswith("["):
        extra = [key for key in body if key != "value" and not key.startswith("@odata.")]
        yield from (f"{where}: a list has no {key!r}" for key in extra)
        yield from judge_value(route.answers, body.get("value"), where)
    else:
        yield from judge_object(route.answers, body, where)


def _nested(batch: str, url: str) -> str:
    """A batch item's address, with the version of its batch."""
    return batch.removesuffix("/$batch") + (url if url.startswith("/") else f"/{url}")


def _judge_error(body: Any, where: str) -> Iterator[str]:
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        yield f"{where}: no error object"
        return
    if not all(isinstance(error.get(name), str) for name in ("code", "message")):
        yield f"{where}: an error has code and message, got {error!r}"
    inner = error.get("innerError")
    if not isinstance(inner, dict) or {"date", "request-id", "client-request-id"} - set(inner):
        yield f"{where}: an error names its request, got innerError {inner!r}"
    yield from (
        f"{where}: an error has no {name!r}" for name in set(error) - {"code", "message", "innerError", "details"}
    )


def below_version(target: str) -> str | None:
    """`/v1.0/x` as `/x`, `/beta/x` as it is; None for what is not Graph."""
    if target.startswith("/v1.0/"):
        return target.removeprefix("/v1.0")
    return target if target.startswith("/beta/") else None
