"""The state that the engine keeps: `__meta`, `__pulumi_raw_state_delta`, nulls, plans, and the inputs of a read.

Shapes: `tests/contract/recordings` (pulumi-azuread 6.11.1, checked 2026-11-24).
"""

import json
from typing import Any

from sandbox.azuread.diff import compare
from sandbox.azuread.schema import DEFAULTS_KEY, UNKNOWN, Kind, Property, ResourceSchema, Role, Values, is_zero

_TIMEOUTS_KEY = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0"
"""Terraform's own key for timeouts in a resource's private data."""
_NANOSECONDS = 1_000_000_000


def complete(
    schema: ResourceSchema, resource_id: str, values: Values, *, planned: bool = False, imported: bool = False
) -> Values:
    """The properties as they go to the engine: the values, the id, and the bridge's two bookkeeping entries.

    An import alone names a schema version of zero.
    """
    meta: Values = {_TIMEOUTS_KEY: {name: seconds * _NANOSECONDS for name, seconds in schema.timeouts.items()}}
    if planned:
        meta["_new_extra_shim"] = {}
    elif schema.schema_version != "0" or imported:
        meta["schema_version"] = schema.schema_version
    delta = {} if _has_unknown(values) else {"__pulumi_raw_state_delta": _delta(schema.properties, values)}
    return {"__meta": json.dumps(meta, separators=(",", ":"), sort_keys=True), **delta, **values, "id": resource_id}


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    return any(map(_has_unknown, value)) if isinstance(value, list) else bool(value == UNKNOWN)


def _delta(properties: tuple[Property, ...], values: Values) -> Values:
    """How to turn Pulumi's values back into Terraform's: which are maps, arrays or unwrapped blocks, and what is renamed."""
    parts = {prop.name: part for prop in properties if (part := _delta_of(prop, values.get(prop.name))) is not None}
    renamed = {prop.name: prop.terraform_name for prop in properties if prop.terraform_name and prop.name in values}
    return {"obj": {key: value for key, value in (("ps", parts), ("renamed", renamed)) if value}}


def _delta_of(prop: Property, value: Any) -> Values | None:
    if prop.kind is Kind.BLOCK:
        return {"plu": {"i": {} if value is None else _delta(prop.fields, value)}}
    if value is None or not (prop.kind.holds_plain or prop.kind.holds_blocks):
        return None
    if prop.kind is Kind.MAP:
        return {"map": {}}
    if prop.kind.holds_plain or not value:
        return {"arr": {}}
    return {"arr": {"el": {str(index): _delta(prop.fields, item) for index, item in enumerate(value)}}}


def keep_nulls(schema: ResourceSchema, news: Values, olds: Values, values: Values) -> Values:
    """What a create or update returns: a collection that nobody set stays null, though the directory says empty."""
    return values | {
        prop.name: olds.get(prop.name)
        for prop in schema.properties
        if prop.kind.holds_plain
        and prop.role is Role.OPTIONAL
        and news.get(prop.name) is None
        and values.get(prop.name) == []
        and not olds.get(prop.name)
    }


def plan(schema: ResourceSchema, olds: Values, news: Values) -> Values:
    """What a preview returns: the program's values over the old state; what only the directory knows is unknown."""
    changed = compare(schema, olds, news).changed
    return {prop.name: _planned(prop, olds, news, changed=prop.name in changed) for prop in schema.properties}


def _planned(prop: Property, olds: Values, news: Values, *, changed: bool) -> Any:
    old, new = olds.get(prop.name), news.get(prop.name)
    if new is not None:
        return _over(old, new)
    if not olds:
        return None if prop.role is Role.OPTIONAL else UNKNOWN
    return None if changed else old


def _over(old: Any, new: Any) -> Any:
    if isinstance(new, dict):
        base = old if isinstance(old, dict) else {}
        return base | {key: _over(base.get(key), value) for key, value in new.items() if key != DEFAULTS_KEY}
    if isinstance(new, list):
        return [_over(None, item) for item in new]
    return new


def refreshed_inputs(old: Any, new: Any) -> Any:
    """The inputs after a refresh: the old ones with the values that the directory shows now, and no others.

    An array keeps its length, so an owner added by hand shows in Diff only, where the whole state is compared.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        found = {
            name: refreshed_inputs(value, new[name])
            for name, value in old.items()
            if name != DEFAULTS_KEY and name in new
        }
        defaults = [name for name in old.get(DEFAULTS_KEY, []) if found.get(name) == old.get(name)]
        return found | ({DEFAULTS_KEY: defaults} if defaults else {})
    if isinstance(old, list) and isinstance(new, list):
        return [refreshed_inputs(*pair) for pair in zip(old, new, strict=False)]
    return new


def imported_inputs(schema: ResourceSchema, values: Values) -> Values:
    """The inputs that a program would have to give to get this state: everything settable that is not zero."""
    inputs = _imported(schema.properties, values)
    for extra in [name for name in schema.conflicts if name in inputs][1:]:
        del inputs[extra]
    return inputs


def _imported(properties: tuple[Property, ...], values: Values) -> Values:
    inputs: Values = {DEFAULTS_KEY: []}
    for prop in properties:
        value: Any = values.get(prop.name)
        is_unset = is_zero(prop, value) and not (value is None and prop.default is not None)
        if prop.role is Role.COMPUTED or (prop.role is not Role.REQUIRED and is_unset):
            continue
        if prop.kind is Kind.BLOCK:
            value = _imported(prop.fields, value)
        elif prop.kind.holds_blocks:
            value = [_imported(prop.fields, item) for item in value]
        inputs[prop.name] = value
    return inputs
