"""What the service principal may do at APIs: app roles, and delegated permissions in the name of users."""

from collections.abc import Iterable, Iterator

from association.contract import EVERYONE
from association.guard.access_path import Entry, Json, View, find_resource, find_user
from association.guard.text import plain, show_time
from association.text import escape


def observe_app_roles(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """The declared ones under their declared key."""
    declared = {ids: key for key, ids in view.guarded.app_role_ids.items()}
    taken = set(declared.values())
    for item in items:
        resource_id, role_id = str(item.get("resourceId")), str(item.get("appRoleId"))
        role = view.role_name(resource_id, role_id)
        resource = view.resource_name(resource_id, item.get("resourceDisplayName"))
        key = declared.get(f"{resource_id}/{role_id}") or f"{resource}/{role}"
        if key in taken and f"{resource_id}/{role_id}" not in declared:
            key = f"{resource_id}/{role_id}"
        taken.add(key)
        yield Entry(
            key=key,
            id=str(item.get("id")),
            sentence=f"{role} of {resource}, granted {show_time(item.get('createdDateTime'))}",
            lookups=(find_resource(resource_id),),
            traces=(resource_id, view.guarded.service_principal_object_id, role_id),
        )


def observe_delegated_grants(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """One entry for each scope; the declared ones under their declared key."""
    declared = {ids: key for key, ids in view.guarded.delegated_ids.items()}
    for item in items:
        resource_id, user_id = str(item.get("resourceId")), item.get("principalId")
        who = "every user" if item.get("consentType") == "AllPrincipals" else "one user"
        lookups = [find_resource(resource_id)]
        if user_id:
            lookups.append(find_user(str(user_id)))
            who = view.name_of(f"user {plain(user_id)}", lookups[1])
        for scope in str(item.get("scope") or "").split() or [""]:
            key = f"{str(user_id).lower() if user_id else EVERYONE}/{resource_id}/{escape(scope)}"
            yield Entry(
                key=declared.get(key, key),
                sentence=f"{plain(scope) or 'nothing yet'} of {view.resource_name(resource_id, None)} on behalf of {who}",
                body={**item, "scope": scope},
                lookups=tuple(lookups),
                traces=(view.guarded.service_principal_object_id, scope),
            )
