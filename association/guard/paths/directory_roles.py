"""Access paths by directory roles: those that the service principal has or may activate, and those over the association."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from association.guard.access_path import (
    READ_ROLES,
    AccessPath,
    Entry,
    Json,
    Kind,
    Rank,
    Read,
    Removal,
    Source,
    View,
    each,
    find_resource,
    find_user,
)
from association.guard.text import plain, quote, show_day, show_time


def _active_roles(items: Iterable[Json], view: View) -> Iterator[Entry]:
    for item in items:
        role = _name(item)
        yield Entry(
            key=str(item.get("id")),
            sentence=f"directory role {quote(role)} over {_scope(item, view)}",
            traces=(view.guarded.service_principal_object_id, role),
        )


def _eligible_roles(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Directory roles that it may activate."""
    for item in items:
        role = _name(item)
        body: dict[str, Any] = {
            "action": "adminRemove",
            "principalId": item.get("principalId"),
            "roleDefinitionId": item.get("roleDefinitionId"),
            "directoryScopeId": item.get("directoryScopeId") or "/",
            "justification": "not declared in the Pulumi program",
        }
        end = show_day(item.get("endDateTime")) if item.get("endDateTime") else "it is removed"
        yield Entry(
            key=str(item.get("id")),
            sentence=f"can activate the directory role {quote(role)} over "
            f"{_scope(item, view)}, since {show_time(item.get('startDateTime'))} until {end}",
            body=body,
            traces=(view.guarded.service_principal_object_id, role),
        )


def _scoped_roles(noun: str) -> Callable[[Json, View], Iterable[Entry]]:
    """Who administers just this application or service principal."""

    def observe(items: Iterable[Json], view: View) -> Iterator[Entry]:
        for item in items:
            role, principal = _name(item), str(item.get("principalId"))
            holder = (find_user(principal), find_resource(principal))
            who = view.name_of(f"principal {plain(principal)}", *holder)
            yield Entry(
                key=str(item.get("id")),
                sentence=f"{who} has the directory role {quote(role)} over this {noun}, can add credentials",
                lookups=holder,
                traces=(principal, role),
            )

    return each(observe)


def _name(item: Json) -> str:
    """The role's name, or its id where that is all there is."""
    return str((item.get("roleDefinition") or {}).get("displayName") or item.get("roleDefinitionId"))


def _scope(item: Json, view: View) -> str:
    scope = str(item.get("directoryScopeId") or "/")
    own = {
        f"/{view.guarded.application_object_id}": "this application",
        f"/{view.guarded.service_principal_object_id}": "this service principal",
        "/": "the whole tenant",  # last: a vendor's application has no object ID here
    }
    return own.get(scope, plain(scope))


def _read(name: str, condition: str, kind: str = "roleAssignments", licence: str = "") -> Read:
    """A list of directory roles."""
    path = f"/roleManagement/directory/{kind}?$filter={condition}&$expand=roleDefinition"
    return Read(name=name, path=path, permissions=(READ_ROLES,), licence=licence)


_HELD: Final = "principalId eq '{service_principal}'"
PATHS: Final = (
    AccessPath(
        name="directoryRoles",
        kind=Kind.DECLARED,
        description="Directory roles of the service principal, by assignment ID; `eligible/…` where it can activate the role.",
        sources=(
            Source(
                _read("directoryRoles", _HELD),
                each(_active_roles),
                Removal("DELETE", "/roleManagement/directory/roleAssignments/{id}"),
            ),
            Source(
                _read("eligibleDirectoryRoles", _HELD, "roleEligibilityScheduleInstances", "Entra ID P2"),
                each(_eligible_roles),
                Removal("POST", "/roleManagement/directory/roleEligibilityScheduleRequests"),
                prefix="eligible/",
            ),
        ),
        rank=Rank.ROLES,
        repair_permissions=("RoleManagement.ReadWrite.Directory",),
    ),
    AccessPath(
        name="scopedRoles",
        kind=Kind.DECLARED,
        description="Directory roles over just this application or service principal, by assignment ID.",
        sources=tuple(
            Source(
                _read(f"scopedRoles.{name}", f"directoryScopeId eq '/{object_id}'"),
                _scoped_roles(noun),
                prefix=f"{name}/",
            )
            for name, noun, object_id in (
                ("application", "application", "{application}"),
                ("servicePrincipal", "service principal", "{service_principal}"),
            )
        ),
        advice="remove the role in the Entra admin center, Roles and administrators",
    ),
)
