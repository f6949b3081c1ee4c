"""`azuread.AppRoleAssignment`: which requests grant, read and revoke an app role.

There is no update: a change of any input replaces. Order and retries: observed with terraform-provider-azuread 3.9.
"""

from sandbox.azuread.graph import Graph
from sandbox.azuread.problems import GraphError, ProviderError
from sandbox.azuread.resource import Change, Created, Resource
from sandbox.azuread.schema import Values
from sandbox.azuread.tables import APP_ROLE_ASSIGNMENT

_TYPE = {"@odata.type": "#microsoft.graph.appRoleAssignment"}
_NOT_FOUND, _BAD_REQUEST = 404, 400


class AppRoleAssignment(Resource):
    """An app role of one service principal, the resource, granted to another, the principal."""

    schema = APP_ROLE_ASSIGNMENT

    def create(self, graph: Graph, change: Change) -> Created:
        resource = f"/servicePrincipals/{change.wanted('resourceObjectId')}"
        try:
            graph.get(resource)
        except GraphError as error:
            raise ProviderError(
                f"Could not retrieve service principal for resource: {error}", path="resource_object_id"
            ) from None
        request = {
            **_TYPE,
            "appRoleId": change.wanted("appRoleId"),
            "principalId": change.wanted("principalObjectId"),
            "resourceId": change.wanted("resourceObjectId"),
        }
        try:
            assignment = graph.post(f"{resource}/appRoleAssignedTo", request, retry=_not_replicated)
        except GraphError as error:
            raise ProviderError(f"Could not create app role assignment: {error}") from None
        path = f"/servicePrincipals/{assignment['resourceId']}/appRoleAssignedTo/{assignment['id']}"
        return Created(resource_id=path, finish=lambda: None)

    def read(self, graph: Graph, resource_id: str, state: Values) -> Values | None:
        try:
            assignment = graph.get(_path(resource_id))
        except GraphError as error:
            if error.is_not_found:
                return None
            raise ProviderError(f"retrieving app role assignment {resource_id}: {error}") from None
        return {
            "appRoleId": assignment["appRoleId"],
            "principalDisplayName": assignment.get("principalDisplayName") or "",
            "principalObjectId": assignment["principalId"],
            "principalType": assignment.get("principalType") or "",
            "resourceDisplayName": assignment.get("resourceDisplayName") or "",
            "resourceObjectId": assignment["resourceId"],
        }

    def delete(self, graph: Graph, resource_id: str, state: Values) -> None:
        """Revoke, without waiting; a grant that is gone already is an error, as with the official plugin."""
        try:
            graph.delete(_path(resource_id))
        except GraphError as error:
            raise ProviderError(f"Deleting app role assignment {resource_id}: {error}") from None


def _path(resource_id: str) -> str:
    parts = resource_id.split("/")
    if len(parts) != 5 or (parts[0], parts[1], parts[3]) != ("", "servicePrincipals", "appRoleAssignedTo"):
        expected = "/servicePrincipals/<object id>/appRoleAssignedTo/<assignment id>"
        raise ProviderError(f'the id of an app role assignment is {expected}, got "{resource_id}"', path="id")
    return resource_id


def _not_replicated(error: GraphError) -> bool:
    is_unknown = error.status == _BAD_REQUEST and "Not a valid reference update" in error.message
    return error.status == _NOT_FOUND or is_unknown
