"""What the component registers: every child, its parent, its wire values."""

from datetime import timedelta

import pytest

from association.arguments import name_setting
from association.certificates import read_certificate
from components import ArgumentsError
from components.access_guard import AccessGuardInputs
from provider.access_guard_inputs import SCHEMA
from tests.component.association import (
    APPLICATION,
    COMPONENT,
    CREDENTIAL,
    DEPLOYER,
    GRANT,
    GUARD,
    OWNER,
    PRINCIPAL,
    declare,
)
from tests.component.recorder import EXCHANGE, GRAPH, UNKNOWN, Recording
from tests.factories import certificate_pem


@pytest.fixture(scope="module")
def recording() -> Recording:
    return declare()


def test_it_registers_each_part_once(recording: Recording) -> None:
    types = [registration.type for registration in recording.registrations]
    assert sorted(types) == sorted(
        ["pulumi:pulumi:Stack", COMPONENT, APPLICATION, PRINCIPAL, GRANT, CREDENTIAL, GUARD, DEPLOYER]
    )


def test_every_child_stands_under_the_component(recording: Recording) -> None:
    component = recording.of_type(COMPONENT)[0]
    children = [one for one in recording.registrations if one.type not in {COMPONENT, "pulumi:pulumi:Stack"}]
    assert len(children) == 6
    assert {child.parent for child in children} == {component.urn}
    assert all(child.name.startswith("mimecast-") for child in children)


def test_the_application_is_the_guides(recording: Recording) -> None:
    inputs = recording.of_type(APPLICATION)[0].inputs
    assert inputs == {
        "displayName": "Mimecast O365 Server Connection",
        "groupMembershipClaims": [],
        "identifierUris": [],
        "notes": "Managed by Pulumi (organization/project/test/mimecast). Changes made by hand are reported as drift and undone.",
        "owners": [OWNER],
        "preventDuplicateNames": True,
        "requiredResourceAccesses": [
            {
                "resourceAppId": "00000002-0000-0ff1-ce00-000000000000",
                "resourceAccesses": [{"id": EXCHANGE["appRoleIds"]["full_access_as_app"], "type": "Role"}],
            }
        ],
        "signInAudience": "AzureADMyOrg",
        "tags": ["pulumi:organization/project/test/mimecast"],
        "web": {"redirectUris": ["https://localhost/"]},
    }


def test_the_service_principal_is_enabled_by_declaration_and_goes_with_the_application(recording: Recording) -> None:
    principal = recording.of_type(PRINCIPAL)[0]
    assert principal.inputs == {
        "accountEnabled": True,
        "alternativeNames": [],
        "clientId": "c1",
        "notificationEmailAddresses": [],
        "owners": [OWNER],
        "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
        "useExisting": True,
    }
    assert principal.deleted_with == recording.of_type(APPLICATION)[0].urn


def test_the_grant_joins_the_principal_and_the_tenants_own_exchange(recording: Recording) -> None:
    grant = recording.of_type(GRANT)[0]
    assert grant.name == "mimecast-full-access-as-app"
    assert grant.inputs == {
        "appRoleId": "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
        "principalObjectId": "s1",
        "resourceObjectId": EXCHANGE["objectId"],
    }
    assert grant.deleted_with == recording.of_type(PRINCIPAL)[0].urn


def test_the_credential_is_named_by_its_thumbprint(recording: Recording) -> None:
    pem = certificate_pem("named")
    thumbprint = read_certificate(pem.encode(), source="x").thumbprint
    credential = declare(certificates={"x": pem}).of_type(CREDENTIAL)[0]
    assert credential.name == f"mimecast-certificate-{thumbprint[:8].lower()}"
    assert credential.inputs["applicationId"] == "/applications/a1"
    assert credential.inputs["certificate"] == pem
    assert credential.deleted_with == recording.of_type(APPLICATION)[0].urn


def test_the_guard_knows_every_declared_access_path_and_comes_last(recording: Recording) -> None:
    guard = recording.of_type(GUARD)[0]
    certificate = read_certificate(recording.of_type(CREDENTIAL)[0].inputs["certificate"].encode(), source="x")
    assert guard.inputs.pop("certificates") == {
        certificate.thumbprint: f"CN=Mimecast Services Limited eu, until {certificate.not_after:%Y-%m-%d}"
    }
    assert guard.inputs == {
        "applicationId": "/applications/a1",
        "appRoleIds": {
            "Office 365 Exchange Online/full_access_as_app": (
                f"{EXCHANGE['objectId']}/dc890d15-9560-4a4c-9b7f-a736ec74ec40"
            )
        },
        "appRoles": {"Office 365 Exchange Online/full_access_as_app": "declared"},
        "exceptions": [],
        "expiryWarningDays": 60,
        "guard": "report",
        "owners": {OWNER: "declared owner"},
        "servicePrincipalId": "s1",
        "servicePrincipalOwners": {OWNER: "declared owner"},
        "stackTag": "pulumi:organization/project/test/mimecast",
    }
    made_before = {recording.of_type(type_)[0].urn for type_ in (GRANT, CREDENTIAL)}
    assert made_before <= set(guard.dependencies)


