"""Messages to the user through the engine's log; errors are answers to requests instead."""

import threading
from typing import Final

import grpc

from provider.protocol import engine_pb2, engine_pb2_grpc

_TIMEOUT: Final = 5.0


class Diagnostics:
    """The engine's log. A message that cannot be delivered is dropped: it must not fail an update."""

    def __init__(self, engine_address: str) -> None:
        """Connect with the first message."""
        self._address = engine_address
        self._lock = threading.Lock()
        self._stub: engine_pb2_grpc.EngineStub | None = None

    def debug(self, message: str) -> None:
        """Shown with `--logtostderr -v` only."""
        self._log(engine_pb2.DEBUG, message, "")

    def info(self, message: str) -> None:
        """Shown once, with the stack."""
        self._log(engine_pb2.INFO, message, "")

    def warn(self, message: str, urn: str) -> None:
        """Shown beside the resource and at the end of the update."""
        self._log(engine_pb2.WARNING, message, urn)

    def _log(self, severity: "engine_pb2.LogSeverity.ValueType", message: str, urn: str) -> None:
        if not self._address:
            return
        with self._lock:
            if self._stub is None:
                self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(self._address))
        try:
            self._stub.Log(engine_pb2.LogRequest(severity=severity, message=message, urn=urn), timeout=_TIMEOUT)
        except grpc.RpcError:
            return
