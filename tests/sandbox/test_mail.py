"""Mail over Microsoft Graph and Exchange's own roles: an app role in the token and a role of Exchange add up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.tenant import INITIAL_DOMAIN, Tenant
from sandbox.vendor import MailboxRefusedError, Vendor, attempt, attempt_over_graph, make_vendor
from sandbox.vendor.proof import allow_client
from tests.guard.association import ADELE, GRAPH, MAIL_READ_WRITE, Association

ADELES, MALLORYS = (f"{name}@{INITIAL_DOMAIN}" for name in ("adele", "mallory"))
ROLES = {"EWS": "Application EWS.AccessAsApp", "Graph": "Application Mail.ReadWrite"}


@pytest.fixture
def vendor(tmp_path: Path) -> Vendor:
    return make_vendor(tmp_path / "vendor")


@pytest.fixture
def association(tmp_path: Path, vendor: Vendor) -> Iterator[Association]:
    """With `full_access_as_app`, which the organization lets use EWS."""
    with Tenant(tmp_path / "tenant") as tenant:
        made = Association.make(tenant, vendor.certificate_path.read_text())
        allow_client(tenant, made.client_id)
        yield made


def give_exchange_role(association: Association, name: str, scope: str) -> None:
    listed = association.ask("GET", "/roleManagement/exchange/roleDefinitions", version="beta")["value"]
    (role,) = [role["id"] for role in listed if role["displayName"] == name]
    body = {
        "principalId": f"/ServicePrincipals/{association.service_principal_id}",
        "roleDefinitionId": role,
        "directoryScopeId": scope,
    }
    association.ask("POST", "/roleManagement/exchange/roleAssignments", body, version="beta")


def over(api: str, association: Association, vendor: Vendor, address: str) -> int:
    """Messages that the vendor sees, 403 when it is refused."""
    read = attempt if api == "EWS" else attempt_over_graph
    try:
        return read(vendor, association.tenant, association.client_id, address=address).message_count
    except MailboxRefusedError as refused:
        return refused.status


def test_messages_are_read_with_an_app_role(association: Association, vendor: Vendor) -> None:
    with pytest.raises(MailboxRefusedError, match="403 ErrorAccessDenied: Access is denied"):
        attempt_over_graph(vendor, association.tenant, association.client_id)
    association.grant(GRAPH, MAIL_READ_WRITE)
    opened = attempt_over_graph(vendor, association.tenant, association.client_id)
    assert opened == attempt(vendor, association.tenant, association.client_id)
    assert opened.newest_subject == "Lunch on Friday?"


@pytest.mark.parametrize("api", ROLES)
def test_a_role_of_exchange_opens_the_mailboxes_in_its_scope_and_adds_to_the_app_role(
    association: Association, vendor: Vendor, api: str
) -> None:
    association.grant(GRAPH, MAIL_READ_WRITE)
    give_exchange_role(association, ROLES[api], f"/Users/{ADELE}")
    assert [over(api, association, vendor, address) for address in (ADELES, MALLORYS)] == [3, 3]
    grants = f"{association.principal}/appRoleAssignments"
    for grant in association.ask("GET", grants)["value"]:
        association.ask("DELETE", f"{grants}/{grant['id']}")
    assert [over(api, association, vendor, address) for address in (ADELES, MALLORYS)] == [3, 403]
    other = next(name for name in ROLES if name != api)
    assert over(other, association, vendor, ADELES) == 403


def test_a_group_is_a_scope_for_its_direct_members(association: Association, vendor: Vendor) -> None:
    group = association.ask(
        "POST",
        "/groups",
        {"displayName": "kept", "mailNickname": "kept", "mailEnabled": False, "securityEnabled": True},
    )["id"]
    give_exchange_role(association, ROLES["Graph"], f"/Groups/{group}")
    assert over("Graph", association, vendor, ADELES) == 403
    member = {"@odata.id": f"{association.tenant.url}/v1.0/directoryObjects/{ADELE}"}
    association.ask("POST", f"/groups/{group}/members/$ref", member)
    assert over("Graph", association, vendor, ADELES) == 3
