"""The guard as the engine drives it: the plugin of `tests/provider`, beside an engine that keeps the warnings.

It asserts nothing about the guard.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2

from tests.provider.harness import ROOT, AnyPlugin, Json, start_plugin
from tests.provider.harness import TYPE as CREDENTIAL
from tests.provider.harness import Failed as Refused
from tests.provider.harness import Found as State

__all__ = ["CREDENTIAL", "GUARD", "ROOT", "Json", "Plugin", "Refused", "State", "run_plugin"]

GUARD = "mimecast-entra:index:AccessGuard"

_KINDS = {
    provider_pb2.PropertyDiff.ADD: "add",
    provider_pb2.PropertyDiff.DELETE: "delete",
    provider_pb2.PropertyDiff.UPDATE: "update",
}


@dataclass(kw_only=True)
class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what the plugin tells the user."""

    warnings: list[str] = field(default_factory=list)

    def Log(self, request: Any, _: Any) -> Any:
        if request.severity == engine_pb2.WARNING:
            self.warnings.append(request.message)
        return empty_pb2.Empty()


class Plugin(AnyPlugin):
    """One running plugin, asked about the guard unless `of_type` says otherwise."""

    engine: Engine

    def diff(self, state: State, inputs: Json) -> dict[str, str]:
        """Property path to `add`, `delete`, `update` or `replace`."""
        answer = self.diff_answer(state, inputs)
        assert bool(answer.detailedDiff) == (answer.changes == provider_pb2.DiffResponse.DIFF_SOME)
        return {path: _KINDS.get(change.kind, "replace") for path, change in answer.detailedDiff.items()}

    def refresh(self, state: State) -> tuple[State, dict[str, str]]:
        """What `pulumi refresh` stores, and what it shows: property path to sentence (what was there, where it is gone)."""
        found = self.read(state.id, state.inputs, state.outputs)
        if found is None:
            return state, {"": "gone"}
        changes = self.diff(found, state.inputs)
        return found, {path: _look_up(found.inputs, path) or _look_up(state.inputs, path) for path in changes}

    def preview(self, state: State, inputs: Json) -> dict[str, str]:
        """What `pulumi preview` shows: property path to `add`, `delete` or `update`."""
        checked, failures = self.check(inputs, old_inputs=state.inputs)
        assert not failures, failures
        return self.diff(state, checked)

    def up(self, state: State, inputs: Json) -> State:
        """What `pulumi up` does with the resource, and stores."""
        checked, failures = self.check(inputs, old_inputs=state.inputs)
        assert not failures, failures
        if not self.diff(state, checked):
            return replace(state, inputs=checked)
        return State(id=state.id, inputs=checked, outputs=self.update(state, checked))


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
    try:
        with start_plugin(Plugin, environment, engine=address) as plugin:
            plugin.engine, plugin.urn = engine, plugin.urn.replace(CREDENTIAL, GUARD)
            plugin.configure(**configuration)
            yield plugin
    finally:
        server.stop(None)
