"""Conditional Access policies, and which of them blocks a service principal.

Source: https://learn.microsoft.com/en-us/graph/api/resources/conditionalaccesspolicy and
https://learn.microsoft.com/en-us/entra/identity/conditional-access/workload-identity (checked 2026-11-24).
"""

from sandbox.tenant.audit import audit
from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.entity_answers import answer_collection
from sandbox.tenant.problems import GraphError, not_found
from sandbox.tenant.routing import NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

KIND = "conditionalAccessPolicies"
EVERYBODY = "ServicePrincipalsInMyTenant"
_CONTEXT = "identity/conditionalAccess/policies"
_STATES = ("enabled", "disabled", "enabledForReportingButNotEnforced")


def blocks(directory: Directory, principal: Json) -> bool:
    """Whether an enabled policy blocks the service principal everywhere."""
    return any(_blocks(policy, principal["id"]) for policy in directory.store.all(KIND).values())


def _blocks(policy: Json, object_id: str) -> bool:
    conditions = policy["conditions"] or {}
    clients = conditions.get("clientApplications") or {}
    included = set(clients.get("includeServicePrincipals") or ())
    excluded = set(clients.get("excludeServicePrincipals") or ())
    controls = (policy["grantControls"] or {}).get("builtInControls") or ()
    return (
        policy["state"] == "enabled"
        and "block" in controls
        and not conditions.get("locations")
        and bool(included & {object_id, EVERYBODY})
        and object_id not in excluded
    )


@route("GET", "/identity/conditionalAccess/policies")
def list_policies(call: Call) -> Reply:
    _check_licence(call)
    policies = list(call.directory.store.all(KIND).values())
    return answer_collection(
        call, policies, _CONTEXT, filterable=("id", "displayName", "state"), type_name="conditionalAccessPolicy"
    )


@route("POST", "/identity/conditionalAccess/policies")
def create_policy(call: Call) -> Reply:
    _check_licence(call)
    policy = _checked(
        {
            "id": new_id(),
            "displayName": None,
            "createdDateTime": call.directory.precise_now(),
            "modifiedDateTime": None,
            "state": "disabled",
            "conditions": None,
            "grantControls": None,
            "sessionControls": None,
        },
        call.body,
    )
    call.directory.store.put(KIND, policy["id"], policy)
    audit(call, "Add conditional access policy", policy, "Policy")
    return Reply(status=201, body={"@odata.context": call.context(f"{_CONTEXT}/$entity")} | policy)


@route("GET", "/identity/conditionalAccess/policies/{policy}")
def get_policy(call: Call) -> Reply:
    _check_licence(call)
    return Reply(status=200, body={"@odata.context": call.context(f"{_CONTEXT}/$entity")} | _find(call))


@route("PATCH", "/identity/conditionalAccess/policies/{policy}")
def update_policy(call: Call) -> Reply:
    _check_licence(call)
    before = _find(call)
    after = _checked(before, call.body) | {"modifiedDateTime": call.directory.precise_now()}
    call.directory.store.put(KIND, after["id"], after)
    changes = [(name, before[name], after[name]) for name in call.body]
    audit(call, "Update conditional access policy", after, "Policy", changes)
    return NO_CONTENT


@route("DELETE", "/identity/conditionalAccess/policies/{policy}")
def delete_policy(call: Call) -> Reply:
    policy = _find(call)
    call.directory.store.drop(KIND, policy["id"])
    audit(call, "Delete conditional access policy", policy, "Policy")
    return NO_CONTENT


def _checked(policy: Json, body: Json) -> Json:
    changed = policy | body
    if not changed["displayName"] or changed["state"] not in _STATES or not isinstance(changed["conditions"], dict):
        raise GraphError(400, "BadRequest", "1007: Incoming ConditionalAccessPolicy object is null or does not match.")
    return changed


def _check_licence(call: Call) -> None:
    if not call.directory.switches.premium:
        raise GraphError(403, "Forbidden", "Your tenant is not licensed for this feature.")


def _find(call: Call) -> Json:
    policy = call.directory.store.find(KIND, call.ids["policy"])
    if policy is None:
        raise not_found(call.ids["policy"])
    return policy
