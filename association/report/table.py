"""What the report takes from the guard's table of access paths; nothing else here knows its shape."""

from typing import Final

from association.guard.access_path import NOT_LICENSED, Kind
from association.guard.exceptions import read_path
from association.guard.paths import PATHS
from association.guard.text import property_path

__all__ = ["NAMES", "NOT_LICENSED", "describe", "is_around", "is_removed_by_guard", "property_path", "read_path"]

NAMES: Final = tuple(PATHS)
"""Every access path that the guard reports, in the order of reports."""


def describe(name: str) -> str:
    """What it holds."""
    return PATHS[name].description


def is_around(name: str) -> bool:
    """Whether it belongs to the tenant around the association: no program declares it, the state says what is no news."""
    return PATHS[name].kind is not Kind.DECLARED


def is_removed_by_guard(name: str) -> bool:
    """Whether `guard: enforce` removes what was not declared."""
    return name in PATHS and PATHS[name].rank is not None
