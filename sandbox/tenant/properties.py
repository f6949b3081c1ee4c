"""What applications and service principals have: Microsoft's own description of them (`microsoft`), as kinds.

A kind is a string ("string", "bool?", "string[]"; `?` allows null; "object?" is stored as sent), a dict (a complex value, merged by PATCH) or a list
of one dict (a collection, replaced whole). What a body does to an object is `entities`'.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import microsoft

Kind = Any  # recursive: str | dict[str, Kind] | list[dict[str, Kind]]

_beside = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
"""What the description does not say."""

NULL_AT_FIRST: Collection[str] = _beside["null_at_first"]
"""Complex properties that are null until somebody sets them; the others are there with empty parts."""

READ_ONLY: Collection[str] = _beside["read_only"]

_AS_SENT = "samlSingleSignOnSettings"
"""The one complex property that keeps what was sent, without empty parts beside it (recorded)."""

_NEVER_NULL: Collection[str] = _beside["never_null"]
"""Where the description allows null and no answer has it."""

_ONLY_BY_SELECT: Mapping[str, Collection[str]] = _beside["only_by_select"]
_NAMES = {"boolean": "bool", "int32": "int", "guid": "guid"}

_described = microsoft.table("types")
_declared = _described["properties"] | {
    path: entry["kind"] for path, entry in microsoft.table("deviations")["properties"].items()
}


def _properties(type_name: str) -> Iterator[tuple[str, Kind]]:
    """Names and kinds, those of the base type first; a picture has no place in JSON."""
    base = _described["types"][type_name]["base"]
    if base:
        yield from _properties(base)
    for path, declared in _declared.items():
        owner, _, name = path.partition("/")
        if owner == type_name and declared != "stream":
            yield (
                name,
                "object?"
                if name == _AS_SENT
                else _kind(declared.removesuffix("?") if path in _NEVER_NULL else declared),
            )


def _kind(declared: str) -> Kind:
    name = declared.strip("[]?")
    if name in _described["types"]:
        parts = dict(_properties(name))
        return [parts] if declared.startswith("[") else parts
    if declared.startswith("["):
        return "string[]"
    return _NAMES.get(name, "string") + ("?" if declared.endswith("?") else "")


def known_names(takes: str | Mapping[str, str]) -> Collection[str]:
    """What a body may name: parameters of an action, or properties and relations of a type."""
    return _names_of(takes) if isinstance(takes, str) else takes


@cache
def _names_of(type_name: str) -> Collection[str]:
    lineage, name = set(), type_name
    while name:
        lineage.add(name)
        name = _described["types"][name]["base"]
    paths = (path.split("/") for path in (*_declared, *_described["relations"]))
    return {part for owner, part in paths if owner in lineage}


KINDS: Mapping[str, Mapping[str, Kind]] = {name: dict(_properties(name)) for name in _ONLY_BY_SELECT}

TYPES: Mapping[str, Collection[str]] = {
    type_name: [name for name in KINDS[type_name] if name not in hidden]
    for type_name, hidden in _ONLY_BY_SELECT.items()
}
"""What an answer holds without $select."""
