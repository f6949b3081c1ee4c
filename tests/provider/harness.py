"""The plugin as the engine drives it: a real process, real gRPC, plain dicts. It asserts nothing."""

import copy
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from provider.wire import decode, encode

ROOT = Path(__file__).resolve().parents[2]
TYPE = "mimecast-entra:index:CertificateCredential"
URN = f"urn:pulumi:test::mimecast-entra::mimecast-entra:index:ServerConnection${TYPE}::mimecast-certificate"
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What Read answered."""

    id: str
    inputs: Json
    outputs: Json


class Failed(Exception):  # noqa: N818 - what the engine would show
    """The plugin refused."""

    def __init__(self, error: grpc.RpcError) -> None:
        super().__init__(error.details())
        self.text: str = error.details()
        self.init_failed: provider_pb2.ErrorResourceInitFailed | None = None
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                self.init_failed = provider_pb2.ErrorResourceInitFailed()
                status_pb2.Status.FromString(value).details[0].Unpack(self.init_failed)


class AnyPlugin:
    """One running plugin."""

    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.urn = URN
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def close(self) -> None:
        self._channel.close()

    def call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self.stub, method)(request, timeout=60)
        except grpc.RpcError as error:
            raise Failed(error) from error

    def of_type(self, pulumi_type: str) -> Self:
        """The same plugin, asked about a resource of another type."""
        other = copy.copy(self)
        other.urn = URN.replace(TYPE, pulumi_type)
        return other

    def configure(self, **config: Any) -> None:
        self.call("Configure", provider_pb2.ConfigureRequest(args=encode(config), acceptSecrets=True))

    def check_config(self, **config: Any) -> dict[str, str]:
        answer = self.call("CheckConfig", provider_pb2.CheckRequest(urn=URN, news=encode(config)))
        return {failure.property: failure.reason for failure in answer.failures}

    def check(self, inputs: Json, urn: str = "", *, old_inputs: Json | None = None) -> tuple[Json, dict[str, str]]:
        request = provider_pb2.CheckRequest(urn=urn or self.urn, olds=encode(old_inputs or {}), news=encode(inputs))
        answer = self.call("Check", request)
        return decode(answer.inputs).values, {failure.property: failure.reason for failure in answer.failures}

    def create(self, inputs: Json, *, preview: bool = False, urn: str = "") -> Found:
        checked, failures = self.check(inputs)
        assert not failures
        answer = self.call(
            "Create",
            provider_pb2.CreateRequest(urn=urn or self.urn, properties=encode(checked), preview=preview, timeout=60),
        )
        return Found(id=answer.id, inputs=checked, outputs=decode(answer.properties).values)

    def read(self, resource_id: str, inputs: Json | None = None, outputs: Json | None = None) -> Found | None:
        request = provider_pb2.ReadRequest(
            id=resource_id, urn=self.urn, inputs=encode(inputs or {}), properties=encode(outputs or {})
        )
        answer = self.call("Read", request)
        if not answer.id:
            return None
        return Found(id=answer.id, inputs=decode(answer.inputs).values, outputs=decode(answer.properties).values)

    def diff_answer(self, state: Found, inputs: Json) -> Any:
        request = provider_pb2.DiffRequest(
            id=state.id, urn=self.urn, olds=encode(state.outputs), old_inputs=encode(state.inputs), news=encode(inputs)
        )
        return self.call("Diff", request)

    def update(self, state: Found, inputs: Json) -> Json:
        request = provider_pb2.UpdateRequest(
            id=state.id, urn=self.urn, olds=encode(state.outputs), old_inputs=encode(state.inputs), news=encode(inputs)
        )
        return decode(self.call("Update", request).properties).values

    def delete(self, state: Found) -> None:
        self.call("Delete", provider_pb2.DeleteRequest(id=state.id, urn=self.urn, properties=encode(state.outputs)))

    def cancel(self) -> None:
        self.call("Cancel", empty_pb2.Empty())


class Plugin(AnyPlugin):
    """One running plugin; changes are the names of the inputs that differ."""

    def refresh(self, state: Found) -> tuple[Found | None, set[str]]:
        """What `pulumi refresh` would store, and the inputs that it would show as changed."""
        found = self.read(state.id, state.inputs, state.outputs)
        return found, set() if found is None else self.diff(found, state.inputs)

    def diff(self, state: Found, inputs: Json) -> set[str]:
        """Inputs that `pulumi preview` would show as changed."""
        return set(self.diff_answer(state, inputs).detailedDiff)


_Plugin = TypeVar("_Plugin", bound=AnyPlugin)


def run_plugin(environment: Mapping[str, str], *, engine: str = "") -> AbstractContextManager[Plugin]:
    """Start the plugin as the engine does, with another working directory; not configured yet."""
    return start_plugin(Plugin, environment, engine=engine)


@contextmanager
def start_plugin(kind: type[_Plugin], environment: Mapping[str, str], *, engine: str = "") -> Iterator[_Plugin]:
    """As `run_plugin`, for a kind of plugin."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "provider"), *([engine] if engine else [])],
        cwd="/",
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        plugin = kind(int(process.stdout.readline()), process)
        try:
            yield plugin
        finally:
            plugin.close()
            process.terminate()
            process.wait(10)
