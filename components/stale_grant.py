"""Lets azuread make a grant that somebody revoked and gave again by hand. The question to the tenant is the plugin's.

azuread cannot take such a grant over: Graph refuses a second one, for ever. The engine runs this hook only where it is about
to create the grant, so whatever stands in the tenant for it is not the state's.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pulumi
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import resource_pb2

REMOVE_STALE_GRANT: Final = "mimecast-entra:index:removeStaleGrant"
"""Function token."""

_CALLS: Final = ThreadPoolExecutor(1, thread_name_prefix="stale-grant")
"""Not the loop's own threads: waiting registrations may hold all of those, and one of them waits for this hook."""


def stale_grant_hook(component: pulumi.ComponentResource, name: str) -> pulumi.ResourceHook:
    """A hook for grants of an association with `guard: enforce`."""

    async def remove(args: pulumi.ResourceHookArgs) -> None:
        wanted = {key: (args.new_inputs or {})[key] for key in ("principalObjectId", "resourceObjectId", "appRoleId")}
        provider = await _provider_of(component)
        await asyncio.get_running_loop().run_in_executor(_CALLS, _invoke, wanted, provider)

    return pulumi.ResourceHook(f"{name}-remove-stale-grant", remove)


async def _provider_of(component: pulumi.ComponentResource) -> str:
    """Reference to the plugin's provider where the program made one; empty for the default one."""
    provider = component.get_provider(REMOVE_STALE_GRANT)
    if provider is None:
        return ""
    urn, provider_id = await provider.urn.future(), await provider.id.future()
    return f"{urn}::{provider_id}"


def _invoke(wanted: dict[str, str], provider: str) -> None:
    monitor: Any = pulumi.runtime.settings.get_monitor()
    arguments = struct_pb2.Struct()
    json_format.ParseDict(wanted, arguments)
    answer = monitor.Invoke(
        resource_pb2.ResourceInvokeRequest(tok=REMOVE_STALE_GRANT, args=arguments, provider=provider)
    )
    if answer.failures:
        raise pulumi.RunError("; ".join(failure.reason for failure in answer.failures))
