"""What `ConsentedApplication` registers, and which arguments it refuses before anything is registered."""

from typing import Any, cast

import pulumi
import pytest
import yaml

from association.arguments import name_setting
from association.consent_arguments import CONSENT_ARGUMENTS
from components import ArgumentsError, ConsentedApplication, ConsentedApplicationArgs, read_consent_settings
from sandbox.workspace import ROOT
from tests.component.association import DEPLOYER, GRANT, GUARD, OWNER
from tests.component.recorder import EXCHANGE, GRAPH, OUTPUTS, Recording, record
from tests.docs.markdown import find_snippet

COMPONENT = "mimecast-entra:index:ConsentedApplication"
PRINCIPAL = "mimecast-entra:index:ConsentedPrincipal"
DELEGATED = "mimecast-entra:index:DelegatedGrant"
CLIENT_ID = "c1000000-0000-4000-8000-000000000001"
PUBLISHER = "7e6a0000-0000-4000-8000-0000000bad1e"
USER = "d0000000-0000-4000-8000-000000000001"
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"


def declare(*, dry_run: bool = False, **changes: Any) -> Recording:
    valid: dict[str, Any] = {
        "client_id": CLIENT_ID.upper(),
        "publisher": PUBLISHER,
        "permissions": ["full_access_as_app"],
    }
    args = cast("ConsentedApplicationArgs", valid | changes)
    return record(lambda: _program(args), dry_run=dry_run)


def _program(args: ConsentedApplicationArgs) -> None:
    ConsentedApplication("vendor", args)


@pytest.fixture(scope="module")
def recording() -> Recording:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(OUTPUTS, PRINCIPAL, {"objectId": "s1"})
        patch.setitem(GRAPH, "oauth2PermissionScopeIds", {"User.Read": "u1", "Mail.Read": "m1"})
        return declare(
            permissions=["full_access_as_app", "Microsoft Graph/Mail.ReadWrite"],
            delegated={"everyone": ["Microsoft Graph/User.Read"], USER: ["Microsoft Graph/Mail.Read"]},
            owners=[OWNER],
        )


def test_every_part_stands_under_the_component(recording: Recording) -> None:
    component = recording.of_type(COMPONENT)[0]
    children = [one for one in recording.registrations if one.parent == component.urn]
    assert sorted(child.name for child in children) == [
        "vendor-delegated-microsoft-graph-d0000000-0000-4000-8000-000000000001",
        "vendor-delegated-microsoft-graph-everyone",
        "vendor-deployer",
        "vendor-full-access-as-app",
        "vendor-guard",
        "vendor-microsoft-graph-mail-readwrite",
        "vendor-principal",
    ]
    assert {child.deleted_with for child in children} == {""}


def test_nothing_is_granted_before_it_is_known_whose_application_it_is(recording: Recording) -> None:
    (principal,) = recording.of_type(PRINCIPAL)
    assert principal.inputs == {
        "clientId": CLIENT_ID,
        "publisher": PUBLISHER,
        "owners": [OWNER],
        "stackTag": "pulumi:organization/project/test/vendor",
        "deleteTakenOver": False,
    }
    granting = [*recording.of_type(GRANT), *recording.of_type(DELEGATED), *recording.of_type(GUARD)]
    assert [one.name for one in granting if principal.urn not in one.dependencies] == []
    assert recording.of_type(DEPLOYER)[0].urn in principal.dependencies


def test_what_was_there_before_stays_unless_the_program_says_otherwise(recording: Recording) -> None:
    granting = [*recording.of_type(GRANT), *recording.of_type(DELEGATED)]
    assert {one.inputs["deleteTakenOver"] for one in granting} == {False}
    told = declare(delete_taken_over=True)
    assert {one.inputs["deleteTakenOver"] for one in (*told.of_type(GRANT), *told.of_type(PRINCIPAL))} == {True}


def test_delegated_permissions_are_told_apart_by_who_they_are_for(recording: Recording) -> None:
    given = {one.inputs["userObjectId"]: one.inputs["scopes"] for one in recording.of_type(DELEGATED)}
    assert given == {"": ["User.Read"], USER: ["Mail.Read"]}


def test_the_guard_watches_the_principal_alone(recording: Recording) -> None:
    (guard,) = recording.of_type(GUARD)
    graph = GRAPH["objectId"]
    assert "applicationId" not in guard.inputs
    assert "certificates" not in guard.inputs
    assert guard.inputs["servicePrincipalId"] == "s1"
    assert guard.inputs["publisher"] == {PUBLISHER: "declared publisher"}
    assert guard.inputs["servicePrincipalOwners"] == {OWNER: "declared owner"}
    assert guard.inputs["delegatedIds"] == {
        "everyone/Microsoft Graph/User.Read": f"everyone/{graph}/User.Read",
        f"{USER}/Microsoft Graph/Mail.Read": f"{USER}/{graph}/Mail.Read",
    }
    role = EXCHANGE["appRoleIds"]["full_access_as_app"]
    assert (
        guard.inputs["appRoleIds"]["Office 365 Exchange Online/full_access_as_app"] == f"{EXCHANGE['objectId']}/{role}"
    )


