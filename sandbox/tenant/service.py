"""HTTP: from bytes to a login or Graph request, and back, with faults and hooks in between."""

import asyncio
import contextlib
import dataclasses
import json
import socket
import struct
import uuid
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import jwt
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.tenant import login
from sandbox.tenant.directory import Directory, View
from sandbox.tenant.faults import Fault, FaultKind, Faults
from sandbox.tenant.login_problems import LoginError
from sandbox.tenant.permissions import Caller
from sandbox.tenant.problems import GraphError, bad_query, unauthorized
from sandbox.tenant.recording import RecordedRequest, blank
from sandbox.tenant.routing import GraphRequest, Reply, answer
from sandbox.tenant.tokens import TokenSigner
from sandbox.tenant.wellknown import GRAPH_AUDIENCE

OUT_OF_BAND_HEADER = "x-sandbox-out-of-band"
ON_BEHALF_HEADER = "x-sandbox-user"
_GRAPH_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_REMEMBERED_TOKENS = 256


@dataclasses.dataclass(kw_only=True)
class Exchange:
    """One HTTP request as it came."""

    method: str
    path: str
    options: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    raw: bytes
    request_id: str

    @property
    def query(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self.options)

    def json(self) -> Any:
        """The decoded body; None when there is none or it is no JSON."""
        try:
            return json.loads(self.raw) if self.raw else None
        except ValueError:
            return None


