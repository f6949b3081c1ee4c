"""What the component registers: every child, its parent, its wire values; and what it refuses before registering anything."""

from datetime import timedelta
from typing import Any, cast

import pulumi
import pytest

from association.certificates import read_certificate
from association.errors import SettingsError
from components import ArgumentsError, ServerConnection, ServerConnectionArgs
from tests.component.recorder import EXCHANGE, GRAPH, UNKNOWN, Recording, record
from tests.factories import certificate_pem

APPLICATION = "azuread:index/application:Application"
PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal"
GRANT = "mimecast-entra:index:AppRoleAssignment"
CREDENTIAL = "mimecast-entra:index:CertificateCredential"
DEPLOYER = "mimecast-entra:index:DeployerCheck"
GUARD = "mimecast-entra:index:AccessGuard"
COMPONENT = "mimecast-entra:index:ServerConnection"

OWNER = "a0000000-0000-4000-8000-000000000002"


def arguments(**changes: Any) -> ServerConnectionArgs:
    """Valid arguments with some changed."""
    valid: dict[str, Any] = {"certificates": {"eu.pem": certificate_pem("eu")}, "owners": [OWNER]}
    return cast("ServerConnectionArgs", valid | changes)


def declare(*, dry_run: bool = False, **changes: Any) -> Recording:
    """Record a program that declares one association."""
    return record(lambda: _program(**changes), dry_run=dry_run)


def _program(**changes: Any) -> None:
    """Outputs need the program's event loop, so they are made by functions."""
    made = {name: change() if callable(change) else change for name, change in changes.items()}
    ServerConnection("mimecast", arguments(**made))


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
        "clientId": "c1",
        "owners": [OWNER],
        "tags": [],
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


def test_the_guard_knows_every_declared_way_in_and_comes_last(recording: Recording) -> None:
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
        "clientId": "c1",
        "exceptions": [],
        "expiryWarningDays": 60,
        "mode": "report",
        "owners": {OWNER: "declared owner"},
        "servicePrincipalId": "s1",
        "servicePrincipalOwners": {OWNER: "declared owner"},
        "siblings": [],
        "stackTag": "pulumi:organization/project/test/mimecast",
    }
    made_before = {recording.of_type(type_)[0].urn for type_ in (GRANT, CREDENTIAL)}
    assert made_before <= set(guard.dependencies)


def test_the_application_waits_for_the_check_of_the_deployer(recording: Recording) -> None:
    check = recording.of_type(DEPLOYER)[0]
    assert check.inputs == {"owners": [OWNER], "azureadTenantId": "t1", "azureadObjectId": "o1"}
    assert check.urn in recording.of_type(APPLICATION)[0].dependencies


def test_guards_of_one_program_know_each_others_principals_whatever_the_order() -> None:
    def program() -> None:
        for name in ("first", "second", "third"):
            ServerConnection(name, arguments(display_name=name))

    guards = record(program).of_type(GUARD)
    assert [guard.inputs["siblings"] for guard in guards] == [["s1", "s1"]] * 3
    previewed = record(program, dry_run=True).of_type(GUARD)
    assert [guard.inputs["siblings"] for guard in previewed] == [UNKNOWN] * 3


def test_there_is_no_guard_when_it_is_switched_off() -> None:
    assert declare(guard="off").of_type(GUARD) == []


def test_an_unknown_guard_or_exception_is_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        declare(guard="maybe", exceptions=[{"finding": "secrets.x"}])
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "guard",
        "exceptions[0]",
        "exceptions[0]",
    ]


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
    assert "azuread:index/getDomains:getDomains" not in [token for token, _ in made.invokes]
    assert made.outputs[made.of_type(COMPONENT)[0].urn]["tenantDomain"] == "fabrikam.onmicrosoft.com"


def test_a_role_that_the_tenant_does_not_offer_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ArgumentsError, match=r"no app role 'Mail.Reed' in this tenant; did you mean 'Mail.Read'\?"):
        declare(permissions=["Mail.Reed"])


def test_an_unlike_role_is_refused_with_the_command_that_lists_them() -> None:
    with pytest.raises(ArgumentsError, match=r"expected one of Mail.Read, full_access_as_app.\n  All: az ad sp show"):
        declare(permissions=["Calendars.Write"])


OTHER = "a1000000-0000-4000-8000-000000000001"


def test_owners_may_be_outputs() -> None:
    """The obvious line: the deployer itself, as the azuread provider names it."""

    def program() -> None:
        deployer = pulumi.Output.from_input(OTHER.upper())
        ServerConnection(
            "mimecast", arguments(owners=[deployer, OWNER], display_name=pulumi.Output.from_input("Later"))
        )

    made = record(program)
    assert made.of_type(APPLICATION)[0].inputs["owners"] == [OWNER, OTHER]
    assert made.of_type(PRINCIPAL)[0].inputs["owners"] == [OWNER, OTHER]
    assert set(made.of_type(GUARD)[0].inputs["owners"]) == {OWNER, OTHER}
    assert made.of_type(APPLICATION)[0].inputs["displayName"] == "Later"