def test_the_application_waits_for_the_check_of_the_deployer(recording: Recording) -> None:
    check = recording.of_type(DEPLOYER)[0]
    assert check.inputs == {
        "owners": [OWNER],
        "azureadTenantId": "t1",
        "azureadObjectId": "o1",
        "readTenantDomain": True,
    }
    assert check.urn in recording.of_type(APPLICATION)[0].dependencies


def test_there_is_no_guard_when_it_is_switched_off() -> None:
    assert declare(guard="off").of_type(GUARD) == []


@pytest.mark.parametrize(("mode", "ignored"), [("report", ("owners",)), ("enforce", ("owners",)), ("off", ())])
def test_owners_are_the_guards_where_there_is_one(mode: str, ignored: tuple[str, ...]) -> None:
    made = declare(guard=mode)
    owned = [*made.of_type(APPLICATION), *made.of_type(PRINCIPAL)]
    assert [one.ignored for one in owned] == [ignored] * 2
    assert [one.inputs["owners"] for one in owned] == [[OWNER]] * 2


def test_it_says_what_it_made(recording: Recording) -> None:
    outputs = recording.outputs[recording.of_type(COMPONENT)[0].urn]
    (certificate,) = outputs.pop("certificates")
    assert outputs == {
        "applicationObjectId": "a1",
        "clientId": "c1",
        "cloud": "usgovernmentl4",
        "permissions": ["full_access_as_app"],
        "servicePrincipalObjectId": "s1",
        "tenantDomain": "contoso.onmicrosoft.com",
        "tenantId": "t1",
        "warnings": [],
    }
    assert certificate["keyId"] == "k1"
    assert certificate["subject"] == "CN=Mimecast Services Limited eu"


def test_one_grant_is_made_per_permission_and_the_accesses_are_sorted_by_id() -> None:
    made = declare(permissions=["Microsoft Graph/Mail.ReadWrite", "full_access_as_app", "Mail.Read", "Mail.Read"])
    assert sorted(grant.name for grant in made.of_type(GRANT)) == [
        "mimecast-full-access-as-app",
        "mimecast-mail-read",
        "mimecast-microsoft-graph-mail-readwrite",
    ]
    accesses = made.of_type(APPLICATION)[0].inputs["requiredResourceAccesses"]
    assert [access["resourceAppId"] for access in accesses] == sorted(access["resourceAppId"] for access in accesses)
    ids = [role["id"] for role in accesses[0]["resourceAccesses"]]
    assert ids == sorted(ids)
    assert len(ids) == 2
    (graph_grant,) = [grant for grant in made.of_type(GRANT) if "graph" in grant.name]
    assert graph_grant.inputs["resourceObjectId"] == GRAPH["objectId"]


def test_a_preview_registers_the_same_resources_with_unknowns() -> None:
    made = declare(dry_run=True)
    assert len(made.registrations) == 8
    assert made.of_type(PRINCIPAL)[0].inputs["clientId"] == UNKNOWN


def test_a_domain_that_is_given_is_not_read_from_the_tenant() -> None:
    made = declare(tenant_domain="fabrikam.onmicrosoft.com")
    assert "readTenantDomain" not in made.of_type(DEPLOYER)[0].inputs
    assert made.outputs[made.of_type(COMPONENT)[0].urn]["tenantDomain"] == "fabrikam.onmicrosoft.com"


def test_a_role_that_the_tenant_does_not_offer_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ArgumentsError, match=r"no app role 'Mail.Reed' in this tenant; did you mean 'Mail.Read'\?"):
        declare(permissions=["Mail.Reed"])


def test_an_unlike_role_is_refused_with_the_command_that_lists_them() -> None:
    with pytest.raises(ArgumentsError, match=r"expected one of Mail.Read, full_access_as_app.\n  All: az ad sp show"):
        declare(permissions=["Calendars.Write"])


def test_a_certificate_that_ends_soon_is_a_warning_on_its_resource_and_an_output() -> None:
    made = declare(certificates={"eu.pem": certificate_pem("eu", ends=timedelta(days=20))})
    warnings = [(text, urn) for severity, text, urn in made.logs if severity == "WARNING"]
    assert len(warnings) == 1
    assert "expires in" in warnings[0][0]
    assert warnings[0][1] == made.of_type(CREDENTIAL)[0].urn
    assert made.outputs[made.of_type(COMPONENT)[0].urn]["warnings"] == [warnings[0][0]]


def test_the_plugin_has_every_input_of_the_guard() -> None:
    assert {name_setting(name) for name in AccessGuardInputs.__annotations__} - SCHEMA[
        "inputProperties"
    ].keys() == set()
