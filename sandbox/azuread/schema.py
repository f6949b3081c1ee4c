"""What a resource's properties are: kind, role, default, and their name in Terraform."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Values = dict[str, Any]
"""Property values as the engine sends them, by Pulumi's camelCase name."""

DEFAULTS_KEY = "__defaults"
"""Lists, in every object of the inputs, the names whose values the provider filled in."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Pulumi's wire mark for a value that is not known before the update (`tests/contract/recordings/README.md`)."""


class Kind(StrEnum):
    """The shape of a value. Blocks are objects, or lists or sets of objects."""

    STRING = "string"
    BOOL = "bool"
    INT = "int"
    LIST = "list"
    SET = "set"
    MAP = "map"
    BLOCK = "block"
    BLOCK_LIST = "block list"
    BLOCK_SET = "block set"

    @property
    def holds_plain(self) -> bool:
        return self in (Kind.LIST, Kind.SET, Kind.MAP)

    @property
    def holds_blocks(self) -> bool:
        return self in (Kind.BLOCK_LIST, Kind.BLOCK_SET)


class Role(StrEnum):
    """Who sets a value: the program, the directory, or the directory unless the program does."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OPTIONAL_COMPUTED = "optional, else computed"
    COMPUTED = "computed"


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of a resource or of a block."""

    name: str
    kind: Kind = Kind.STRING
    role: Role = Role.OPTIONAL
    default: str | bool | int | None = None
    """Filled in by Check where the program says nothing. Defaults that equal the zero value are not filled in."""
    replaces: bool = False
    fields: tuple["Property", ...] = ()
    terraform_name: str = ""
    """Terraform's name, where it is not Pulumi's name in snake case (it is singular for repeated blocks)."""
    check: Callable[[str], str] | None = None
    """Says what is wrong with a string, or with one element of a collection; empty when nothing is."""
    secret: bool = False
    refused: bool = False
    """Known to the official plugin, not supported by this one."""


@dataclass(frozen=True, kw_only=True)
class ResourceSchema:
    """One resource type."""

    token: str
    schema_version: str
    """Terraform's schema version, which `__meta` carries."""
    timeouts: dict[str, int]
    """Default time for each operation, in seconds."""
    properties: tuple[Property, ...]
    conflicts: tuple[str, ...] = ()
    """Names of which at most one may be given."""

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(prop.name for prop in self.properties if prop.secret)

    def named(self, name: str) -> Property | None:
        return next((prop for prop in self.properties if prop.name == name), None)


def is_zero(prop: Property, value: Any) -> bool:
    """Whether a value says no more than leaving the property out does: zero, empty, or the default."""
    if value is None or value == prop.default:
        return True
    if prop.kind is Kind.BLOCK:
        return all(is_zero(field, value.get(field.name)) for field in prop.fields)
    return value in ("", [], {}) or value is False or (prop.kind is Kind.INT and value == 0)