class Service:
    """The ASGI application: login, Graph, and whatever else is mounted beside them."""

    def __init__(self, directory: Directory, signer: TokenSigner, faults: Faults) -> None:
        self.directory = directory
        self.signer = signer
        self.faults = faults
        self.requests: list[RecordedRequest] = []
        self.mounts: dict[str, ASGIApp] = {}
        self._callers: dict[str, tuple[float, Caller]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for prefix, application in self.mounts.items():
            if scope["path"].startswith(prefix):
                await application(scope, receive, send)
                return
        request = Request(scope, receive)
        exchange = Exchange(
            method=scope["method"],
            path=scope["path"],
            options=tuple(parse_qsl(scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)),
            headers=request.headers,
            raw=await request.body(),
            request_id=str(uuid.uuid4()),
        )
        response = await self._serve(exchange)
        if response is None:
            _reset_connection(send)
        else:
            await response(scope, receive, send)

    async def _serve(self, exchange: Exchange) -> Response | None:
        """The response; None when the connection is to be dropped."""
        record = RecordedRequest(
            method=exchange.method,
            path=f"{exchange.path}?{exchange.query}" if exchange.options else exchange.path,
            request=_shown_body(exchange),
            identity="",
            out_of_band=OUT_OF_BAND_HEADER in exchange.headers,
        )
        fault = None if record.out_of_band else await self._disturb(exchange, record)
        reply = None
        if fault is None or fault.kind is not FaultKind.RESET:
            reply = self._reply(exchange, record, fault)
            record.status, record.response = reply.status, blank(reply.body) if _is_login(exchange) else reply.body
        if not record.out_of_band:
            await self._call_hooks(self.faults.hooks_after, record)
        if reply is None or (fault and fault.kind is FaultKind.LOSE_ANSWER):
            return None
        return _response(reply, exchange, self.directory.clock())

    async def _disturb(self, exchange: Exchange, record: RecordedRequest) -> Fault | None:
        self.requests.append(record)
        await self._call_hooks(self.faults.hooks_before, record)
        if self.faults.latency_ms:
            await asyncio.sleep(self.faults.latency_ms / 1000)
        return self.faults.take(exchange.method, exchange.path, exchange.query)

    async def _call_hooks(self, hooks: list[Any], record: RecordedRequest) -> None:
        for hook in list(hooks):
            try:
                await asyncio.to_thread(hook, record)
            except Exception as error:  # noqa: BLE001 - whatever a test's hook raises is the test's to see
                self.faults.failures.append(error)

    def _reply(self, exchange: Exchange, record: RecordedRequest, fault: Fault | None) -> Reply:
        with self.directory.store.lock:
            self.directory.view = View() if record.out_of_band else self._view()
            try:
                problem = fault.problem() if fault else None
                if problem:
                    raise problem
                if _is_login(exchange):
                    return self._answer_login(exchange)
                return self._answer_graph(exchange, record)
            except GraphError as refusal:
                client_id = exchange.headers.get("client-request-id", exchange.request_id)
                body = refusal.body(exchange.request_id, client_id)
                return Reply(status=refusal.status, body=body, headers=refusal.headers)
            except LoginError as refusal:
                return Reply(status=refusal.status, body=refusal.body(self.directory))
            finally:
                self.directory.view = View()

    def _view(self) -> View:
        return View(
            replication_lag=self.faults.replication_lag,
            stale_credentials=self.faults.stale_credentials,
            limited=True,
            refuse=self.faults.refuse,
        )

    def _answer_login(self, exchange: Exchange) -> Reply:
        parts = exchange.path.strip("/").split("/")
        match exchange.method, parts:
            case "GET", ["metadata", "endpoints"]:
                return Reply(status=200, body=login.metadata(self.directory))
            case "POST", [tenant, "oauth2", "v2.0", "token"]:
                form = dict(parse_qsl(exchange.raw.decode("utf-8", "replace"), keep_blank_values=True))
                lifetime = self.faults.token_lifetime
                body = login.issue_token(self.directory, self.signer, tenant, form, lifetime=lifetime)
                return Reply(status=200, body=body)
            case "GET", [tenant, "v2.0", ".well-known", "openid-configuration"]:
                return Reply(status=200, body=login.openid_configuration(self.directory, self.signer, tenant))
            case "GET", [_, "discovery", "v2.0", "keys"]:
                return Reply(status=200, body=self.signer.jwks())
        return Reply(status=404, body={"error": "not_found"})

    def _answer_graph(self, exchange: Exchange, record: RecordedRequest) -> Reply:
        version, _, rest = exchange.path.lstrip("/").partition("/")
        if version not in ("v1.0", "beta"):
            raise bad_query("Invalid version.")
        caller = self._caller(exchange.headers.get("authorization", ""))
        if record.out_of_band:
            user = self.directory.store.find("users", exchange.headers.get(ON_BEHALF_HEADER, ""))
            caller = dataclasses.replace(caller, user=user)
        record.identity = caller.name
        request = GraphRequest(
            method=exchange.method,
            version=version,
            path=f"/{rest}",
            options=exchange.options,
            body=exchange.json(),
            caller=caller,
        )
        return answer(self.directory, request)

    def _caller(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthorized("Access token is empty.")
        remembered = self._callers.get(token)
        if remembered and remembered[0] > self.directory.clock().timestamp():
            return remembered[1]
        try:
            claims = self.signer.verify(token, audience=(self.directory.url, GRAPH_AUDIENCE))
        except jwt.ExpiredSignatureError:
            raise unauthorized("Lifetime validation failed, the token is expired.") from None
        except jwt.InvalidAudienceError:
            raise unauthorized("Access token validation failure. Invalid audience.") from None
        except jwt.InvalidTokenError:
            raise unauthorized("Access token validation failure. Invalid signature.") from None
        caller = Caller(
            name=claims["app_displayname"],
            client_id=claims["appid"],
            object_id=claims["oid"],
            roles=frozenset(claims["roles"]),
        )
        if len(self._callers) >= _REMEMBERED_TOKENS:
            self._callers.clear()
        self._callers[token] = (claims["exp"], caller)
        return caller


def _is_login(exchange: Exchange) -> bool:
    path = exchange.path
    return path.startswith("/metadata/") or "/oauth2/" in path or "/.well-known/" in path or "/discovery/" in path


def _shown_body(exchange: Exchange) -> Any:
    if _is_login(exchange) and exchange.raw:
        return blank(dict(parse_qsl(exchange.raw.decode("utf-8", "replace"), keep_blank_values=True)))
    return exchange.json()


def _response(reply: Reply, exchange: Exchange, now: datetime) -> Response:
    headers = dict(reply.headers) | {"Date": format_datetime(now, usegmt=True)}
    if _is_login(exchange):
        headers |= {"Cache-Control": "no-store, no-cache", "Content-Type": "application/json; charset=utf-8"}
    else:
        headers |= {
            "OData-Version": "4.0",
            "request-id": exchange.request_id,
            "client-request-id": exchange.headers.get("client-request-id", exchange.request_id),
            "x-ms-ags-diagnostic": '{"ServerInfo":{"DataCenter":"Sandbox"}}',
        }
        if reply.body is not None:
            headers["Content-Type"] = _GRAPH_TYPE
    content = "" if reply.body is None else json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
    return Response(content, reply.status, headers)


def _reset_connection(send: Send) -> None:
    """Drop the connection of the request that uvicorn serves with this `send`, with a TCP reset."""
    transport = send.__self__.transport  # type: ignore[attr-defined]
    linger_off = struct.pack("ii", 1, 0)
    with contextlib.suppress(OSError):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_off)
    transport.abort()
