"""Whether a caller may send a request: Microsoft's map of permissions (`microsoft`), with its deviations, is enforced.

What the map cannot say is added here: `Application.ReadWrite.OwnedBy` changes only what the caller owns, and how each
service words a refusal (reported, https://learn.microsoft.com/en-us/graph/resolve-auth-errors, checked 2026-11-24).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import microsoft
from sandbox.tenant.problems import GraphError, denied
from sandbox.tenant.store import Json

OWNED = "Application.ReadWrite.OwnedBy"

_REFUSALS = {
    start: GraphError(**words)
    for start, words in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")).items()
}
"""Services that refuse in words of their own, by the start of the path."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sends a request: a service principal and the app roles in its token."""

    name: str
    """Display name of the service principal."""
    client_id: str
    object_id: str
    roles: frozenset[str]
    user: Json | None = None
    """The person on whose behalf a change out of band is recorded."""


def may(caller: Caller, name: str, owners: Collection[str] | None = None) -> bool:
    """Whether the caller may send the request of a route, such as `GET /applications/{id}`, about an object with these owners.

    None where there is no object yet.
    """
    held = caller.roles
    if owners is not None and caller.object_id not in owners and not name.startswith("GET "):
        held -= {OWNED}
    return microsoft.routes()[name].opens(held)


def check(caller: Caller, name: str, owners: Collection[str] | None = None) -> None:
    """Refuse the caller with 403 when it may not; arguments as for `may`."""
    if not may(caller, name, owners):
        path = name.partition(" ")[2]
        raise next((replace(refusal) for start, refusal in _REFUSALS.items() if path.startswith(start)), denied())


def check_any(caller: Caller, *permissions: str) -> None:
    """Refuse the caller with 403 when it holds none of the permissions: for single properties, which the map does not know."""
    if not caller.roles & set(permissions):
        raise denied()
