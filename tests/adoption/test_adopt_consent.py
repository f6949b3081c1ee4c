"""`python -m association adopt` of a vendor's application that somebody consented to: its own file, and its own settings."""

from collections.abc import Iterator

import pytest

from sandbox.tenant import Tenant
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from tests.adoption.test_adopt import EXIT_ERROR, adopt
from tests.factories import certificate_pem
from tests.guard.association import ADELE, ask

EXCHANGE_API = "00000002-0000-0ff1-ce00-000000000000"
GRAPH_API = "00000003-0000-0000-c000-000000000000"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        tenant.permit("deployer", *tenant.identity("auditor").permissions)
        yield tenant


@pytest.fixture
def client_id(tenant: Tenant) -> str:
    return tenant.elsewhere.publish(
        "Mimecast \x1b[2J",
        certificate=certificate_pem("the vendor's"),
        roles={EXCHANGE_API: ["full_access_as_app"], GRAPH_API: ["Mail.ReadWrite"]},
        scopes={GRAPH_API: ["User.Read", "Mail.Read"]},
    )


def test_the_file_names_the_other_component_and_the_principal_alone(tenant: Tenant, client_id: str) -> None:
    principal = tenant.elsewhere.consent(client_id)
    document, said = adopt(tenant, client_id.upper(), "--name", "connectors")
    assert document["resources"] == [
        {"type": "mimecast-entra:index:ConsentedApplication", "name": "connectors", "component": True},
        {
            "type": "mimecast-entra:index:ConsentedPrincipal",
            "name": "connectors-principal",
            "id": principal,
            "parent": "connectors",
        },
    ]
    assert f"it is in the tenant {VENDOR_TENANT_ID}" in said
    assert "verified as its publisher: nobody. Ask the vendor for its tenant ID" in said
    assert all(line.isprintable() for line in said.splitlines())


def test_it_says_what_was_granted_to_whom_and_which_settings_declare_it(tenant: Tenant, client_id: str) -> None:
    principal = tenant.elsewhere.consent(client_id)
    tenant.elsewhere.consent(client_id, user=ADELE)
    body = {"passwordCredential": {"displayName": "backdoor"}}
    secret = ask(tenant, "POST", f"/servicePrincipals/{principal}/addPassword", body)["keyId"]
    _, said = adopt(tenant, client_id)
    for line in (
        f"pulumi config set clientId {client_id}",
        f"pulumi config set publisher {VENDOR_TENANT_ID}",
        "pulumi config set --path 'permissions[0]' full_access_as_app",
        "pulumi config set --path 'permissions[1]' 'Microsoft Graph/Mail.ReadWrite'",
        "pulumi config set --path 'delegated[\"everyone\"][1]' 'Microsoft Graph/User.Read'",
        f"pulumi config set --path 'delegated[\"{ADELE}\"][0]' 'Microsoft Graph/Mail.Read'",
        f"client secret of the service principal 'backdoor {secret}'",
    ):
        assert line in said


def test_one_that_a_stack_made_is_adopted_only_after_a_warning(tenant: Tenant, client_id: str) -> None:
    principal = tenant.elsewhere.consent(client_id)
    ask(tenant, "PATCH", f"/servicePrincipals/{principal}", {"tags": ["pulumi:acme/mail/prod/vendor"]})
    document, said = adopt(tenant, client_id, code=EXIT_ERROR)
    assert (document, "pulumi:acme/mail/prod/vendor" in said) == (None, True)
    assert adopt(tenant, client_id, "--managed")[0] is not None


def test_before_anybody_consented_there_is_nothing_to_adopt(tenant: Tenant, client_id: str) -> None:
    _, said = adopt(tenant, client_id, code=EXIT_ERROR)
    assert "no application of this tenant has this client ID" in said
