"""What a custom resource of this plugin is: checks, diffs and lifecycle over plain dicts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol

from association.contract import is_guid
from association.errors import AssociationError

Properties = dict[str, Any]
"""Property names to plain values: text, float, bool, None, list, dict, or `UNKNOWN`."""


class Unknown:
    """A value that a preview cannot know yet."""

    def __repr__(self) -> str:
        return "[unknown]"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One input that cannot be used."""

    property: str
    """Name of the input."""
    reason: str
    """What is wrong with it and what was expected."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Inputs as they will be used and stored."""

    inputs: Properties
    failures: tuple[Failure, ...] = ()


class Change(StrEnum):
    """What happens to one property path."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Every input that differs, by property path such as `secrets.3f1c`."""

    changes: Mapping[str, Change] = field(default_factory=dict)
    replaces: bool = False
    """Whether a new resource is made, before the old one is deleted."""


def refuse_unknown(inputs: Properties, known: Collection[str], offered: Iterable[str]) -> list[Failure]:
    """A failure for each input that is not known; it names those that a program may set."""
    reason = f"unknown property; expected {', '.join(offered)}"
    given = (name for name, value in inputs.items() if value is not None)
    return [Failure(property=name, reason=reason) for name in given if name not in known]


def check_ids(inputs: Properties, names: Iterable[str]) -> tuple[Properties, list[Failure]]:
    """GUIDs in lower case, and a failure for each that is none; what a preview does not know yet passes."""
    given = {name: inputs.get(name) for name in names}
    failures = [
        Failure(property=name, reason=f"{value!r} is not a valid ID; expected a GUID")
        for name, value in given.items()
        if not is_guid(value) and value is not UNKNOWN
    ]
    return {name: value.lower() if isinstance(value, str) else value for name, value in given.items()}, failures


def compare(names: Iterable[str], before: Properties, after: Properties, replacing: Collection[str]) -> Difference:
    """What an update changes of these inputs; a change of a replacing one replaces."""
    changes = {name: Change.UPDATE for name in names if after.get(name) != before.get(name)}
    return Difference(changes=changes, replaces=any(name in replacing for name in changes))


@dataclass(frozen=True, kw_only=True)
class Created:
    """A new resource."""

    id: str
    outputs: Properties


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What the tenant shows: the inputs that would make it so, and the outputs."""

    id: str
    inputs: Properties
    outputs: Properties


class HalfDoneError(AssociationError):
    """The resource exists, but not as it should: it is kept in state, and the next update completes it."""

    def __init__(self, reason: AssociationError, created: Created) -> None:
        super().__init__(reason.message, hint=reason.hint)
        self.created = created


class Resource(Protocol):
    """One kind of custom resource. Every method may raise `AssociationError`, whose text reaches the user."""

    pulumi_type: ClassVar[str]
    """Type token, such as `mimecast-entra:index:CertificateCredential`."""
    schema: ClassVar[Mapping[str, Any]]
    """Its entry in the package schema."""

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Judge and normalize the inputs; the old ones are empty for a new resource."""

    def diff(
        self, *, resource_id: str, old_inputs: Properties, old_outputs: Properties, inputs: Properties
    ) -> Difference:
        """What differs between the state and the inputs."""

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:
        """Make it; in a preview, only say what would be known."""

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:
        """What the tenant shows; None when it is gone. Without inputs this is an import."""

    def update(
        self, *, urn: str, resource_id: str, old_outputs: Properties, inputs: Properties, preview: bool
    ) -> Properties:
        """Change it in place and return its outputs."""

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Take it away; nothing happens when it is gone."""
