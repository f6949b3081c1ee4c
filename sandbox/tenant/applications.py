"""Applications: list, create, read, change, delete.

Source: https://learn.microsoft.com/en-us/graph/api/resources/application (checked 2026-11-24) and the recordings.
"""

from typing import Any

from sandbox.tenant.audit import audit, audit_update
from sandbox.tenant.credentials import replace_key_credentials
from sandbox.tenant.directory import INITIAL_DOMAIN, Directory, new_id
from sandbox.tenant.entities import apply_body, new_object
from sandbox.tenant.entity_answers import answer_entity, answer_list
from sandbox.tenant.owners import audit_owners, bind_owners
from sandbox.tenant.passwords import new_password, replace_credentials
from sandbox.tenant.permissions import OWNED, Caller
from sandbox.tenant.problems import GraphError, bad_request
from sandbox.tenant.routing import BOTH, NO_CONTENT, Call, Reply, route
from sandbox.tenant.service_principals import delete_service_principal, mirror_application
from sandbox.tenant.store import Json

FILTERABLE = ("id", "appId", "displayName", "identifierUris", "tags", "uniqueName", "createdDateTime", "signInAudience")
AUDIENCES = ("AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")
LONGEST_DISPLAY_NAME = 256


@route("GET", "/applications")
def list_applications(call: Call) -> Reply:
    return answer_list(call, "application", FILTERABLE)


@route("POST", "/applications")
def create_application(call: Call) -> Reply:
    """Create one; the caller becomes its owner when it binds nobody and may write only what it owns."""
    body = dict(call.body)
    bound = body.pop("owners@odata.bind", [])
    owners = bind_owners(call, bound) or _first_owners(call.caller)
    application, secrets = make_application(call.directory, body, owners=owners, created_by=call.caller.client_id)
    audit(call, "Add application", application, "Application", [("DisplayName", None, application["displayName"])])
    audit_owners(call, application, added=owners)
    shown = application | {"passwordCredentials": secrets or application["passwordCredentials"]}
    return answer_entity(call, "application", shown, status=201)


def _first_owners(caller: Caller) -> list[str]:
    return [caller.object_id] if OWNED in caller.roles else []


def make_application(
    directory: Directory, body: Json, *, owners: list[str], created_by: str | None, app_id: str | None = None
) -> tuple[Json, list[Json]]:
    """Store a new application.

    Returns:
        The application, and its password credentials with their secrets, which nobody can read again.
    """
    body = dict(body)
    keys, passwords = body.pop("keyCredentials", []), body.pop("passwordCredentials", [])
    if not body.get("displayName"):
        raise bad_request("A value is required for property 'displayName' of resource 'Application'.")
    application = new_object("application") | {
        "id": new_id(),
        "appId": app_id or new_id(),
        "createdDateTime": directory.precise_now(),
        "createdByAppId": created_by,
        "publisherDomain": INITIAL_DOMAIN,
        "signInAudience": "AzureADMyOrg",
        "servicePrincipalLockConfiguration": _lock(directory),
        "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
        "_owners": owners,
        "_policies": [],
    }
    application = apply_body(application, body, "application")
    _check(directory, application)
    application["keyCredentials"] = replace_key_credentials(directory, application, keys, creating=True)
    shown = [new_password(directory, application, entry) for entry in passwords]
    application["passwordCredentials"] = [stored for stored, _ in shown]
    directory.store.put("applications", application["id"], application)
    return application, [stored | {"secretText": secret} for stored, secret in shown]


def _lock(directory: Directory) -> Json | None:
    if not directory.switches.lock_new_applications:
        return None
    names = ("credentialsWithUsageVerify", "credentialsWithUsageSign", "tokenEncryptionKeyId")
    return {"isEnabled": True, "allProperties": True} | dict.fromkeys(names)


@route("GET", "/applications/{id}", BOTH)
def get_application(call: Call) -> Reply:
    """Read one; key bytes only with $select=keyCredentials."""
    return answer_entity(call, "application", call.owner)


@route("PATCH", "/applications/{id}", BOTH)
def update_application(call: Call) -> Reply:
    """Change what the body names; its service principal in this tenant follows."""
    before, body = call.owner, dict(call.body)
    if "appId" in body:
        raise bad_request("Property 'appId' is read-only and cannot be set.")
    application = apply_body(before, body, "application")
    _check(call.directory, application)
    _check_enabled(before["appRoles"], application["appRoles"])
    _check_enabled(before["api"]["oauth2PermissionScopes"], application["api"]["oauth2PermissionScopes"])
    replace_credentials(call.directory, before, application, body)
    call.directory.store.put("applications", application["id"], application)
    audit_update(call, before, application, "Application")
    mirror_application(call.directory, application)
    return NO_CONTENT


def _check(directory: Directory, application: Json) -> None:
    """What the service refuses whatever the caller may do."""
    if not application["displayName"] or len(application["displayName"]) > LONGEST_DISPLAY_NAME:
        raise bad_request("Invalid value specified for property 'displayName' of resource 'Application'.")
    if application["signInAudience"] not in AUDIENCES:
        raise bad_request("Invalid value specified for property 'signInAudience' of resource 'Application'.")
    for other in directory.store.all("applications").values():
        if other["id"] != application["id"] and set(other["identifierUris"]) & set(application["identifierUris"]):
            raise bad_request("Another object with the same value for property identifierUris already exists.")


def _check_enabled(before: list[Any], after: list[Any]) -> None:
    """An enabled role or scope can only be disabled; removing or changing it comes later."""
    kept = {entry["id"]: entry for entry in after}
    for entry in before:
        new = kept.get(entry["id"])
        if entry.get("isEnabled") and (new is None or new | {"isEnabled": True} != entry):
            raise GraphError(
                400,
                "CannotDeleteOrUpdateEnabledEntitlement",
                "Permission (scope or role) cannot be deleted or updated unless disabled first.",
            )


@route("DELETE", "/applications/{id}")
def delete_application(call: Call) -> Reply:
    application = call.owner
    principal = call.directory.service_principal_of(application["appId"])
    if principal:
        delete_service_principal(call, principal)
    call.directory.store.drop("applications", application["id"])
    call.directory.store.put(
        "deletedItems",
        application["id"],
        application | {"deletedDateTime": call.directory.now(), "_type": "application"},
    )
    audit(call, "Delete application", application, "Application")
    return NO_CONTENT
