"""Delegated permission grants (oauth2PermissionGrants).

Source: https://learn.microsoft.com/en-us/graph/api/resources/oauth2permissiongrant (checked 2026-11-24).
"""

import secrets

from sandbox.tenant.audit import audit
from sandbox.tenant.entity_answers import RELATIONS, answer_collection
from sandbox.tenant.problems import bad_request
from sandbox.tenant.routing import NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

FILTERABLE = ("clientId", "resourceId", "principalId", "consentType")


def grants_of(call: Call, principal: Json) -> list[Json]:
    grants = call.directory.store.all("oauth2PermissionGrants").values()
    return [grant for grant in grants if grant["clientId"] == principal["id"]]


RELATIONS["servicePrincipal", "oauth2PermissionGrants"] = grants_of


@route("GET", "/servicePrincipals/{id}/oauth2PermissionGrants")
def list_held(call: Call) -> Reply:
    return answer_collection(call, grants_of(call, call.owner), "oauth2PermissionGrants")


@route("POST", "/oauth2PermissionGrants")
def create_grant(call: Call) -> Reply:
    body, store = call.body, call.directory.store
    if body.get("consentType") not in ("AllPrincipals", "Principal"):
        raise bad_request("Invalid value specified for property 'consentType' of resource 'OAuth2PermissionGrant'.")
    client, resource = (store.find("servicePrincipals", str(body.get(name))) for name in ("clientId", "resourceId"))
    if client is None or resource is None:
        raise bad_request("Not a valid reference update.")
    grant = {
        "clientId": client["id"],
        "consentType": body["consentType"],
        "id": secrets.token_urlsafe(32),
        "principalId": body.get("principalId"),
        "resourceId": resource["id"],
        "scope": body.get("scope") or "",
    }
    if any(_is_same(grant, other) for other in store.all("oauth2PermissionGrants").values()):
        raise bad_request("Permission entry already exists.")
    store.put("oauth2PermissionGrants", grant["id"], grant)
    _audit(call, "Add delegated permission grant", grant, ("DelegatedPermissionGrant.Scope", None, grant["scope"]))
    return call.reply("oauth2PermissionGrants", grant, status=201)


def _is_same(grant: Json, other: Json) -> bool:
    return all(grant[name] == other[name] for name in ("clientId", "resourceId", "principalId", "consentType"))


@route("PATCH", "/oauth2PermissionGrants/{grant}")
def update_grant(call: Call) -> Reply:
    """Only the scopes of a grant can change."""
    before = call.stored("oauth2PermissionGrants", "grant")
    if set(call.body) != {"scope"} or not isinstance(call.body["scope"], str):
        raise bad_request("Only the property 'scope' of an OAuth2PermissionGrant can be updated.")
    grant = before | {"scope": call.body["scope"]}
    call.directory.store.put("oauth2PermissionGrants", grant["id"], grant)
    change = ("DelegatedPermissionGrant.Scope", before["scope"], grant["scope"])
    _audit(call, "Update delegated permission grant", grant, change)
    return NO_CONTENT


@route("DELETE", "/oauth2PermissionGrants/{grant}")
def delete_grant(call: Call) -> Reply:
    grant = call.dropped("oauth2PermissionGrants", "grant")
    _audit(call, "Remove delegated permission grant", grant, ("DelegatedPermissionGrant.Scope", grant["scope"], None))
    return NO_CONTENT


def _audit(call: Call, activity: str, grant: Json, change: tuple[str, str | None, str | None]) -> None:
    client = call.directory.store.find("servicePrincipals", grant["clientId"]) or {"id": grant["clientId"]}
    audit(call, activity, client, "ServicePrincipal", [change])
