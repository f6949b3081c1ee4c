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

    async def others() -> tuple[Sequence[str], bool]:
        await asyncio.sleep(0)
        ids = [principal.object_id for principal in joined if principal is not own]
        known = all([await object_id.is_known() for object_id in ids])
        return (sorted([str(await object_id.future()) for object_id in ids]), True) if known else ([], False)

    # Values without their resources: a dependency of each guard on each principal would make the state grow with their product.
    found = asyncio.ensure_future(others())
    return pulumi.Output(set(), _pick(found, 0), _pick(found, 1))


async def _pick(found: "asyncio.Future[tuple[Any, Any]]", part: int) -> Any:
    return (await found)[part]
