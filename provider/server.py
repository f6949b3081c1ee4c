"""The process: one gRPC server on loopback, its port on standard output, and its end."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Final

import grpc.aio

from association.contract import PACKAGE
from provider.protocol import provider_pb2_grpc
from provider.service import Plugin

_LARGEST_MESSAGE: Final = 400 * 1024 * 1024
"""Bytes; the engine's own limit."""
_ENGINE_CHECK: Final = 2.0
"""Seconds between two looks at whether the engine still lives."""


def main(arguments: Sequence[str]) -> None:
    """Serve until the engine ends this process.

    Args:
        arguments: The engine's address, and flags of the engine's that mean nothing here.
    """
    parser = argparse.ArgumentParser(prog=PACKAGE, description="Pulumi plugin; the Pulumi engine starts it.")
    parser.add_argument("engine", nargs="?", default="", help="address of the engine")
    known, _ = parser.parse_known_args(arguments)
    asyncio.run(_serve(known.engine))


async def _serve(engine_address: str) -> None:
    server = grpc.aio.server(
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ]
    )
    plugin = Plugin(engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(plugin, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    _exit_on_signals()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    plugin.import_ahead()
    watch = asyncio.create_task(_exit_with_engine(engine_address))
    await server.wait_for_termination()
    watch.cancel()


def _exit_on_signals() -> None:
    """At once: the engine waits for its plugins, and nothing here needs a farewell."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, os._exit, 0)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: os._exit(0))


async def _exit_with_engine(engine_address: str) -> None:
    """A killed engine leaves nobody to end this process; three refused connections in a row say that it is gone."""
    host, _, port = engine_address.rpartition(":")
    refused = 0
    while host and port.isdigit() and refused < 3:  # noqa: PLR2004 - see above
        await asyncio.sleep(_ENGINE_CHECK)
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            refused += 1
        else:
            refused = 0
            writer.close()
    if refused:
        os._exit(1)
