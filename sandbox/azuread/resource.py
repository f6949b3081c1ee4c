"""What a resource type has to do: create, read, update, delete; and the values it does that with."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.azuread.diff import compare
from sandbox.azuread.graph import Graph
from sandbox.azuread.problems import ProviderError
from sandbox.azuread.schema import DEFAULTS_KEY, Kind, ResourceSchema, Role, Values, is_zero

FEATURE_TAGS = {
    "customSingleSignOn": "WindowsAzureActiveDirectoryCustomSingleSignOnApplication",
    "enterprise": "WindowsAzureActiveDirectoryIntegratedApp",
    "gallery": "WindowsAzureActiveDirectoryGalleryApplicationNonPrimaryV1",
    "hide": "HideApp",
}
"""Features that are really tags. Source: terraform-provider-azuread, `internal/helpers/applications` (checked 2026-11-24)."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What the program wants, against what was there."""

    schema: ResourceSchema
    news: Values
    olds: Values
    """The state; empty when creating."""

    def wanted(self, name: str) -> Any:
        """The value to send: the program's; else, where silence keeps it, the old one; else None."""
        value = self.news.get(name)
        if value is not None:
            return _without_defaults(value)
        prop = self.schema.named(name)
        old = self.olds.get(name)
        if prop is None or prop.role is Role.OPTIONAL_COMPUTED or (prop.kind is Kind.BLOCK and is_zero(prop, old)):
            return old
        return prop.default

    def block(self, name: str) -> Values:
        """As `wanted`, for a block; empty when there is none."""
        return self.wanted(name) or {}

    def has_changed(self, name: str) -> bool:
        return name in compare(self.schema, self.olds, self.news).changed

    def tags(self) -> list[str]:
        """The tags to send: those of the features, where the program gives features."""
        features = self.news.get("featureTags")
        if features and (not self.olds or self.has_changed("featureTags")):
            return [tag for name, tag in FEATURE_TAGS.items() if features[0].get(name)]
        return self.wanted("tags") or []


@dataclass(frozen=True, kw_only=True)
class Created:
    """An object that exists in the directory from now on."""

    resource_id: str
    finish: Callable[[], None]
    """The requests that complete it. Should they fail, the object is kept in the state as half made."""


class Resource(ABC):
    """One resource type. Every method raises ProviderError when the directory refuses."""

    schema: ClassVar[ResourceSchema]

    def check_plan(self, graph: Graph, change: Change) -> None:  # noqa: B027 - most types ask nothing when planning
        """Ask the directory whether the change is possible, when previewing and before carrying it out."""

    @abstractmethod
    def create(self, graph: Graph, change: Change) -> Created:
        """Make the object."""

    @abstractmethod
    def read(self, graph: Graph, resource_id: str, state: Values) -> Values | None:
        """The properties as the directory shows them, or None when the object is gone.

        What the directory does not keep comes from the state or, after a create or update, from the inputs.
        """

    def update(self, graph: Graph, resource_id: str, change: Change) -> None:
        """Change the object; only called for types of which something can change in place."""
        raise NotImplementedError

    @abstractmethod
    def delete(self, graph: Graph, resource_id: str, state: Values) -> None:
        """Delete the object and wait until it is gone."""


def read_id(resource_id: str, *, shape: str, what: str) -> str:
    """The ID, when it has the shape, such as `/applications/<object id>`."""
    parts, wanted = resource_id.split("/"), shape.split("/")
    fits = all(want.startswith("<") or part == want for part, want in zip(parts, wanted, strict=False))
    if not fits or len(parts) != len(wanted):
        raise ProviderError(f'the id of {what} is {shape}, got "{resource_id}"', path="id")
    return resource_id


def read_feature_tags(tags: list[str]) -> list[Values]:
    """The `featureTags` block that these tags amount to."""
    lowered = {tag.lower() for tag in tags}
    return [{name: tag.lower() in lowered for name, tag in FEATURE_TAGS.items()}]


def _without_defaults(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_defaults(item) for key, item in value.items() if key != DEFAULTS_KEY}
    return [_without_defaults(item) for item in value] if isinstance(value, list) else value
