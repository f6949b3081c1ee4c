"""The tenant: Exchange Online, its rules for certificates, what has the same name or certificate, and its licences."""

from collections.abc import Iterator
from typing import Final

from association.certificates import judge_lifetime
from association.contract import MICROSOFT_TENANTS, restore_command
from association.doctor.configuration import Configuration, ConsentConfiguration, Declared
from association.doctor.facts import LICENSED, ConsentFacts, Facts, SharedFacts, items_of
from association.doctor.model import Line, bad, good, unknown, unread, warn
from association.errors import SettingsError
from association.graph.client import Json
from association.graph.failures import name_permission
from association.graph.lifetime import certificate_rules, find_maximum_lifetime
from association.graph.vendor_principals import read_principal, refuse_principal
from association.guard.access_path import NOT_LICENSED
from association.guard.ask import explain_refusal
from association.guard.text import plain, quote, show_time
from association.permissions import API_NAMES, Guid, check_scope, describe_missing_api, resolve_role
from association.restore import belongs_to

_NOT_FOUND: Final = 404


def check_exchange(declared: Declared, facts: SharedFacts) -> Iterator[Line]:
    """Each API's own service principal, and the declared roles and scopes as Microsoft's have them."""
    for client_id in declared.apis:
        answer, name = facts.apis[client_id], API_NAMES.get(client_id, client_id)
        if answer.error:
            missing = answer.status == _NOT_FOUND
            yield (
                bad(describe_missing_api(client_id))
                if missing
                else unread(f"service principal of {name}", answer.error)
            )
            continue
        api = answer.body or {}
        roles = {str(role.get("value")): str(role.get("id")) for role in api.get("appRoles") or ()}
        problems = list(_doubts(name, api, known=client_id in API_NAMES))
        for permission in (one for one in declared.permissions if one.api_client_id == client_id):
            try:
                resolve_role(permission, roles)
            except SettingsError as error:
                problems.append(bad(error.message, error.hint))
        problems += _unknown_scopes(declared, client_id, api)
        yield from problems or [
            good(f"{name}, object ID {api.get('id')}: enabled, Microsoft's own, and it offers the declared permissions")
        ]


def _unknown_scopes(declared: Declared, client_id: Guid, api: Json) -> Iterator[Line]:
    known = [str(scope.get("value")) for scope in api.get("oauth2PermissionScopes") or ()]
    scopes = {scope for scopes in declared.delegated.values() for scope in scopes}
    for scope in sorted(scope for scope in scopes if scope.api_client_id == client_id):
        try:
            check_scope(scope, known)
        except SettingsError as error:
            yield bad(error.message, error.hint)


def check_publisher(declared: ConsentConfiguration, facts: ConsentFacts, own_tenant: str) -> Iterator[Line]:
    """Whose application it is, as far as that shows before its service principal is here."""
    answer = facts.principal
    if declared.publisher == own_tenant:
        yield bad(
            f"publisher: {own_tenant} is this very tenant; expected the vendor's tenant ID",
            "For an application of your own declare a ServerConnection.",
        )
    elif not (answer and declared.publisher):
        yield unknown(
            "whose application it is cannot be checked without both clientId and publisher: see the settings above"
        )
    elif answer.status == _NOT_FOUND:
        yield unknown(
            f"the application {declared.client_id} is not in this tenant yet: whose it is shows only when `pulumi up` makes its service "
            "principal, which it takes away again where the publisher is another one"
        )
        yield from _deleted_principals(declared, facts)
    elif answer.error:
        yield unread(f"the service principal of {declared.client_id}", answer.error)
    else:
        yield from _judge_principal(declared, answer.body or {}, own_tenant)


def _judge_principal(declared: ConsentConfiguration, shown: Json, own_tenant: str) -> Iterator[Line]:
    principal = read_principal(shown)
    if reason := refuse_principal(principal, declared.publisher, own_tenant=own_tenant):
        yield bad(reason, "Take the client ID from the vendor's console, and the publisher from the vendor.")
        return
    verified = (
        plain((shown.get("verifiedPublisher") or {}).get("displayName")) if shown.get("verifiedPublisher") else ""
    )
    said = (
        f", verified by Microsoft as {quote(verified)}"
        if verified and verified != "None"
        else ", not verified by Microsoft"
    )
    yield good(
        f"application {quote(principal.display_name)}, object ID {principal.object_id}, is of the declared publisher{said}"
    )
    if shown.get("accountEnabled") is False:
        yield warn(
            "its service principal is disabled: the vendor gets no token",
            "Enable it: Entra admin center, Enterprise applications.",
        )
    if others := [
        plain(tag)
        for tag in sorted(principal.tags)
        if tag.startswith("pulumi:") and not belongs_to(shown, declared.path)
    ]:
        yield warn(
            f"its service principal was made by the stack {', '.join(others)}: `pulumi destroy` there deletes it",
            "Declare it in one stack only.",
        )


def _deleted_principals(declared: ConsentConfiguration, facts: ConsentFacts) -> Iterator[Line]:
    if facts.deleted.error:
        yield unread("the recycle bin", facts.deleted.error)
    for one in items_of(facts.deleted):
        if str(one.get("appId")).lower() == declared.client_id:
            yield warn(
                f"its service principal was deleted {show_time(one.get('deletedDateTime'))}; `pulumi up` makes another one, with another object ID",
                f"Within 30 days, to keep the object ID: {restore_command(str(one['id']))}",
            )


