"""The guard as the engine drives it: the plugin in a process of its own, real gRPC, and an engine that keeps the warnings.

It asserts nothing about the guard.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from provider.wire import decode, encode

ROOT = Path(__file__).resolve().parents[2]
GUARD = "mimecast-entra:index:AccessGuard"
CREDENTIAL = "mimecast-entra:index:CertificateCredential"
Json = dict[str, Any]

_KINDS = {
    provider_pb2.PropertyDiff.ADD: "add",
    provider_pb2.PropertyDiff.DELETE: "delete",
    provider_pb2.PropertyDiff.UPDATE: "update",
}


def urn_of(token: str, name: str = "mimecast") -> str:
    return f"urn:pulumi:test::mimecast-entra::mimecast-entra:index:ServerConnection${token}::{name}"


class Refused(Exception):  # noqa: N818 - what the engine would show
    """The plugin answered with an error."""


@dataclass(frozen=True, kw_only=True)
class State:
    """What the engine stores of one resource."""

    id: str
    inputs: Json
    outputs: Json


@dataclass(kw_only=True)
class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what the plugin tells the user."""

    warnings: list[str] = field(default_factory=list)

    def Log(self, request: Any, _: Any) -> Any:  # noqa: N802 - the name of the gRPC method
        if request.severity == engine_pb2.WARNING:
            self.warnings.append(request.message)
        return empty_pb2.Empty()


class Plugin:
    """One running plugin, asked as the engine asks."""

    def __init__(self, port: int, engine: Engine) -> None:
        self.engine = engine
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def call(self, method: str, **fields: Any) -> Any:
        requests = {"Check": "CheckRequest", "Diff": "DiffRequest", "Create": "CreateRequest", "Read": "ReadRequest"}
        requests |= {"Update": "UpdateRequest", "Delete": "DeleteRequest", "Configure": "ConfigureRequest"}
        encoded = {name: encode(value) if isinstance(value, dict) else value for name, value in fields.items()}
        try:
            return getattr(self.stub, method)(getattr(provider_pb2, requests[method])(**encoded), timeout=60)
        except grpc.RpcError as error:
            raise Refused(error.details()) from error

    def check(self, inputs: Json, old_inputs: Json | None = None, token: str = GUARD) -> tuple[Json, dict[str, str]]:
        answer = self.call("Check", urn=urn_of(token), olds=old_inputs or {}, news=inputs)
        return decode(answer.inputs).values, {failure.property: failure.reason for failure in answer.failures}

    def create(self, inputs: Json, token: str = GUARD) -> State:
        checked, failures = self.check(inputs, token=token)
        assert not failures, failures
        answer = self.call("Create", urn=urn_of(token), properties=checked)
        return State(id=answer.id, inputs=checked, outputs=decode(answer.properties).values)

    def read(self, state: State, token: str = GUARD) -> State | None:
        answer = self.call("Read", urn=urn_of(token), id=state.id, inputs=state.inputs, properties=state.outputs)
        if not answer.id:
            return None
        return State(id=answer.id, inputs=decode(answer.inputs).values, outputs=decode(answer.properties).values)

    def diff(self, state: State, inputs: Json, token: str = GUARD) -> dict[str, str]:
        answer = self.call(
            "Diff", urn=urn_of(token), id=state.id, olds=state.outputs, old_inputs=state.inputs, news=inputs
        )
        assert bool(answer.detailedDiff) == (answer.changes == provider_pb2.DiffResponse.DIFF_SOME)
        return {path: _KINDS.get(change.kind, "replace") for path, change in answer.detailedDiff.items()}

    def refresh(self, state: State, token: str = GUARD) -> tuple[State, dict[str, str]]:
        """What `pulumi refresh` stores, and what it shows: property path to sentence (what was there, where it is gone)."""
        found = self.read(state, token)
        if found is None:
            return state, {"": "gone"}
        changes = self.diff(found, state.inputs, token)
        return found, {path: _look_up(found.inputs, path) or _look_up(state.inputs, path) for path in changes}

    def preview(self, state: State, inputs: Json, token: str = GUARD) -> dict[str, str]:
        """What `pulumi preview` shows: property path to `add`, `delete` or `update`."""
        checked, failures = self.check(inputs, state.inputs, token)
        assert not failures, failures
        return self.diff(state, checked, token)

    def up(self, state: State, inputs: Json, token: str = GUARD) -> State:
        """What `pulumi up` does with the resource, and stores."""
        checked, failures = self.check(inputs, state.inputs, token)
        assert not failures, failures
        if not self.diff(state, checked, token):
            return replace(state, inputs=checked)
        answer = self.call(
            "Update", urn=urn_of(token), id=state.id, olds=state.outputs, old_inputs=state.inputs, news=checked
        )
        return State(id=state.id, inputs=checked, outputs=decode(answer.properties).values)

    def delete(self, state: State, token: str = GUARD) -> None:
        self.call("Delete", urn=urn_of(token), id=state.id, properties=state.outputs)


def _look_up(inputs: Json, path: str) -> str:
    family, _, rest = path.replace("[", ".", 1).partition(".")
    key = rest[1:-2].replace('\\"', '"') if rest.startswith('"') else rest
    value = inputs.get(family)
    return str(value.get(key, "")) if isinstance(value, dict) else str(value)


@contextmanager
def run_plugin(environment: Mapping[str, str], **configuration: Any) -> Iterator[Plugin]:
    """Start the plugin as the engine does, with an engine that listens, and configure it."""
    engine = Engine()
    server = grpc.server(ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "provider"), address],
        cwd="/",
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        plugin = Plugin(int(process.stdout.readline()), engine)
        try:
            plugin.call("Configure", args=configuration, acceptSecrets=True)
            yield plugin
        finally:
            plugin.channel.close()
            process.terminate()
            process.wait(10)
            server.stop(None)
