"""Who did it and when, out of the tenant's audit log.

Source: https://learn.microsoft.com/graph/api/resources/directoryaudit (checked 2026-11-24).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote as percent_encode

from association.guard.access_path import Entry
from association.guard.text import plain, show_time


@dataclass(frozen=True, kw_only=True)
class AuditRecord:
    """One change in the tenant."""

    when: str
    who: str
    removes: bool
    text: str
    """What it names, in lower case."""


def read_audits(bodies: Iterable[Mapping[str, Any]]) -> "tuple[AuditRecord, ...]":
    """The records of these answers, newest first."""
    records = {_read(item) for body in bodies for item in body.get("value") or () if item.get("result") != "failure"}
    return tuple(sorted(records, key=lambda record: record.when, reverse=True))


def audit_query(object_id: str) -> str:
    """Path of the newest records about an object."""
    condition = f"targetResources/any(t:t/id eq '{object_id}')"
    return f"/auditLogs/directoryAudits?$filter={percent_encode(condition, safe='/$=&(),:')}&$top=50"


def name_actor(entry: Entry, records: Iterable[AuditRecord], *, deletion: bool) -> Entry:
    """The entry, with who made it (or deleted the object) and when, where a record names it."""
    if not entry.traces:
        return entry
    needles = [trace.lower() for trace in entry.traces]
    for record in records:
        if record.removes == deletion and all(needle in record.text for needle in needles):
            return replace(entry, sentence=f"{entry.sentence}; by {record.who} {show_time(record.when)}")
    return entry


def _read(item: Mapping[str, Any]) -> AuditRecord:
    by = item.get("initiatedBy") or {}
    user, application = by.get("user") or {}, by.get("app") or {}
    who = user.get("userPrincipalName") or user.get("displayName") or user.get("id")
    if not who:
        who = f"application {application.get('displayName') or application.get('servicePrincipalId') or 'unknown'}"
    return AuditRecord(
        when=str(item.get("activityDateTime") or ""),
        who=plain(who),
        removes=str(item.get("activityDisplayName") or "").startswith(("Remove", "Delete", "Hard Delete")),
        text=json.dumps(item.get("targetResources") or (), ensure_ascii=False).lower(),
    )
