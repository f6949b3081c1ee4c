"""What the report takes from the guard's table of access paths; nothing else here knows its shape."""

from typing import Final

from association.guard.families import FAMILIES, Kind
from association.guard.least_privilege import REPAIRING
from association.guard.text import property_path, read_path

__all__ = ["NAMES", "describe", "is_around", "is_removed_by_guard", "property_path", "read_path"]

NAMES: Final = tuple(FAMILIES)
"""Every access path that the guard reports, in the order of reports."""


def describe(name: str) -> str:
    """What it holds."""
    return FAMILIES[name].description


def is_around(name: str) -> bool:
    """Whether it belongs to the tenant around the association: no program declares it, the state says what is no news."""
    return FAMILIES[name].kind is not Kind.DECLARED


def is_removed_by_guard(name: str) -> bool:
    """Whether `guard: enforce` removes what was not declared."""
    return name in REPAIRING
