"""Answers the engine's requests by routing them to the resources and the component.

The port must be there at once, so nothing that takes long is imported before it. The resources follow in a thread while the
engine has nothing to ask yet, and its first request about one waits for that thread: no module is imported by two at a time.
The deployer's check, which every program asks for first, needs little and waits for itself alone.
The HTTP stack follows where the engine still asks nothing after the configuration, as in a refresh. The component is
imported when it is asked for.
"""

import asyncio
import functools
import importlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import grpc
from google.protobuf import empty_pb2

from association.contract import (
    ACCESS_GUARD,
    APP_ROLE_ASSIGNMENT,
    CERTIFICATE_CREDENTIAL,
    CONSENTED_PRINCIPAL,
    DELEGATED_GRANT,
    DEPLOYER_CHECK,
)
from association.errors import AssociationError
from association.graph.http_stack import IMPORTING, import_http_stack
from provider import VERSION
from provider.configuration import check_configuration, configure
from provider.connection import Connection
from provider.diagnostics import Diagnostics
from provider.failures import abort
from provider.protocol import plugin_pb2, provider_pb2, provider_pb2_grpc
from provider.resource import Change, Difference, Resource
from provider.wire import decode, encode

if TYPE_CHECKING:
    from provider.component import Component

RESOURCES: Final = {
    DEPLOYER_CHECK: "provider.deployer_check:DeployerCheck",
    APP_ROLE_ASSIGNMENT: "provider.app_role_assignment:AppRoleAssignment",
    CERTIFICATE_CREDENTIAL: "provider.certificate_credential:CertificateCredential",
    ACCESS_GUARD: "provider.access_guard:AccessGuard",
    CONSENTED_PRINCIPAL: "provider.consented_principal:ConsentedPrincipal",
    DELEGATED_GRANT: "provider.delegated_grant:DelegatedGrant",
}
"""Custom resources by type token, in the order in which they are imported: `module:class`."""

_THREADS: Final = 16
_QUIET: Final = 0.1
"""Seconds without a request after the configuration, after which a refresh is likely: a preview asks within 10 ms."""
_Answer = TypeVar("_Answer")
_Context = Any
_Method = Callable[["Plugin", Any, _Context], Awaitable[_Answer]]


