"""The state of an older version is gone on with: nothing is replaced, and nothing is ever taken away."""

import re
from typing import Any

import pytest

from provider import VERSION
from sandbox.workspace import ROOT
from tests.engine.interruption import names_of_writes
from tests.engine.project import Project
from tests.engine.stored_state import STATES, make_as_the_state_says, take_the_state

BEFORE_1_0 = "azuread-grant"
"""A state in which the grant was azuread's."""

NEXT_VERSION = """
import components
import components.server_connection
import pulumi
import pulumi_azuread

BEFORE = components.server_connection.SERVER_CONNECTION
components.server_connection.SERVER_CONNECTION = "mimecast-entra:index:MailConnection"


class MailConnection(components.ServerConnection):
    def __init__(self, name, args, opts):
        before = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=BEFORE)])
        super().__init__(name, args, pulumi.ResourceOptions.merge(opts, before))


class Principal(pulumi_azuread.ServicePrincipal):
    def __init__(self, name, *, opts, **inputs):
        before = pulumi.ResourceOptions(aliases=[pulumi.Alias(name=name)])
        renamed = name.replace("service-principal", "principal")
        super().__init__(renamed, opts=pulumi.ResourceOptions.merge(opts, before), **inputs)


components.ServerConnection = MailConnection
pulumi_azuread.ServicePrincipal = Principal
"""
"""What a version with another type for the component and another name for one child does, as docs/upgrading.md promises it."""


def write_next_version(project: Project) -> None:
    """Let the project's program go on with names that are not today's."""
    program = project.folder / "__main__.py"
    text = program.read_text()
    program.unlink()
    program.write_text(NEXT_VERSION + text)


@pytest.fixture
def values(project: Project, request: pytest.FixtureRequest) -> dict[str, str]:
    """The association of the stored state, in this tenant."""
    values = make_as_the_state_says(project, request.param)
    take_the_state(project, request.param, values)
    return values


def up_replaces_nothing(project: Project, values: dict[str, str]) -> None:
    project.tenant.requests.clear()
    project.up()
    assert {name.partition(" ")[0] for name in names_of_writes(project.tenant.requests)} <= {"PATCH"}
    outputs = project.outputs()
    assert outputs["applicationObjectId"] == values["application"]
    assert outputs["servicePrincipalObjectId"] == values["service_principal"]
    (grant,) = grants_of(project, values)
    assert grant["id"] == values["assignment"]


def grants_of(project: Project, values: dict[str, str]) -> list[dict[str, Any]]:
    path = f"/v1.0/servicePrincipals/{values['service_principal']}/appRoleAssignments"
    return list(project.graph("GET", path)["value"])


@pytest.mark.engine
@pytest.mark.parametrize("values", [BEFORE_1_0], indirect=True)
def test_up_goes_on_with_the_state_of_an_association_whose_grant_was_azureads_and_takes_it_away_when_it_is_declared_no_more(
    project: Project, values: dict[str, str]
) -> None:
    up_replaces_nothing(project, values)
    assert project.resources("azuread:index/appRoleAssignment:AppRoleAssignment") == []
    assert len(project.resources("mimecast-entra:index:AppRoleAssignment")) == 1
    project.refresh_preview()
    project.refreshed_preview()
    project.set(permissions=["Mail.Read"])
    project.up()
    (grant,) = grants_of(project, values)
    assert grant["id"] != values["assignment"]
    project.refresh_preview()


@pytest.mark.engine
@pytest.mark.parametrize("values", ["1.0.0"], indirect=True)
def test_up_goes_on_with_the_state_of_1_0_and_so_does_a_version_with_other_names(
    project: Project, values: dict[str, str]
) -> None:
    up_replaces_nothing(project, values)
    write_next_version(project)
    up_replaces_nothing(project, values)
    (component,) = project.resources("mimecast-entra:index:MailConnection")
    (principal,) = project.resources("azuread:index/servicePrincipal:ServicePrincipal")
    assert principal["parent"] == component["urn"]
    assert principal["urn"].endswith("::mimecast-principal")
    project.refreshed_preview()


def test_the_state_of_every_release_is_stored() -> None:
    released = re.findall(r"^## (\d+\.\d+\.\d+) - ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert VERSION in released
    assert {file.stem for file in STATES.iterdir()} == {BEFORE_1_0, *released}
