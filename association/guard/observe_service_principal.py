"""Owns what Graph shows about the service principal: credentials, grants, roles, groups. It leaves the application out."""

from collections.abc import Iterable, Iterator
from typing import Any

from association.guard.entries import Entry, Json, KeyRemoval, Write
from association.guard.observe_application import observe_owners, observe_secrets
from association.guard.text import escape, quote, show_day, show_time
from association.guard.view import View, find_resource, find_user


def observe_service_principal(body: Json, view: View) -> Iterator[Entry]:
    """Credentials and owners: the portal shows none of these credentials."""
    path = f"/servicePrincipals/{view.subject.service_principal_object_id}"
    for key in body.get("keyCredentials") or ():
        key_id = str(key.get("keyId") or "").lower()
        yield Entry(
            family="servicePrincipalCertificates",
            key=key_id,
            sentence=f"certificate {quote(key.get('displayName'))} on the service principal, thumbprint "
            f"{escape(key.get('customKeyIdentifier') or 'unknown')}, for {escape(key.get('usage') or 'an unknown use')}, "
            f"from {show_day(key.get('startDateTime'))} until {show_day(key.get('endDateTime'))}",
            removal=KeyRemoval(path=path, key_id=key_id),
            traces=(view.subject.service_principal_object_id, key_id),
        )
    yield from observe_secrets(body, "servicePrincipalSecrets", path)
    yield from observe_owners(body.get("owners") or (), "servicePrincipalOwners", path)


