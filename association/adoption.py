"""The import file with which Pulumi takes over an association that was made by hand. It changes nothing in the tenant.

Certificates are left out on purpose: a `CertificateCredential` takes an identical key credential over by itself, and
importing those that are not declared would delete them with the next `pulumi up`.
"""

from typing import Any

from association.contract import SERVER_CONNECTION
from association.errors import AssociationError
from association.graph.client import GraphClient
from association.permissions import Guid, Permission


def find_adoption(graph: GraphClient, client_id: str, *, name: str) -> dict[str, Any]:
    """Look the association up, and write what `pulumi import --file` reads.

    Args:
        graph: Needs Application.Read.All.
        client_id: Application (client) id of the application that was made by hand.
        name: Logical name of the `ServerConnection` that takes it over.

    Returns:
        The document: https://www.pulumi.com/docs/iac/adopting-pulumi/import/ (checked 2026-11-24).

    Raises:
        AssociationError: There is no such application, or it has no service principal.
        GraphError: Graph refused or did not answer.
    """
    application = _only(graph, "/applications", client_id, "no application has this client id")
    principal = _only(
        graph,
        "/servicePrincipals",
        client_id,
        "the application has no service principal, so nobody can sign in as it",
    )
    assignments = list(graph.pages(f"/servicePrincipals/{principal['id']}/appRoleAssignments"))
    resources: list[dict[str, Any]] = [
        {"type": SERVER_CONNECTION, "name": name, "component": True},
        _child(name, "azuread:index/application:Application", "application", f"/applications/{application['id']}"),
        _child(
            name,
            "azuread:index/servicePrincipal:ServicePrincipal",
            "service-principal",
            f"/servicePrincipals/{principal['id']}",
        ),
    ]
    for assignment in assignments:
        permission = _find_permission(graph, assignment)
        resources.append(
            _child(
                name,
                "azuread:index/appRoleAssignment:AppRoleAssignment",
                permission.slug,
                f"/servicePrincipals/{assignment['resourceId']}/appRoleAssignedTo/{assignment['id']}",
            )
        )
    return {"resources": resources}


def _child(component: str, type_: str, part: str, resource_id: str) -> dict[str, Any]:
    return {"type": type_, "name": f"{component}-{part}", "id": resource_id, "parent": component}


def _only(graph: GraphClient, path: str, client_id: str, missing: str) -> dict[str, Any]:
    found = list(graph.pages(path, query=f"$filter=appId eq '{client_id}'"))
    if not found:
        raise AssociationError(f"{client_id}: {missing}.", hint="Copy the Application (client) ID from the portal.")
    return dict(found[0])


def _find_permission(graph: GraphClient, assignment: dict[str, Any]) -> Permission:
    api = graph.get(f"/servicePrincipals/{assignment['resourceId']}")
    roles = {role["id"]: role["value"] for role in api["appRoles"]}
    role_id = assignment["appRoleId"]
    return Permission(api_client_id=Guid(api["appId"].lower()), role=str(roles.get(role_id, role_id)))