def _in_words(method: _Method[_Answer]) -> _Method[_Answer]:
    """A failure reaches the user as our sentence, never as a traceback."""

    @functools.wraps(method)
    async def answer(self: "Plugin", request: Any, context: _Context) -> _Answer:
        try:
            return await method(self, request, context)
        except (grpc.aio.AbortError, NotImplementedError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
            failure = error
        return await abort(context, failure)

    return answer


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """One provider instance, as the engine sees it."""

    def __init__(self, engine_address: str) -> None:
        self._engine_address = engine_address
        self._diagnostics = Diagnostics(engine_address)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="resource")
        self._connection: Connection | None = None
        self._resources: dict[str, Resource] = {}
        self._component: Component | None = None
        self._imports: tuple[Future[None], ...] = ()
        self._quiet: asyncio.TimerHandle | None = None

    def import_ahead(self) -> None:
        """Import the resources in a thread; called once the engine knows the port."""
        first, *others = RESOURCES.values()
        self._imports = (self._pool.submit(_import, [first]), self._pool.submit(_import, others))

    async def Handshake(self, request: Any, context: _Context) -> Any:
        """Say which wrapped values are understood."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True, accept_outputs=True)

    async def GetPluginInfo(self, request: Any, context: _Context) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    @_in_words
    async def GetSchema(self, request: Any, context: _Context) -> Any:
        """The component's schema with the custom resources merged in."""
        from provider.schema import merge_schema

        await self._wait_for_imports()
        classes = [_find_class(place) for place in RESOURCES.values()]
        schema = merge_schema(self._find_component().schema, classes)
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema, sort_keys=True))

    @_in_words
    async def Construct(self, request: Any, context: _Context) -> Any:
        await self._wait_for_imports()
        return await self._find_component().Construct(request, context)

    @_in_words
    async def CheckConfig(self, request: Any, context: _Context) -> Any:
        """Judge the configuration; it is stored as it came, secrets wrapped."""
        failures = [
            provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
            for failure in check_configuration(decode(request.news).values)
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    async def DiffConfig(self, request: Any, context: _Context) -> Any:
        """Another configuration never replaces what was made with the old one."""
        changed = decode(request.olds).values != decode(request.news).values
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes)

    @_in_words
    async def Configure(self, request: Any, context: _Context) -> Any:
        """Decide who logs in; the tenant is not contacted yet."""
        identity = configure(decode(request.args).values)
        self._connection = Connection(identity, self._diagnostics)
        login = f"{identity.login.method}, decided by {identity.login.source}"
        self._pool.submit(self._diagnostics.debug, f"mimecast-entra signs in by {login}")
        self._quiet = asyncio.get_running_loop().call_later(_QUIET, self._pool.submit, import_http_stack)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True
        )

    @_in_words
    async def Check(self, request: Any, context: _Context) -> Any:
        resource, old, new = await self._find_resource(request.urn), decode(request.olds), decode(request.news)
        checked = await self._run(lambda: resource.check(old_inputs=old.values, inputs=new.values))
        failures = [
            provider_pb2.CheckFailure(property=failure.property, reason=failure.reason) for failure in checked.failures
        ]
        return provider_pb2.CheckResponse(inputs=encode(checked.inputs, new.secrets), failures=failures)

    @_in_words
    async def Diff(self, request: Any, context: _Context) -> Any:
        """Say what differs between the state and the inputs."""
        resource = await self._find_resource(request.urn)
        old_outputs, inputs = decode(request.olds).values, decode(request.news).values
        old_inputs = decode(request.old_inputs).values or old_outputs
        self._connected("Diff").in_state.add(request.id)
        difference = await self._run(
            lambda: resource.diff(resource_id=request.id, old_inputs=old_inputs, old_outputs=old_outputs, inputs=inputs)
        )
        return _answer_diff(difference)

    @_in_words
    async def Create(self, request: Any, context: _Context) -> Any:
        resource, inputs = await self._find_resource(request.urn), decode(request.properties)
        created = await self._run(
            lambda: resource.create(urn=request.urn, inputs=inputs.values, preview=request.preview), request.timeout
        )
        return provider_pb2.CreateResponse(id=created.id, properties=encode(created.outputs, inputs.secrets))

    @_in_words
    async def Read(self, request: Any, context: _Context) -> Any:
        resource = await self._find_resource(request.urn)
        inputs, outputs = decode(request.inputs), decode(request.properties)
        observed = await self._run(
            lambda: resource.read(
                urn=request.urn, resource_id=request.id, inputs=inputs.values, outputs=outputs.values
            ),
            getattr(request, "timeout", 0.0),  # newer engines
        )
        if observed is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=observed.id,
            inputs=encode(observed.inputs, inputs.secrets),
            properties=encode(observed.outputs, outputs.secrets),
        )

    @_in_words
    async def Update(self, request: Any, context: _Context) -> Any:
        resource, old, inputs = await self._find_resource(request.urn), decode(request.olds), decode(request.news)
        outputs = await self._run(
            lambda: resource.update(
                urn=request.urn,
                resource_id=request.id,
                old_outputs=old.values,
                inputs=inputs.values,
                preview=request.preview,
            ),
            request.timeout,
        )
        return provider_pb2.UpdateResponse(properties=encode(outputs, inputs.secrets))

    @_in_words
    async def Delete(self, request: Any, context: _Context) -> Any:
        resource, outputs = await self._find_resource(request.urn), decode(request.properties).values
        await self._run(
            lambda: resource.delete(urn=request.urn, resource_id=request.id, outputs=outputs), request.timeout
        )
        return empty_pb2.Empty()

    async def Cancel(self, request: Any, context: _Context) -> Any:
        """Let nothing wait any longer."""
        if self._connection:
            self._connection.cancel()
        return empty_pb2.Empty()

    async def _run(self, work: Callable[[], _Answer], limit: float = 0.0) -> _Answer:
        """Do an operation in a thread, as the component's construction needs the loop; `limit` in seconds, 0 for the default."""
        connection = self._connected("an operation")

        def operation() -> _Answer:
            with connection.patience.within(limit):
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._pool, operation)

    async def _find_resource(self, urn: str) -> Resource:
        pulumi_type = urn.split("::")[2].rpartition("$")[2]
        await self._wait_for_imports(1 if pulumi_type == DEPLOYER_CHECK else None)
        if pulumi_type not in self._resources:
            if pulumi_type not in RESOURCES:
                raise AssociationError(
                    f"{pulumi_type} is not a resource of this plugin, expected {', '.join(RESOURCES)}"
                )
            self._resources[pulumi_type] = _find_class(RESOURCES[pulumi_type])(self._connected(pulumi_type))
        return self._resources[pulumi_type]

    async def _wait_for_imports(self, first: int | None = None) -> None:
        if self._quiet:
            self._quiet.cancel()
        for running in self._imports[:first]:
            await asyncio.wrap_future(running)

    def _connected(self, token: str) -> Connection:
        if self._connection is None:
            raise AssociationError(f"{token} was asked for before the plugin was configured")
        return self._connection

    def _find_component(self) -> "Component":
        if self._component is None:
            from provider.component import Component

            self._component = Component(self._engine_address)
        return self._component


def _find_class(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _import(places: Sequence[str]) -> None:
    """A module that cannot be imported is left to the request that needs it: importing it again fails again, in words."""
    with IMPORTING:
        for place in places:
            with suppress(Exception):
                _find_class(place)


def _answer_diff(difference: Difference) -> Any:
    changes = difference.changes
    names = sorted({re.split(r"[.\[]", path, maxsplit=1)[0] for path in changes})
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=names,
        replaces=names if difference.replaces else [],
        detailedDiff={
            path: provider_pb2.PropertyDiff(kind=_kind(change, replaces=difference.replaces), inputDiff=True)
            for path, change in changes.items()
        },
        hasDetailedDiff=True,
    )


def _kind(change: Change, *, replaces: bool) -> Any:
    return provider_pb2.PropertyDiff.Kind.Value(f"{change.name}{'_REPLACE' if replaces else ''}")