def observe_app_roles(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """App roles held, the declared ones under their declared key."""
    declared = {ids: key for key, ids in view.subject.app_role_ids.items()}
    taken = set(declared.values())
    for item in items:
        resource_id, role_id = str(item.get("resourceId")), str(item.get("appRoleId"))
        role, resource = (
            view.role_name(resource_id, role_id),
            view.resource_name(resource_id, item.get("resourceDisplayName")),
        )
        key = declared.get(f"{resource_id}/{role_id}") or f"{resource}/{role}"
        if key in taken and f"{resource_id}/{role_id}" not in declared:
            key = f"{resource_id}/{role_id}"
        taken.add(key)
        yield Entry(
            family="appRoles",
            key=key,
            sentence=f"{role} of {resource}, granted {show_time(item.get('createdDateTime'))}",
            removal=Write(
                method="DELETE",
                path=f"/servicePrincipals/{view.subject.service_principal_object_id}/appRoleAssignments/{item.get('id')}",
            ),
            lookups=(find_resource(resource_id),),
            traces=(resource_id, view.subject.service_principal_object_id, role_id),
        )


def observe_delegated_grants(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Delegated permissions, for every user or for one."""
    for item in items:
        resource_id, user_id = str(item.get("resourceId")), item.get("principalId")
        who = "every user" if item.get("consentType") == "AllPrincipals" else "one user"
        lookups = [find_resource(resource_id)]
        if user_id:
            lookups.append(find_user(str(user_id)))
            who = view.name_of(f"user {escape(user_id)}", lookups[1])
        yield Entry(
            family="delegatedGrants",
            key=str(item.get("id")),
            sentence=f"{escape(' '.join(str(item.get('scope') or '').split()))} of {view.resource_name(resource_id, None)} "
            f"on behalf of {who}",
            removal=Write(method="DELETE", path=f"/oauth2PermissionGrants/{item.get('id')}"),
            lookups=tuple(lookups),
            traces=(view.subject.service_principal_object_id, str(item.get("scope") or "")),
        )


def observe_directory_roles(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Directory roles that are active now."""
    for item in items:
        role = _role_name(item)
        yield Entry(
            family="directoryRoles",
            key=str(item.get("id")),
            sentence=f"directory role {quote(role)} over {_scope(item, view)}",
            removal=Write(method="DELETE", path=f"/roleManagement/directory/roleAssignments/{item.get('id')}"),
            traces=(view.subject.service_principal_object_id, role),
        )


def observe_eligible_roles(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Directory roles that it may activate."""
    for item in items:
        role = _role_name(item)
        body: dict[str, Any] = {
            "action": "adminRemove",
            "principalId": item.get("principalId"),
            "roleDefinitionId": item.get("roleDefinitionId"),
            "directoryScopeId": item.get("directoryScopeId") or "/",
            "justification": "not declared in the Pulumi program",
        }
        yield Entry(
            family="directoryRoles",
            key=f"eligible/{item.get('id')}",
            sentence=f"can activate the directory role {quote(role)} over "
            f"{_scope(item, view)}, since {show_time(item.get('startDateTime'))} until {_end(item)}",
            removal=Write(method="POST", path="/roleManagement/directory/roleEligibilityScheduleRequests", body=body),
            traces=(view.subject.service_principal_object_id, role),
        )


def observe_scoped_roles(items: Iterable[Json], scope: str, view: View) -> Iterator[Entry]:
    """Who administers just this application (`application`) or service principal (`servicePrincipal`)."""
    for item in items:
        role = _role_name(item)
        holder = (find_user(str(item.get("principalId"))), find_resource(str(item.get("principalId"))))
        noun = "service principal" if scope == "servicePrincipal" else scope
        who = view.name_of(f"principal {escape(item.get('principalId'))}", *holder)
        yield Entry(
            family="scopedRoles",
            key=f"{scope}/{item.get('id')}",
            sentence=f"{who} has the directory role {quote(role)} over this {noun}, can add credentials",
            person="take the role away in the Entra admin center, Roles and administrators",
            lookups=holder,
            traces=(str(item.get("principalId")), role),
        )


def observe_groups(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Groups; directory roles in the same list are told by their own family."""
    for item in items:
        if not str(item.get("@odata.type", "#microsoft.graph.group")).endswith(".group"):
            continue
        object_id = str(item.get("id"))
        name = (
            quote(item["displayName"]) if item.get("displayName") else f"{object_id}, whose name needs Group.Read.All"
        )
        roles = " that can hold directory roles" if item.get("isAssignableToRole") else ""
        yield Entry(
            family="groups",
            key=object_id,
            sentence=f"member of the group {name}{roles}",
            removal=Write(
                method="DELETE", path=f"/groups/{object_id}/members/{view.subject.service_principal_object_id}/$ref"
            ),
            traces=(object_id, view.subject.service_principal_object_id),
        )


def observe_custom_security_attributes(body: Json, view: View) -> Iterator[Entry]:
    """Custom security attributes: Conditional Access can select service principals by them."""
    path = f"/servicePrincipals/{view.subject.service_principal_object_id}"
    for name, values in (body.get("customSecurityAttributes") or {}).items():
        if not isinstance(values, dict):
            continue
        for attribute, value in values.items():
            if "@odata" in attribute:
                continue
            cleared = {"@odata.type": "#microsoft.graph.customSecurityAttributeValue", attribute: None}
            yield Entry(
                family="customSecurityAttributes",
                key=f"{escape(name)}/{escape(attribute)}",
                sentence=f"custom security attribute {escape(attribute)} of {escape(name)} is {quote(value)}",
                removal=Write(method="PATCH", path=path, body={"customSecurityAttributes": {name: cleared}}),
                traces=(view.subject.service_principal_object_id, attribute),
            )


def _role_name(item: Json) -> str:
    return str((item.get("roleDefinition") or {}).get("displayName") or item.get("roleDefinitionId"))


def _scope(item: Json, view: View) -> str:
    scope = str(item.get("directoryScopeId") or "/")
    own = {
        "/": "the whole tenant",
        f"/{view.subject.application_object_id}": "this application",
        f"/{view.subject.service_principal_object_id}": "this service principal",
    }
    return own.get(scope, escape(scope))


def _end(item: Json) -> str:
    return show_day(item.get("endDateTime")) if item.get("endDateTime") else "it is taken away"
