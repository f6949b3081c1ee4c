"""Diff: which properties of a resource the program changes, path by path, and whether that replaces it.

Compared are the old *state* and the new *inputs*.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.azuread.schema import DEFAULTS_KEY, UNKNOWN, Kind, Property, ResourceSchema, Role, Values, is_zero


class Change(StrEnum):
    """What happens at a path; the names are those of Pulumi's `PropertyDiff.Kind`."""

    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The answer to Diff."""

    changes: dict[str, Change]
    """By property path, such as `web.redirectUris[0]`."""
    changed: tuple[str, ...]
    replaces: tuple[str, ...]
    stables: tuple[str, ...]
    """Names of the unchanged properties whose change would replace the resource, sorted."""


def compare(schema: ResourceSchema, olds: Values, news: Values) -> Difference:
    """Compare the state, as the provider last returned it, with the inputs, as Check returned them."""
    by_name = {prop.name: dict(_changes(prop, olds.get(prop.name), news.get(prop.name))) for prop in schema.properties}
    changed = sorted(name for name, found in by_name.items() if found)
    replacing = sorted(prop.name for prop in schema.properties if prop.replaces)
    return Difference(
        changes={path: change for name in changed for path, change in by_name[name].items()},
        changed=tuple(changed),
        replaces=tuple(name for name in replacing if name in changed),
        stables=tuple(name for name in replacing if name not in changed),
    )


def _changes(prop: Property, old: Any, new: Any, prefix: str = "") -> Iterator[tuple[str, Change]]:
    path = prefix + prop.name
    if new is None:
        new = prop.default
    if prop.role is Role.COMPUTED:
        return
    if new is None:
        # what the directory decides when the program is silent is no change; nor is going from empty to unset
        if prop.role is not Role.OPTIONAL_COMPUTED and not is_zero(prop, old):
            yield path, Change.DELETE
    elif old is None:
        if new not in ("", [], {}):
            yield path, Change.ADD
    elif new == UNKNOWN:
        yield path, Change.UPDATE
    else:
        yield from _known_changes(prop, old, new, path)


def _known_changes(prop: Property, old: Any, new: Any, path: str) -> Iterator[tuple[str, Change]]:
    if prop.kind is Kind.BLOCK:
        for field in prop.fields:
            yield from _changes(field, old.get(field.name), new.get(field.name), f"{path}.")
    elif prop.kind in (Kind.SET, Kind.BLOCK_SET):
        yield from _set_changes(prop, old, new, path)
    elif prop.kind in (Kind.LIST, Kind.BLOCK_LIST):
        yield from _list_changes(prop, old, new, path)
    elif old != new:
        yield path, Change.UPDATE


def _set_changes(prop: Property, old: list[Any], new: list[Any], path: str) -> Iterator[tuple[str, Change]]:
    old_keys, new_keys = [_key(prop, item) for item in old], [_key(prop, item) for item in new]
    removed = {f"{path}[{index}]": Change.DELETE for index, key in enumerate(old_keys) if key not in new_keys}
    added = {f"{path}[{index}]": Change.ADD for index, key in enumerate(new_keys) if key not in old_keys}
    # where one is removed and one added at the same place, the provider reports the removal (recording 07)
    yield from {**added, **removed}.items()


def _list_changes(prop: Property, old: list[Any], new: list[Any], path: str) -> Iterator[tuple[str, Change]]:
    for index in range(max(len(old), len(new))):
        at = f"{path}[{index}]"
        if index >= len(new):
            yield at, Change.DELETE
        elif index >= len(old):
            yield at, Change.ADD
        elif UNKNOWN in (old[index], new[index]):
            yield at, Change.UPDATE
        elif prop.kind is Kind.BLOCK_LIST:
            for field in prop.fields:
                yield from _changes(field, old[index].get(field.name), new[index].get(field.name), f"{at}.")
        elif old[index] != new[index]:
            yield at, Change.UPDATE


def _key(prop: Property, item: Any) -> Any:
    """Something equal for two elements that mean the same: leaving a field out is saying its default."""
    if not isinstance(item, dict):
        return item
    key: Values = {}
    for field in prop.fields:
        value = item.get(field.name, field.default)
        if field.kind.holds_plain:
            value = sorted(value or [])
        elif field.fields:
            value = [_key(field, entry) for entry in value or []]
        key[field.name] = value or None
    return {name: value for name, value in key.items() if name != DEFAULTS_KEY}
