"""Owners of an application or service principal: bound at creation, added and removed afterwards.

The caller always creates the object as its owner, and is removed when it is not declared.
"""

from collections.abc import Iterable

from sandbox.azuread.graph import Graph
from sandbox.azuread.problems import doing

_MOST_AT_CREATION = 20
"""Owners that one POST may bind, the caller included. Source: azuread, observed (checked 2026-11-24)."""


def owners_to_bind(graph: Graph, declared: list[str]) -> list[str]:
    """References for `owners@odata.bind`: the caller first, then as many of the others as fit."""
    first = [graph.caller_object_id, *_others(graph, declared)][:_MOST_AT_CREATION]
    return [graph.reference(owner) for owner in first]


def complete_owners(graph: Graph, path: str, declared: list[str]) -> None:
    """Add the owners that did not fit into the POST, then remove the caller if it is not declared."""
    _add(graph, path, _others(graph, declared)[_MOST_AT_CREATION - 1 :])
    if graph.caller_object_id.lower() not in map(str.lower, declared):
        _remove(graph, path, [graph.caller_object_id])


def change_owners(graph: Graph, path: str, declared: list[str]) -> None:
    """Make the owners those declared: add the missing ones, then remove the others."""
    current = read_owners(graph, path)
    _add(graph, path, sorted(set(declared) - set(current)))
    _remove(graph, path, sorted(set(current) - set(declared)))


def read_owners(graph: Graph, path: str) -> list[str]:
    return sorted(owner["id"] for owner in graph.list_all(f"{path}/owners"))


def _add(graph: Graph, path: str, owners: Iterable[str]) -> None:
    with doing(f"Could not add owners to {path}"):
        for owner in owners:
            graph.post(f"{path}/owners/$ref", {"@odata.id": graph.reference(owner)})


def _remove(graph: Graph, path: str, owners: Iterable[str]) -> None:
    with doing(f"Could not remove owners from {path}"):
        for owner in owners:
            graph.delete(f"{path}/owners/{owner}/$ref")


def _others(graph: Graph, declared: list[str]) -> list[str]:
    return [owner for owner in declared if owner.lower() != graph.caller_object_id.lower()]
