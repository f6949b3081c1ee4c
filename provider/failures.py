"""How a failure reaches the user: as one sentence and a hint, with what was half done, never as a traceback."""

import traceback
from pathlib import Path
from typing import Any, NoReturn

import grpc

from association.contract import PACKAGE
from association.errors import AssociationError
from provider.protocol import provider_pb2, status_pb2
from provider.resource import HalfDoneError
from provider.wire import encode

_DETAILS = "grpc-status-details-bin"


async def abort(context: "grpc.aio.ServicerContext[Any, Any]", error: Exception) -> NoReturn:
    """End the request with what the user should read."""
    if isinstance(error, HalfDoneError):
        await context.abort(grpc.StatusCode.UNKNOWN, str(error), ((_DETAILS, _pack(error)),))
    await context.abort(grpc.StatusCode.UNKNOWN, describe(error))
    raise AssertionError


def describe(error: Exception) -> str:
    """The sentence; for a mistake of ours, what a report about it needs."""
    if isinstance(error, AssociationError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"Internal error in the plugin {PACKAGE} ({type(error).__name__} at {where}): {error}. Please report it."


def _pack(error: HalfDoneError) -> bytes:
    """Details that make the engine keep the resource in state as half done."""
    details = provider_pb2.ErrorResourceInitFailed(
        id=error.created.id, properties=encode(error.created.outputs), reasons=[str(error)]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(details)
    return status.SerializeToString()
