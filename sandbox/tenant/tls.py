"""TLS on the loopback address: certificates of a private authority, a socket, and uvicorn in a thread."""

import asyncio
import socket
import threading
import time
from pathlib import Path

import trustme
import uvicorn
from starlette.types import ASGIApp

_KEEP_ALIVE_SECONDS = 120
_SHUTDOWN_ROUNDS = 100
"""Handshakes that end during the shutdown still become connections; after so many looks they are left behind."""


class _Server(uvicorn.Server):
    """Stops without waiting for clients, which keep idle connections open for minutes."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for _ in range(_SHUTDOWN_ROUNDS):
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            if not self.server_state.connections:
                return
            await asyncio.sleep(0.001)


class TlsServer:
    """uvicorn in a thread, on a socket of the loopback address, with a certificate of a private authority."""

    def __init__(self, application: ASGIApp, folder: Path, listener: socket.socket) -> None:
        certificate = make_certificates(folder)
        config = uvicorn.Config(
            application,
            ssl_certfile=certificate,
            ssl_keyfile=certificate,
            http="h11",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="sandbox tenant", daemon=True
        )

    def start(self) -> None:
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.002)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


def listen(port: int) -> socket.socket:
    """A loopback socket: on the port when it is free, else on any other."""
    for wanted in (port, 0):
        # asyncio wants the protocol's name for TCP_NODELAY
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted))
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError("no free port on 127.0.0.1")


def make_certificates(folder: Path) -> Path:
    """The server's key and chain in one PEM file; authority and server certificate are made once and kept."""
    authority, server = folder / "ca.pem", folder / "server.pem"
    if not (authority.exists() and server.exists()):
        made = trustme.CA(organization_name="Sandbox tenant, not for production")
        server.touch(mode=0o600)
        made.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(server)
        made.cert_pem.write_to_path(authority)
    return server
