"""`python -m association restore`: what it says, what it asks, what it restores, and that nothing happens twice."""

from datetime import UTC, datetime, timedelta

import pytest

import microsoft
from association.restore import LOOKING, RESTORING
from sandbox.tenant import RecordedRequest, Tenant
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from tests.factories import certificate_pem
from tests.guard.association import MALLORY, Association, ask
from tests.operate.operator import TAG, Operator

ANSWERS_YES = "--yes"


@pytest.fixture
def deleted(association: Association) -> Association:
    association.ask("PATCH", association.application, {"tags": [TAG]})
    association.ask("DELETE", association.application)
    return association


def is_there(association: Association) -> list[int]:
    paths = (association.application, association.principal)
    return [association.tenant.graph("GET", f"/v1.0{path}")[0] for path in paths]


def test_says_who_and_when_restores_both_and_is_harmless_twice(operator: Operator, deleted: Association) -> None:
    done = operator.run("restore", "--client-id", deleted.client_id.upper(), ANSWERS_YES)
    assert done.exit_code == 0, done.output
    assert "by mallory@sandbox.onmicrosoft.com" in done.output
    assert "for 29 more days" in done.output
    assert "then makes again: the app role assignments" in done.output
    assert is_there(deleted) == [200, 200]
    assert ask(operator.tenant, "GET", deleted.application)["appId"] == deleted.client_id
    writes = len(_restores(operator.tenant))
    again = operator.run("restore", "--client-id", deleted.client_id, ANSWERS_YES)
    assert (again.exit_code, len(_restores(operator.tenant))) == (0, writes)
    assert "there is nothing to restore" in again.output


def _restores(tenant: Tenant) -> list[str]:
    return [one.path for one in tenant.requests if one.method == "POST" and one.path.endswith("/restore")]


@pytest.mark.parametrize("service_brings_it", [False, True])
@pytest.mark.parametrize("by", ["application", "service principal", "stack"])
def test_the_object_may_be_named_in_each_way(
    operator: Operator, deleted: Association, by: str, *, service_brings_it: bool
) -> None:
    operator.tenant.switches.restore_service_principal = service_brings_it
    operator.set(displayName=deleted.name)
    ids = {"application": deleted.application_id, "service principal": deleted.service_principal_id}
    named = ["--object-id", ids[by]] if by in ids else []
    for said in ("restored the application", "there is nothing to restore"):
        done = operator.run("restore", *named, ANSWERS_YES)
        assert (done.exit_code, said in done.output) == (0, True), done.output
    assert is_there(deleted) == [200, 200]


