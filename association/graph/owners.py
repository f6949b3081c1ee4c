"""Adds and takes off owners of an application or a service principal. Both may have happened already."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from association.errors import GraphError

if TYPE_CHECKING:
    from association.graph.client import GraphClient

_BAD_REQUEST, _NOT_FOUND = 400, 404
_THERE_ALREADY: Final = "already exist"
"""What Graph says where a lagging replica did not show the owner.

Source: https://learn.microsoft.com/graph/api/application-post-owners and the azuread provider's users (checked 2026-11-29)."""


def add_owners(graph: "GraphClient", path: str, owners: Collection[str]) -> None:
    """Add owners by object ID; the path is `/applications/{object id}` or `/servicePrincipals/{object id}`."""
    for owner in sorted(owners):
        try:
            graph.post(f"{path}/owners/$ref", {"@odata.id": graph.directory_object(owner)})
        except GraphError as error:
            if error.status != _BAD_REQUEST or _THERE_ALREADY not in error.message:
                raise


def remove_owners(graph: "GraphClient", path: str, owners: Collection[str]) -> None:
    """Take owners off; arguments as for `add_owners`."""
    for owner in sorted(owners):
        try:
            graph.delete(f"{path}/owners/{owner}/$ref")
        except GraphError as error:
            if error.status != _NOT_FOUND:
                raise
