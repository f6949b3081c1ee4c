"""The proof and the failure table against the real sandbox tenant: login, Graph and Exchange together."""

import dataclasses
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.tenant import Tenant
from sandbox.vendor import (
    Actor,
    LoginRefusedError,
    MailboxRefusedError,
    Vendor,
    make_vendor,
    open_mailbox,
    print_failures,
    print_steps,
    prove,
    prove_failures,
)
from sandbox.vendor.proof import set_organization

EXCHANGE_CLIENT_ID = "00000002-0000-0ff1-ce00-000000000000"
FULL_ACCESS_ROLE_ID = "dc890d15-9560-4a4c-9b7f-a736ec74ec40"
KEY_ID = "0f6a9c1e-6a57-4a59-9d2f-2f7a3a6f5a11"


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    return make_vendor(tmp_path_factory.mktemp("vendor"))


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    with Tenant(tmp_path / "tenant") as running:
        yield running


def associate(tenant: Tenant, vendor: Vendor) -> str:
    """Make by hand what the program declares; returns the client id."""
    pem = b64encode(vendor.certificate_path.read_bytes()).decode()
    _, application = tenant.graph("POST", "/v1.0/applications", {"displayName": "Server Connection"})
    entry = {"keyId": KEY_ID, "type": "AsymmetricX509Cert", "usage": "Verify", "key": pem}
    tenant.graph("PATCH", f"/v1.0/applications/{application['id']}", {"keyCredentials": [entry]})
    _, principal = tenant.graph("POST", "/v1.0/servicePrincipals", {"appId": application["appId"]})
    _, found = tenant.graph("GET", f"/v1.0/servicePrincipals?$filter=appId eq '{EXCHANGE_CLIENT_ID}'")
    exchange_object_id = found["value"][0]["id"]
    grant = {"principalId": principal["id"], "resourceId": exchange_object_id, "appRoleId": FULL_ACCESS_ROLE_ID}
    status, _ = tenant.graph("POST", f"/v1.0/servicePrincipals/{exchange_object_id}/appRoleAssignedTo", grant)
    assert status == 201
    return str(application["appId"])


def test_the_proof_names_the_certificate_the_key_credential_the_role_and_the_inbox(
    tenant: Tenant, vendor: Vendor
) -> None:
    steps = prove(vendor, tenant, associate(tenant, vendor))
    assert [step.actor for step in steps] == [
        Actor.ADMINISTRATOR, Actor.VENDOR, Actor.LOGIN, Actor.LOGIN, Actor.EXCHANGE
    ]  # fmt: skip
    assert all(step.passed for step in steps)
    assert vendor.thumbprint[:8] in steps[1].text
    assert KEY_ID in steps[2].text
    assert "full_access_as_app" in steps[3].text
    assert "3 messages, newest subject 'Lunch on Friday?'" in steps[4].text


def test_the_administrator_adds_to_the_allow_list_once_and_keeps_the_others(tenant: Tenant, vendor: Vendor) -> None:
    client_id = associate(tenant, vendor)
    first, second = prove(vendor, tenant, client_id)[0], prove(vendor, tenant, client_id)[0]
    assert first.commands[0] == (
        f"Set-OrganizationConfig -EwsAllowedAppIDs 'cc15fd57-2c6c-4117-a88c-83b1d56b4bbe,{client_id}'"
    )
    assert second.commands == ()


def test_the_administrator_switches_ews_on_where_it_is_off(tenant: Tenant, vendor: Vendor) -> None:
    set_organization(tenant, {"EwsEnabled": False, "EwsAllowedAppIDs": None})
    steps = prove(vendor, tenant, associate(tenant, vendor))
    assert steps[0].commands == ("Set-OrganizationConfig -EwsEnabled $true",)
    assert steps[-1].passed


def test_an_organization_that_set_nothing_needs_nothing_yet(tenant: Tenant, vendor: Vendor) -> None:
    set_organization(tenant, {"EwsEnabled": None, "EwsAllowedAppIDs": None})
    steps = prove(vendor, tenant, associate(tenant, vendor))
    assert (steps[0].commands, steps[-1].passed) == ((), True)


def test_a_token_for_graph_does_not_open_a_mailbox(tenant: Tenant) -> None:
    with pytest.raises(MailboxRefusedError, match="audience claim") as refused:
        open_mailbox(
            tenant.token("administrator"),
            ews_url=f"{tenant.url}/EWS/Exchange.asmx",
            address="adele@sandbox.onmicrosoft.com",
            ca_file=tenant.ca_file,
        )
    assert refused.value.status == 401


def test_a_proof_that_fails_ends_where_it_fails(tenant: Tenant, vendor: Vendor) -> None:
    steps = prove(vendor, tenant, "9f1e2d3c-0000-4000-8000-000000000001")
    assert steps[-1].actor is Actor.LOGIN
    assert not steps[-1].passed
    assert "AADSTS700016" in steps[-1].text


def test_a_stranger_with_a_certificate_of_the_same_name_gets_no_token(
    tenant: Tenant, vendor: Vendor, tmp_path: Path
) -> None:
    stranger = make_vendor(tmp_path / "stranger")
    client_id = associate(tenant, vendor)
    with pytest.raises(LoginRefusedError) as refused:
        stranger.token(tenant.url, "sandbox.onmicrosoft.com", client_id, tenant.ca_file)
    assert refused.value.code == "AADSTS700027"


def test_the_certificates_bundle_of_the_environment_does_not_count(
    tenant: Tenant, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent.pem")
    assert all(step.passed for step in prove(vendor, tenant, associate(tenant, vendor)))


def test_every_part_taken_away_makes_the_failure_of_the_real_service(
    tmp_path: Path, vendor: Vendor, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tenant"
    with Tenant(folder) as tenant:
        client_id = associate(tenant, vendor)
    before = (folder / "state.json").read_bytes()
    failures = prove_failures(vendor, folder, client_id)
    print_failures(failures)
    shown = capsys.readouterr().out
    assert [failure.case.part for failure in failures if not failure.as_expected] == [], shown
    assert [failure.seen.split()[0] for failure in failures] == [
        "AADSTS700027:", "AADSTS700016:", "AADSTS7000112:", *["403"] * 5
    ]  # fmt: skip
    assert (folder / "state.json").read_bytes() == before


def test_the_failure_table_reports_an_association_that_never_worked(tmp_path: Path, vendor: Vendor) -> None:
    with Tenant(tmp_path / "tenant") as tenant:
        client_id = associate(tenant, vendor)
        _, found = tenant.graph("GET", f"/v1.0/servicePrincipals?$filter=appId eq '{client_id}'")
        tenant.graph("PATCH", f"/v1.0/servicePrincipals/{found['value'][0]['id']}", {"accountEnabled": False})
    assert not any(failure.as_expected for failure in prove_failures(vendor, tmp_path / "tenant", client_id))


def test_what_is_printed_cannot_steer_a_terminal(
    tenant: Tenant, vendor: Vendor, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = prove(vendor, tenant, associate(tenant, vendor))
    print_steps([dataclasses.replace(steps[-1], text="\x1b[2Jgone\u202e")])
    assert capsys.readouterr().out == "  ok   Exchange \\x1b[2Jgone\\u202e\n"
