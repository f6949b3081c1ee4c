"""Password credentials (client secrets) of applications and service principals.

Source: https://learn.microsoft.com/en-us/graph/api/application-addpassword (checked 2026-11-24).
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sandbox.tenant.audit import audit_update
from sandbox.tenant.credentials import read_date
from sandbox.tenant.directory import Directory, new_id
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
        "endDateTime": _text(end),
        "hint": secret[:HINT_LENGTH],
        "keyId": new_id(),
        "secretText": None,
        "startDateTime": _text(start),
        "_secret": hash_secret(secret),
    }
    return stored, secret


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def replace_password_credentials(entity: Json, entries: Sequence[Json]) -> list[Json]:
    """The entries to keep: a PATCH can take passwords away, never add one."""
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
    shown = {name: value for name, value in stored.items() if not name.startswith("_")} | {"secretText": secret}
    return Reply(status=200, body={"@odata.context": call.context("microsoft.graph.passwordCredential")} | shown)


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
