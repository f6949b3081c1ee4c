"""Starts the plugin: `python -m sandbox.azuread <engine address>` prints its port and serves until it is stopped."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc

from sandbox.azuread.clock import FASTER, Clock
from sandbox.azuread.engine_log import EngineLog
from sandbox.azuread.protocol import provider_pb2_grpc
from sandbox.azuread.server import Provider

_PARALLEL_CALLS = 64
"""The engine's own default is four per processor; a call that waits for a deletion holds its thread for 20 seconds."""
_MAX_MESSAGE = 400 * 1024 * 1024


def serve(provider: Provider) -> tuple[grpc.Server, int]:
    """Serve on a free port of the loopback address.

    Returns:
        The server and its port.
    """
    server = grpc.server(
        ThreadPoolExecutor(_PARALLEL_CALLS),
        options=[("grpc.max_receive_message_length", _MAX_MESSAGE), ("grpc.max_send_message_length", _MAX_MESSAGE)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    """Run until SIGINT or SIGTERM, or until the engine is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    engine = os.getppid()
    clock = Clock(faster=float(os.environ.get(FASTER, "1")))
    _, port = serve(Provider(EngineLog(next(iter(sys.argv[1:]), "")), clock))
    print(port, flush=True)
    while os.getppid() == engine:
        time.sleep(1)


if __name__ == "__main__":
    main()
