"""The translation between protobuf structs and plain properties.

Source of the signatures: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go (checked 2026-11-24).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import struct_pb2

from provider.resource import UNKNOWN, Properties, Unknown

_UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, not a secret
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """Plain properties, and which of them were secret."""

    values: Properties
    secrets: frozenset[str]
    """Names of top-level properties that are or hold a secret."""


def decode(struct: struct_pb2.Struct) -> Decoded:
    """Unwrap secrets and outputs; internal properties (`__…`) are left out."""
    values: Properties = {}
    secrets: set[str] = set()
    for name, value in struct.fields.items():
        if not name.startswith("__"):
            values[name], secret = _decode(value)
            if secret:
                secrets.add(name)
    return Decoded(values=values, secrets=frozenset(secrets))


def _decode(value: struct_pb2.Value) -> tuple[Any, bool]:
    match value.WhichOneof("kind"):
        case "string_value":
            return (UNKNOWN if value.string_value == _UNKNOWN_TEXT else value.string_value), False
        case "number_value":
            return value.number_value, False
        case "bool_value":
            return value.bool_value, False
        case "list_value":
            items = [_decode(item) for item in value.list_value.values]
            return [item for item, _ in items], any(secret for _, secret in items)
        case "struct_value":
            return _decode_struct(value.struct_value)
    return None, False


def _decode_struct(struct: struct_pb2.Struct) -> tuple[Any, bool]:
    signature = struct.fields[_SIGNATURE].string_value if _SIGNATURE in struct.fields else ""
    if signature == _SECRET:
        return _decode(struct.fields["value"])[0], True
    if signature == _OUTPUT:
        if "value" not in struct.fields:
            return UNKNOWN, False
        inner, secret = _decode(struct.fields["value"])
        return inner, secret or ("secret" in struct.fields and struct.fields["secret"].bool_value)
    items = {name: _decode(value) for name, value in struct.fields.items()}
    return {name: item for name, (item, _) in items.items()}, any(secret for _, secret in items.values())


def encode(properties: Mapping[str, Any], secrets: Iterable[str] = ()) -> struct_pb2.Struct:
    """Wrap the named properties as secrets."""
    hidden = frozenset(secrets)
    struct = struct_pb2.Struct()
    for name, value in properties.items():
        encoded = _encode(value)
        if name in hidden:
            marker = struct_pb2.Value(string_value=_SECRET)
            wrapped = struct_pb2.Struct(fields={_SIGNATURE: marker, "value": encoded})
            encoded = struct_pb2.Value(struct_value=wrapped)
        struct.fields[name].CopyFrom(encoded)
    return struct


def _encode(value: Any) -> struct_pb2.Value:  # noqa: PLR0911 - one line for each kind of value
    match value:
        case None:
            return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
        case Unknown():
            return struct_pb2.Value(string_value=_UNKNOWN_TEXT)
        case bool():
            return struct_pb2.Value(bool_value=value)
        case int() | float():
            return struct_pb2.Value(number_value=float(value))
        case str():
            return struct_pb2.Value(string_value=value)
        case Mapping():
            fields = {str(name): _encode(item) for name, item in value.items()}
            return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
        case list() | tuple():
            return struct_pb2.Value(list_value=struct_pb2.ListValue(values=[_encode(item) for item in value]))
    raise TypeError(f"a property cannot be a {type(value).__name__}")
