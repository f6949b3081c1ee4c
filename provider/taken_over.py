"""What a resource remembers about objects that were there before it: whether it took them over, and what `destroy` does with them.

A check fills this in, in the preview already, so that `pulumi preview --diff` and `pulumi destroy --preview-only --diff` show it.
"""

from typing import Any, Final

from provider.resource import Properties

DELETE_TAKEN_OVER: Final = "deleteTakenOver"
TAKEN_OVER: Final = "takenOver"
ON_DESTROY: Final = "onDestroy"
KEEP, DELETE = "keep", "delete"

REMEMBERED: Final = (TAKEN_OVER, ON_DESTROY)
"""Inputs that a check fills in; a program cannot set them."""

ON_DESTROY_SCHEMA: Final = {
    "type": "string",
    "description": f"`{KEEP}` or `{DELETE}`: what `pulumi destroy` does with what this stands for; a preview shows it.",
}
TAKEN_OVER_SCHEMA: Final = {"type": "boolean", "description": "Whether it was there before this resource."}


def delete_taken_over_schema(*, default: bool) -> dict[str, Any]:
    """The schema of the input that decides about what was taken over."""
    said = f"Whether to delete it although it was there before this resource. Default: {str(default).lower()}."
    return {"type": "boolean", "description": said}


def remember(checked: Properties, *, taken_over: bool) -> Properties:
    """The inputs with what is known now."""
    kept = taken_over and not checked.get(DELETE_TAKEN_OVER)
    return {**checked, TAKEN_OVER: taken_over, ON_DESTROY: KEEP if kept else DELETE}


def is_kept(outputs: Properties) -> bool:
    """Whether deleting the resource leaves the object."""
    return outputs.get(ON_DESTROY) == KEEP
