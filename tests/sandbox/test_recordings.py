"""The sandbox answers the azuread provider's recorded requests as the recordings say."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.tenant import Tenant
from tests.sandbox.association import EXCHANGE, GRAPH, MAIL_READ_WRITE, made
from tests.sandbox.certificates import key_credential, make_signer
from tests.sandbox.recordings import Playback, records, steady

RECORDED_APPLICATION = "cfa0a78c-3148-4ecb-90f1-23dd40720e23"
RECORDED_PRINCIPAL = "b71c933e-0417-4d6d-964c-fbf7fa55f62b"
SECOND = 2


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


def add_rogues(tenant: Tenant, application: str, principal: str) -> None:
    path = f"/v1.0/applications/{application}"
    tenant.graph("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "rogue"}})
    rogue = key_credential(make_signer("rogue", starts=timedelta(days=-9)))
    kept = tenant.graph("GET", path)[1]["keyCredentials"]
    tenant.graph("PATCH", path, {"keyCredentials": [*kept, rogue]})
    federated = {"name": "rogue", "issuer": "https://issuer.example", "subject": "rogue", "audiences": ["api://x"]}
    tenant.graph("POST", f"{path}/federatedIdentityCredentials", federated)
    grant = {"principalId": principal, "resourceId": GRAPH, "appRoleId": MAIL_READ_WRITE}
    tenant.graph("POST", f"/v1.0/servicePrincipals/{principal}/appRoleAssignments", grant)


def delete_application(tenant: Tenant, application: str, _: str) -> None:
    tenant.graph("DELETE", f"/v1.0/applications/{application}")


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
    ("12-invisible-to-azuread", add_rogues),
    ("13-destroy", None),
)
"""The scenarios that follow each other on one application, with what somebody changed out of band before each."""


RECORDED = datetime(2026, 11, 24, 22, tzinfo=UTC)
"""When the recorded certificates are valid; the tenant's own secrets begin then too."""


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    with Tenant(tmp_path / "tenant", clock=lambda: RECORDED) as tenant:
        yield tenant


@pytest.fixture
def playback(tenant: Tenant, http: requests.Session) -> Playback:
    return Playback(tenant, http)


def disagreements(playback: Playback, scenario: str, *, second_run: Callable[[], None] = lambda: None) -> list[str]:
    """Where the sandbox answers otherwise; `second_run` happens before the provider starts for the second time."""
    found, runs = [], 0
    for record in records(scenario):
        runs += record["path"].startswith("/metadata")
        if runs == SECOND and record["path"].startswith("/metadata"):
            second_run()
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


def throttle_twice(tenant: Tenant) -> None:
    tenant.faults.add("throttle", method="PATCH", path="/v1.0/applications/*", count=2, retry_after="1")


def deny_the_grant(tenant: Tenant) -> None:
    tenant.faults.add("deny", method="POST", path="*/appRoleAssignedTo", count=1)


def fail_once(tenant: Tenant) -> None:
    tenant.faults.add("unavailable", method="POST", path="/v1.0/servicePrincipals", count=1)


def make_namesake(tenant: Tenant) -> None:
    made(tenant, "/v1.0/applications", {"displayName": "Mimecast O365 Server Connection"})


@pytest.mark.parametrize(
    ("scenario", "prepare"),
    [
        ("15-fault-429", throttle_twice),
        ("16-fault-403-on-grant", deny_the_grant),
        ("18-fault-503-once", fail_once),
        ("19-duplicate-name", make_namesake),
        ("20-killed-after-application-post", lambda _: None),
    ],
)
def test_answers_the_recorded_requests_of(
    tenant: Tenant, playback: Playback, scenario: str, prepare: Callable[[Tenant], None]
) -> None:
    prepare(tenant)
    found = disagreements(playback, scenario)
    assert not found, "\n".join(found)


def test_answers_the_recorded_requests_after_the_application_was_deleted(tenant: Tenant, playback: Playback) -> None:
    recorded = "349eca79-a7e2-4a52-ae81-12b7614ee2b8"
    found = disagreements(
        playback,
        "14-application-deleted",
        second_run=lambda: delete_application(tenant, playback.ids[recorded], ""),
    )
    assert not found, "\n".join(found)
