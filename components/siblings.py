"""The other associations of the same program: each holds the same app role, and none is a stranger to the other's guard."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import pulumi
import pulumi_azuread as azuread

_PRINCIPALS: Final[WeakKeyDictionary[pulumi.Resource, list[azuread.ServicePrincipal]]] = WeakKeyDictionary()
"""Service principals by the stack of the program that declared them."""


def join_siblings(own: azuread.ServicePrincipal) -> pulumi.Output[Sequence[str]]:
    """Join the program's associations.

    Args:
        own: The service principal of the association that joins.

    Returns:
        Object ids of the service principals of all others, sorted. A program declares its resources before the event loop
        runs, so the others are complete when this is resolved, whatever the order. Components that another language
        constructs one by one know those before them.
    """
    root = pulumi.runtime.get_root_resource()
    if root is None:
        return pulumi.Output.from_input([])
    joined = _PRINCIPALS.setdefault(root, [])
    joined.append(own)

    async def others() -> Any:
        await asyncio.sleep(0)
        return [principal.object_id for principal in joined if principal is not own]

    ids: pulumi.Output[Any] = pulumi.Output.from_input(others())
    return ids.apply(_sort)


def _sort(ids: Sequence[str]) -> Sequence[str]:
    return sorted(ids)
