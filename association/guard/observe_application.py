"""Owns what Graph shows about the application: credentials, owners, switches, policies. It leaves the service principal out."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from association.graph.key_credentials import KeyCredential, parse_key_credentials
from association.guard.entries import Entry, Json, KeyRemoval, Lookup, PreAuthorizationRemoval, Write
from association.guard.text import escape, quote, read_time, show_day, show_time
from association.guard.view import View

LOCK: Final = {"isEnabled": True, "allProperties": True}
"""The App Instance Lock as new applications have it.

Source: https://learn.microsoft.com/graph/api/resources/serviceprincipallockconfiguration (checked 2026-11-24)."""


def observe_application(body: Json, view: View) -> Iterator[Entry]:
    """Everything that one reading of the application shows."""
    path = f"/applications/{view.subject.application_object_id}"
    keys = parse_key_credentials(body, path)
    yield from _certificates(keys, path, view)
    yield from observe_secrets(body, "secrets", path)
    yield from observe_owners(body.get("owners") or (), "owners", path)
    yield from _pre_authorized(body, path)
    yield from _switches(body, path)


def certificate_ends(body: Json) -> dict[str, datetime]:
    """When each key credential ends, by its key in `certificates`: Graph's date or the certificate's, whichever is first."""
    ends: dict[str, datetime] = {}
    for key in parse_key_credentials(body, "/applications"):
        if (moment := _end(key)) is not None:
            ends.setdefault(_name(key), moment)
    return ends


def _name(key: KeyCredential) -> str:
    return key.certificate.thumbprint if key.certificate else f"key/{key.key_id}"


def _end(key: KeyCredential) -> datetime | None:
    moments = [read_time(key.as_read.get("endDateTime")), key.certificate.not_after if key.certificate else None]
    return min((moment for moment in moments if moment), default=None)


def _certificates(keys: Iterable[KeyCredential], path: str, view: View) -> Iterator[Entry]:
    seen: set[str] = set()
    for key in keys:
        name, entry = _name(key), key.as_read
        subject = escape(key.certificate.subject) if key.certificate else "a key that is no certificate"
        if name not in seen:  # the same certificate under a second key id opens no other door
            yield Entry(
                family="certificates",
                key=name,
                sentence=f"certificate {subject}, named {quote(key.display_name)}, key id {key.key_id}, "
                f"from {show_day(entry.get('startDateTime'))} until {show_day(_end(key))}",
                removal=KeyRemoval(path=path, key_id=key.key_id),
                traces=(view.subject.application_object_id, key.key_id),
            )
            yield from _expiring(key, name, view)
        seen.add(name)


def _expiring(key: KeyCredential, name: str, view: View) -> Iterator[Entry]:
    ends = _end(key)
    if ends is None or ends > view.now + timedelta(days=view.subject.expiry_warning_days):
        return
    state = "ended" if ends <= view.now else "ends"
    subject = escape(key.certificate.subject) if key.certificate else f"with key id {key.key_id}"
    yield Entry(
        family="expiring",
        key=name,
        sentence=f"certificate {subject} {state} on {show_day(ends)}: get the next one from the vendor",
        person="get the vendor's next certificate, put its file into certs/ and deploy",
    )


def observe_secrets(body: Json, family: str, path: str) -> Iterator[Entry]:
    """Client secrets of an application or a service principal."""
    for secret in body.get("passwordCredentials") or ():
        key_id = str(secret.get("keyId") or "").lower()
        hint = f", begins with {escape(secret['hint'])}" if secret.get("hint") else ""
        yield Entry(
            family=family,
            key=key_id,
            sentence=f"client secret {quote(secret.get('displayName'))}{hint}, "
            f"since {show_time(secret.get('startDateTime'))} until {show_day(secret.get('endDateTime'))}",
            removal=Write(method="POST", path=f"{path}/removePassword", body={"keyId": secret.get("keyId")}),
            traces=(path.rpartition("/")[2], key_id),
        )


def observe_owners(owners: Iterable[Json], family: str, path: str) -> Iterator[Entry]:
    """Owners of an application or a service principal: each can add credentials."""
    for owner in owners:
        object_id = str(owner.get("id") or "").lower()
        kind = str(owner.get("@odata.type") or "object").rpartition(".")[2]
        known_as = owner.get("userPrincipalName") or owner.get("appId")
        yield Entry(
            family=family,
            key=object_id,
            sentence=f"{ {'servicePrincipal': 'service principal'}.get(kind, escape(kind)) } {quote(owner.get('displayName'))}"
            + (f" ({escape(known_as)})" if known_as else "")
            + ", can add credentials",
            removal=Write(method="DELETE", path=f"{path}/owners/{object_id}/$ref"),
            traces=(path.rpartition("/")[2], object_id),
        )