def _doubts(name: str, api: Json, *, known: bool) -> Iterator[Line]:
    if not api.get("accountEnabled"):
        yield bad(
            f"the service principal of {name} is disabled: nobody gets a token for it",
            "Enable it: Entra admin center, Enterprise applications.",
        )
    if known and api.get("appOwnerOrganizationId") not in MICROSOFT_TENANTS:
        owner = plain(api.get("appOwnerOrganizationId"))
        yield bad(
            f"the service principal of {name} belongs to the tenant {owner}, which is not Microsoft's",
            "Treat it as an attack on the tenant.",
        )


def check_policy(declared: Configuration, facts: Facts) -> Iterator[Line]:
    """The tenant's rules for credentials, and those of the stack's own application, against each certificate."""
    assigned = items_of(facts.own_policies)
    if facts.policy.error and not assigned:
        yield unread("the tenant's app management policy", facts.policy.error)
        return
    policies = assigned or [facts.policy.body or {}]
    rules = [rule for policy in policies for rule in certificate_rules(policy)]
    exempt = any(rule.get("excludeActors") for rule in rules)
    found = False
    for certificate in declared.certificates:
        if judgement := judge_lifetime(certificate, find_maximum_lifetime(rules)):
            found = True
            line = warn if exempt else bad
            yield line(f"{certificate.source}: {judgement.message}", judgement.hint)
    if any(rule.get("restrictionType") == "trustedCertificateAuthority" for rule in rules):
        found = True
        yield warn(
            "the tenant's app management policy takes certificates of its trusted authorities only",
            "Ask for an exception for this application.",
        )
    if not found:
        whose = "assigned to the application" if assigned else "of the tenant"
        yield good(f"the app management policy {whose} allows the certificates")


def check_name(declared: Configuration, facts: Facts) -> Iterator[Line]:
    """What has the declared name, what an interrupted run left, and what was deleted."""
    if facts.same_name.error:
        yield unread("applications by name", facts.same_name.error)
    strangers = [one for one in items_of(facts.same_name) if one is not facts.own]
    if facts.own:
        yield good(
            f"application {quote(facts.own.get('displayName'))}, client ID {facts.own['appId']}, carries this stack's tag"
        )
    elif strangers:
        yield from (_describe_stranger(one) for one in strangers)
    elif not facts.same_name.error:
        yield good(f"no application is called {quote(declared.display_name)}")
    yield from _check_left_behind(declared, facts)
    if facts.own is None:
        yield from _check_deleted(declared, facts)


def _describe_stranger(one: Json) -> Line:
    tags = [plain(tag) for tag in one.get("tags") or () if str(tag).startswith("pulumi:")]
    known = f"client ID {one['appId']}, object ID {one['id']}, made {show_time(one.get('createdDateTime'))}"
    other = "choose another name: pulumi config set displayName …"
    if tags:
        managed, fix = f", managed by the stack {', '.join(tags)}", f"Select that stack, or {other}"
    else:
        managed = ""
        fix = (
            f"If it was made by hand and works, adopt it: python -m association adopt {one['appId']}; otherwise {other}"
        )
    return bad(f"an application called {quote(one.get('displayName'))} exists already: {known}{managed}", fix)


def _check_left_behind(declared: Configuration, facts: Facts) -> Iterator[Line]:
    for one in items_of(facts.temporary):
        if belongs_to(one, declared.path):
            tag = next(plain(tag) for tag in one.get("tags") or () if str(tag).startswith("pulumi:"))
            yield warn(
                f"application {quote(one.get('displayName'))}, object ID {one['id']}, was left by an interrupted run of this stack",
                f"python -m association orphans --tag {tag} --remove {one['id']}",
            )


def _check_deleted(declared: Configuration, facts: Facts) -> Iterator[Line]:
    if facts.deleted.error:
        yield unread("the recycle bin", facts.deleted.error)
    for one in items_of(facts.deleted):
        if belongs_to(one, declared.path) and one.get("displayName") == declared.display_name:
            yield warn(
                f"this stack's application, client ID {one['appId']}, was deleted {show_time(one.get('deletedDateTime'))}; `pulumi up` makes "
                "another one, with another client ID",
                f"Within 30 days, to keep the client ID: {restore_command(str(one['id']))}",
            )


def check_same_certificate(facts: Facts) -> Iterator[Line]:
    """Other applications that have a declared certificate: an association that was made by hand, most often."""
    if facts.keys.error:
        yield unread("the certificates of other applications", facts.keys.error)
        return
    found = False
    for thumbprint, applications in facts.holders.items():
        for one in applications:
            if facts.own is None or one["id"] != facts.own["id"]:
                found = True
                yield warn(
                    f"application {quote(one.get('displayName'))}, client ID {one['appId']}, has the certificate {thumbprint} already",
                    f"If it is the association that was made by hand, adopt it: python -m association adopt {one['appId']}",
                )
    if facts.keys_cut:
        yield unknown("the tenant has more applications than were looked through for the certificates")
    elif not found:
        yield good("no other application has one of the certificates")


def check_licences(facts: SharedFacts) -> Iterator[Line]:
    """What the tenant's licences hide from the guard; there is nothing of that kind to see without them."""
    for read in LICENSED:
        answer = facts.licensed[read.name]
        if answer.error is None:
            yield good(f"{read.name}: {read.licence} is there, or not needed to read it")
            continue
        said = explain_refusal(read, answer.error)
        if said.startswith(NOT_LICENSED):
            yield warn(f"{read.name} is {said}", "Nothing to do: a tenant without the licence has none of these.")
        elif said.startswith("not permitted"):
            needed = name_permission("GET", read.path.partition("?")[0])
            yield unknown(
                f"{read.name}: whether the tenant has {read.licence} needs {needed or ' and '.join(read.permissions)}"
            )
        else:
            yield unread(read.name, answer.error)
