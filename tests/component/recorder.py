"""A resource monitor and an engine over real gRPC that record what a Pulumi program registers. They decide nothing.

Unlike Pulumi's mocks they see parents, `deletedWith`, providers and the wire's own values, and what a program said.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import pulumi
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import reset_options, run_in_stack, set_all_config
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, resource_pb2, resource_pb2_grpc

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

EXCHANGE: dict[str, Any] = {
    "objectId": "e0000000-0000-4000-8000-000000000001",
    "appRoleIds": {
        "full_access_as_app": "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
        "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    },
}
GRAPH: dict[str, Any] = {
    "objectId": "e0000000-0000-4000-8000-000000000003",
    "appRoleIds": {"Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9"},
}
APIS: dict[str, dict[str, Any]] = {
    "00000002-0000-0ff1-ce00-000000000000": EXCHANGE,
    "00000003-0000-0000-c000-000000000000": GRAPH,
}

OUTPUTS: dict[str, dict[str, Any]] = {
    "azuread:index/application:Application": {"clientId": "c1", "objectId": "a1"},
    "azuread:index/servicePrincipal:ServicePrincipal": {"objectId": "s1"},
    "mimecast-entra:index:CertificateCredential": {"keyId": "k1"},
    "mimecast-entra:index:DeployerCheck": {
        "tenantId": "t1",
        "tenantDomain": "contoso.onmicrosoft.com",
        "cloud": "usgovernmentl4",
    },
}


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One resource as the engine was asked to make it."""

    type: str
    name: str
    urn: str
    parent: str
    deleted_with: str
    inputs: dict[str, Any]
    dependencies: tuple[str, ...]
    provider: str
    ignored: tuple[str, ...]
    """Properties of which changes are ignored."""


@dataclass
class Recording:
    """Everything a program did."""

    registrations: list[Registration] = field(default_factory=list)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    invokes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    logs: list[tuple[str, str, str]] = field(default_factory=list)
    """Severity, text, URN."""
    missing_apis: set[str] = field(default_factory=set)
    """Client ids of APIs that the tenant does not have."""
    unconfigured: bool = False
    """Whether a preview does not know the azuread provider's settings yet: the engine then answers every call with nothing."""

    def of_type(self, type_: str) -> list[Registration]:
        """The registrations of one type, in order."""
        return [registration for registration in self.registrations if registration.type == type_]


_REFUSAL = (
    "invocation of {token} returned an error: invoking {token}: 1 error occurred:\n\t* No service principal found for "
    "client_id: {client_id!r}\n\n"
)
"""As the engine reports an error of the azuread provider."""


def _struct(values: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Answers as an engine would that makes everything at once."""

    def __init__(self, recording: Recording, *, dry_run: bool) -> None:
        self._recording = recording
        self._dry_run = dry_run

    def RegisterResource(self, request: Any, context: Any) -> Any:
        urn = f"urn:pulumi:test::project::{request.type}::{request.name}"
        inputs = json_format.MessageToDict(request.object)
        self._recording.registrations.append(
            Registration(
                type=request.type,
                name=request.name,
                urn=urn,
                parent=request.parent,
                deleted_with=request.deletedWith,
                inputs=inputs,
                dependencies=tuple(sorted(request.dependencies)),
                provider=request.provider or dict(request.providers).get("mimecast-entra", ""),
                ignored=tuple(request.ignoreChanges),
            )
        )
        outputs = {**inputs, **({} if self._dry_run else OUTPUTS.get(request.type, {}))}
        if request.type == "azuread:index/application:Application" and not self._dry_run:
            return resource_pb2.RegisterResourceResponse(urn=urn, id="/applications/a1", object=_struct(outputs))
        return resource_pb2.RegisterResourceResponse(urn=urn, id="" if self._dry_run else "id", object=_struct(outputs))

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:
        self._recording.outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        args = json_format.MessageToDict(request.args)
        self._recording.invokes.append((request.tok, args))
        result: dict[str, Any]
        match request.tok:
            case _ if self._recording.unconfigured:
                result = {}
            case "azuread:index/getServicePrincipal:getServicePrincipal" if (
                args["clientId"] in self._recording.missing_apis
            ):
                context.abort(grpc.StatusCode.UNKNOWN, _REFUSAL.format(token=request.tok, client_id=args["clientId"]))
            case "azuread:index/getServicePrincipal:getServicePrincipal":
                result = APIS[args["clientId"]]
            case "azuread:index/getClientConfig:getClientConfig":
                result = {"tenantId": "t1", "objectId": "o1", "clientId": "d1"}
            case _:
                raise AssertionError(request.tok)
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(_struct(result))
        return response

    def GetDeploymentInfo(self, request: Any, context: Any) -> Any:
        return resource_pb2.DeploymentInfo(
            supportedFeatures=[
                resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
                resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
            ]
        )

    def RegisterResourceHook(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def RegisterErrorHook(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def RegisterPackage(self, request: Any, context: Any) -> Any:
        return resource_pb2.RegisterPackageResponse(ref="package")

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()


class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what the program says."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._root = ""

    def Log(self, request: Any, context: Any) -> Any:
        severity = engine_pb2.LogSeverity.Name(request.severity)
        self._recording.logs.append((severity, request.message, request.urn))
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any) -> Any:
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: Any) -> Any:
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()


@contextmanager
def _serve(recording: Recording, *, dry_run: bool) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(Monitor(recording, dry_run=dry_run), server)
    engine_pb2_grpc.add_EngineServicer_to_server(Engine(recording), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def record(
    program: Callable[[], None],
    *,
    dry_run: bool = False,
    config: dict[str, str] | None = None,
    missing_apis: frozenset[str] = frozenset(),
    unconfigured: bool = False,
) -> Recording:
    """Run a program to its end in an event loop of its own, and return what it did.

    Raises:
        Exception: Whatever the program raised.
    """
    recording = Recording(missing_apis=set(missing_apis), unconfigured=unconfigured)
    with _serve(recording, dry_run=dry_run) as address:
        reset_options(
            project="project",
            stack="test",
            organization="organization",
            monitor_address=address,
            engine_address=address,
            preview=dry_run,
        )
        set_all_config(config or {}, [])
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(run_in_stack(program))
        finally:
            _end_tasks(loop)
            asyncio.set_event_loop(None)
            loop.close()
            pulumi.runtime.reset_options()
    return recording


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """A program that failed leaves tasks behind: ended here, or they would be reported as a fault of a later test."""
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
