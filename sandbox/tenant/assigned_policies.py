"""Policies of the tenant, and which of them are assigned to applications and service principals.

What an app management policy does to a credential is `policies'`. Source:
https://learn.microsoft.com/en-us/graph/api/resources/policy-overview (checked 2026-11-24).
"""

from collections.abc import Mapping
from typing import Any

from sandbox.tenant.audit import audit, audit_relation
from sandbox.tenant.directory import new_id
from sandbox.tenant.entity_answers import COLLECTIONS, RELATIONS, answer_collection
from sandbox.tenant.policies import DEFAULT_POLICY_ID, default_policy, new_policy
from sandbox.tenant.problems import bad_request, not_found
from sandbox.tenant.routing import BOTH, NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

ASSIGNABLE: Mapping[str, tuple[str, ...]] = {
    "appManagementPolicies": ("applications", "servicePrincipals"),
    "claimsMappingPolicies": ("servicePrincipals",),
    "tokenLifetimePolicies": ("applications", "servicePrincipals"),
    "tokenIssuancePolicies": ("applications", "servicePrincipals"),
    "homeRealmDiscoveryPolicies": ("applications", "servicePrincipals"),
}
"""Kinds of policy, and what each can be assigned to."""


def _assigned(call: Call, entity: Json, kind: str) -> list[Json]:
    policies = call.directory.store.all(kind)
    return [policies[policy_id] for policy_id in entity["_policies"] if policy_id in policies]


@route("GET", "/policies/defaultAppManagementPolicy")
def get_default(call: Call) -> Reply:
    return call.reply("policies/defaultAppManagementPolicy", default_policy(call.directory))


@route("PATCH", "/policies/defaultAppManagementPolicy")
def update_default(call: Call) -> Reply:
    before = default_policy(call.directory)
    after = before | call.body
    call.directory.store.put("defaultAppManagementPolicy", DEFAULT_POLICY_ID, after)
    changes = [(name, before[name], after[name]) for name in call.body]
    audit(call, "Update policy", after, "Policy", changes)
    return NO_CONTENT


def _create(call: Call) -> Reply:
    kind = _kind(call)
    if kind == "appManagementPolicies":
        policy = new_policy(call.body)
    else:
        policy = {
            "id": new_id(),
            "deletedDateTime": None,
            "isOrganizationDefault": False,
            "description": None,
        } | call.body
    if not policy.get("displayName"):
        raise bad_request("A value is required for property 'displayName' of resource 'Policy'.")
    call.directory.store.put(kind, policy["id"], policy)
    audit(call, "Add policy", policy, "Policy")
    return call.reply(f"policies/{kind}", policy, status=201)


def _list_assigned(call: Call) -> Reply:
    kind = _kind(call)
    return answer_collection(call, _assigned(call, call.owner, kind), f"policies/{kind}")


def _assign(call: Call) -> Reply:
    policy_id = str(call.body.get("@odata.id", "")).rstrip("/").rpartition("/")[2].lower()
    if call.directory.store.find(_kind(call), policy_id) is None:
        raise not_found(policy_id)
    if policy_id in call.owner["_policies"]:
        raise bad_request("A conflicting object with one or more of the specified property values is present.")
    _put_assigned(call, [*call.owner["_policies"], policy_id], f"Add policy to {call.what}", policy_id)
    return NO_CONTENT


def _unassign(call: Call) -> Reply:
    policy_id = call.ids["policy"].lower()
    kept = [assigned for assigned in call.owner["_policies"] if assigned != policy_id]
    if len(kept) == len(call.owner["_policies"]):
        raise not_found(policy_id)
    _put_assigned(call, kept, f"Remove policy from {call.what}", policy_id)
    return NO_CONTENT


def _put_assigned(call: Call, policy_ids: list[str], activity: str, policy_id: str) -> None:
    audit_relation(call, activity, call.change_owner(_policies=policy_ids), call.target, {"Policy.ObjectID": policy_id})


def _kind(call: Call) -> str:
    return next(part for part in call.path.split("/") if part in ASSIGNABLE)


def _register(kind: str) -> None:
    route("POST", f"/policies/{kind}")(_create)
    for owners in ASSIGNABLE[kind]:
        route("GET", f"/{owners}/{{id}}/{kind}", BOTH)(_list_assigned)
        route("POST", f"/{owners}/{{id}}/{kind}/$ref")(_assign)
        route("DELETE", f"/{owners}/{{id}}/{kind}/{{policy}}/$ref")(_unassign)
        type_name = next(name for name, collection in COLLECTIONS.items() if collection == owners)
        RELATIONS[type_name, kind] = _expansion(kind)


def _expansion(kind: str) -> Any:
    return lambda call, entity: _assigned(call, entity, kind)


for _name in ASSIGNABLE:
    _register(_name)
