"""Access paths of the application: credentials, owners, switches."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from association.graph.key_credentials import KeyCredential, parse_key_credentials
from association.guard.access_path import (
    OWN,
    READ_APPLICATIONS,
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
)
from association.guard.text import plain, quote, read_time, show_day, show_time

LOCK: Final = {"isEnabled": True, "allProperties": True}
"""The App Instance Lock as new applications have it.

Source: https://learn.microsoft.com/graph/api/resources/serviceprincipallockconfiguration (checked 2026-11-24)."""


def certificate_ends(body: Json) -> dict[str, datetime]:
    """When each key credential ends, by its key in `certificates`: Graph's date or the certificate's, whichever is first."""
    ends: dict[str, datetime] = {}
    for key in parse_key_credentials(body, "/applications"):
        if (moment := _end(key)) is not None:
            ends.setdefault(_name(key), moment)
    return ends


def _keys(body: Json) -> dict[str, KeyCredential]:
    """By thumbprint of the real bytes: the same certificate under a second key ID opens no other door."""
    keys: dict[str, KeyCredential] = {}
    for key in parse_key_credentials(body, "/applications"):
        keys.setdefault(_name(key), key)
    return keys


def _name(key: KeyCredential) -> str:
    return key.certificate.thumbprint if key.certificate else f"key/{key.key_id}"


def _end(key: KeyCredential) -> datetime | None:
    moments = [read_time(key.as_read.get("endDateTime")), key.certificate.not_after if key.certificate else None]
    return min((moment for moment in moments if moment), default=None)


def _certificates(body: Json, view: View) -> Iterator[Entry]:
    for name, key in _keys(body).items():
        subject = plain(key.certificate.subject) if key.certificate else "a key that is not a certificate"
        yield Entry(
            key=name,
            id=key.key_id,
            sentence=f"certificate {subject}, named {quote(key.display_name)}, key ID {key.key_id}, "
            f"from {show_day(key.as_read.get('startDateTime'))} until {show_day(_end(key))}",
            traces=(view.guarded.application_object_id, key.key_id),
        )


def _expiring(body: Json, view: View) -> Iterator[Entry]:
    for name, key in _keys(body).items():
        ends = _end(key)
        if ends is None or ends > view.now + timedelta(days=view.guarded.expiry_warning_days):
            continue
        state = "expired" if ends <= view.now else "expires"
        subject = plain(key.certificate.subject) if key.certificate else f"with key ID {key.key_id}"
        said = f"certificate {subject} {state} on {show_day(ends)}: get the next one from the vendor"
        yield Entry(key=name, sentence=said)


def observe_secrets(body: Json, _: View) -> Iterator[Entry]:
    """Client secrets of an application or a service principal."""
    object_id = str(body.get("id"))
    for secret in body.get("passwordCredentials") or ():
        key_id = str(secret.get("keyId") or "").lower()
        hint = f", begins with {plain(secret['hint'])}" if secret.get("hint") else ""
        yield Entry(
            key=key_id,
            sentence=f"client secret {quote(secret.get('displayName'))}{hint}, "
            f"since {show_time(secret.get('startDateTime'))} until {show_day(secret.get('endDateTime'))}",
            body={"keyId": secret.get("keyId")},
            traces=(object_id, key_id),
        )


def observe_owners(body: Json, _: View) -> Iterator[Entry]:
    """Owners of an application or a service principal: each can add credentials."""
    object_id = str(body.get("id"))
    for owner in body.get("owners") or ():
        owner_id = str(owner.get("id") or "").lower()
        kind = str(owner.get("@odata.type") or "object").rpartition(".")[2]
        noun = "service principal" if kind == "servicePrincipal" else plain(kind)
        known_as = owner.get("userPrincipalName") or owner.get("appId")
        also = f" ({plain(known_as)})" if known_as else ""
        yield Entry(
            key=owner_id,
            sentence=f"{noun} {quote(owner.get('displayName'))}{also}, can add credentials",
            traces=(object_id, owner_id),
        )


def observe_federated_credentials(items: Iterable[Json], object_id: str, noun: str) -> Iterator[Entry]:
    """Federated credentials of an application or a service principal."""
    for item in items:
        who = item.get("subject") or (item.get("claimsMatchingExpression") or {}).get("value")
        yield Entry(
            key=str(item.get("id")),
            sentence=f"federated credential {quote(item.get('name'))}: whoever {plain(item.get('issuer'))} calls {quote(who)} "
            f"can sign in as this {noun}",
            traces=(object_id, str(item.get("name"))),
        )


def _managers(body: Json, _: View) -> Iterator[Entry]:
    for manager in body.get("managerApplications") or ():
        client_id = plain(str(manager).lower())
        yield Entry(key=client_id, sentence=f"application {client_id} is designated as a manager of this application")


