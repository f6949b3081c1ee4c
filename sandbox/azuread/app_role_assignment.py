"""`azuread.AppRoleAssignment`: which requests grant, read and revoke an app role.

There is no update: a change of any input replaces. Order and retries: observed with terraform-provider-azuread 3.9.
"""

from functools import partial

from sandbox.azuread.graph import Graph
from sandbox.azuread.problems import GraphError, doing
from sandbox.azuread.resource import Change, Created, Resource, read_id
from sandbox.azuread.schema import Values
from sandbox.azuread.tables import APP_ROLE_ASSIGNMENT

_TYPE = {"@odata.type": "#microsoft.graph.appRoleAssignment"}
_SHAPE = "/servicePrincipals/<object id>/appRoleAssignedTo/<assignment id>"
_path = partial(read_id, shape=_SHAPE, what="an app role assignment")


class AppRoleAssignment(Resource):
    """An app role of one service principal, the resource, granted to another, the principal."""

    schema = APP_ROLE_ASSIGNMENT

    def create(self, graph: Graph, change: Change) -> Created:
        resource = f"/servicePrincipals/{change.wanted('resourceObjectId')}"
        with doing("Could not retrieve service principal for resource", path="resource_object_id"):
            graph.get(resource)
        request = {
            **_TYPE,
            "appRoleId": change.wanted("appRoleId"),
            "principalId": change.wanted("principalObjectId"),
            "resourceId": change.wanted("resourceObjectId"),
        }
        with doing("Could not create app role assignment"):
            assignment = graph.post(f"{resource}/appRoleAssignedTo", request, retry=_not_replicated)
        path = f"/servicePrincipals/{assignment['resourceId']}/appRoleAssignedTo/{assignment['id']}"
        return Created(resource_id=path, finish=lambda: None)

    def read(self, graph: Graph, resource_id: str, state: Values) -> Values | None:
        with doing(f"retrieving app role assignment {resource_id}"):
            assignment = graph.find(_path(resource_id))
        return assignment and {
            "appRoleId": assignment["appRoleId"],
            "principalDisplayName": assignment.get("principalDisplayName") or "",
            "principalObjectId": assignment["principalId"],
            "principalType": assignment.get("principalType") or "",
            "resourceDisplayName": assignment.get("resourceDisplayName") or "",
            "resourceObjectId": assignment["resourceId"],
        }

    def delete(self, graph: Graph, resource_id: str, state: Values) -> None:
        """Revoke, without waiting; a grant that is gone already is an error, as with the official plugin."""
        with doing(f"Deleting app role assignment {resource_id}"):
            graph.delete(_path(resource_id))


def _not_replicated(error: GraphError) -> bool:
    is_unknown = error.status == 400 and "Not a valid reference update" in error.message
    return error.status == 404 or is_unknown
