"""Conditional Access policies, and which of them blocks a service principal.

Source: https://learn.microsoft.com/en-us/graph/api/resources/conditionalaccesspolicy and
https://learn.microsoft.com/en-us/entra/identity/conditional-access/workload-identity (checked 2026-11-24).
"""

from sandbox.tenant.audit import audit
from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.entity_answers import answer_collection
from sandbox.tenant.problems import GraphError
from sandbox.tenant.routing import Call, Reply, route
from sandbox.tenant.store import Json

KIND = "conditionalAccessPolicies"
EVERYBODY = "ServicePrincipalsInMyTenant"
_CONTEXT = "identity/conditionalAccess/policies"
_PARTS = ("displayName", "state", "conditions", "grantControls", "sessionControls")
_STATES = ("enabled", "disabled", "enabledForReportingButNotEnforced")


def blocks(directory: Directory, principal: Json) -> bool:
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
    dated = {"createdDateTime": call.directory.precise_now(), "modifiedDateTime": None}
    policy = {"id": new_id()} | dict.fromkeys(_PARTS) | dated | call.body
    if not policy["displayName"] or policy["state"] not in _STATES or not isinstance(policy["conditions"], dict):
        raise GraphError(400, "BadRequest", "1007: Incoming ConditionalAccessPolicy object is null or does not match.")
    call.directory.store.put(KIND, policy["id"], policy)
    audit(call, "Add conditional access policy", policy, "Policy")
    return call.reply(_CONTEXT, policy, status=201)


def _check_licence(call: Call) -> None:
    if not call.directory.switches.premium:
        raise GraphError(403, "Forbidden", "Your tenant is not licensed for this feature.")
