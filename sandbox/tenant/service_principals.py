"""Service principals: list, create, read, change, delete, and following their application.

Source: https://learn.microsoft.com/en-us/graph/api/resources/serviceprincipal (checked 2026-11-24) and the recordings.
"""

from sandbox.tenant.audit import audit, audit_update
from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.entities import apply_body, is_guid, new_object
from sandbox.tenant.entity_answers import answer_entity, answer_list
from sandbox.tenant.instance_lock import check_lock
from sandbox.tenant.owners import audit_owners, bind_owners
from sandbox.tenant.passwords import replace_credentials
from sandbox.tenant.permissions import check_any
from sandbox.tenant.problems import GraphError, bad_request
from sandbox.tenant.routing import BOTH, NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

READ_ATTRIBUTES = "CustomSecAttributeAssignment.Read.All"
WRITE_ATTRIBUTES = "CustomSecAttributeAssignment.ReadWrite.All"
FILTERABLE = ("id", "appId", "displayName", "servicePrincipalType", "servicePrincipalNames", "tags", "accountEnabled")


@route("GET", "/servicePrincipals")
def list_service_principals(call: Call) -> Reply:
    return answer_list(call, "servicePrincipal", FILTERABLE)


@route("POST", "/servicePrincipals")
def create_service_principal(call: Call) -> Reply:
    body = dict(call.body)
    app_id = str(body.pop("appId", "")).lower()
    if not is_guid(app_id):
        raise bad_request("A value is required for property 'appId' of resource 'ServicePrincipal'.")
    application = call.directory.backing_application(app_id)
    if application is None:
        raise GraphError(
            400,
            "NoBackingApplicationObject",
            f"The appId '{app_id}' of the service principal does not reference a valid application object.",
        )
    call.check(application["_owners"])
    if call.directory.service_principal_of(app_id):
        raise GraphError(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            f"The service principal cannot be created, updated, or restored because the service principal name {app_id} "
            "is already in use.",
        )
    owners = bind_owners(call, body.pop("owners@odata.bind", []))
    principal = make_service_principal(
        call.directory, application, body, owners=owners, created_by=call.caller.client_id
    )
    audit(call, "Add service principal", principal, "ServicePrincipal")
    audit_owners(call, principal, added=owners)
    return answer_entity(call, "servicePrincipal", principal, status=201)


def make_service_principal(
    directory: Directory,
    application: Json,
    body: Json,
    *,
    owners: list[str],
    created_by: str | None,
    object_id: str | None = None,
) -> Json:
    principal = new_object("servicePrincipal") | {
        "id": object_id or new_id(),
        "accountEnabled": True,
        "appId": application["appId"],
        "appOwnerOrganizationId": application.get("_tenant", directory.tenant_id),
        "createdDateTime": directory.now(),
        "createdByAppId": created_by,
        "servicePrincipalType": "Application",
        "_owners": owners,
        "_policies": [],
    }
    principal = apply_body(follow(principal, application), body, "servicePrincipal")
    directory.store.put("servicePrincipals", principal["id"], principal)
    return principal


def follow(principal: Json, application: Json) -> Json:
    """The service principal with what it takes over from its application."""
    return principal | {
        "appDisplayName": application["displayName"],
        "appDescription": application["description"],
        "appRoles": [role | {"origin": "Application"} for role in application["appRoles"]],
        "displayName": application["displayName"],
        "homepage": application["web"]["homePageUrl"],
        "info": application["info"],
        "logoutUrl": application["web"]["logoutUrl"],
        "oauth2PermissionScopes": application["api"]["oauth2PermissionScopes"],
        "replyUrls": [
            *application["web"]["redirectUris"],
            *application["spa"]["redirectUris"],
            *application["publicClient"]["redirectUris"],
        ],
        "servicePrincipalNames": [*application["identifierUris"], application["appId"]],
        "signInAudience": application["signInAudience"],
        "verifiedPublisher": application["verifiedPublisher"],
    }


def mirror_application(directory: Directory, application: Json) -> None:
    """Let the application's service principal in this tenant follow a change."""
    principal = directory.service_principal_of(application["appId"])
    if principal:
        directory.store.put("servicePrincipals", principal["id"], follow(principal, application))


@route("GET", "/servicePrincipals/{id}", BOTH)
def get_service_principal(call: Call) -> Reply:
    """Read one; custom security attributes need a permission of their own."""
    if "customSecurityAttributes" in call.query.select:
        check_any(call.caller, READ_ATTRIBUTES, WRITE_ATTRIBUTES)
    return answer_entity(call, "servicePrincipal", call.owner)


@route("PATCH", "/servicePrincipals/{id}")
def update_service_principal(call: Call) -> Reply:
    before, body = call.owner, dict(call.body)
    if "appId" in body:
        raise bad_request("Property 'appId' is read-only and cannot be set.")
    attributes = body.pop("customSecurityAttributes", None)
    principal = apply_body(before, body, "servicePrincipal")
    if attributes is not None:
        check_any(call.caller, WRITE_ATTRIBUTES)
        principal["customSecurityAttributes"] = _merge_attributes(before["customSecurityAttributes"] or {}, attributes)
    check_lock(call.directory, before, body)
    replace_credentials(call.directory, before, principal, body)
    call.directory.store.put("servicePrincipals", principal["id"], principal)
    audit_update(call, before, principal, "ServicePrincipal")
    return NO_CONTENT


def _merge_attributes(sets: Json, changes: Json) -> Json | None:
    """Attribute sets with the changes in them; an attribute set to null goes, and so does an empty set."""
    merged = dict(sets)
    for name, attributes in changes.items():
        values = {**merged.get(name, {}), **attributes}
        values = {key: value for key, value in values.items() if value is not None}
        merged[name] = values if any(not key.startswith("@") for key in values) else None
    return {name: values for name, values in merged.items() if values} or None


@route("DELETE", "/servicePrincipals/{id}")
def remove_service_principal(call: Call) -> Reply:
    """Move it to the recycle bin; Microsoft's own go too (pulumi-azuread #2045)."""
    delete_service_principal(call, call.owner)
    return NO_CONTENT


def delete_service_principal(call: Call, principal: Json) -> None:
    """Move it to the recycle bin, and drop the assignments it holds and those of its roles."""
    store = call.directory.store
    for assignment in list(store.all("assignments").values()):
        if principal["id"] in (assignment["principalId"], assignment["resourceId"]):
            store.drop("assignments", assignment["id"])
    store.drop("servicePrincipals", principal["id"])
    deleted = principal | {"deletedDateTime": call.directory.now(), "_type": "servicePrincipal"}
    store.put("deletedItems", principal["id"], deleted)
    audit(call, "Remove service principal", principal, "ServicePrincipal")
