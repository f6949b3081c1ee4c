"""Directory audits: the record that every change leaves, and reading them.

Activity names and modified properties: https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit and
https://learn.microsoft.com/en-us/entra/identity/monitoring-health/reference-audit-activities (checked 2026-11-24).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.tenant.directory import new_id
from sandbox.tenant.entity_answers import answer_collection
from sandbox.tenant.routing import Call, Reply, route
from sandbox.tenant.store import Json

FILTERABLE = (
    "activityDateTime",
    "activityDisplayName",
    "category",
    "correlationId",
    "initiatedBy/app/appId",
    "initiatedBy/user/id",
    "loggedByService",
    "result",
    "targetResources",
)
KEPT = 2000
"""Records kept; older ones go, as the service's do after 7 or 30 days."""

CREDENTIALS_UPDATED = "Update application \N{EN DASH} Certificates and secrets management"


def audit(
    call: Call, activity: str, entity: Json, kind: str, changes: Sequence[tuple[str, Any, Any]] = (), **details: str
) -> None:
    """Write a record; a change is the name of the property, its old and its new value."""
    store = call.directory.store
    record: Json = {
        "id": f"Directory_{new_id()}",
        "category": "ApplicationManagement",
        "correlationId": new_id(),
        "result": "success",
        "resultReason": "",
        "activityDisplayName": activity,
        "activityDateTime": call.directory.precise_now(),
        "loggedByService": "Core Directory",
        "operationType": _operation(activity),
        "initiatedBy": _initiator(call),
        "targetResources": [
            {
                "id": entity["id"],
                "displayName": entity.get("displayName"),
                "type": kind,
                "userPrincipalName": None,
                "groupType": None,
                "modifiedProperties": [
                    {"displayName": name, "oldValue": _text(old), "newValue": _text(new)} for name, old, new in changes
                ],
            }
        ],
        "additionalDetails": [{"key": key, "value": value} for key, value in details.items()],
    }
    store.put("directoryAudits", record["id"], record)
    if len(store.all("directoryAudits")) > KEPT:
        store.drop("directoryAudits", next(iter(store.all("directoryAudits"))))


def audit_relation(call: Call, activity: str, entity: Json, kind: str, values: Mapping[str, str]) -> None:
    """Write a record of something that came (`Add …`) or went, by name of the property and value."""
    added = activity.startswith("Add")
    changes = [(name, None if added else value, value if added else None) for name, value in values.items()]
    audit(call, activity, entity, kind, changes)


def audit_update(call: Call, before: Json, after: Json, kind: str) -> None:
    """Write the records of a changed application or service principal; credentials have one of their own."""
    changed = [name for name in after if not name.startswith("_") and after[name] != before.get(name)]
    plain = [
        (name[0].upper() + name[1:], before.get(name), after[name])
        for name in changed
        if not name.endswith("Credentials")
    ]
    credentials = [name for name in changed if name.endswith("Credentials")]
    if kind == "Application":
        audit(call, "Update application", after, kind, plain)
        if credentials:
            audit(call, CREDENTIALS_UPDATED, after, kind, [_key_change(before, after)])
    elif plain or not credentials:
        audit(call, "Update service principal", after, kind, plain)
    if kind == "ServicePrincipal" and credentials:
        grown = len(_keys(after)) > len(_keys(before))
        audit(
            call,
            f"{'Add' if grown else 'Remove'} service principal credentials",
            after,
            kind,
            [_key_change(before, after)],
        )


def _key_change(before: Json, after: Json) -> tuple[str, Any, Any]:
    return "KeyDescription", _keys(before), _keys(after)


def _keys(entity: Json) -> list[str]:
    return [
        f"[KeyIdentifier={entry['keyId']},KeyType={entry.get('type', 'Password')},"
        f"KeyUsage={entry.get('usage', 'Verify')},DisplayName={entry['displayName'] or ''}]"
        for entry in (*entity["keyCredentials"], *entity["passwordCredentials"])
    ]


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _operation(activity: str) -> str:
    verb = activity.partition(" ")[0]
    return {"Add": "Add", "Remove": "Unassign", "Delete": "Delete", "Hard": "Delete"}.get(verb, "Update")


def _initiator(call: Call) -> Json:
    user = call.caller.user
    if user:
        return {"app": None, "user": {"id": user["id"], "displayName": None, "ipAddress": "",
                                      "userPrincipalName": user["userPrincipalName"]}}  # fmt: skip
    app = {
        "appId": call.caller.client_id,
        "displayName": call.caller.name,
        "servicePrincipalId": call.caller.object_id,
        "servicePrincipalName": None,
    }
    return {"app": app, "user": None}


@route("GET", "/auditLogs/directoryAudits")
def list_audits(call: Call) -> Reply:
    call.directory.count_audit_read()
    newest_first = list(reversed(call.directory.store.all("directoryAudits").values()))
    return answer_collection(
        call,
        newest_first,
        "auditLogs/directoryAudits",
        filterable=FILTERABLE,
        type_name="directoryAudit",
        order="activityDateTime desc",
    )
