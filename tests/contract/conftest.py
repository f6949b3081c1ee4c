"""A running plugin, its engine's log, and a replayed tenant. It leaves out the tests."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import trustme
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from sandbox.azuread.__main__ import serve
from sandbox.azuread.clock import Clock
from sandbox.azuread.engine_log import EngineLog
from sandbox.azuread.server import Provider
from tests.contract.replay import CLIENT_ID, TENANT_ID, Json, ReplayServer, Tape, sign_in_exchanges

_REQUESTS = {
    "Handshake": provider_pb2.ProviderHandshakeRequest,
    "GetPluginInfo": empty_pb2.Empty,
    "GetSchema": provider_pb2.GetSchemaRequest,
    "CheckConfig": provider_pb2.CheckRequest,
    "DiffConfig": provider_pb2.DiffRequest,
    "Configure": provider_pb2.ConfigureRequest,
    "Invoke": provider_pb2.InvokeRequest,
    "Check": provider_pb2.CheckRequest,
    "Diff": provider_pb2.DiffRequest,
    "Create": provider_pb2.CreateRequest,
    "Read": provider_pb2.ReadRequest,
    "Update": provider_pb2.UpdateRequest,
    "Delete": provider_pb2.DeleteRequest,
    "Cancel": empty_pb2.Empty,
}


class InstantClock(Clock):
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    def now(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class RecordedLog(EngineLog):
    """Keeps what the plugin says."""

    def __init__(self) -> None:
        super().__init__("")
        self.lines: list[tuple[str, str, str]] = []

    def info(self, message: str) -> None:
        self.lines.append(("info", message, ""))

    def error(self, message: str, urn: str) -> None:
        self.lines.append(("error", message, urn))


class Plugin:
    """The plugin over real gRPC, with everything around it."""

    def __init__(self, tenant: ReplayServer, environment: dict[str, str]) -> None:
        self.tenant = tenant
        self.clock = InstantClock()
        self.log = RecordedLog()
        self._server, port = serve(Provider(self.log, self.clock, environment))
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def call(self, method: str, request: Json) -> Json:
        """One call; raises grpc.RpcError."""
        answer = getattr(self._stub, method)(ParseDict(request, _REQUESTS[method]()))
        return MessageToDict(answer)

    def configure(self, **arguments: str) -> Json:
        return self.call("Configure", {"args": arguments})

    def error_of(self, method: str, request: Json) -> Any:
        """The error of a call that must fail."""
        with pytest.raises(grpc.RpcError) as caught:
            self.call(method, request)
        return caught.value

    def close(self) -> None:
        self._channel.close()
        self._server.stop(None).wait()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def make_plugin(authority: trustme.CA, tmp_path: Path) -> Iterator[Callable[..., Plugin]]:
    """Starts plugins against a tape; the keyword arguments change the environment, None removes."""
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    started: list[Plugin] = []

    def make(exchanges: list[Json], **changes: str | None) -> Plugin:
        tenant = ReplayServer(Tape(exchanges), tls)
        environment: dict[str, str | None] = {
            "ARM_TENANT_ID": TENANT_ID,
            "ARM_CLIENT_ID": CLIENT_ID,
            "ARM_CLIENT_SECRET": "<secret>",
            "ARM_METADATA_HOSTNAME": tenant.metadata_host,
            "SSL_CERT_FILE": str(ca_file),
            **changes,
        }
        started.append(Plugin(tenant, {name: value for name, value in environment.items() if value is not None}))
        return started[-1]

    yield make
    for plugin in started:
        plugin.close()
        plugin.tenant.close()


@pytest.fixture
def start(make_plugin: Callable[..., Plugin]) -> Callable[..., Plugin]:
    """Starts a plugin that has signed in already, against exchanges."""

    def configured(*exchanges: Json) -> Plugin:
        plugin = make_plugin([*sign_in_exchanges(), *exchanges])
        plugin.configure()
        return plugin

    return configured
