"""The plugin's gRPC service: each call of the engine, answered from the modules beside this one.

It has no schemas: `pulumi package` commands need the official plugin.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2, struct_pb2

from sandbox.azuread import VERSION
from sandbox.azuread import check as checking
from sandbox.azuread.app_role_assignment import AppRoleAssignment
from sandbox.azuread.application import Application
from sandbox.azuread.application_certificate import ApplicationCertificate
from sandbox.azuread.clock import Clock
from sandbox.azuread.diff import Difference, compare
from sandbox.azuread.engine_log import EngineLog
from sandbox.azuread.functions import FUNCTIONS
from sandbox.azuread.graph import Graph, Session, sign_in
from sandbox.azuread.problems import ProviderError
from sandbox.azuread.protocol import plugin_pb2, provider_pb2, provider_pb2_grpc
from sandbox.azuread.resource import Change, Resource
from sandbox.azuread.schema import UNKNOWN, ResourceSchema, Values
from sandbox.azuread.service_principal import ServicePrincipal
from sandbox.azuread.settings import read_settings
from sandbox.azuread.state import complete, imported_inputs, keep_nulls, plan, refreshed_inputs
from sandbox.azuread.wire import abort, abort_half_made, from_struct, to_struct

STAND_IN = "the azuread plugin is the sandbox's stand-in, not the official one"
RESOURCES: dict[str, Resource] = {
    resource.schema.token: resource
    for resource in (Application(), ApplicationCertificate(), AppRoleAssignment(), ServicePrincipal())
}
_KINDS = provider_pb2.PropertyDiff.Kind
_ONLY = "is not part of the stand-in azuread plugin; the official azuread plugin provides it."


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine; calls may come in parallel."""

    def __init__(self, log: EngineLog, clock: Clock, environment: Mapping[str, str] = os.environ) -> None:
        self._log = log
        self._clock = clock
        self._environment = environment
        self._session: Session | None = None

    def Handshake(self, request: Any, context: Any) -> NoReturn:
        """Not implemented, like the official plugin's: the engine then takes the port and asks on."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "method Handshake not implemented")
        raise AssertionError  # context.abort has raised

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Any) -> NoReturn:
        """Not part of a stand-in: programs take the types from the pulumi-azuread package."""
        abort(context, f"The schema of azuread {_ONLY}")

    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """The configuration is taken as it is; Configure judges it."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Which settings changed; none of them replaces the provider."""
        olds, news = from_struct(request.old_inputs), from_struct(request.news)
        changed = sorted(name for name in olds.keys() | news.keys() if olds.get(name) != news.get(name))
        if not changed:
            return provider_pb2.DiffResponse()
        kinds = {
            name: "UPDATE" if name in olds.keys() & news else "ADD" if name in news else "DELETE" for name in changed
        }
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME,
            diffs=changed,
            detailedDiff={
                name: provider_pb2.PropertyDiff(kind=_KINDS.Value(kind), inputDiff=True) for name, kind in kinds.items()
            },
        )

    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        self._log.info(STAND_IN)
        try:
            arguments = {name: str(value) for name, value in from_struct(request.args).items()}
            self._session = sign_in(read_settings(arguments, self._environment), self._clock)
        except ProviderError as error:
            abort(context, str(error))
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        function = FUNCTIONS.get(request.tok)
        if function is None:
            abort(context, f"The function {request.tok} {_ONLY}")
        with self._reporting(context, f"invoking {request.tok}: "):
            answer = function(self._signed_in(), from_struct(request.args))
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(answer))  # the field's name is a Python keyword
        return response

    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        resource = _resource(request, context)
        checked = checking.check(resource.schema, request.urn.rpartition("::")[2], from_struct(request.news))
        failures = [provider_pb2.CheckFailure(reason=reason) for reason in checked.failures]
        return provider_pb2.CheckResponse(inputs=to_struct(checked.inputs, resource.schema.secrets), failures=failures)

    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        resource = _resource(request, context)
        change = _change(resource, request.olds, request.news, request.ignoreChanges)
        with self._reporting(context, f"diffing {request.urn}: ", urn=request.urn):
            resource.check_plan(self._graph(resource, "read"), change)
        return _diff_response(compare(resource.schema, change.olds, change.news))

    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        resource = _resource(request, context)
        change = _change(resource, None, request.properties)
        with self._reporting(context, f"diffing {request.urn}: ", urn=request.urn):
            graph = self._graph(resource, "create", request.timeout)
            resource.check_plan(graph, change)
        planned = plan(resource.schema, {}, change.news)
        if request.preview:
            return provider_pb2.CreateResponse(properties=_state(resource.schema, UNKNOWN, planned, planned=True))
        with self._reporting(context, urn=request.urn):
            created = resource.create(graph, change)
        half_made = {name: None if value == UNKNOWN else value for name, value in planned.items()}
        keep = (created.resource_id, _state(resource.schema, created.resource_id, half_made))
        with self._reporting(context, f"creating {request.urn}: ", urn=request.urn, keep=keep):
            created.finish()
            values = resource.read(graph, created.resource_id, change.news)
        if values is None:
            # the directory does not show what it just made: nothing is kept, and the object stays behind
            abort(context, "expected non-empty ID for new state during Create")
        values = keep_nulls(resource.schema, change.news, {}, values)
        state = _state(resource.schema, created.resource_id, values)
        return provider_pb2.CreateResponse(id=created.resource_id, properties=state)

    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """Refresh the state or, where there is none, import."""
        resource = _resource(request, context)
        old_state, old_inputs = from_struct(request.properties), from_struct(request.inputs)
        with self._reporting(context, f"refreshing {request.urn}: ", urn=request.urn):
            values = resource.read(self._graph(resource, "read"), request.id, old_state)
        if values is None:
            return provider_pb2.ReadResponse()
        inputs = refreshed_inputs(old_inputs, values) if old_inputs else imported_inputs(resource.schema, values)
        state = _state(resource.schema, request.id, values, imported=not old_inputs)
        return provider_pb2.ReadResponse(
            id=request.id, properties=state, inputs=to_struct(inputs, resource.schema.secrets)
        )

    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        resource = _resource(request, context)
        change = _change(resource, request.olds, request.news, request.ignoreChanges)
        with self._reporting(context, f"diffing {request.urn}: ", urn=request.urn):
            graph = self._graph(resource, "update", request.timeout)
            resource.check_plan(graph, change)
        planned = plan(resource.schema, change.olds, change.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=_state(resource.schema, request.id, planned, planned=True))
        keep = (request.id, _state(resource.schema, request.id, planned))
        with self._reporting(context, f"updating {request.urn}: ", urn=request.urn, keep=keep):
            resource.update(graph, request.id, change)
            values = resource.read(graph, request.id, change.news)
        if values is None:
            abort(context, f"updating {request.urn}: the object is gone")
        values = keep_nulls(resource.schema, change.news, change.olds, values)
        return provider_pb2.UpdateResponse(properties=_state(resource.schema, request.id, values))

    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        resource = _resource(request, context)
        with self._reporting(context, f"deleting {request.urn}: ", urn=request.urn):
            graph = self._graph(resource, "delete", request.timeout)
            resource.delete(graph, request.id, from_struct(request.properties))
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        self._clock.cancel()
        return empty_pb2.Empty()

    def _graph(self, resource: Resource, operation: str, timeout: float = 0) -> Graph:
        return self._signed_in().within(timeout or resource.schema.timeouts[operation])

    def _signed_in(self) -> Session:
        if self._session is None:
            raise ProviderError("The stand-in azuread plugin was called before Configure.")
        return self._session

    @contextmanager
    def _reporting(
        self,
        context: grpc.ServicerContext,
        prefix: str = "",
        *,
        urn: str = "",
        keep: tuple[str, struct_pb2.Struct] | None = None,
    ) -> Iterator[None]:
        """Turn a ProviderError into what the official plugin shows: a log line, and the call's error.

        `keep` is ID and state of an object that exists although the call failed.
        """
        try:
            yield
        except ProviderError as error:
            self._log.error(
                f"  sdk-v2/provider2.go:571: sdk.helper_schema: {error.summary}: provider=azuread@{VERSION}", urn
            )
            reason = prefix + error.listed()
            if keep:
                abort_half_made(context, resource_id=keep[0], state=keep[1], reason=reason)
            abort(context, reason)