def test_asks_before_it_writes(operator: Operator, deleted: Association, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = operator.run("restore", "--client-id", deleted.client_id)
    assert (nobody.exit_code, "--yes" in nobody.output) == (2, True)
    monkeypatch.setattr("association.cli.restore._somebody_can_answer", lambda: True)
    no = operator.run("restore", "--client-id", deleted.client_id, stdin="n\n")
    assert (no.exit_code, is_there(deleted)) == (1, [404, 404])
    assert "Nothing was changed." in no.output
    assert operator.run("restore", "--client-id", deleted.client_id, stdin="y\n").exit_code == 0
    assert is_there(deleted) == [200, 200]


def test_a_service_principal_alone_is_restored(operator: Operator, association: Association) -> None:
    association.ask("DELETE", association.principal)
    done = operator.run("restore", "--client-id", association.client_id, ANSWERS_YES)
    assert done.exit_code == 0, done.output
    assert f"its service principal {association.service_principal_id} deleted" in done.output
    assert is_there(association) == [200, 200]


def test_tells_when_it_is_too_late(operator: Operator, deleted: Association) -> None:
    operator.tenant.set_clock(lambda: datetime.now(UTC) + timedelta(days=31))
    for named in (["--client-id", deleted.client_id], ["--object-id", deleted.application_id], []):
        late = operator.run("restore", *named, ANSWERS_YES)
        assert late.exit_code == 1
        assert "It is too late" in late.output
        assert "mimecastConsole" in late.output


def test_one_that_is_purged_meanwhile_is_an_error(
    operator: Operator, deleted: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    def purge(request: RecordedRequest) -> None:
        if request.path.endswith("/restore"):
            operator.tenant.set_clock(lambda: datetime.now(UTC) + timedelta(days=31))

    monkeypatch.setattr("association.restore.PATIENCE", 1.0)
    operator.tenant.faults.hooks_before.append(purge)
    done = operator.run("restore", "--client-id", deleted.client_id, ANSWERS_YES)
    assert (done.exit_code, "404 Request_ResourceNotFound" in done.output) == (1, True), done.output


def test_an_application_that_was_made_meanwhile_is_pointed_out(operator: Operator, deleted: Association) -> None:
    twin = ask(operator.tenant, "POST", "/applications", {"displayName": deleted.name})
    shown = operator.run("restore", "--client-id", deleted.client_id)
    assert f"another application has this name, client ID {twin['appId']}" in shown.output


def test_an_answer_that_was_lost_is_no_failure(operator: Operator, deleted: Association) -> None:
    operator.tenant.faults.add("lose-answer", method="POST", path="/v1.0/directory/deletedItems/*/restore", count=1)
    assert operator.run("restore", "--client-id", deleted.client_id, ANSWERS_YES).exit_code == 0
    assert is_there(deleted) == [200, 200]


def test_the_least_permissions_are_enough_and_named(operator: Operator, deleted: Association) -> None:
    tenant = operator.tenant
    tenant.revoke("deployer", *tenant.identity("deployer").permissions)
    tenant.permit("deployer", LOOKING)
    refused = operator.run("restore", "--client-id", deleted.client_id, ANSWERS_YES)
    assert refused.exit_code == 3
    assert f"{RESTORING}; anybody else needs Application.ReadWrite.All" in refused.output
    assert "nobody knows by whom: reading the audit log needs AuditLog.Read.All" in refused.output
    tenant.permit("deployer", RESTORING)
    assert operator.run("restore", "--client-id", deleted.client_id, ANSWERS_YES).exit_code == 0
    assert is_there(deleted) == [200, 200]


def test_the_named_permissions_are_microsofts_least() -> None:
    (least,) = microsoft.least_permissions("POST", "/directory/deletedItems/{id}/restore")
    assert least == {RESTORING}
    assert LOOKING == "Application.Read.All"


def test_several_of_one_stack_are_listed(operator: Operator, deleted: Association, tenant: Tenant) -> None:
    other = ask(tenant, "POST", "/applications", {"displayName": "\x1b[2Jother", "tags": [TAG]})
    ask(tenant, "DELETE", f"/applications/{other['id']}", user=MALLORY)
    shown = operator.run("restore", ANSWERS_YES)
    assert (shown.exit_code, "--client-id" in shown.output) == (1, True)
    assert deleted.client_id in shown.output
    assert r"\x1b[2Jother" in shown.output
    assert "\x1b" not in shown.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--client-id", "me"),
        ("--object-id", "1"),
        ("--client-id", "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "--stack", "x"),
    ],
)
def test_wrong_usage_is_2(operator: Operator, arguments: tuple[str, ...]) -> None:
    assert operator.run("restore", *arguments).exit_code == 2


def test_a_failed_sign_in_is_3(operator: Operator) -> None:
    assert operator.run("restore", ARM_CLIENT_SECRET="wrong").exit_code == 3


@pytest.mark.parametrize("by", ["stack", "client ID", "object ID"])
def test_a_vendors_service_principal_comes_back_alone(operator: Operator, tenant: Tenant, by: str) -> None:
    client_id = tenant.elsewhere.publish("Mimecast", certificate=certificate_pem("theirs"))
    principal = tenant.elsewhere.consent(client_id)
    operator.set(clientId=client_id, publisher=VENDOR_TENANT_ID)
    named = {"client ID": ["--client-id", client_id], "object ID": ["--object-id", principal]}.get(by, [])
    ask(tenant, "DELETE", f"/servicePrincipals/{principal}", user=MALLORY)
    tenant.permit("deployer", "Application.ReadWrite.All")
    done = operator.run("restore", *named, ANSWERS_YES)
    assert (done.exit_code, "in its vendor's tenant" in done.output) == (0, True), done.output
    assert "by mallory@sandbox.onmicrosoft.com" in done.output
    assert f"restored its service principal {principal}" in done.output
    assert ask(tenant, "GET", f"/servicePrincipals/{principal}")["appId"] == client_id
    assert "there is nothing to restore" in operator.run("restore", *named, ANSWERS_YES).output


def test_the_rest_of_an_application_of_ones_own_is_not_taken_for_a_vendors(
    operator: Operator, association: Association
) -> None:
    """Microsoft's texts do not say that both are purged together."""
    operator.tenant.set_clock(lambda: datetime.now(UTC) - timedelta(days=31))
    association.ask("DELETE", association.application)
    association.ask("POST", f"/directory/deletedItems/{association.service_principal_id}/restore", {})
    operator.tenant.set_clock(lambda: datetime.now(UTC))
    association.ask("DELETE", association.principal)
    done = operator.run("restore", "--client-id", association.client_id, ANSWERS_YES)
    assert (done.exit_code, "It is too late" in done.output) == (1, True), done.output
