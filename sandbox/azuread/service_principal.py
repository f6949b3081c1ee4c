"""`azuread.ServicePrincipal`: which requests make, read, change and delete a service principal.

Order, bodies and retries: observed with terraform-provider-azuread 3.9.
"""

import contextlib
import uuid
from functools import partial

from sandbox.azuread.application_body import ids_by_value, read_app_roles, read_scopes
from sandbox.azuread.graph import Graph, Json
from sandbox.azuread.owners import change_owners, complete_owners, owners_to_bind, read_owners
from sandbox.azuread.problems import GraphError, ProviderError, already_exists, doing
from sandbox.azuread.resource import Change, Created, Resource, read_feature_tags, read_id
from sandbox.azuread.schema import Values
from sandbox.azuread.tables import SERVICE_PRINCIPAL

_TYPE = {"@odata.type": "#microsoft.graph.servicePrincipal"}
_TEXTS = {
    "applicationTenantId": "appOwnerOrganizationId",
    "homepageUrl": "homepage",
    "type": "servicePrincipalType",
    **{name: name for name in ("description", "displayName", "loginUrl", "logoutUrl", "notes", "signInAudience")},
    "preferredSingleSignOnMode": "preferredSingleSignOnMode",
}
_path = partial(read_id, shape="/servicePrincipals/<object id>", what="a service principal")


class ServicePrincipal(Resource):
    """An application's identity in the tenant."""

    schema = SERVICE_PRINCIPAL

    def create(self, graph: Graph, change: Change) -> Created:
        """Make it with a temporary description, or take over the one that exists."""
        client_id = change.wanted("clientId")
        found = [
            principal["id"]
            for principal in graph.list_all("/servicePrincipals", {"$filter": f"appId eq '{client_id}'"})
            if principal.get("appId", "").lower() == client_id.lower()
        ]
        if found:
            path = f"/servicePrincipals/{found[0]}"
            if not change.wanted("useExisting"):
                raise already_exists("azuread_service_principal", path)
            return Created(resource_id=path, finish=lambda: self.update(graph, path, change))
        owners = change.wanted("owners") or []
        request = _body(change) | {
            "appId": client_id,
            "description": f"TERRAFORM_UPDATE_{uuid.uuid4()}",
            "owners@odata.bind": owners_to_bind(graph, owners),
        }
        with doing("Could not create service principal"):
            path = f"/servicePrincipals/{graph.post('/servicePrincipals', request, retry=_not_replicated)['id']}"

        def finish() -> None:
            _describe(graph, path, change.wanted("description") or None)
            complete_owners(graph, path, owners)

        return Created(resource_id=path, finish=finish)

    def read(self, graph: Graph, resource_id: str, state: Values) -> Values | None:
        """Three requests: the service principal, one beta property, the owners."""
        path = _path(resource_id)
        with doing(f"retrieving {_named(path)}"):
            principal = graph.find(path)
        if principal is None:
            return None
        settings = principal.get("samlSingleSignOnSettings")
        return read_service_principal(graph, principal) | {
            "owners": read_owners(graph, path),
            "samlSingleSignOn": None if settings is None else {"relayState": settings.get("relayState") or ""},
            "useExisting": state.get("useExisting"),
        }

    def update(self, graph: Graph, resource_id: str, change: Change) -> None:
        """Send everything in one PATCH, then change the owners."""
        path = _path(resource_id)
        with doing(f"Updating {_named(path)}"):
            graph.patch(path, _body(change))
        if change.news.get("owners") and change.has_changed("owners"):
            change_owners(graph, path, change.wanted("owners"))

    def delete(self, graph: Graph, resource_id: str, state: Values) -> None:
        """Delete it. One that was taken over is deleted too, without waiting and whatever Graph says."""
        path = _path(resource_id)
        if state.get("useExisting"):
            with contextlib.suppress(GraphError):
                graph.delete(path)
            return
        with doing(f"Deleting {_named(path)}", path="id"):
            graph.delete(path)
        graph.wait_until_gone(path)


def read_service_principal(graph: Graph, principal: Json) -> Values:
    """The properties that the resource and the function share; one more request, for a beta property."""
    beta = graph.get(f"/servicePrincipals/{principal['id']}", {"$select": "samlMetadataUrl"}, version="beta")
    tags = sorted(principal.get("tags") or [])
    features = read_feature_tags(tags)
    scopes = principal.get("oauth2PermissionScopes") or []
    names = principal.get("servicePrincipalNames") or []
    return {
        "accountEnabled": bool(principal.get("accountEnabled")),
        "alternativeNames": sorted(principal.get("alternativeNames") or []),
        "appRoleAssignmentRequired": bool(principal.get("appRoleAssignmentRequired")),
        "appRoleIds": ids_by_value(principal.get("appRoles") or []),
        "appRoles": read_app_roles(principal),
        **{name: principal.get(field) or "" for name, field in _TEXTS.items()},
        "clientId": principal["appId"],
        "featureTags": features,
        "features": [
            {
                "customSingleSignOnApp": features[0]["customSingleSignOn"],
                "enterpriseApplication": features[0]["enterprise"],
                "galleryApplication": features[0]["gallery"],
                "visibleToUsers": not features[0]["hide"],
            }
        ],
        "notificationEmailAddresses": sorted(principal.get("notificationEmailAddresses") or []),
        "oauth2PermissionScopeIds": ids_by_value(scopes),
        "oauth2PermissionScopes": read_scopes(scopes),
        "objectId": principal["id"],
        "redirectUris": principal.get("replyUrls") or [],
        "samlMetadataUrl": beta.get("samlMetadataUrl") or "",
        "servicePrincipalNames": [name for name in names if name != principal["appId"]],
        "tags": tags,
    }


def _body(change: Change) -> Json:
    single_sign_on = change.block("samlSingleSignOn")
    return {
        **_TYPE,
        "accountEnabled": bool(change.wanted("accountEnabled")),
        "alternativeNames": change.wanted("alternativeNames") or [],
        "appRoleAssignmentRequired": bool(change.wanted("appRoleAssignmentRequired")),
        **{
            name: change.wanted(name) or None
            for name in ("description", "loginUrl", "notes", "preferredSingleSignOnMode")
        },
        "notificationEmailAddresses": change.wanted("notificationEmailAddresses") or [],
        "samlSingleSignOnSettings": single_sign_on and {"relayState": single_sign_on.get("relayState") or ""},
        "tags": change.tags(),
    }


def _named(path: str) -> str:
    return f'Service Principal (Service Principal: "{path.rpartition("/")[2]}")'


def _describe(graph: Graph, path: str, description: str | None) -> None:
    """Replace the temporary description. A 404 is not retried (recording 17): replication lag fails the create here."""
    try:
        graph.patch(path, {**_TYPE, "description": description})
    except GraphError as error:
        waited = "Timed out whilst waiting for new service principal to be replicated in Azure AD"
        what = waited if error.is_not_found else "Failed to patch service principal after creating"
        raise ProviderError(f"{what}: {error}") from None


def _not_replicated(error: GraphError) -> bool:
    unknown_application = "does not reference a valid application object"
    foreign_application = "backing application of the service principal being created must in the local tenant"
    return (error.status == 400 and unknown_application in error.message) or (
        error.status == 403 and foreign_application in error.message
    )
