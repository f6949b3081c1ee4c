"""Check: the program's values, completed with defaults, and what is wrong with them.

Duplicate names are found later, when planning (`application`): that needs the directory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.azuread.schema import DEFAULTS_KEY, UNKNOWN, Kind, Property, ResourceSchema, Role, Values


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The answer to Check."""

    inputs: Values
    """The values with defaults; every object lists under `__defaults` which those are."""
    failures: tuple[str, ...]
    """One sentence for each problem, which ends with where it is."""


def check(schema: ResourceSchema, resource_name: str, news: Values) -> Checked:
    """Complete and judge what the program says."""
    problems = [*_problems(schema.properties, news, ""), *_conflicts(schema, news)]
    failures = tuple(f"{text}. Examine values at '{resource_name}.{path}'." for path, text in problems)
    return Checked(inputs=_with_defaults(schema.properties, news), failures=failures)


def _with_defaults(properties: tuple[Property, ...], news: Values) -> Values:
    given = {name: value for name, value in news.items() if name != DEFAULTS_KEY and value is not None}
    missing = {p.name: p.default for p in properties if p.default is not None and p.name not in given}
    completed = {p.name: _completed(p, given[p.name]) for p in properties if p.name in given}
    return {**given, **completed, **missing, DEFAULTS_KEY: sorted(missing)}


def _completed(prop: Property, value: Any) -> Any:
    if prop.kind is Kind.BLOCK and isinstance(value, dict):
        return _with_defaults(prop.fields, value)
    if prop.kind.holds_blocks and isinstance(value, list):
        return [_with_defaults(prop.fields, item) if isinstance(item, dict) else item for item in value]
    return value


def _problems(properties: tuple[Property, ...], news: Values, prefix: str) -> Iterator[tuple[str, str]]:
    known = {prop.name: prop for prop in properties}
    for name in sorted(news.keys() - known.keys() - {DEFAULTS_KEY}):
        yield prefix + name, f'Unsupported argument. An argument named "{name}" is not expected here.'
    for prop in properties:
        path, value = prefix + prop.name, news.get(prop.name)
        if value is None:
            if prop.role is Role.REQUIRED:
                text = f'The argument "{prop.name}" is required, but no definition was found.'
                yield path, f"Missing required argument. {text}"
        elif prop.role is Role.COMPUTED:
            yield path, f'Value for unconfigurable attribute. "{prop.name}" is decided by the directory'
        elif prop.refused:
            yield path, f'The stand-in azuread plugin does not support "{prop.name}"; the official plugin does'
        else:
            yield from _value_problems(prop, value, path)


def _value_problems(prop: Property, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if value == UNKNOWN:
        return
    if not _has_shape(prop, value):
        yield path, f"Incorrect type: expected {prop.kind}, got {type(value).__name__}"
    elif prop.kind is Kind.BLOCK:
        yield from _problems(prop.fields, value, f"{path}.")
    elif prop.kind.holds_blocks:
        for index, item in enumerate(value):
            if item != UNKNOWN:
                yield from _problems(prop.fields, item, f"{path}[{index}].")
    else:
        yield from _text_problems(prop, value, path)


def _text_problems(prop: Property, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if prop.check is None:
        return
    is_collection = prop.kind.holds_plain
    texts = [(f"{path}[{index}]", item) for index, item in enumerate(value)] if is_collection else [(path, value)]
    for at, text in texts:
        if text != UNKNOWN and (problem := prop.check(text)):
            yield at, problem


def _has_shape(prop: Property, value: Any) -> bool:
    if prop.kind in (Kind.LIST, Kind.SET):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if prop.kind.holds_blocks:
        return isinstance(value, list) and all(isinstance(item, dict) or item == UNKNOWN for item in value)
    if prop.kind is Kind.INT:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, {Kind.STRING: str, Kind.BOOL: bool}.get(prop.kind, dict))


def _conflicts(schema: ResourceSchema, news: Values) -> Iterator[tuple[str, str]]:
    given = [name for name in schema.conflicts if news.get(name) is not None]
    if len(given) > 1:
        yield given[0], f'Conflicting configuration arguments. "{given[0]}": conflicts with {", ".join(given[1:])}'
