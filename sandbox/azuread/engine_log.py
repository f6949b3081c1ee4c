"""Messages to the user, through the engine's log."""

import contextlib

import grpc

from sandbox.azuread.protocol import engine_pb2, engine_pb2_grpc


class EngineLog:
    """The engine's log. A message that the engine does not take is lost: an operation never fails for it."""

    def __init__(self, address: str) -> None:
        """Connect; without an address nothing is ever said."""
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None

    def info(self, message: str) -> None:
        self._log(engine_pb2.INFO, message, "")

    def error(self, message: str, urn: str) -> None:
        """Say what went wrong with a resource; an empty URN means none in particular."""
        self._log(engine_pb2.ERROR, message, urn)

    def _log(self, severity: engine_pb2.LogSeverity.ValueType, message: str, urn: str) -> None:
        if self._engine is not None:
            with contextlib.suppress(grpc.RpcError):
                self._engine.Log(engine_pb2.LogRequest(severity=severity, message=message, urn=urn))