def _pre_authorized(body: Json, view: View) -> Iterator[Entry]:
    for item in (body.get("api") or {}).get("preAuthorizedApplications") or ():
        client_id = str(item.get("appId")).lower()
        yield Entry(
            key=client_id,
            sentence=f"client {plain(client_id)} may use {len(item.get('delegatedPermissionIds') or ())} delegated "
            "permissions of this application without anybody's consent",
            traces=(view.guarded.application_object_id, client_id),
        )


def _switches(body: Json, view: View) -> Iterator[Entry]:
    """In the order of a repair: the application is let in again last. A lock that was on once and is not there was switched off."""

    def switch(name: str, sentence: str, repaired: dict[str, Any]) -> Entry:
        traces = (view.guarded.application_object_id, *repaired)
        return Entry(key=name, sentence=sentence, body=repaired, traces=traces)

    if token_key := body.get("tokenEncryptionKeyId"):
        said = f"tokens are encrypted with key {plain(token_key)}: the vendor cannot read them"
        yield switch("tokenEncryptionKeyId", said, {"tokenEncryptionKeyId": None})
    if body.get("isFallbackPublicClient"):
        said = "public client flows are on: anybody who has a password can sign in through this application"
        yield switch("isFallbackPublicClient", said, {"isFallbackPublicClient": False})
    if (body.get("api") or {}).get("acceptMappedClaims"):
        said = "mapped claims are accepted without a signing key: a claims policy can make tokens say anything"
        yield switch("acceptMappedClaims", said, {"api": {"acceptMappedClaims": None}})
    lock = body.get("servicePrincipalLockConfiguration")
    if not (lock or {}).get("isEnabled") and (isinstance(lock, dict) or view.guarded.locked):
        said = "the App Instance Lock is off: credentials can be put on the service principal"
        yield switch("instanceLock", said, {"servicePrincipalLockConfiguration": LOCK})
    if body.get("isDisabled"):
        yield switch("isDisabled", "the application is deactivated: it gets no tokens", {"isDisabled": False})


APPLICATION: Final = Read(
    name="application",
    path="/applications/{application}?$select=id,appId,displayName,createdDateTime,createdByAppId,keyCredentials,passwordCredentials,"
    "servicePrincipalLockConfiguration,isDisabled,tokenEncryptionKeyId,isFallbackPublicClient,managerApplications,api&$expand=owners",
    permissions=(READ_APPLICATIONS,),
)
_OBJECT: Final = "/applications/{application}"


def _own(name: str, description: str, source: Source, rank: Rank) -> AccessPath:
    return AccessPath(
        name=name, kind=Kind.DECLARED, description=description, sources=(source,), rank=rank, repair_permissions=OWN
    )


PATHS: Final = (
    _own(
        "certificates",
        "Certificates of the application, by SHA-1 thumbprint of the real key bytes.",
        Source(APPLICATION, _certificates, Removal("CUT", _OBJECT, cut=("keyCredentials", "keyId"))),
        Rank.CREDENTIALS,
    ),
    _own(
        "secrets",
        "Client secrets of the application, by key ID.",
        Source(
            APPLICATION,
            observe_secrets,
            Removal("POST", f"{_OBJECT}/removePassword"),
        ),
        Rank.CREDENTIALS,
    ),
    _own(
        "federatedCredentials",
        "Federated identity credentials of the application, by ID.",
        Source(
            Read(
                name="federatedCredentials",
                path=f"{_OBJECT}/federatedIdentityCredentials",
                permissions=(READ_APPLICATIONS,),
            ),
            each(
                lambda items, view: observe_federated_credentials(
                    items, view.guarded.application_object_id, "application"
                )
            ),
            Removal("DELETE", f"{_OBJECT}/federatedIdentityCredentials/{{id}}"),
        ),
        Rank.CREDENTIALS,
    ),
    _own(
        "owners",
        "Owners of the application, by object ID.",
        Source(
            APPLICATION,
            observe_owners,
            Removal("DELETE", f"{_OBJECT}/owners/{{id}}/$ref"),
        ),
        Rank.OWNERS,
    ),
    _own(
        "preAuthorizedApplications",
        "Clients that need no consent for the application's API, by client ID.",
        Source(
            APPLICATION, _pre_authorized, Removal("CUT", _OBJECT, cut=("api", "preAuthorizedApplications", "appId"))
        ),
        Rank.RIGHTS,
    ),
    _own(
        "switches",
        "Settings of the application that open or break it, by name.",
        Source(APPLICATION, _switches, Removal("PATCH", _OBJECT)),
        Rank.SETTINGS,
    ),
    AccessPath(
        name="managerApplications",
        kind=Kind.DECLARED,
        description="Applications that are designated as managers of the application, by client ID.",
        sources=(Source(APPLICATION, _managers),),
        advice="ask who designated it, and take it out of the application's property `managerApplications` with Microsoft Graph",
    ),
    AccessPath(
        name="expiring",
        kind=Kind.DECLARED,
        description="Certificates of the application that have expired or expire soon, by thumbprint.",
        sources=(Source(APPLICATION, _expiring),),
        advice="get the vendor's next certificate, put its file into certs/ and deploy",
    ),
)
