"""Where a finding about a resource and one of the guard are the same difference."""

from collections.abc import Collection, Mapping
from typing import Any

from association.contract import (
    APP_ROLE_ASSIGNMENT,
    CERTIFICATE_CREDENTIAL,
    CONSENTED_PRINCIPAL,
    DELEGATED_GRANT,
    EVERYONE,
)
from association.report.documents import Step
from association.report.model import Finding
from association.report.properties import look_up

Json = Mapping[str, Any]


def find_trait(step: Step, finding: Finding, guard: Json, publishers: Collection[str]) -> str:
    """The key under which the guard tells the same difference; empty where it does not."""
    if finding.path.startswith("owners"):
        values = (look_up(state, finding.path) for state in (step.new, step.old))
        return next((f"owners/{value}" for value in values if value), "")
    if step.type == CERTIFICATE_CREDENTIAL:
        return f"certificates/{look_up(step.old, 'thumbprint') or step.name}"
    if step.type == APP_ROLE_ASSIGNMENT:
        state = step.old or step.new
        granted = "/".join(str(look_up(state, name)) for name in ("resourceObjectId", "appRoleId"))
        roles = look_up(guard, "appRoleIds") or {}
        return next((f"appRoles/{key}" for key, ids in roles.items() if ids == granted), "")
    if step.type == DELEGATED_GRANT:
        state = step.old or step.new
        granted = f"{look_up(state, 'userObjectId') or EVERYONE}/{look_up(state, 'resourceObjectId')}/"
        scopes = look_up(guard, "delegatedIds") or {}
        return next((f"delegatedGrants/{key}" for key, ids in scopes.items() if str(ids).startswith(granted)), "")
    if step.type == CONSENTED_PRINCIPAL and finding.path == "publisher":
        owners = set(publishers) - {str(look_up(step.old, "publisher"))}
        return next((f"publisher/{owner}" for owner in sorted(owners)), "")
    return ""
