"""Access paths around the association: who administers it, what the tenant does, and what a killed run or a deletion left."""

from collections.abc import Iterable, Iterator
from typing import Final

from association.contract import restore_command
from association.guard.access_path import (
    READ_APPLICATIONS,
    READ_POLICIES,
    AccessPath,
    Entry,
    Json,
    Kind,
    Read,
    Source,
    View,
    Whose,
    each,
    find_resource,
)
from association.guard.paths.application import APPLICATION
from association.guard.paths.credential_rules import observe_credential_rules
from association.guard.paths.service_principal import SERVICE_PRINCIPAL
from association.guard.text import plain, quote, show_day, show_time

TEMPORARY_NAME: Final = "TERRAFORM_UPDATE_"
"""How the azuread provider names an application between its first two requests."""

_PRINCIPAL_KINDS: Final = {"ServicePrincipal": "service principal", "User": "user", "Group": "group"}


def _orphans(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Applications that an interrupted `up` of this stack left behind: nothing manages them."""
    own_name = str((view.bodies.get("application") or {}).get("displayName") or "")
    for item in items:
        object_id, name = str(item.get("id")), str(item.get("displayName") or "")
        own = object_id == view.guarded.application_object_id or not view.guarded.stack_tag
        if own or not (name.startswith(TEMPORARY_NAME) or name == own_name):
            continue
        yield Entry(
            key=object_id,
            sentence=f"application {quote(name)}, made {show_time(item.get('createdDateTime'))} by an interrupted deployment of this "
            f"stack and unknown to it; remove it with: "
            f"python -m association orphans --tag {plain(view.guarded.stack_tag)} --remove {object_id}",
        )


def _deleted_application(_: Json, view: View) -> Iterator[Entry]:
    object_id = view.guarded.application_object_id
    yield _deletion(object_id, "application", view, ", with a new client ID for the vendor's console")


def _deleted_service_principal(_: Json, view: View) -> Iterator[Entry]:
    if "application" not in view.missing:  # else it went with its application
        said = "the vendor signs in again" if view.guarded.whose is Whose.VENDOR else ""
        yield _deletion(
            view.guarded.service_principal_object_id, "service principal", view, said and f", with which {said}"
        )


def _deletion(object_id: str, noun: str, view: View, consequence: str = "") -> Entry:
    lookup = f"/directory/deletedItems/{object_id}"
    deleted = view.found.get(lookup, {}).get("deletedDateTime")
    where = (
        f"deleted {show_time(deleted)}; for 30 days `{restore_command(object_id)}` brings it back"
        if deleted
        else "gone"
    )
    sentence = f"the {noun} is {where}; `pulumi up --refresh` makes a new one{consequence}"
    return Entry(key=object_id, sentence=sentence, lookups=(lookup,), traces=(object_id, object_id))


def _exchange_state(body: Json, _: View) -> Iterator[Entry]:
    state = "enabled" if body.get("accountEnabled") else "disabled: nobody gets tokens for Exchange Online"
    yield Entry(key="accountEnabled", sentence=state)


def _exchange_credentials(body: Json, _: View) -> Iterator[Entry]:
    """Credentials that nobody should put on Microsoft's own service principal."""
    for kind, name in (("keyCredentials", "certificate"), ("passwordCredentials", "client secret")):
        for item in body.get(kind) or ():
            key_id = str(item.get("keyId") or "").lower()
            yield Entry(
                key=f"{kind}/{key_id}",
                sentence=f"{name} {quote(item.get('displayName'))} on Microsoft's own Exchange Online principal, "
                f"from {show_day(item.get('startDateTime'))} until {show_day(item.get('endDateTime'))}",
                traces=(str(body.get("id")), key_id),
            )


def _other_holders(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Who else holds a role of Exchange Online that this association declares."""
    declared = set(view.guarded.app_role_ids.values())
    for item in items:
        principal_id, role_id = str(item.get("principalId")), str(item.get("appRoleId"))
        own = principal_id == view.guarded.service_principal_object_id
        if own or f"{item.get('resourceId')}/{role_id}" not in declared:
            continue
        role = view.role_name(str(item.get("resourceId")), role_id)
        kind = _PRINCIPAL_KINDS.get(str(item.get("principalType")), "principal")
        yield Entry(
            key=f"{principal_id}/{role}",
            sentence=f"{kind} {quote(item.get('principalDisplayName'))} holds {role} too, "
            f"granted {show_time(item.get('createdDateTime'))}",
            traces=(str(item.get("resourceId")), principal_id, role_id),
            holder=principal_id,
        )


def _exchange_roles(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Exchange RBAC roles of service principals: mailbox access without any app role in Entra."""
    names = {
        str(role.get("id")): role.get("displayName")
        for role in view.bodies.get("exchangeRoleNames", {}).get("value") or ()
    }
    for item in items:
        kind, _, object_id = str(item.get("principalId") or "").strip("/").rpartition("/")
        if kind.lower() != "serviceprincipals":
            continue
        own = object_id == view.guarded.service_principal_object_id
        role_id, holder = str(item.get("roleDefinitionId")), find_resource(object_id)
        role = plain(names.get(role_id) or role_id)
        who = "this service principal" if own else view.name_of(f"service principal {object_id}", holder)
        scope = str(item.get("directoryScopeId") or item.get("appScopeId") or "/")
        yield Entry(
            key=str(item.get("id")),
            sentence=f"{who} holds the Exchange role {role} over {'every mailbox' if scope == '/' else plain(scope)}",
            lookups=() if own else (holder,),
            traces=(object_id, role),
        )


def _conditional_access(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Policies that name this service principal, or every one of the tenant's."""
    for item in items:
        clients = (item.get("conditions") or {}).get("clientApplications") or {}
        included, excluded = (clients.get(f"{word}ServicePrincipals") or () for word in ("include", "exclude"))
        own = view.guarded.service_principal_object_id
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
        name, state = quote(item.get("displayName")), plain(item.get("state"))
        yield Entry(
            key=str(item.get("id")), sentence=f"Conditional Access policy {name} {how}: {plain(controls)}, {state}"
        )


def _read(name: str, path: str, permission: str, licence: str = "") -> Read:
    return Read(name=name, path=path, permissions=(permission,), licence=licence)


def _exchange(name: str, kind: str) -> Read:
    """Only the beta version has these.

    Source: https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments (checked 2026-11-24).
    """
    path = f"/roleManagement/exchange/{kind}"
    return Read(name=name, path=path, permissions=("RoleManagement.Read.Exchange",), beta=True)


_EXCHANGE: Final = _read("exchangePrincipal", "/servicePrincipals(appId='{exchange}')", READ_APPLICATIONS)
_ORPHANS: Final = _read(
    "orphans",
    "/applications?$filter=tags/any(t:t eq '{tag}')&$select=id,appId,displayName,createdDateTime,tags",
    READ_APPLICATIONS,
)
EXCHANGE_ROLE_NAMES: Final = _exchange("exchangeRoleNames", "roleDefinitions")
"""Makes sentences better; nothing is unreadable without it."""

PATHS: Final = (
    AccessPath(
        name="deleted",
        kind=Kind.DECLARED,
        description="The application or its service principal where somebody deleted it, by object ID.",
        sources=(
            Source(APPLICATION, _deleted_application, absence=True),
            Source(SERVICE_PRINCIPAL, _deleted_service_principal, absence=True),
        ),
        advice=f"run `{restore_command('{id}')}`, or `pulumi up --refresh` for a new one",
    ),
    AccessPath(
        name="orphans",
        kind=Kind.DECLARED,
        description="Applications with this stack's tag that the stack does not know, by object ID.",
        sources=(Source(_ORPHANS, each(_orphans)),),
        only=Whose.OWN,
        advice="run `python -m association orphans --tag {tag} --remove {id}`",
    ),
    AccessPath(
        name="expiredExceptions",
        kind=Kind.DECLARED,
        description="Exceptions of the configuration whose end has passed, by finding.",
        advice="remove it from the configuration, or renew it",
    ),
    AccessPath(
        name="otherHolders",
        kind=Kind.PINNED,
        description="Other principals with the same app role of Exchange Online, by `object ID/role`.",
        sources=(
            Source(
                _read(
                    "otherHolders",
                    "/servicePrincipals(appId='{exchange}')/appRoleAssignedTo?$top=999",
                    READ_APPLICATIONS,
                ),
                each(_other_holders),
            ),
        ),
        advice="ask its owner; remove the grant in the Entra admin center, Enterprise applications, Permissions",
    ),
    AccessPath(
        name="exchangePrincipalCredentials",
        kind=Kind.PINNED,
        description="Credentials on Microsoft's own Exchange Online service principal, by `kind/key ID`.",
        sources=(Source(_EXCHANGE, _exchange_credentials),),
        advice="treat it as an attack on the tenant: whoever holds it can sign in as Exchange Online",
    ),
    AccessPath(
        name="exchangeRoles",
        kind=Kind.PINNED,
        description="Exchange RBAC roles held by service principals, by assignment ID.",
        sources=(Source(_exchange("exchangeRoles", "roleAssignments"), each(_exchange_roles)),),
        advice="remove it in Exchange Online PowerShell with Remove-ManagementRoleAssignment",
    ),
    AccessPath(
        name="conditionalAccess",
        kind=Kind.PINNED,
        description="Conditional Access policies that name the service principal, by ID.",
        sources=(
            Source(
                _read("conditionalAccess", "/identity/conditionalAccess/policies", READ_POLICIES, "Entra ID P1"),
                each(_conditional_access),
            ),
        ),
        valued=True,
        advice="look at it in the Entra admin center, Conditional Access",
    ),
    AccessPath(
        name="exchangePrincipal",
        kind=Kind.BASELINE,
        description="State of Microsoft's own Exchange Online service principal.",
        sources=(Source(_EXCHANGE, _exchange_state),),
        valued=True,
        advice="enable it in the Entra admin center",
    ),
    AccessPath(
        name="defaultAppManagementPolicy",
        kind=Kind.BASELINE,
        description="The tenant's rules for credentials, by restriction.",
        sources=(
            Source(
                _read("defaultAppManagementPolicy", "/policies/defaultAppManagementPolicy", READ_POLICIES),
                observe_credential_rules,
            ),
        ),
        valued=True,
        advice="look at it in the Entra admin center, App management policies",
    ),
    AccessPath(
        name="unreadable",
        kind=Kind.BASELINE,
        description="What could not be read, with what reading it needs.",
        valued=True,
    ),
)
