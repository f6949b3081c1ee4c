"""Owns what Graph shows around the association: Exchange Online's principal, other holders, tenant policies. All of it is baseline."""

from collections.abc import Iterable, Iterator
from typing import Any

from association.guard.entries import Entry, Json
from association.guard.text import escape, quote, show_day, show_time
from association.guard.view import View, find_resource

_KINDS = {"ServicePrincipal": "service principal", "User": "user", "Group": "group"}


def observe_exchange_principal(body: Json, view: View) -> Iterator[Entry]:
    """Microsoft's own service principal: whether it is enabled, and credentials that nobody should put there."""
    state = "enabled" if body.get("accountEnabled") else "disabled: nobody gets tokens for Exchange Online"
    yield _baseline("exchangePrincipal", "accountEnabled", state, "enable it in the Entra admin center")
    for kind, name in (("keyCredentials", "certificate"), ("passwordCredentials", "client secret")):
        for item in body.get(kind) or ():
            key_id = str(item.get("keyId") or "").lower()
            yield Entry(
                family="exchangePrincipal",
                key=f"{kind}/{key_id}",
                sentence=f"{name} {quote(item.get('displayName'))} on Microsoft's own Exchange Online principal, "
                f"from {show_day(item.get('startDateTime'))} until {show_day(item.get('endDateTime'))}",
                person="treat it as an attack on the tenant: whoever holds it can sign in as Exchange Online",
                traces=(str(view.exchange.get("id")), key_id),
            )


def observe_other_holders(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Who else holds a role of Exchange Online that this association declares; the program's other associations do by declaration."""
    declared = set(view.subject.app_role_ids.values())
    for item in items:
        principal_id, role_id = str(item.get("principalId")), str(item.get("appRoleId"))
        if (
            principal_id in {view.subject.service_principal_object_id, *view.subject.siblings}
            or f"{item.get('resourceId')}/{role_id}" not in declared
        ):
            continue
        role = view.role_name(str(item.get("resourceId")), role_id)
        kind = _KINDS.get(str(item.get("principalType")), "principal")
        yield Entry(
            family="otherHolders",
            key=f"{principal_id}/{role}",
            sentence=f"{kind} {quote(item.get('principalDisplayName'))} holds {role} too, "
            f"granted {show_time(item.get('createdDateTime'))}",
            person="ask its owner; take the grant away in the Entra admin center, Enterprise applications, Permissions",
            traces=(str(item.get("resourceId")), principal_id, role_id),
        )


def observe_exchange_roles(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Exchange RBAC roles of service principals: mailbox access without any app role in Entra."""
    for item in items:
        principal = str(item.get("principalId") or "")
        kind, _, object_id = principal.strip("/").rpartition("/")
        if kind.lower() != "serviceprincipals":
            continue
        own = object_id == view.subject.service_principal_object_id
        role, holder = view.exchange_role(str(item.get("roleDefinitionId"))), find_resource(object_id)
        who = "this service principal" if own else view.name_of(f"service principal {object_id}", holder)
        scope = str(item.get("directoryScopeId") or item.get("appScopeId") or "/")
        yield Entry(
            family="exchangeRoles",
            key=str(item.get("id")),
            sentence=f"{who} holds the Exchange role {role} over {'every mailbox' if scope == '/' else escape(scope)}",
            person="take it away in Exchange Online PowerShell with Remove-ManagementRoleAssignment",
            lookups=() if own else (holder,),
            traces=(object_id, role),
        )


def observe_conditional_access(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Policies that name this service principal, or every one of the tenant's."""
    for item in items:
        clients = (item.get("conditions") or {}).get("clientApplications") or {}
        included, excluded = (clients.get(f"{word}ServicePrincipals") or () for word in ("include", "exclude"))
        own = view.subject.service_principal_object_id
        if own in excluded:
            how = "leaves this service principal out"
        elif own in included:
            how = "names this service principal"
        elif "ServicePrincipalsInMyTenant" in included:
            how = "covers every service principal of the tenant"
        elif clients.get("servicePrincipalFilter"):
            how = "selects service principals by their custom security attributes"
        else:
            continue
        controls = ", ".join((item.get("grantControls") or {}).get("builtInControls") or ()) or "no control"
        yield _baseline(
            "conditionalAccess",
            str(item.get("id")),
            f"Conditional Access policy {quote(item.get('displayName'))} {how}: {escape(controls)}, {escape(item.get('state'))}",
            "look at it in the Entra admin center, Conditional Access",
        )


def observe_default_policy(body: Json, _: View) -> Iterator[Entry]:
    """The tenant's default app management policy, one entry for each restriction."""
    state = "enabled" if body.get("isEnabled") else "disabled"
    advice = "look at it in the Entra admin center, App management policies"
    yield _baseline("defaultAppManagementPolicy", "isEnabled", state, advice)
    for whom in ("applicationRestrictions", "servicePrincipalRestrictions"):
        for kind, rules in (body.get(whom) or {}).items():
            for rule in rules if isinstance(rules, list) else [{"restrictionType": kind, "settings": rules}]:
                key = f"{whom.removesuffix('Restrictions')}/{escape(rule.get('restrictionType') or kind)}"
                yield _baseline("defaultAppManagementPolicy", key, _describe_rule(rule), advice)


def _describe_rule(rule: Json) -> str:
    parts: list[str] = [escape(rule.get("state") or "enabled")]
    for name, value in sorted(rule.items()):
        if value not in (None, [], {}) and name not in ("restrictionType", "state") and "@odata" not in name:
            parts.append(f"{escape(name)} {escape(_flat(value))}")
    return ", ".join(parts)


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {_flat(part)}" for name, part in sorted(value.items()) if part not in (None, [], {}))
    if isinstance(value, list):
        return " ".join(_flat(part) for part in value)
    return str(value)


def _baseline(family: str, key: str, sentence: str, person: str) -> Entry:
    return Entry(family=family, key=key, sentence=sentence, person=person, traces=(key,))
