"""`azuread.Application`: which requests make, read, change and delete an application.

The bodies are in `application_body`. Order and retries: observed with terraform-provider-azuread 3.9.
"""

import uuid
from functools import partial
from typing import Any

from sandbox.azuread import application_body as body
from sandbox.azuread.graph import Graph, Json
from sandbox.azuread.owners import change_owners, complete_owners, owners_to_bind, read_owners
from sandbox.azuread.problems import GraphError, ProviderError, doing, duplicate_name
from sandbox.azuread.resource import Change, Created, Resource, read_id
from sandbox.azuread.schema import UNKNOWN, Values
from sandbox.azuread.tables import APPLICATION

_TERRAFORM_TYPE = "azuread_application"
_STILL_ENABLED = "Permission (scope or role) cannot be deleted or updated unless disabled first"
_POLL_INTERVAL = 1.0
_path = partial(read_id, shape="/applications/<object id>", what="an application")


class Application(Resource):
    """An application registration."""

    schema = APPLICATION

    def check_plan(self, graph: Graph, change: Change) -> None:
        """Look for an application of the same name, where that is to be prevented and the name is new."""
        name = change.wanted("displayName")
        if not change.wanted("preventDuplicateNames") or name in (UNKNOWN, change.olds.get("displayName")):
            return
        found = _find_by_name(graph, name)
        # for an application that exists already only the update refuses, as with the official plugin
        if found and not change.olds:
            raise duplicate_name(_TERRAFORM_TYPE, found[0], name)

    def create(self, graph: Graph, change: Change) -> Created:
        """Make it; afterwards rename it to and fro, which shows whether the directory knows it yet."""
        name = change.wanted("displayName")
        _refuse_duplicate(graph, change, own_object_id="")
        owners = change.wanted("owners") or []
        request = body.shared_body(change) | {
            "appRoles": body.app_roles_body(change),
            "identifierUris": change.wanted("identifierUris") or [],
            "optionalClaims": body.optional_claims_body(change),
            "owners@odata.bind": owners_to_bind(graph, owners),
            "requiredResourceAccess": body.resource_access_body(change),
        }
        request["api"]["oauth2PermissionScopes"] = body.scopes_body(change)
        with doing("Could not create application"):
            path = f"/applications/{graph.post('/applications', request)['id']}"

        def finish() -> None:
            _rename(graph, path, f"TERRAFORM_UPDATE_{uuid.uuid4()}")
            _rename(graph, path, name)
            if change.wanted("oauth2PostResponseRequired"):
                _set_post_response(graph, path, required=True)
            complete_owners(graph, path, owners)

        return Created(resource_id=path, finish=finish)

    def read(self, graph: Graph, resource_id: str, state: Values) -> Values | None:
        """Three requests: the application, one beta property, the owners."""
        path = _path(resource_id)
        with doing(f"Retrieving {_named(path)}", path="id"):
            application = graph.find(path)
        if application is None:
            return None
        beta = graph.get(path, {"$select": "oauth2RequirePostResponse"}, version="beta")
        return body.read_application(application) | {
            "oauth2PostResponseRequired": bool(beta.get("oauth2RequirePostResponse")),
            "owners": read_owners(graph, path),
            "preventDuplicateNames": bool(state.get("preventDuplicateNames")),
        }

    def update(self, graph: Graph, resource_id: str, change: Change) -> None:
        """Send nearly everything in one PATCH, then change the owners."""
        path = _path(resource_id)
        _refuse_duplicate(graph, change, own_object_id=path.rpartition("/")[2])
        request = body.shared_body(change)
        if change.has_changed("appRoles"):
            request["appRoles"] = body.app_roles_body(change)
            _disable_removed(graph, path, request["appRoles"], ("appRoles",))
        if change.has_changed("api"):
            request["api"]["oauth2PermissionScopes"] = body.scopes_body(change)
            _disable_removed(graph, path, request["api"]["oauth2PermissionScopes"], ("api", "oauth2PermissionScopes"))
        for name, field, value in (
            ("identifierUris", "identifierUris", change.wanted("identifierUris") or []),
            ("optionalClaims", "optionalClaims", body.optional_claims_body(change)),
            ("requiredResourceAccesses", "requiredResourceAccess", body.resource_access_body(change)),
        ):
            if change.has_changed(name):
                request[field] = value
        with doing(f"Could not update {_named(path)}"):
            graph.patch(path, request)
            if change.has_changed("oauth2PostResponseRequired"):
                _set_post_response(graph, path, required=bool(change.wanted("oauth2PostResponseRequired")))
        if change.news.get("owners") and change.has_changed("owners"):
            change_owners(graph, path, change.wanted("owners"))

    def delete(self, graph: Graph, resource_id: str, state: Values) -> None:
        """Delete it; one that is gone already is an error, as with the official plugin."""
        path = _path(resource_id)
        with doing(f"Deleting {_named(path)}", path="id"):
            graph.delete(path)
        graph.wait_until_gone(path)


def _named(path: str) -> str:
    return f'Application (Application: "{path.rpartition("/")[2]}")'


def _find_by_name(graph: Graph, name: str) -> list[str]:
    """Object ids. The name is sent unescaped, as the official plugin sends it; Graph compares without case, we do not."""
    found = graph.list_all("/applications", {"$filter": f"displayName eq '{name}'"})
    return [application["id"] for application in found if application.get("displayName") == name]


def _refuse_duplicate(graph: Graph, change: Change, *, own_object_id: str) -> None:
    if change.wanted("preventDuplicateNames"):
        name = change.wanted("displayName")
        others = [object_id for object_id in _find_by_name(graph, name) if object_id != own_object_id]
        if others:
            raise duplicate_name(_TERRAFORM_TYPE, others[0], name)


def _not_replicated(error: GraphError) -> bool:
    return error.status in (404, 409) or (error.status == 400 and _STILL_ENABLED in error.message)


def _rename(graph: Graph, path: str, name: str) -> None:
    try:
        graph.patch(path, {**body.TYPE, "displayName": name}, retry=_not_replicated)
    except GraphError as error:
        waited = "Timed out whilst waiting for new application to be replicated in Azure AD"
        what = waited if error.is_not_found else "Failed to patch application after creating"
        raise ProviderError(f"{what}: {error}") from None


def _set_post_response(graph: Graph, path: str, *, required: bool) -> None:
    request = {**body.TYPE, "oauth2RequirePostResponse": required}
    graph.patch(path, request, version="beta", retry=_not_replicated)


def _disable_removed(graph: Graph, path: str, wanted: list[Json], where: tuple[str, ...]) -> None:
    """Disable the app roles or scopes that are to go or to change, and wait until they are: Graph demands it."""

    def current() -> list[Json]:
        value: Any = graph.get(path)
        for key in where:
            value = value.get(key) or {}
        return value or []

    present = current()
    kept = [{key: value for key, value in entry.items() if key != "origin"} for entry in present]
    leaving = {entry["id"] for entry in kept if entry.get("isEnabled") and entry not in wanted}
    if not leaving:
        return
    request: Any = [entry | {"isEnabled": entry.get("isEnabled") and entry["id"] not in leaving} for entry in present]
    for key in reversed(where):
        request = {key: request}
    graph.patch(path, {**body.TYPE, **request})
    while any(entry.get("isEnabled") and entry["id"] in leaving for entry in current()):
        graph.pause(_POLL_INTERVAL)
