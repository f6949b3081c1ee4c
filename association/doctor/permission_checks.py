"""What the deployer may do, against what this configuration needs: missing, blind, and dangerously more."""

from collections.abc import Iterator, Mapping
from typing import Final

from association.contract import EVERYONE, GuardMode
from association.doctor.configuration import Declared
from association.doctor.facts import ConsentFacts, SharedFacts, items_of
from association.doctor.model import Line, bad, good, unknown, warn
from association.graph.deployer import ADD_OWNERS, ANY_APPLICATION, OWNED, Deployer
from association.graph.failures import name_permission
from association.guard.paths import NAMING, PATHS, READING, reads_of
from association.permissions import Permission
from microsoft import find_route, least_permissions

_GRANT: Final = ("POST", "/servicePrincipals/{id}/appRoleAssignedTo")
_GRANT_SCOPES: Final = ("POST", "/oauth2PermissionGrants")
_READ_SCOPES: Final = ("GET", "/servicePrincipals/{id}/oauth2PermissionGrants")
_WRITES: Final = (
    ("POST", "/applications"),
    ("PATCH", "/applications/{id}"),
    ("POST", "/servicePrincipals"),
    ("PATCH", "/servicePrincipals/{id}"),
)
_DANGEROUS: Final[Mapping[str, str]] = {
    "RoleManagement.ReadWrite.Directory": "can make anybody a Global Administrator",
    "AppRoleAssignment.ReadWrite.All": "can grant any permission to any application, itself included",
    "Application.ReadWrite.All": "can put a credential on any application and sign in as it",
    "Directory.ReadWrite.All": "can change most of the directory",
}
"""What somebody who steals the deployer's credential could do.

Source: https://learn.microsoft.com/graph/permissions-reference and
https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions (checked 2026-11-29)."""
_CONTENT: Final = ("Mail", "Calendars", "Contacts", "Files", "Sites", "Chat", "ChannelMessage", "Notes")
"""Beginnings of permissions that read what people write."""


def check_permissions(declared: Declared, facts: SharedFacts, deployer: Deployer) -> Iterator[Line]:
    """What is missing, what the guard will not see, and what is dangerously more."""
    if not deployer.app_only:
        yield unknown(
            "a person signed in, whose directory roles are in no token: Cloud Application Administrator is enough, for a role of "
            "Microsoft Graph Privileged Role Administrator"
        )
        return
    held = deployer.permissions
    missing = list(_missing(declared, facts, held))
    yield from missing
    if not missing:
        yield good(f"all that this configuration needs is in the token: {', '.join(sorted(held))}")
    if declared.guard is not GuardMode.OFF:
        yield from _check_guard(declared, held)
    yield from _check_more(declared, facts, held)


def _missing(declared: Declared, facts: SharedFacts, held: frozenset[str]) -> Iterator[Line]:
    if isinstance(facts, ConsentFacts):
        yield from _missing_for_consent(declared, facts, held)
    elif not all(opens(request, held) for request in _WRITES):
        yield _lack("create and change application and service principal", OWNED)
    if not opens(("GET", "/servicePrincipals/{id}"), held):
        yield _lack("find Exchange Online's service principal", name_permission("GET", "/servicePrincipals"))
    if ungranted(declared, facts) and not opens(_GRANT, held):
        roles = ", ".join(map(str, ungranted(declared, facts)))
        yield _lack(
            f"grant {roles}",
            name_permission(*_GRANT),
            "a user with the role Cloud Application Administrator runs `pulumi up` once",
        )


def _missing_for_consent(declared: Declared, facts: ConsentFacts, held: frozenset[str]) -> Iterator[Line]:
    if facts.is_missing and not held & ANY_APPLICATION:
        yield _lack("make the service principal of an application that is not its own", "Application.ReadWrite.All")
    if scopes := ungranted_scopes(declared, facts):
        named = ", ".join(f"{scope} for {who}" for who, scope in scopes)
        if not opens(_GRANT_SCOPES, held):
            yield _lack(f"grant the delegated permissions {named}", name_permission(*_GRANT_SCOPES))
        if not opens(_READ_SCOPES, held):
            yield _lack("read which delegated permissions there are", name_permission(*_READ_SCOPES))


def _lack(work: str, permission: str, otherwise: str = "") -> Line:
    other = f"; or {otherwise}" if otherwise else ""
    fix = f"Grant it with admin consent: Entra admin center, App registrations, the deployer, API permissions{other}."
    return bad(f"the deployer may not {work}: that needs {permission}", fix, permission=True)


