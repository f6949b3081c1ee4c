"""Directory audits: every change leaves a record of who changed what."""

import json
from typing import Any

import pytest

from sandbox.tenant import Tenant
from tests.sandbox.association import ADELE, GRAPH, MAIL_READ_WRITE, Association, made, make_association, read
from tests.sandbox.certificates import key_credential, make_signer

AUDITS = "/v1.0/auditLogs/directoryAudits"
SECRETS = "Update application \N{EN DASH} Certificates and secrets management"


def audits(tenant: Tenant, object_id: str, more: str = "") -> list[dict[str, Any]]:
    """The records of an object, newest first."""
    query = f"$filter=targetResources/any(t:t/id eq '{object_id}'){more}"
    found: list[dict[str, Any]] = read(tenant, f"{AUDITS}?{query}")["value"]
    return found


def names(tenant: Tenant, object_id: str) -> list[str]:
    return [item["activityDisplayName"] for item in audits(tenant, object_id)]


def test_an_association_leaves_its_records(tenant: Tenant, association: Association) -> None:
    assert names(tenant, association.application) == [
        SECRETS,
        "Update application",
        "Add owner to application",
        "Add application",
    ]
    assert names(tenant, association.principal) == ["Add owner to service principal", "Add service principal"]


def test_a_record_names_the_application_that_made_the_change(tenant: Tenant, association: Association) -> None:
    deployer = tenant.identity("deployer")
    record = audits(tenant, association.application)[-1]
    assert record["initiatedBy"] == {
        "app": {
            "appId": deployer.client_id,
            "displayName": "deployer",
            "servicePrincipalId": deployer.object_id,
            "servicePrincipalName": None,
        },
        "user": None,
    }
    assert (record["category"], record["loggedByService"]) == ("ApplicationManagement", "Core Directory")


def test_a_change_out_of_band_can_name_a_person(tenant: Tenant, association: Association) -> None:
    tenant.graph("PATCH", association.application_path, {"notes": "x"}, user=ADELE)
    initiator = audits(tenant, association.application)[0]["initiatedBy"]
    assert (initiator["app"], initiator["user"]["userPrincipalName"]) == (None, "adele@sandbox.onmicrosoft.com")


def test_a_record_says_what_changed(tenant: Tenant, association: Association) -> None:
    tenant.graph("PATCH", association.application_path, {"displayName": "Renamed"})
    (change,) = audits(tenant, association.application)[0]["targetResources"][0]["modifiedProperties"]
    assert change == {"displayName": "DisplayName", "oldValue": '"Mimecast"', "newValue": '"Renamed"'}


def test_a_certificate_is_named_by_its_key_id(tenant: Tenant, association: Association) -> None:
    tenant.graph("PATCH", association.application_path, {"keyCredentials": [key_credential(make_signer("rogue"))]})
    (record,) = audits(tenant, association.application, f" and activityDisplayName eq '{SECRETS}'")[:1]
    (change,) = record["targetResources"][0]["modifiedProperties"]
    key_id = read(tenant, association.application_path)["keyCredentials"][0]["keyId"]
    assert change["displayName"] == "KeyDescription"
    assert json.loads(change["newValue"]) == [
        f"[KeyIdentifier={key_id},KeyType=AsymmetricX509Cert,KeyUsage=Verify,DisplayName=CN=rogue]"
    ]


@pytest.mark.parametrize(
    ("change", "activity"),
    [
        (("POST", "{principal}/addPassword", {}), "Add service principal credentials"),
        (("PATCH", "{principal}", {"accountEnabled": False}), "Update service principal"),
        (("DELETE", "{principal}", None), "Remove service principal"),
        (("DELETE", "{application}", None), "Delete application"),
        (("DELETE", "{application}/owners/{deployer}/$ref", None), "Remove owner from application"),
        (
            (
                "POST",
                "{application}/federatedIdentityCredentials",
                {"name": "n", "issuer": "i", "subject": "s", "audiences": ["a"]},
            ),
            "Update application",
        ),
    ],
)
def test_a_change_has_its_name(
    tenant: Tenant, association: Association, change: tuple[str, str, Any], activity: str
) -> None:
    method, path, body = change
    places = {"principal": association.principal_path, "application": association.application_path}
    tenant.graph(method, path.format(**places, deployer=tenant.identity("deployer").object_id), body)
    target = association.principal if "principal}" in path else association.application
    assert names(tenant, target)[0] == activity


def test_a_grant_is_recorded_with_role_and_principal(tenant: Tenant, association: Association) -> None:
    body = {"principalId": association.principal, "resourceId": GRAPH, "appRoleId": MAIL_READ_WRITE}
    made(tenant, f"{association.principal_path}/appRoleAssignments", body)
    record = audits(tenant, GRAPH)[0]
    values = {
        change["displayName"]: change["newValue"] for change in record["targetResources"][0]["modifiedProperties"]
    }
    assert record["activityDisplayName"] == "Add app role assignment to service principal"
    assert (values["AppRole.Value"], values["ServicePrincipal.ObjectID"]) == (
        '"Mail.ReadWrite"',
        f'"{association.principal}"',
    )


def test_records_are_filtered_by_time(tenant: Tenant, association: Association) -> None:
    (first, *_) = audits(tenant, association.application)
    moment = first["activityDateTime"]
    later = audits(tenant, association.application, f" and activityDateTime ge {moment}")
    assert [item["id"] for item in later] == [first["id"]]
    assert read(tenant, f"{AUDITS}?$orderby=activityDateTime desc&$top=1")["value"][0]["category"]


def test_reads_leave_no_record(tenant: Tenant, association: Association) -> None:
    before = len(audits(tenant, association.application))
    read(tenant, association.application_path)
    assert len(audits(tenant, association.application)) == before


def test_the_limit_of_audit_reads_can_be_switched_on(tenant: Tenant) -> None:
    tenant.switches.audit_reads_per_ten_seconds = 1
    assert [tenant.graph("GET", AUDITS, out_of_band=False)[0] for _ in range(2)] == [200, 429]


def test_old_records_go(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.tenant.audit.KEPT", 3)
    association = make_association(tenant)
    tenant.graph("PATCH", association.application_path, {"notes": "newest"})
    assert len(read(tenant, AUDITS)["value"]) == 3
    assert names(tenant, association.application)[0] == "Update application"
