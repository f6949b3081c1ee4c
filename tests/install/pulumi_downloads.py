"""Plays get.pulumi.com and github.com on this machine: a proxy that answers every CONNECT itself, over TLS of its own authority."""

import io
import socketserver
import ssl
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme

COMPILED = b"\x7fELF, a compiled program as far as its first bytes tell"

INSTALLER = b"""#!/bin/sh
set -e
while [ $# -gt 0 ]; do
  case "$1" in
    --install-root) root=$2 ;;
    --version) version=$2 ;;
  esac
  shift
done
curl --fail --silent --show-error --output "$TMPDIR/cli.tar.gz" "https://get.pulumi.com/releases/sdk/pulumi-v$version.tar.gz"
mkdir -p "$root"
tar -xzf "$TMPDIR/cli.tar.gz" -C "$root"
"""
"""Does what the real one does: curl, then tar."""


def archive(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return made.getvalue()


@dataclass
class Downloads:
    """What is served, and how."""

    files: dict[str, bytes]
    """Host and beginning of the path → content."""
    way: str = "good"
    """good, truncated, wrong checksum, hanging (in the middle of an archive) or silent (from the start)."""
    ended: threading.Event = field(default_factory=threading.Event)

    def answer(self, host: str, path: str) -> tuple[bytes, bytes]:
        """The head and as much of the body as goes over the wire."""
        content = next((content for part, content in self.files.items() if f"{host}{path}".startswith(part)), None)
        if content is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", b""
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
        if self.way == "good" or not self.breaks(path):
            return head, content
        if self.way == "wrong checksum":  # SHA-256, and gzip's CRC-32: the four bytes before the length at the end
            return head, content[:-8] + bytes(byte ^ 0xFF for byte in content[-8:-4]) + content[-4:]
        return head, content[: len(content) // 2]

    def breaks(self, path: str) -> bool:
        return path.endswith(".tar.gz")


@contextmanager
def play(downloads: Downloads, folder: Path) -> Iterator[dict[str, str]]:
    """Serve until the block ends; yields the variables that send Python, curl and Go here."""
    authority = trustme.CA()
    certificate = authority.issue_cert("get.pulumi.com", "github.com", "api.github.com")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    authority.cert_pem.write_to_path(folder / "authority.pem")

    class Connection(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            host = self.rfile.readline().split()[1].decode().partition(":")[0]
            while self.rfile.readline().strip():
                pass
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            if downloads.way == "silent":
                downloads.ended.wait()
                return
            with context.wrap_socket(self.connection, server_side=True) as secured, secured.makefile("rb") as request:
                path = request.readline().split()[1].decode()
                while request.readline().strip():
                    pass
                head, body = downloads.answer(host, path)
                secured.sendall(head + body)
                if downloads.way == "hanging" and downloads.breaks(path):
                    downloads.ended.wait()

    class Server(socketserver.ThreadingTCPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is part of the play."""

    with Server(("127.0.0.1", 0), Connection) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        proxy = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield environment_for(proxy, folder)
        finally:
            downloads.ended.set()
            server.shutdown()


def environment_for(proxy: str, folder: Path) -> dict[str, str]:
    """The variables that send Python, curl and Go through the proxy."""
    certificates = str(folder / "authority.pem")
    return {
        **dict.fromkeys(("https_proxy", "HTTPS_PROXY"), proxy),
        **dict.fromkeys(("no_proxy", "NO_PROXY"), ""),
        **dict.fromkeys(("SSL_CERT_FILE", "CURL_CA_BUNDLE"), certificates),
        "TMPDIR": str(folder),
    }
