"""Who deploys: how it signs in, where, and what it may do against what this configuration needs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from association.contract import GuardMode
from association.doctor.configuration import Configuration
from association.doctor.facts import Facts, items_of
from association.doctor.model import Line, bad, good, unknown, unread, warn
from association.graph.cloud import Cloud
from association.graph.deployer import ADD_OWNERS, Deployer, foresee_owners
from association.graph.failures import name_permission
from association.graph.identity import Identity
from association.graph.method import Method
from association.guard.paths import NAMING, PATHS, READING, READS
from association.guard.text import plain
from association.permissions import Permission
from microsoft import find_route, least_permissions

OWNED: Final = "Application.ReadWrite.OwnedBy"
_NOT_FOUND: Final = 404
_GRANT: Final = ("POST", "/servicePrincipals/{id}/appRoleAssignedTo")
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


def check_sign_in(identity: Identity, claims: Mapping[str, Any]) -> Iterator[Line]:
    """Which sign-in won, and why."""
    login = identity.login
    order = list(Method)
    before = [method.value for method in order[: order.index(login.method)]]
    why = f"; {', '.join(before)}: not set" if before else ", the first that is tried"
    name = (
        claims.get("app_displayname") or claims.get("upn") or claims.get("unique_name") or claims.get("oid") or "nobody"
    )
    yield good(
        f"{login.method} ({login.source}){why}. Signed in as '{plain(name)}', object ID {plain(claims.get('oid'))}"
    )
    if login.unused:
        yield warn(login.unused)


def check_tenant(declared: Configuration, facts: Facts, deployer: Deployer, cloud: Cloud) -> Iterator[Line]:
    """The tenant, and its initial domain where the outputs need it."""
    where = f"tenant {deployer.tenant_id}, cloud {cloud.name} ({cloud.graph})"
    domains = {plain(one.get("id")): bool(one.get("isInitial")) for one in items_of(facts.domains)}
    initial = next((name for name, is_initial in domains.items() if is_initial), "")
    error = facts.domains.error
    if error and not declared.tenant_domain:
        fix = f"Set it: pulumi config set tenantDomain …onmicrosoft.com; or grant {name_permission('GET', '/domains')}."
        yield bad(f"{where}: its initial domain cannot be read, and `up` ends with that", fix, permission=True)
    elif error:
        yield unknown(
            f"{where}: whether it has the domain {declared.tenant_domain} needs {name_permission('GET', '/domains')}"
        )
    elif declared.tenant_domain and declared.tenant_domain.lower() not in {name.lower() for name in domains}:
        yield bad(
            f"{where} has no domain {declared.tenant_domain}; its initial domain is {initial}",
            f"pulumi config set tenantDomain {initial}, or sign in to the other tenant.",
        )
    else:
        yield good(f"{where}, {initial or declared.tenant_domain}")


def check_permissions(declared: Configuration, facts: Facts, deployer: Deployer) -> Iterator[Line]:
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
        yield from _check_guard(declared.guard, held)
    yield from _check_more(declared, facts, held)


def _missing(declared: Configuration, facts: Facts, held: frozenset[str]) -> Iterator[Line]:
    lacking = [request for request in _WRITES if not _opens(request, held)]
    if lacking:
        yield _lack("create and change application and service principal", OWNED)
    if not _opens(("GET", "/servicePrincipals/{id}"), held):
        yield _lack("find Exchange Online's service principal", name_permission("GET", "/servicePrincipals"))
    if ungranted(declared, facts) and not _opens(_GRANT, held):
        roles = ", ".join(map(str, ungranted(declared, facts)))
        yield _lack(
            f"grant {roles}",
            name_permission(*_GRANT),
            "a user with the role Cloud Application Administrator runs `pulumi up` once",
        )


def _lack(work: str, permission: str, otherwise: str = "") -> Line:
    other = f"; or {otherwise}" if otherwise else ""
    fix = f"Grant it with admin consent: Entra admin center, App registrations, the deployer, API permissions{other}."
    return bad(f"the deployer may not {work}: that needs {permission}", fix, permission=True)


def ungranted(declared: Configuration, facts: Facts) -> list[Permission]:
    """Declared roles that the stack's service principal does not hold yet, as far as that can be read."""
    ids = {one.get("appRoleId") for one in items_of(facts.own_roles)}
    granted = set()
    for permission in declared.permissions:
        answer = facts.apis[permission.api_client_id]
        roles = (answer.body or {}).get("appRoles") or () if answer.error is None else ()
        if any(role.get("value") == permission.role and role.get("id") in ids for role in roles):
            granted.add(permission)
    return [permission for permission in declared.permissions if permission not in granted]