def _resource(request: Any, context: grpc.ServicerContext) -> Resource:
    """The resource type that the request names; ends the call when this plugin does not have it."""
    token = request.type or request.urn.split("::")[2].rpartition("$")[2]
    if token not in RESOURCES:
        abort(context, f"The resource type {token} {_ONLY}")
    return RESOURCES[token]


def _state(
    schema: ResourceSchema, resource_id: str, values: Values, *, planned: bool = False, imported: bool = False
) -> struct_pb2.Struct:
    return to_struct(complete(schema, resource_id, values, planned=planned, imported=imported), schema.secrets)


def _change(
    resource: Resource, olds: struct_pb2.Struct | None, news: struct_pb2.Struct, ignored: Sequence[str] = ()
) -> Change:
    """What is wanted; an ignored property stays as the state has it, whatever the inputs say.

    Parts of a property that are ignored are left to the engine, which puts the old inputs in their place.
    Source: pulumi-terraform-bridge, `pkg/tfbridge/provider.go`, Diff and Update (checked 2026-11-29).
    """
    old = from_struct(olds) if olds is not None else {}
    kept = {name: old.get(name) for name in ignored if resource.schema.named(name)}
    return Change(schema=resource.schema, olds=old, news=from_struct(news) | kept)


def _diff_response(difference: Difference) -> provider_pb2.DiffResponse:
    def kind(path: str, change: str) -> str:
        replaces = any(path.startswith(name) for name in difference.replaces)
        return f"{change}_REPLACE" if replaces else change

    some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=some if difference.changed else none,
        diffs=difference.changed,
        replaces=difference.replaces,
        stables=difference.stables,
        detailedDiff={
            path: provider_pb2.PropertyDiff(kind=_KINDS.Value(kind(path, change)))
            for path, change in difference.changes.items()
        },
        hasDetailedDiff=True,
    )
