"""Values on the wire: protobuf structs to and from plain Python, and errors to gRPC statuses.

Source: Pulumi's provider protocol
(https://github.com/pulumi/pulumi/tree/master/proto, checked 2026-11-24).
"""

from collections.abc import Collection
from typing import Any, NoReturn

import grpc
from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from sandbox.azuread.protocol import provider_pb2, status_pb2
from sandbox.azuread.schema import Values

_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the wire mark of a secret, not one


def from_struct(struct: struct_pb2.Struct) -> Values:
    """A struct as a dict; secrets are unwrapped, whole numbers are int."""
    values: Values = _revealed(MessageToDict(struct))
    return values


def _revealed(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE_KEY) == _SECRET_SIGNATURE:
            return _revealed(value["value"])
        return {key: _revealed(item) for key, item in value.items()}
    return [_revealed(item) for item in value] if isinstance(value, list) else value


def to_struct(values: Values, secrets: Collection[str] = ()) -> struct_pb2.Struct:
    """A dict as a struct; the values of these names are marked as secrets."""
    marked = {name: {_SIGNATURE_KEY: _SECRET_SIGNATURE, "value": values[name]} for name in secrets if name in values}
    return ParseDict(values | marked, struct_pb2.Struct())


def abort(context: grpc.ServicerContext, message: str) -> NoReturn:
    """End the call with a sentence, as the official plugin does: status UNKNOWN."""
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError  # context.abort has raised


def abort_half_made(
    context: grpc.ServicerContext, *, resource_id: str, state: struct_pb2.Struct, reason: str
) -> NoReturn:
    """End a create or update that failed after the object was made, so that the engine keeps it in its state."""
    detail = provider_pb2.ErrorResourceInitFailed(id=resource_id, properties=state, reasons=[reason])
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    abort(context, reason)
