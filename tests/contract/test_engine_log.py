"""What the plugin says reaches the engine, and nothing depends on it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from sandbox.azuread.engine_log import EngineLog


class Engine(engine_pb2_grpc.EngineServicer):
    def __init__(self) -> None:
        self.said: list[engine_pb2.LogRequest] = []

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        self.said.append(request)
        return empty_pb2.Empty()


@pytest.fixture
def engine() -> Iterator[tuple[Engine, str]]:
    engine, server = Engine(), grpc.server(ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield engine, f"127.0.0.1:{port}"
    server.stop(None).wait()


def test_says_with_which_resource_something_went_wrong(engine: tuple[Engine, str]) -> None:
    listener, address = engine
    log = EngineLog(address)
    log.info("about all")
    log.error("about one", "urn:x")  # noqa: PLE1205 - not the logging module
    assert [(line.severity, line.message, line.urn) for line in listener.said] == [
        (engine_pb2.INFO, "about all", ""),
        (engine_pb2.ERROR, "about one", "urn:x"),
    ]


def test_an_engine_that_is_gone_stops_nothing(engine: tuple[Engine, str]) -> None:
    listener, address = engine
    EngineLog(address.replace("127.0.0.1", "127.0.0.2")).info("nobody hears this")
    EngineLog("").info("nor this")
    assert listener.said == []