def ungranted(declared: Declared, facts: SharedFacts) -> list[Permission]:
    """Declared roles that the stack's service principal does not hold yet, as far as that can be read."""
    ids = {one.get("appRoleId") for one in items_of(facts.own_roles)}
    granted = set()
    for permission in declared.permissions:
        answer = facts.apis[permission.api_client_id]
        roles = (answer.body or {}).get("appRoles") or () if answer.error is None else ()
        if any(role.get("value") == permission.role and role.get("id") in ids for role in roles):
            granted.add(permission)
    return [permission for permission in declared.permissions if permission not in granted]


def ungranted_scopes(declared: Declared, facts: ConsentFacts) -> list[tuple[str, Permission]]:
    """Declared delegated permissions that are not granted yet, as far as that can be read, with whom they are for."""
    granted = {
        (str(one.get("principalId") or EVERYONE).lower(), one.get("resourceId"), scope)
        for one in items_of(facts.own_grants)
        for scope in str(one.get("scope") or "").split()
    }
    apis = {client_id: (answer.body or {}).get("id") for client_id, answer in facts.apis.items() if not answer.error}
    return [
        (who, scope)
        for who, scopes in declared.delegated.items()
        for scope in scopes
        if (who, apis.get(scope.api_client_id), scope.role) not in granted
    ]


def _check_guard(declared: Declared, held: frozenset[str]) -> Iterator[Line]:
    blind = {
        read.name: read.permissions for read in reads_of(declared.whose) if not _may_read(read.path, read.beta, held)
    }
    if blind:
        needed = sorted({name for names in blind.values() for name in names} - held)
        yield warn(
            f"the guard will not see {len(blind)} of its sources ({', '.join(blind)})", f"Grant {', '.join(needed)}."
        )
    else:
        yield good("the guard can see every access path")
    repairs = _repairs(declared)
    if (
        declared.guard is GuardMode.ENFORCE
        and (lacking := sorted(repairs - held))
        and "Application.ReadWrite.All" not in held
    ):
        yield warn(
            f"guard enforce cannot take away every finding: it lacks {', '.join(lacking)}",
            "docs/permissions.md says which.",
        )


def _may_read(path: str, beta: bool, held: frozenset[str]) -> bool:  # noqa: FBT001 - a field of the read
    """By Microsoft's map; a selected property with a permission of its own is asked for by its name."""
    if "customSecurityAttributes" in path and "CustomSecAttributeAssignment.Read.All" not in held:
        return False
    return opens(("GET", f"{'/beta' if beta else ''}{path.partition('?')[0]}"), held)


def opens(request: tuple[str, str], held: frozenset[str]) -> bool:
    """Whether these permissions are enough for a request, by Microsoft's map."""
    route = find_route(*request)
    return route is not None and route.opens(held)


def _check_more(declared: Declared, facts: SharedFacts, held: frozenset[str]) -> Iterator[Line]:
    """Permissions that nothing here needs and that a thief would like."""
    needed = {*READING, *NAMING}
    requests = [("GET", "/servicePrincipals")]
    if isinstance(facts, ConsentFacts):
        needed |= {"Application.ReadWrite.All"} if facts.is_missing else set()
        requests += [_GRANT_SCOPES, _READ_SCOPES] if ungranted_scopes(declared, facts) else []
    else:
        needed |= {OWNED, "Domain.Read.All"}
        requests += _WRITES
    requests += [_GRANT] if ungranted(declared, facts) else []
    needed |= {name for request in requests for chosen in least_permissions(*request) for name in chosen}
    if len(declared.owners) > 1:
        needed |= {*ADD_OWNERS}
    if declared.guard is GuardMode.ENFORCE:
        needed |= _repairs(declared)
    for name in sorted(held - needed):
        if name in _DANGEROUS:
            yield warn(
                f"{name} is more than this configuration needs: whoever steals the deployer {_DANGEROUS[name]}",
                "Take it away.",
            )
        elif ".Read." not in name or name.startswith(_CONTENT):
            yield warn(f"{name} is more than this configuration needs", "Take it away.")


def _repairs(declared: Declared) -> set[str]:
    """What taking away every finding needs."""
    return {name for path in PATHS.values() if path.is_of(declared.whose) for name in path.repair_permissions}
