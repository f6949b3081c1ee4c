"""What applications and service principals hold: their defaults, how a body changes them, how an answer shows them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.tenant.problems import bad_request
from sandbox.tenant.properties import KINDS, NULL_AT_FIRST, READ_ONLY, TYPES, Kind
from sandbox.tenant.store import Json

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def new_object(type_name: str) -> Json:
    """An object of the type with every property at the value the service gives when nothing is sent."""
    kinds = KINDS[type_name]
    return {name: None if name in NULL_AT_FIRST else _default(kind) for name, kind in kinds.items()}


def _default(kind: Kind) -> Any:
    if isinstance(kind, list) or kind == "string[]":
        return []
    if isinstance(kind, dict):
        return {name: _default(part) for name, part in kind.items()}
    return False if kind == "bool" else None


def apply_body(current: Json, body: Json, type_name: str) -> Json:
    """A copy of the object with the body's properties in it; complex values are merged, collections replaced.

    Refused are unknown and read-only properties, and values of the wrong type.
    """
    kinds = KINDS[type_name]
    changed = dict(current)
    for name, value in body.items():
        if name not in kinds:
            raise bad_request(f"Property '{name}' does not exist as a declared property or extension property.")
        if name in READ_ONLY:
            raise bad_request(f"Property '{name}' is read-only and cannot be set.")
        changed[name] = _merged(current.get(name), value, kinds[name], name, type_name)
    return changed


def _merged(current: Any, value: Any, kind: Kind, path: str, type_name: str) -> Any:
    if isinstance(kind, dict):
        if value is None:
            return None if path in NULL_AT_FIRST else _default(kind)
        _expect(isinstance(value, dict), path, type_name)
        base = dict(_default(kind) if current is None else current)
        for name, part in value.items():
            if name not in kind:
                raise bad_request(f"Property '{name}' does not exist as a declared property or extension property.")
            if f"{path}/{name}" in READ_ONLY and part is not None:
                raise bad_request(f"Property '{name}' is read-only and cannot be set.")
            base[name] = _merged(base.get(name), part, kind[name], f"{path}/{name}", type_name)
        return base
    if isinstance(kind, list):
        _expect(isinstance(value, list) and all(isinstance(item, dict) for item in value), path, type_name)
        return [_whole(item, kind[0], path, type_name) for item in value]
    _expect(_fits(value, kind), path, type_name)
    return value


def _whole(item: Json, kind: Mapping[str, Kind], path: str, type_name: str) -> Json:
    """One entry of a collection: only the properties that were sent, each checked."""
    for name in item:
        if name not in kind and not name.startswith("@odata."):
            raise bad_request(f"Property '{name}' does not exist as a declared property or extension property.")
    return {
        name: _merged(None, value, kind[name], f"{path}/{name}", type_name)
        for name, value in item.items()
        if name in kind
    }


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "guid": lambda value: isinstance(value, str) and bool(_GUID.fullmatch(value)),
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "string[]": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
}


def _fits(value: Any, kind: str) -> bool:
    return kind.endswith("?") if value is None else _FITS[kind.rstrip("?")](value)


def _expect(fits: bool, path: str, type_name: str) -> None:  # noqa: FBT001 - an assertion with Graph's sentence
    if not fits:
        resource = type_name[0].upper() + type_name[1:]
        raise bad_request(f"Invalid value specified for property '{path.partition('/')[0]}' of resource '{resource}'.")


def is_guid(text: str) -> bool:
    return bool(_GUID.fullmatch(text))


def present(entity: Json, type_name: str, select: tuple[str, ...] = (), *, with_keys: bool = False) -> Json:
    """The object as an answer shows it: the names of $select or the default set, and key bytes only on demand."""
    names = select or tuple(TYPES[type_name])
    return {name: _public(name, entity.get(name), with_keys=with_keys) for name in names}


def _public(name: str, value: Any, *, with_keys: bool) -> Any:
    if name == "keyCredentials":
        return [credential if with_keys else credential | {"key": None} for credential in value]
    if name == "passwordCredentials":
        return [public(entry) for entry in value]
    return value


def public(stored: Json) -> Json:
    """What the service shows of something stored: parts whose names begin with `_` are the sandbox's own."""
    return {name: value for name, value in stored.items() if not name.startswith("_")}
