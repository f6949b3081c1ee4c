"""Who deploys: how it signs in, where, and whether it can make the declared owners."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from association.doctor.configuration import Configuration, ConsentConfiguration, Declared
from association.doctor.facts import ConsentFacts, Facts, SharedFacts, items_of
from association.doctor.model import Line, bad, good, unknown, unread, warn
from association.doctor.permission_checks import opens
from association.graph.cloud import Cloud
from association.graph.deployer import OWNED, Deployer, foresee_owners
from association.graph.failures import name_permission
from association.graph.identity import Identity
from association.graph.method import Method
from association.guard.access_path import Whose
from association.guard.text import plain

_NOT_FOUND: Final = 404


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


def check_tenant(
    declared: Configuration | ConsentConfiguration, facts: Facts | ConsentFacts, deployer: Deployer, cloud: Cloud
) -> Iterator[Line]:
    """The tenant, and its initial domain where the outputs need it."""
    where = f"tenant {deployer.tenant_id}, cloud {cloud.name} ({cloud.graph})"
    if not (isinstance(declared, Configuration) and isinstance(facts, Facts)):
        yield good(where)
        return
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


def check_owners(declared: Declared, facts: SharedFacts, deployer: Deployer) -> Iterator[Line]:
    """Whether the owners can be made, exist, and leave the deployer what it works on."""
    if "owners" in declared.wrong:
        yield unknown("the setting `owners` is wrong")
        return
    problems = [
        bad(reason, permission=True)
        for reason in foresee_owners(deployer, declared.owners, of_vendor=declared.whose is Whose.VENDOR)
    ]
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
    if isinstance(facts, Facts):
        yield from _check_lockout(facts, deployer)
    if not problems:
        yield good(
            f"{len(declared.owners)} declared{', the deployer among them' if deployer.object_id in declared.owners else ''}"
        )


def _check_lockout(facts: Facts, deployer: Deployer) -> Iterator[Line]:
    """An application of the stack's that the deployer does not own can only be changed by whoever may change all."""
    all_applications = opens(("PATCH", "/applications/{id}"), deployer.permissions - {OWNED})
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
