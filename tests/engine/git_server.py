"""This repository served by git over HTTPS on loopback, as a project elsewhere fetches it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.tenant.tls import TlsServer
from sandbox.workspace import ROOT

NAME = "mimecast-entra.git"
OWNER = "platform"  # Pulumi makes it the namespace of the SDK


@contextmanager
def serve_repository(authority: Path, folder: Path, *, tag: str) -> Iterator[str]:
    """Serve the work tree's files as one tagged commit; the test is skipped where port 443 cannot be had.

    Args:
        authority: Folder of the sandbox tenant's certificate authority, which every command there trusts.
        folder: Where the served repository is made.
        tag: Name of the tag, such as `v1.0.0`.

    Yields:
        The address to clone.
    """
    try:
        listener = socket.create_server(("127.0.0.1", 443))
    except OSError as error:
        pytest.skip(f"port 443 of 127.0.0.1 cannot be had: {error.strerror}")
    make_repository(folder, tag)
    routes = [Route("/{path:path}", _backend(folder), methods=["GET", "POST"])]
    server = TlsServer(Starlette(routes=routes), authority, listener)
    server.start()
    yield f"https://localhost/{OWNER}/{NAME}"
    server.stop()


def make_repository(folder: Path, tag: str) -> None:
    """The files of the work tree, changed ones as they are, as one commit of a bare repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / "work" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / "work" / name)
    author = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "as it is"), ("tag", tag)):
        subprocess.run(["git", *author, *command], cwd=folder / "work", check=True)
    subprocess.run(["git", "clone", "-q", "--bare", "work", NAME], cwd=folder, check=True)


def _backend(folder: Path) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": request.url.path.removeprefix(f"/{OWNER}"),
            "QUERY_STRING": request.url.query,
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("content-type", ""),
            "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
            "HTTP_GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        }
        said = subprocess.run(  # noqa: ASYNC221 - one client, and git answers at once
            ["git", "http-backend"], input=await request.body(), env=environment, capture_output=True, check=True
        )
        head, _, body = said.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        return Response(body, status_code=status, headers=headers)

    return answer
