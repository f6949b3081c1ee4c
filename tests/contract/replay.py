"""Plays recordings back: an HTTP server that answers as the recorded tenant did, and a client that asks as the engine did.

It leaves out what is expected of the plugin (`test_recordings`, `test_plugin`).
"""

import base64
import json
import re
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote_plus

RECORDINGS = Path(__file__).parent / "recordings"
RECORDED_HOST = "https://graph.example"
TENANT_ID = "7e6a0000-0000-4000-8000-00000000c0de"
CLIENT_ID = "11111111-1111-1111-1111-111111111111"
CALLER_ID = "a0000000-0000-4000-8000-000000000002"
DROPPED = -1
"""In place of a status: the connection is closed without an answer."""
_TEMPORARY_NAME = re.compile(r"TERRAFORM_UPDATE_[0-9a-f-]{36}")

Json = dict[str, Any]


def read_lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def without_volatile(value: Any, host: str) -> Any:
    """The same value with the recording's host, and without the random part of temporary names."""
    text = json.dumps(value).replace(host, RECORDED_HOST)
    return json.loads(_TEMPORARY_NAME.sub("TERRAFORM_UPDATE_<uuid>", text))


def object_of(path: str) -> str:
    """Collection and object of a path, without version, query and what belongs to the object."""
    return "/".join(path.partition("?")[0].split("/")[2:4])


def access_token(object_id: str = CALLER_ID) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"oid": object_id}).encode()).decode().rstrip("=")
    return f"e30.{claims}.signature"


@dataclass
class Tape:
    """Recorded exchanges, and how far they have been played.

    A GET gets the first answer, not given yet, that was recorded after the last write played to that object; the last one
    again when none is left. The plugin may so ask more or less often than the recorded one, and still sees each write's
    effect.
    """

    exchanges: list[Json]
    retry_after: str = "1"
    played: set[int] = field(default_factory=set)
    last_write: dict[str, int] = field(default_factory=dict)
    last_answer: dict[str, Json] = field(default_factory=dict)
    writes: list[Json] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, body: Any) -> Json:
        with self.lock:
            key = f"{method} {path}"
            for index, exchange in enumerate(self.exchanges):
                is_next = index not in self.played and (
                    method != "GET" or index > self.last_write.get(object_of(path), -1)
                )
                if is_next and key == f"{exchange['method']} {exchange['path']}":
                    self._play(index, exchange, body)
                    self.last_answer[key] = exchange
                    return exchange
            if method == "GET" and key in self.last_answer:
                return self.last_answer[key]
            self.unexpected.append(key)
            return {"status": 501, "response": {"error": {"code": "NotRecorded", "message": key}}}

    def _play(self, index: int, exchange: Json, body: Any) -> None:
        self.played.add(index)
        if exchange["method"] != "GET":
            self.last_write[object_of(exchange["path"])] = index
            self.writes.append({**{key: exchange[key] for key in ("method", "path", "status")}, "request": body})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet: two would wait 40 ms for each other
    tape: ClassVar[Tape]
    graph_host: ClassVar[str]

    def _reply(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        is_form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        body = dict(parse_qsl(raw)) if is_form else json.loads(raw or "null")
        exchange = self.tape.answer(self.command, unquote_plus(self.path), without_volatile(body, self.graph_host))
        text = (
            json.dumps(exchange["response"]).replace(RECORDED_HOST, self.graph_host).replace("<token>", access_token())
        )
        payload = b"" if exchange["response"] is None else text.encode()
        self.send_response(exchange["status"])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        if exchange["status"] == 429:
            self.send_header("Retry-After", self.tape.retry_after)
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_PATCH = do_DELETE = _reply

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class ReplayServer:
    """Metadata over TLS, login and Graph over plain HTTP, all on the loopback address."""

    def __init__(self, tape: Tape, tls: ssl.SSLContext) -> None:
        handler = type("Handler", (_Handler,), {"tape": tape})
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
        graph, metadata = self._servers
        metadata.socket = tls.wrap_socket(metadata.socket, server_side=True)
        self.tape = tape
        self.graph_host = f"http://127.0.0.1:{graph.server_port}"
        self.metadata_host = f"127.0.0.1:{metadata.server_port}"
        handler.graph_host = self.graph_host  # type: ignore[attr-defined]  # a class made on the line above
        for server in self._servers:
            server.daemon_threads = True
        self._pool = ThreadPoolExecutor(2)
        for server in self._servers:
            self._pool.submit(server.serve_forever, 0.01)

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._pool.shutdown()


def exchange(method: str, path: str, response: Any = None, *, status: int = 0) -> Json:
    """One exchange to play; the status is the usual one of the method unless given."""
    usual = {"GET": 200, "POST": 201}.get(method, 204)
    return {"method": method, "path": path, "status": status or usual, "response": response, "request": None}


def refusal(method: str, path: str, status: int, code: str = "Code", message: str = "Message.") -> Json:
    return exchange(method, path, {"error": {"code": code, "message": message}}, status=status)


def sign_in_exchanges() -> list[Json]:
    """The metadata and token requests of a recording."""
    return read_lines(RECORDINGS / "01-create" / "http.jsonl")[:2]


def recorded_call(scenario: str, method: str, kind: str) -> Json:
    """The request of the first such call of a recording; `kind` ends the type token."""
    calls = read_lines(RECORDINGS / scenario / "grpc.jsonl")
    request: Json = next(
        call["request"] for call in calls if call["method"] == method and call["request"]["type"].endswith(kind)
    )
    return request
