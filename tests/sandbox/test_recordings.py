"""The sandbox answers the azuread provider's recorded requests as the recordings say."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sandbox.tenant import Tenant
from tests.sandbox.recordings import Playback, records, steady

EXCHANGE = "e0000000-0000-4000-8000-000000000001"
GRAPH = "e0000000-0000-4000-8000-000000000002"
RECORDED_APPLICATION = "cfa0a78c-3148-4ecb-90f1-23dd40720e23"
RECORDED_PRINCIPAL = "b71c933e-0417-4d6d-964c-fbf7fa55f62b"


def rename(tenant: Tenant, application: str, _: str) -> None:
    tenant.graph("PATCH", f"/v1.0/applications/{application}", {"displayName": "renamed by hand Mimecast"})


def widen(tenant: Tenant, application: str, _: str) -> None:
    web = {"redirectUris": ["https://localhost/", "https://evil.example/"]}
    tenant.graph("PATCH", f"/v1.0/applications/{application}", {"signInAudience": "AzureADMultipleOrgs", "web": web})


def disable(tenant: Tenant, _: str, principal: str) -> None:
    tenant.graph("PATCH", f"/v1.0/servicePrincipals/{principal}", {"accountEnabled": False})


def revoke_grant(tenant: Tenant, _: str, principal: str) -> None:
    path = f"/v1.0/servicePrincipals/{principal}/appRoleAssignments"
    tenant.graph("DELETE", f"{path}/{tenant.graph('GET', path)[1]['value'][0]['id']}")


def remove_certificate(tenant: Tenant, application: str, _: str) -> None:
    tenant.graph("PATCH", f"/v1.0/applications/{application}", {"keyCredentials": []})


def add_owner(tenant: Tenant, application: str, _: str) -> None:
    link = {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{EXCHANGE}"}
    tenant.graph("POST", f"/v1.0/applications/{application}/owners/$ref", link)


WHOLE_LIFE: tuple[tuple[str, Callable[[Tenant, str, str], None] | None], ...] = (
    ("01-create", None),
    ("02-unchanged", None),
    ("03-update-display-name", None),
    ("04-rotate-add", None),
    ("05-rotate-remove", None),
    ("06-drift-display-name", rename),
    ("07-drift-multi-tenant-and-redirect", widen),
    ("08-drift-sp-disabled", disable),
    ("09-drift-grant-deleted", revoke_grant),
    ("10-drift-certificate-removed", remove_certificate),
    ("11-drift-owner-added", add_owner),
    ("13-destroy", None),
)
"""The scenarios that follow each other on one application, with what somebody changed out of band before each."""


@pytest.fixture
def playback(tenant: Tenant, http: requests.Session) -> Playback:
    tenant.set_clock(lambda: datetime(2026, 11, 25, tzinfo=UTC))  # when the recorded certificates are valid
    return Playback(tenant, http)


def disagreements(playback: Playback, scenario: str) -> list[str]:
    found = []
    for record in records(scenario):
        answer = playback.send(record)
        recorded, given = steady(record["response"]), steady(answer.json() if answer.content else None)
        if (answer.status_code, given) != (record["status"], recorded):
            line = f"{scenario} {record['method']} {record['path']}: {record['status']}, sandbox {answer.status_code}"
            found.append(f"{line}\n{difference(recorded, given)}")
    return found


def difference(recorded: Any, given: Any) -> str:
    if isinstance(recorded, dict) and isinstance(given, dict):
        names = [name for name in recorded.keys() | given.keys() if recorded.get(name, "?") != given.get(name, "?")]
        pairs = (
            (name, json.dumps(recorded.get(name, "?")), json.dumps(given.get(name, "?"))) for name in sorted(names)
        )
        return "\n".join(f"  {name}: recorded {left[:300]}, sandbox {right[:300]}" for name, left, right in pairs)
    return f"  recorded {json.dumps(recorded)[:300]}, sandbox {json.dumps(given)[:300]}"


def test_answers_the_recorded_requests_of_a_whole_life(tenant: Tenant, playback: Playback) -> None:
    found: list[str] = []
    for scenario, change in WHOLE_LIFE:
        if change:
            change(tenant, playback.ids[RECORDED_APPLICATION], playback.ids[RECORDED_PRINCIPAL])
        found += disagreements(playback, scenario)
    assert not found, "\n".join(found)


def test_answers_the_recorded_requests_of_an_import(tenant: Tenant, playback: Playback) -> None:
    disagreements(playback, "01-create")
    principal = playback.ids[RECORDED_PRINCIPAL]
    held = tenant.graph("GET", f"/v1.0/servicePrincipals/{principal}/appRoleAssignments")[1]["value"]
    playback.ids |= {
        "a006c2d2-84a2-4b57-b8ab-58c312ce89c7": playback.ids[RECORDED_APPLICATION],
        "60748bd9-0687-4cf7-8e81-69bdc8670607": principal,
        "2Yt0YIcG90yOgWm9yGcGB5WhnmXPPkNZh-JRlQ_L8o0": held[0]["id"],
    }
    found = disagreements(playback, "22-import")
    assert not found, "\n".join(found)