def test_its_outputs_are_those_of_the_other_component_where_they_mean_something(recording: Recording) -> None:
    outputs = recording.outputs[recording.of_type(COMPONENT)[0].urn]
    assert set(outputs) == {
        "clientId",
        "tenantId",
        "cloud",
        "servicePrincipalObjectId",
        "permissions",
        "delegated",
        "warnings",
        "exchangeOnline",
    }
    assert (outputs["tenantId"], outputs["servicePrincipalObjectId"]) == ("t1", "s1")
    assert outputs["permissions"] == ["full_access_as_app", "Microsoft Graph/Mail.ReadWrite"]
    assert any(CLIENT_ID in command for command in outputs["exchangeOnline"]["powershell"])


def test_without_ews_there_is_nothing_for_an_exchange_administrator_and_no_guard_where_it_is_off() -> None:
    made = declare(permissions=["Microsoft Graph/Mail.ReadWrite"], guard="off")
    outputs = made.outputs[made.of_type(COMPONENT)[0].urn]
    assert (outputs["exchangeOnline"], outputs["warnings"], made.of_type(GUARD)) == ({}, [], [])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"client_id": "mimecast"}, "clientId: 'mimecast' is not a valid client ID"),
        ({"publisher": None}, "publisher: None is not a valid tenant ID"),
        ({"publisher": MICROSOFT}, f"publisher: {MICROSOFT} is Microsoft's own tenant"),
        ({"permissions": []}, "permissions: neither permissions nor delegated names anything to grant"),
        ({"permissions": "full_access_as_app"}, "permissions: expected a list of texts"),
        (
            {"delegated": {"all": ["Microsoft Graph/User.Read"]}},
            "delegated: 'all' is neither `everyone` nor the object ID",
        ),
        (
            {"delegated": {"everyone": ["Microsoft Grap/User.Read"]}},
            "delegated.everyone: 'Microsoft Grap/User.Read' names an",
        ),
        ({"delegated": ["Microsoft Graph/User.Read"]}, "delegated: expected lists by who they are for"),
        ({"certificates": {}}, "certificates: unknown argument"),
        ({"guard": "maybe"}, "guard: 'maybe' is unknown"),
        ({"delete_taken_over": "perhaps"}, "deleteTakenOver: expected true or false, got 'perhaps'"),
    ],
)
def test_a_wrong_argument_is_one_sentence(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ArgumentsError) as refused:
        declare(**changes)
    (said,) = refused.value.problems
    assert said.startswith(problem)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(ArgumentsError) as refused:
        declare(client_id="x", publisher="y", guard="z", permissions=["/"])
    assert [said.partition(":")[0] for said in refused.value.problems] == [
        "clientId",
        "publisher",
        "permissions",
        "guard",
    ]


def test_a_delegated_permission_that_the_api_does_not_have_is_refused() -> None:
    with pytest.raises(ArgumentsError, match=r"Microsoft Graph has no delegated permission 'User\.Reed'"):
        declare(delegated={"everyone": ["Microsoft Graph/User.Reed"]})


def test_the_readmes_lines_declare_it() -> None:
    snippet = find_snippet("README.md", "from components import ConsentedApplication").text
    known = {"client_id": CLIENT_ID, "vendor_tenant_id": PUBLISHER}
    made = record(lambda: exec(snippet, dict(known)))  # noqa: S102 - the page's own lines
    assert made.of_type(PRINCIPAL)[0].inputs["publisher"] == PUBLISHER


def test_the_examples_settings_are_the_arguments_and_a_wrong_one_is_named() -> None:
    project = yaml.safe_load((ROOT / "examples" / "vendor-application" / "Pulumi.yaml").read_text())
    assert list(project["config"]) == [name_setting(name) for name in CONSENT_ARGUMENTS]

    def program() -> None:
        args = read_consent_settings(pulumi.Config("vendors"))
        assert (args["client_id"], args["delegated"]) == (CLIENT_ID, {"everyone": ["Microsoft Graph/User.Read"]})

    delegated = '{"everyone": ["Microsoft Graph/User.Read"]}'
    record(program, config={"vendors:clientId": CLIENT_ID, "vendors:delegated": delegated})
    with pytest.raises(ArgumentsError, match=r"vendors:permission: unknown setting; did you mean 'permissions'"):
        record(program, config={"vendors:permission": "[]"})


def test_only_owners_may_be_outputs() -> None:
    def program() -> None:
        _program({"client_id": CLIENT_ID, "publisher": PUBLISHER, "permissions": ["full_access_as_app"],
                  "owners": pulumi.Output.from_input([OWNER.upper()])})  # fmt: skip
        with pytest.raises(ArgumentsError, match="clientId: got an Output"):
            _program(cast("Any", {"client_id": pulumi.Output.from_input(CLIENT_ID), "publisher": PUBLISHER}))

    assert record(program).of_type(PRINCIPAL)[0].inputs["owners"] == [OWNER]
