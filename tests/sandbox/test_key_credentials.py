"""Key credentials: every rule the service has for certificates on an application or service principal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.tenant import Tenant
from tests.sandbox.association import NOBODY, Association, made, read, refusal
from tests.sandbox.certificates import Signer, key_credential, make_signer


def entries(tenant: Tenant, path: str, *, keys: bool = False) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(tenant, path + ("?$select=id,keyCredentials" if keys else ""))["keyCredentials"]
    return found


def replace(tenant: Tenant, path: str, credentials: list[dict[str, Any]]) -> tuple[int, Any]:
    return tenant.graph("PATCH", path, {"keyCredentials": credentials}, identity="deployer")


def z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_key_bytes_show_only_when_selected_on_one_object(tenant: Tenant, association: Association) -> None:
    path = association.application_path
    assert [entry["key"] for entry in entries(tenant, path)] == [None]
    assert [entry["key"] for entry in entries(tenant, path, keys=True)] == [key_credential(association.signer)["key"]]
    listed = read(tenant, f"/v1.0/applications?$filter=appId eq '{association.client_id}'&$select=keyCredentials")
    assert listed["value"][0]["keyCredentials"][0]["key"] is None


def test_lists_can_show_key_bytes_when_the_switch_says_so(tenant: Tenant, association: Association) -> None:
    tenant.switches.keys_in_lists = True
    listed = read(tenant, f"/v1.0/applications?$filter=appId eq '{association.client_id}'&$select=keyCredentials")
    assert listed["value"][0]["keyCredentials"][0]["key"] is not None


def test_what_is_not_sent_comes_from_the_certificate(tenant: Tenant, association: Association) -> None:
    (entry,) = entries(tenant, association.application_path)
    certificate = association.signer.certificate
    assert entry["customKeyIdentifier"] == association.signer.sha1.hex().upper()
    assert entry["displayName"] == "CN=vendor"
    assert (entry["startDateTime"], entry["endDateTime"]) == (
        z(certificate.not_valid_before_utc),
        z(certificate.not_valid_after_utc),
    )


def test_a_patch_replaces_the_list_and_takes_known_entries_without_their_key(
    tenant: Tenant, association: Association
) -> None:
    path = association.application_path
    second = key_credential(make_signer("second"), pem=True, keyId=NOBODY)
    assert replace(tenant, path, [*entries(tenant, path), second]) == (204, None)
    assert [entry["displayName"] for entry in entries(tenant, path)] == ["CN=vendor", "CN=second"]
    assert replace(tenant, path, entries(tenant, path)[1:]) == (204, None)
    assert [entry["keyId"] for entry in entries(tenant, path)] == [NOBODY]


def test_a_patch_without_the_old_entries_loses_them(tenant: Tenant, association: Association) -> None:
    replace(tenant, association.application_path, [key_credential(make_signer("second"))])
    assert [entry["displayName"] for entry in entries(tenant, association.application_path)] == ["CN=second"]


def test_an_entry_sent_again_must_be_complete(tenant: Tenant, association: Association) -> None:
    (entry,) = entries(tenant, association.application_path)
    answer = replace(tenant, association.application_path, [{"keyId": entry["keyId"], "key": None}])
    assert refusal(answer) == (
        400,
        "Request_BadRequest",
        'The value for the property "usage" in one of your credentials is invalid. Acceptable values are Sign, Verify.',
    )


@pytest.mark.parametrize("change", [{"endDateTime": "2026-12-01T00:00:00Z"}, {"displayName": "other"}])
def test_an_entry_cannot_be_changed_under_its_key_id(
    tenant: Tenant, association: Association, change: dict[str, str]
) -> None:
    (entry,) = entries(tenant, association.application_path)
    answer = replace(tenant, association.application_path, [entry | change])
    assert refusal(answer)[2] == f"Update to existing credential with KeyId '{entry['keyId']}' is not allowed."


def test_other_bytes_come_under_the_same_key_id_in_two_requests_only(tenant: Tenant, association: Association) -> None:
    path = association.application_path
    (entry,) = entries(tenant, path)
    swapped = key_credential(make_signer("swapped"), keyId=entry["keyId"])
    assert replace(tenant, path, [swapped])[0] == 400
    replace(tenant, path, [])
    assert replace(tenant, path, [swapped]) == (204, None)
    assert entries(tenant, path, keys=True)[0]["key"] == swapped["key"]


def dated(signer: Signer, **offsets: int) -> dict[str, Any]:
    certificate = signer.certificate
    moments = {
        "startDateTime": certificate.not_valid_before_utc + timedelta(seconds=offsets.get("start", 0)),
        "endDateTime": certificate.not_valid_after_utc + timedelta(seconds=offsets.get("end", 0)),
    }
    return {name: z(moment) for name, moment in moments.items()}


@pytest.mark.parametrize(
    ("offsets", "status"),
    [({}, 204), ({"start": 1, "end": -1}, 204), ({"end": 1}, 400), ({"start": -1}, 400)],
)
def test_dates_lie_within_the_certificates_to_the_second(
    tenant: Tenant, association: Association, offsets: dict[str, int], status: int
) -> None:
    signer = make_signer("dated")
    answer = replace(tenant, association.application_path, [key_credential(signer, **dated(signer, **offsets))])
    assert answer[0] == status


def test_an_end_past_the_certificates_is_named(tenant: Tenant, association: Association) -> None:
    signer = make_signer("dated")
    status, body = replace(tenant, association.application_path, [key_credential(signer, **dated(signer, end=1))])
    assert refusal((status, body)) == (400, "KeyCredentialsInvalidEndDate", "Key credential end date is invalid.")
    assert body["error"]["details"] == [
        {
            "code": "InvalidKeyEndDate",
            "message": "Key credential end date is invalid.",
            "target": "keyCredentials.endDateTime",
        }
    ]


def test_an_expired_certificate_is_refused_unless_the_switch_says_otherwise(
    tenant: Tenant, association: Association
) -> None:
    expired = [key_credential(make_signer("old", starts=timedelta(days=-9), ends=timedelta(days=-1)))]
    assert refusal(replace(tenant, association.application_path, expired))[1] == "KeyCredentialsInvalidEndDate"
    tenant.switches.refuse_expired_certificates = False
    assert replace(tenant, association.application_path, expired) == (204, None)


def test_an_entry_that_has_expired_meanwhile_can_be_sent_again(tenant: Tenant, association: Association) -> None:
    path = association.application_path
    kept = entries(tenant, path)
    tenant.set_clock(lambda: datetime.now(UTC) + timedelta(days=400))
    fresh = key_credential(make_signer("fresh", ends=timedelta(days=900)))
    assert replace(tenant, path, [*kept, fresh]) == (204, None)


def test_the_same_certificate_twice_can_be_refused(tenant: Tenant, association: Association) -> None:
    path = association.application_path
    twice = [*entries(tenant, path), key_credential(association.signer)]
    tenant.switches.refuse_duplicate_certificates = True
    assert replace(tenant, path, twice)[0] == 400
    tenant.switches.refuse_duplicate_certificates = False
    assert replace(tenant, path, twice) == (204, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": None}, "KeyCredentialsInvalidValue"),
        ({"key": ""}, "KeyCredentialsInvalidValue"),
        ({"key": "bm90IGEgY2VydGlmaWNhdGU="}, "KeyCredentialsInvalidValue"),
        ({"type": "Symmetric"}, "KeyCredentialsInvalidType"),
        ({"usage": "Encrypt"}, "Request_BadRequest"),
        ({"usage": ...}, "Request_BadRequest"),
        ({"keyId": "banana"}, "Request_BadRequest"),
        ({"endDateTime": "tomorrow"}, "Request_BadRequest"),
        ({"thumbprint": "x"}, "Request_BadRequest"),
    ],
)
def test_refuses_an_entry_that_is_wrong(
    tenant: Tenant, association: Association, change: dict[str, Any], code: str
) -> None:
    answer = replace(tenant, association.application_path, [key_credential(make_signer("second"), **change)])
    assert refusal(answer)[:2] == (400, code)


def test_an_empty_type_is_taken_for_a_certificate(tenant: Tenant, association: Association) -> None:
    replace(tenant, association.application_path, [key_credential(make_signer("second"), type="")])
    assert entries(tenant, association.application_path)[0]["type"] == "AsymmetricX509Cert"


def test_a_key_id_is_refused_while_the_application_is_created(tenant: Tenant) -> None:
    body = {"displayName": "x", "keyCredentials": [key_credential(make_signer(), keyId=NOBODY)]}
    answer = tenant.graph("POST", "/v1.0/applications", body)
    assert refusal(answer)[2] == "The property KeyId is not supported for Create Application flow."


def test_an_application_can_be_created_with_a_certificate(tenant: Tenant) -> None:
    created = made(
        tenant, "/v1.0/applications", {"displayName": "x", "keyCredentials": [key_credential(make_signer())]}
    )
    assert [entry["displayName"] for entry in created["keyCredentials"]] == ["CN=vendor"]


def test_the_limit_of_key_reads_answers_429_with_seconds_to_wait(tenant: Tenant, association: Association) -> None:
    tenant.switches.key_reads_per_minute = 2
    path = f"{association.application_path}?$select=keyCredentials"
    statuses = [tenant.graph("GET", path, out_of_band=False)[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert tenant.graph("GET", association.application_path, out_of_band=False)[0] == 200


def test_credentials_of_a_principal_follow_the_same_rules(tenant: Tenant, association: Association) -> None:
    path = association.principal_path
    assert replace(tenant, path, [key_credential(make_signer("rogue"))]) == (204, None)
    assert [entry["displayName"] for entry in entries(tenant, path)] == ["CN=rogue"]
