"""Owns the function `removeStaleGrant`: takes away a grant that was given by hand, where azuread is about to make the same one.

Called for grants that the state does not know, with `guard: enforce` alone: Graph refuses a second grant of the same app role,
and azuread cannot take the first one over.
"""

from typing import TYPE_CHECKING, Any, Final

from association.errors import AssociationError
from association.text import escape
from provider.resource import Properties

if TYPE_CHECKING:
    from provider.connection import Connection

REMOVE_STALE_GRANT: Final = "mimecast-entra:index:removeStaleGrant"
"""Function token."""

_TEXT: Final = {"type": "string"}
SCHEMA: Final[dict[str, Any]] = {
    "description": "Takes away an app role assignment that was made by hand and that stands in the way of a declared one. `ServerConnection` calls "
    "it with `guard: enforce`, before it creates the grant.",
    "inputs": {
        "properties": {"principalObjectId": _TEXT, "resourceObjectId": _TEXT, "appRoleId": _TEXT},
        "required": ["principalObjectId", "resourceObjectId", "appRoleId"],
    },
    "outputs": {
        "properties": {"removed": {**_TEXT, "description": "Id of the assignment; empty when there was none."}}
    },
}


def remove_stale_grant(connection: "Connection", arguments: Properties) -> Properties:
    """Look for an assignment of the same role to the same principal, and delete it.

    Raises:
        AssociationError: An argument is missing.
        GraphError: Graph refused or did not answer.
    """
    try:
        principal, resource, role = (
            str(arguments[name]) for name in ("principalObjectId", "resourceObjectId", "appRoleId")
        )
    except KeyError as error:
        raise AssociationError(f"{REMOVE_STALE_GRANT} needs {error.args[0]}") from None
    for assignment in connection.graph.pages(f"/servicePrincipals/{principal}/appRoleAssignments"):
        if (assignment.get("resourceId"), assignment.get("appRoleId")) == (resource, role):
            connection.graph.delete(f"/servicePrincipals/{resource}/appRoleAssignedTo/{assignment['id']}")
            made = escape(str(assignment.get("createdDateTime")))
            connection.diagnostics.info(
                f"Removed the grant {assignment['id']}, made by hand {made}, to make the declared one."
            )
            return {"removed": assignment["id"]}
    return {"removed": ""}