def _check_guard(mode: GuardMode, held: frozenset[str]) -> Iterator[Line]:
    blind = {read.name: read.permissions for read in READS if not _may_read(read.path, read.beta, held)}
    if blind:
        needed = sorted({name for names in blind.values() for name in names} - held)
        yield warn(
            f"the guard will not see {len(blind)} of its sources ({', '.join(blind)})", f"Grant {', '.join(needed)}."
        )
    else:
        yield good("the guard can see every access path")
    repairs = {name for path in PATHS.values() for name in path.repair_permissions}
    if mode is GuardMode.ENFORCE and (lacking := sorted(repairs - held)) and "Application.ReadWrite.All" not in held:
        yield warn(
            f"guard enforce cannot take away every finding: it lacks {', '.join(lacking)}",
            "docs/permissions.md says which.",
        )


def _may_read(path: str, beta: bool, held: frozenset[str]) -> bool:  # noqa: FBT001 - a field of the read
    """By Microsoft's map; a selected property with a permission of its own is asked for by its name."""
    if "customSecurityAttributes" in path and "CustomSecAttributeAssignment.Read.All" not in held:
        return False
    return _opens(("GET", f"{'/beta' if beta else ''}{path.partition('?')[0]}"), held)


def _opens(request: tuple[str, str], held: frozenset[str]) -> bool:
    route = find_route(*request)
    return route is not None and route.opens(held)


def _check_more(declared: Configuration, facts: Facts, held: frozenset[str]) -> Iterator[Line]:
    """Permissions that nothing here needs and that a thief would like."""
    needed = {OWNED, "Domain.Read.All", *READING, *NAMING}
    needed |= {
        name
        for request in (*_WRITES, ("GET", "/servicePrincipals"))
        for chosen in least_permissions(*request)
        for name in chosen
    }
    if len(declared.owners) > 1:
        needed |= {*ADD_OWNERS}
    if declared.guard is GuardMode.ENFORCE:
        needed |= {name for path in PATHS.values() for name in path.repair_permissions}
    if ungranted(declared, facts):
        needed |= {name for chosen in least_permissions(*_GRANT) for name in chosen}
    for name in sorted(held - needed):
        if name in _DANGEROUS:
            yield warn(
                f"{name} is more than this configuration needs: whoever steals the deployer {_DANGEROUS[name]}",
                "Take it away.",
            )
        elif ".Read." not in name or name.startswith(_CONTENT):
            yield warn(f"{name} is more than this configuration needs", "Take it away.")


def check_owners(declared: Configuration, facts: Facts, deployer: Deployer) -> Iterator[Line]:
    """Whether the owners can be made, exist, and leave the deployer what it works on."""
    if "owners" in declared.wrong:
        yield unknown("the setting `owners` is wrong")
        return
    problems = [bad(reason, permission=True) for reason in foresee_owners(deployer, declared.owners)]
    yield from problems
    for owner, (principal, user) in facts.owners.items():
        if principal.error is None or user.error is None:
            continue
        statuses = {principal.status, user.status}
        if statuses == {_NOT_FOUND}:
            yield bad(
                f"owner {owner}: no user or service principal of this tenant has this object ID",
                "pulumi config set --path 'owners[…]'",
            )
        else:
            yield unread(
                f"owner {owner}", next(one.error for one in (user, principal) if one.error and one.status != _NOT_FOUND)
            )
    yield from _check_lockout(facts, deployer)
    if not problems:
        yield good(
            f"{len(declared.owners)} declared{', the deployer among them' if deployer.object_id in declared.owners else ''}"
        )


def _check_lockout(facts: Facts, deployer: Deployer) -> Iterator[Line]:
    """An application of the stack's that the deployer does not own can only be changed by whoever may change all."""
    all_applications = _opens(("PATCH", "/applications/{id}"), deployer.permissions - {OWNED})
    if facts.own is None or not deployer.app_only or all_applications:
        return
    principal = facts.own_principal
    owned = {
        "application": (facts.own_owners, items_of(facts.own_owners)),
        "service principal": (
            principal,
            (principal.body or {}).get("owners") or () if principal and not principal.error else (),
        ),
    }
    for noun, (answer, owners) in owned.items():
        readable = answer is not None and answer.error is None
        if readable and all(str(one.get("id")).lower() != deployer.object_id for one in owners):
            kind = "app" if noun == "application" else "sp"
            fix = f"An administrator runs: az ad {kind} owner add --id {facts.own['appId']} --owner-object-id {deployer.object_id}"
            if kind == "sp":
                fix = "An administrator adds it: Entra admin center, Enterprise applications, the application, Owners."
            yield bad(
                f"the deployer does not own the {noun} that this stack made, so it may not change it",
                fix,
                permission=True,
            )
