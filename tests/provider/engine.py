"""An engine that records what it is told. It asserts nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from tests.component.recorder import Engine, Monitor, Recording


@contextmanager
def run_engine() -> Iterator[tuple[str, Recording]]:
    """Its address, and what it was told."""
    recording = Recording()
    server = grpc.server(ThreadPoolExecutor(8))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(Monitor(recording, dry_run=False), server)
    engine_pb2_grpc.add_EngineServicer_to_server(Engine(recording), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}", recording
    finally:
        server.stop(None).wait()