def test_owners_that_are_not_known_in_a_preview_are_unknown_and_nothing_else() -> None:
    made = declare(dry_run=True, owners=lambda: pulumi.Output.from_input(pulumi.output.UNKNOWN))
    assert made.of_type(APPLICATION)[0].inputs["displayName"] == "Mimecast O365 Server Connection"
    assert made.of_type(PRINCIPAL)[0].inputs["owners"] == UNKNOWN


@pytest.mark.parametrize(
    ("argument", "value", "problem"),
    [
        ("owners", ["me"], "owners: 'me' is not a valid object ID"),
        ("display_name", "Bob's", "displayName: .*apostrophe"),
        ("tenant_domain", "contoso", "tenantDomain: 'contoso' is not a domain name"),
    ],
)
def test_what_is_known_later_is_judged_later_with_the_same_sentence(argument: str, value: Any, problem: str) -> None:
    with pytest.raises(ArgumentsError, match=problem):
        declare(dry_run=False, **{argument: lambda: pulumi.Output.from_input(value)})


@pytest.mark.parametrize(
    ("argument", "value", "name"),
    [
        ("certificates", lambda: {"eu.pem": pulumi.Output.from_input("")}, "certificates"),
        ("permissions", lambda: pulumi.Output.from_input(["Mail.Read"]), "permissions"),
        ("guard", lambda: pulumi.Output.from_input("off"), "guard"),
        ("expiry_warning_days", lambda: pulumi.Output.from_input(1), "expiryWarningDays"),
        ("exceptions", lambda: [{"finding": pulumi.Output.from_input("a")}], "exceptions"),
    ],
)
def test_what_decides_about_resources_may_not_be_an_output(argument: str, value: Any, name: str) -> None:
    with pytest.raises(ArgumentsError, match=f"^{name}: got an Output, .* expected a plain value") as caught:
        declare(dry_run=False, **{argument: value})
    assert len(caught.value.problems) == 1


def test_an_unknown_argument_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ArgumentsError) as caught:
        declare(displayName="x", certificate="y")
    assert caught.value.problems == (
        "displayName: unknown argument; did you mean 'display_name'?",
        "certificate: unknown argument; did you mean 'certificates'?",
    )


@pytest.mark.parametrize("certificates", ["text", ["text"], {"a": None}, 7])
def test_certificates_of_the_wrong_type_are_refused_without_showing_them(certificates: Any) -> None:
    with pytest.raises(
        ArgumentsError, match=r"^certificates: expected texts by name, got (str|list|dict|int);"
    ) as caught:
        declare(certificates=certificates)
    assert len(caught.value.problems) == 1


def test_arguments_without_certificates_say_where_to_put_one() -> None:
    with pytest.raises(ArgumentsError, match=r"put its file into certs/"):
        record(_without_certificates)


def _without_certificates() -> None:
    ServerConnection("mimecast", cast("ServerConnectionArgs", {"owners": [OWNER]}))


def test_wrong_arguments_in_somebodys_own_program_are_a_sentence_and_no_traceback() -> None:
    """Pulumi's language host shows the text of a RunError, and the traceback of everything else."""
    with pytest.raises(pulumi.RunError, match="guard: 'on' is unknown"):
        declare(guard="on")


def test_a_certificate_that_ends_soon_is_a_warning_on_its_resource_and_an_output() -> None:
    made = declare(certificates={"eu.pem": certificate_pem("eu", ends=timedelta(days=20))})
    warnings = [(text, urn) for severity, text, urn in made.logs if severity == "WARNING"]
    assert len(warnings) == 1
    assert "expires in" in warnings[0][0]
    assert warnings[0][1] == made.of_type(CREDENTIAL)[0].urn
    assert made.outputs[made.of_type(COMPONENT)[0].urn]["warnings"] == [warnings[0][0]]


def test_everything_wrong_is_said_at_once_and_nothing_is_registered() -> None:
    with pytest.raises(SettingsError) as caught:
        declare(
            certificates={
                "old.pem": certificate_pem("old", begins=timedelta(days=-9), ends=timedelta(days=-2)),
                "short.pem": certificate_pem("short", bits=1024),
                "nonsense.pem": "nothing",
            },
            display_name="Bob's",
            permissions=["Contoso/Mail.Read", "not a role"],
            owners=["me"],
            tenant_domain="contoso",
            expiry_warning_days=-1,
        )
    problems = caught.value.problems
    assert len(problems) == 9
    for place in (
        "displayName",
        "Contoso",
        "not a role",
        "owners",
        "tenantDomain",
        "expiryWarningDays",
        "old.pem",
        "short.pem",
        "nonsense.pem",
    ):
        assert sum(place in problem for problem in problems) >= 1, place


@pytest.mark.parametrize("name", ["", " Mimecast", "Mimecast\n", "x" * 121, "Mime\u202ecast"])
def test_a_display_name_that_the_tenant_would_show_wrongly_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="displayName"):
        declare(display_name=name or " ")


def test_no_certificate_at_all_says_where_to_put_one() -> None:
    with pytest.raises(SettingsError, match=r"put its file into certs/"):
        declare(certificates={})
