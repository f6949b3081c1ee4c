"""Owners of an application or service principal: bound at creation, added and removed afterwards.

It leaves out who the owners should be. The caller always makes the object as its owner, and is removed when not declared.
"""

from sandbox.azuread.graph import Graph

_MOST_AT_CREATION = 20
"""Owners that one POST may bind, the caller included. Source: azuread, observed (checked 2026-11-24)."""


def owners_to_bind(graph: Graph, declared: list[str]) -> list[str]:
    """References for `owners@odata.bind`: the caller first, then as many of the others as fit."""
    first = [graph.caller_object_id, *_others(graph, declared)][:_MOST_AT_CREATION]
    return [graph.reference(owner) for owner in first]


def complete_owners(graph: Graph, path: str, declared: list[str]) -> None:
    """Add the owners that did not fit into the POST, then remove the caller if it is not declared.

    Args:
        graph: The calls.
        path: The object's path.
        declared: Object ids.
    """
    for owner in _others(graph, declared)[_MOST_AT_CREATION - 1 :]:
        graph.post(f"{path}/owners/$ref", {"@odata.id": graph.reference(owner)})
    if graph.caller_object_id.lower() not in map(str.lower, declared):
        graph.delete(f"{path}/owners/{graph.caller_object_id}/$ref")


def change_owners(graph: Graph, path: str, declared: list[str]) -> None:
    """Make the owners those declared: add the missing ones, then remove the others."""
    current = read_owners(graph, path)
    for owner in sorted(set(declared) - set(current)):
        graph.post(f"{path}/owners/$ref", {"@odata.id": graph.reference(owner)})
    for owner in sorted(set(current) - set(declared)):
        graph.delete(f"{path}/owners/{owner}/$ref")


def read_owners(graph: Graph, path: str) -> list[str]:
    """Object ids of the owners, sorted."""
    return sorted(owner["id"] for owner in graph.list_all(f"{path}/owners"))


def _others(graph: Graph, declared: list[str]) -> list[str]:
    return [owner for owner in declared if owner.lower() != graph.caller_object_id.lower()]