def observe_federated_credentials(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Federated identity credentials: whoever the issuer calls by the subject can sign in."""
    path = f"/applications/{view.subject.application_object_id}/federatedIdentityCredentials"
    for item in items:
        who = item.get("subject") or (item.get("claimsMatchingExpression") or {}).get("value")
        yield Entry(
            family="federatedCredentials",
            key=str(item.get("id")),
            sentence=f"federated credential {quote(item.get('name'))}: whoever {escape(item.get('issuer'))} calls {quote(who)} "
            "can sign in as this application",
            removal=Write(method="DELETE", path=f"{path}/{item.get('id')}"),
            traces=(view.subject.application_object_id, str(item.get("name"))),
        )


def observe_policies(items: Iterable[Json], kind: str, path: str) -> Iterator[Entry]:
    """Policies assigned to the object of the path; the property `kind` is the relation's singular."""
    relation = f"{kind[:-1]}ies"
    effect = {
        "appManagementPolicy": "replaces the tenant's rules for its credentials",
        "claimsMappingPolicy": "changes what its tokens say",
        "tokenLifetimePolicy": "changes how long its tokens live",
        "tokenIssuancePolicy": "changes how its tokens are issued",
    }[kind]
    for item in items:
        yield Entry(
            family="policies",
            key=f"{kind}/{item.get('id')}",
            sentence=f"{kind} {quote(item.get('displayName'))} is assigned and {effect}",
            removal=Write(method="DELETE", path=f"{path}/{relation}/{item.get('id')}/$ref"),
            traces=(path.rpartition("/")[2], str(item.get("id"))),
        )


def _pre_authorized(body: Json, path: str) -> Iterator[Entry]:
    for item in (body.get("api") or {}).get("preAuthorizedApplications") or ():
        client_id = str(item.get("appId")).lower()
        yield Entry(
            family="preAuthorizedApplications",
            key=client_id,
            sentence=f"client {escape(client_id)} may use {len(item.get('delegatedPermissionIds') or ())} delegated "
            "permissions of this application without anybody's consent",
            removal=PreAuthorizationRemoval(path=path, client_id=client_id),
            traces=(path.rpartition("/")[2], client_id),
        )


def _switches(body: Json, path: str) -> Iterator[Entry]:
    def switch(name: str, sentence: str, repaired: dict[str, Any]) -> Entry:
        return _switch(path, name, sentence, repaired)

    lock = body.get("servicePrincipalLockConfiguration")
    if isinstance(lock, dict) and not lock.get("isEnabled"):
        yield lock_is_off(path.rpartition("/")[2])
    if body.get("isDisabled"):
        yield switch("isDisabled", "the application is deactivated: it gets no tokens", {"isDisabled": False})
    if token_key := body.get("tokenEncryptionKeyId"):
        said = f"tokens are encrypted with key {escape(token_key)}: the vendor cannot read them"
        yield switch("tokenEncryptionKeyId", said, {"tokenEncryptionKeyId": None})
    if body.get("isFallbackPublicClient"):
        said = "public client flows are on: anybody who has a password can sign in through this application"
        yield switch("isFallbackPublicClient", said, {"isFallbackPublicClient": False})
    if (body.get("api") or {}).get("acceptMappedClaims"):
        said = "mapped claims are accepted without a signing key: a claims policy can make tokens say anything"
        yield switch("acceptMappedClaims", said, {"api": {"acceptMappedClaims": None}})


def _switch(path: str, name: str, sentence: str, repaired: dict[str, Any]) -> Entry:
    write = Write(method="PATCH", path=path, body=repaired)
    return Entry(
        family="switches", key=name, sentence=sentence, removal=write, traces=(path.rpartition("/")[2], *repaired)
    )


def lock_is_off(application_object_id: str) -> Entry:
    """The App Instance Lock is not on although it was, or somebody set it so."""
    said = "the App Instance Lock is off: credentials can be put on the service principal"
    path = f"/applications/{application_object_id}"
    return _switch(path, "instanceLock", said, {"servicePrincipalLockConfiguration": LOCK})


def observe_orphans(items: Iterable[Json], view: View, own_name: str) -> Iterator[Entry]:
    """Applications that an interrupted `up` of this stack left behind: nothing manages them."""
    for item in items:
        object_id, name = str(item.get("id")), str(item.get("displayName") or "")
        if object_id == view.subject.application_object_id or not (name.startswith(TEMPORARY_NAME) or name == own_name):
            continue
        command = f"python -m association orphans --tag {escape(view.subject.stack_tag)} --remove {object_id}"
        yield Entry(
            family="orphans",
            key=object_id,
            sentence=f"application {quote(name)}, made {show_time(item.get('createdDateTime'))} by an interrupted deployment of this "
            f"stack and unknown to it; remove it with: {command}",
            person=f"run `{command}`",
        )


def observe_deletion(object_name: str, view: View) -> Entry:
    """The application (`application`) or its service principal (`servicePrincipal`), which Graph does not find."""
    application = object_name == "application"
    object_id = view.subject.application_object_id if application else view.subject.service_principal_object_id
    lookup = Lookup(path=f"/directory/deletedItems/{object_id}")
    deleted = view.found.get(lookup, {}).get("deletedDateTime")
    noun = "application" if application else "service principal"
    where = f"deleted {show_time(deleted)}; for 30 days it can be restored" if deleted else "gone"
    return Entry(
        family="deleted",
        key=object_id,
        sentence=f"the {noun} is {where}; `pulumi up --refresh` makes a new one"
        + (", with a new client id for the vendor's console" if application else ""),
        person=f"restore it with POST /directory/deletedItems/{object_id}/restore, or run `pulumi up --refresh`",
        lookups=(lookup,),
        traces=(object_id, object_id),
    )


TEMPORARY_NAME: Final = "TERRAFORM_UPDATE_"
"""How the azuread provider names an application between its first two requests."""
