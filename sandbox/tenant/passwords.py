"""Password credentials (client secrets) of applications and service principals.

Source: https://learn.microsoft.com/en-us/graph/api/application-addpassword (checked 2026-11-24).
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sandbox.tenant.audit import audit_update
from sandbox.tenant.credentials import read_date, replace_key_credentials, write_date
from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.entities import public
from sandbox.tenant.instance_lock import check_lock
from sandbox.tenant.policies import check_lifetime
from sandbox.tenant.problems import bad_request
from sandbox.tenant.routing import NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

DEFAULT_LIFETIME = timedelta(days=730)
HINT_LENGTH = 3


def hash_secret(secret: str) -> str:
    """What the state keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_password(directory: Directory, entity: Json, entry: Json, secret: str | None = None) -> tuple[Json, str]:
    """A password credential to store, and the secret, which is shown once."""
    secret = secret or f"{secrets.token_hex(2)[:3]}~{secrets.token_urlsafe(27)}"
    now = directory.clock().replace(microsecond=0)
    start = read_date(entry["startDateTime"]) if entry.get("startDateTime") else now
    end = read_date(entry["endDateTime"]) if entry.get("endDateTime") else start + DEFAULT_LIFETIME
    check_lifetime(directory, entity, "passwordLifetime", start, end)
    stored = {
        "customKeyIdentifier": None,
        "displayName": entry.get("displayName"),
        "endDateTime": write_date(end),
        "hint": secret[:HINT_LENGTH],
        "keyId": new_id(),
        "secretText": None,
        "startDateTime": write_date(start),
        "_secret": hash_secret(secret),
    }
    return stored, secret


def replace_credentials(directory: Directory, before: Json, after: Json, body: Json) -> None:
    """Replace in `after` the credentials that the body of a PATCH names; replicas that lag still show the old certificates."""
    if "keyCredentials" in body:
        sent = after["keyCredentials"]
        after["keyCredentials"] = replace_key_credentials(directory, before, sent, creating=False)
    if "passwordCredentials" in body:
        after["passwordCredentials"] = _kept(before, body["passwordCredentials"])
    if after["keyCredentials"] != before["keyCredentials"]:
        directory.remember_keys(before)


def _kept(entity: Json, entries: Sequence[Json]) -> list[Json]:
    """A PATCH can take passwords away, never add one."""
    known = {entry["keyId"]: entry for entry in entity["passwordCredentials"]}
    for entry in entries:
        if entry.get("keyId") not in known:
            raise bad_request("New passwords must be created through the addPassword action.")
    return [known[entry["keyId"]] for entry in entries]


@route("POST", "/applications/{id}/addPassword")
@route("POST", "/servicePrincipals/{id}/addPassword")
def add_password(call: Call) -> Reply:
    entity = call.owner
    if call.collection == "servicePrincipals":
        check_lock(call.directory, entity, {"passwordCredentials": []})
    stored, secret = new_password(call.directory, entity, call.body.get("passwordCredential") or {})
    _put(call, [*entity["passwordCredentials"], stored])
    context = {"@odata.context": call.context("microsoft.graph.passwordCredential")}
    return Reply(status=200, body=context | public(stored) | {"secretText": secret})


@route("POST", "/applications/{id}/removePassword")
@route("POST", "/servicePrincipals/{id}/removePassword")
def remove_password(call: Call) -> Reply:
    entity, key_id = call.owner, str(call.body.get("keyId", "")).lower()
    kept = [entry for entry in entity["passwordCredentials"] if entry["keyId"] != key_id]
    if len(kept) == len(entity["passwordCredentials"]):
        raise bad_request(f"No password credential found with keyId {key_id}.")
    _put(call, kept)
    return NO_CONTENT


def _put(call: Call, entries: list[Json]) -> None:
    before = call.owner
    audit_update(call, before, call.change_owner(passwordCredentials=entries), call.target)
