"""Every resource option on a `ServerConnection`: what it does to the children, as README says it. Nothing may hang: each has a minute."""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.engine.project import Project

pytestmark = [pytest.mark.engine, pytest.mark.timeout(120)]

PROGRAM: Final = """
import pulumi
import pulumi_azuread as azuread
from pathlib import Path
from components import ServerConnection

owner = {owner!r}

def connect(name, *, display_name=None, **options):
    args = {{"certificates": {{"eu.pem": Path("certs/mimecast.pem").read_text()}}, "owners": [owner]}}
    return ServerConnection(name, {{**args, "display_name": display_name or name}}, pulumi.ResourceOptions(**options))

"""
APPLICATION: Final = "azuread:index/application:Application"
PRINCIPAL: Final = "azuread:index/servicePrincipal:ServicePrincipal"
GUARD: Final = "mimecast-entra:index:AccessGuard"
COMPONENT: Final = "mimecast-entra:index:ServerConnection"


def write(project: Project, text: str) -> None:
    """Make this the project's program."""
    program: Path = project.folder / "__main__.py"
    program.unlink()
    program.write_text(PROGRAM.format(owner=project.tenant.identity("deployer").object_id) + text)


def children(project: Project) -> list[dict[str, Any]]:
    """What the component made, by the engine's state."""
    resources = project.state()["deployment"]["resources"]
    found = [one for one in resources if f"{COMPONENT}$" in one["urn"]]
    assert len(found) == 6
    return found


def one(project: Project, type_: str) -> dict[str, Any]:
    (found,) = project.resources(type_)
    return found


def test_protect_protects_every_child(project: Project) -> None:
    write(project, "connect('eu', protect=True)")
    project.up()
    assert {child["protect"] for child in children(project)} == {True}
    refused = project.pulumi("destroy", "--yes", "--skip-preview", expect=1)
    assert "protected" in refused.output
    assert project.graph("GET", f"/v1.0{one(project, APPLICATION)['id']}")["displayName"] == "eu"


def test_retain_on_delete_leaves_everything_in_the_tenant(project: Project) -> None:
    write(project, "connect('eu', retain_on_delete=True)")
    project.up()
    application, principal = one(project, APPLICATION)["id"], one(project, PRINCIPAL)["id"]
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert len(project.graph("GET", f"/v1.0{application}")["keyCredentials"]) == 1
    assert len(project.graph("GET", f"/v1.0{principal}/appRoleAssignments")["value"]) == 1


def test_deleted_with_reaches_application_and_deployer_check(project: Project) -> None:
    write(
        project,
        "other = azuread.Application('other', display_name='other', owners=[owner])\nconnect('eu', deleted_with=other)",
    )
    project.up()
    with_whom = {
        child["type"].rpartition(":")[2]: child["deletedWith"].rpartition("::")[2] for child in children(project)
    }
    assert with_whom == {
        "DeployerCheck": "other",
        "Application": "other",
        "ServicePrincipal": "eu-application",
        "CertificateCredential": "eu-application",
        "AppRoleAssignment": "eu-service-principal",
        "AccessGuard": "eu-application",
    }


def test_an_alias_renames_the_component_and_replaces_nothing(project: Project) -> None:
    write(project, "connect('old', display_name='same')")
    project.up()
    before = one(project, APPLICATION)["id"]
    write(project, "connect('new', display_name='same', aliases=[pulumi.Alias(name='old')])")
    project.up()
    assert one(project, APPLICATION)["id"] == before
    assert one(project, GUARD)["urn"].endswith("::new-guard")
    project.refresh_preview()
    project.refreshed_preview()


def test_providers_reach_every_child(project: Project) -> None:
    write(
        project,
        "ours = pulumi.ProviderResource('mimecast-entra', 'ours', {})\n"
        "connect('eu', providers=[azuread.Provider('theirs'), ours])",
    )
    project.up()
    providers = {child["type"].partition(":")[0]: child["provider"].split("::")[-2] for child in children(project)}
    assert providers == {"azuread": "theirs", "mimecast-entra": "ours"}
    project.refresh_preview()


def test_a_transform_sees_every_child(project: Project) -> None:
    write(
        project,
        "def change(args):\n"
        "    notes = {'notes': 'ask the platform team'} if args.type_.endswith(':Application') else {}\n"
        "    return pulumi.ResourceTransformResult(props={**args.props, **notes}, opts=args.opts)\n"
        "connect('eu', transforms=[change])",
    )
    project.up()
    assert project.graph("GET", f"/v1.0{one(project, APPLICATION)['id']}")["notes"] == "ask the platform team"
    project.refresh_preview()


@pytest.mark.parametrize("option", ["ignore_changes", "replace_on_changes"])
def test_these_say_nothing_to_the_children(project: Project, option: str) -> None:
    write(project, f"connect('eu', {option}=['displayName', 'display_name'])")
    project.up()
    before = one(project, APPLICATION)["id"]
    write(project, f"connect('eu', display_name='renamed', {option}=['displayName', 'display_name'])")
    project.up()
    assert one(project, APPLICATION)["id"] == before
    assert project.graph("GET", f"/v1.0{before}")["displayName"] == "renamed"


def test_another_resource_can_depend_on_it(project: Project) -> None:
    write(
        project,
        "azuread.Application('after', display_name='after', owners=[owner],\n"
        "    opts=pulumi.ResourceOptions(depends_on=[connect('eu')]))",
    )
    project.up("--parallel", "1")
    after = next(one for one in project.resources(APPLICATION) if one["urn"].endswith("::after"))
    assert max(child["created"] for child in children(project)) < after["created"]


@pytest.mark.parametrize("flags", [(), ("--parallel", "1")], ids=["", "one at a time"])
def test_one_association_can_depend_on_another(project: Project, flags: tuple[str, ...]) -> None:
    write(project, "connect('second', depends_on=[connect('first')])")
    project.pulumi("preview", *flags)
    project.up(*flags)
    first, second = (
        [child["created"] for child in project.state()["deployment"]["resources"] if f"::{name}-" in child["urn"]]
        for name in ("first", "second")
    )
    assert max(first) < min(second)
    project.refresh_preview()
    project.refreshed_preview()


def test_it_can_stand_in_another_component(project: Project) -> None:
    write(
        project,
        "class Tenant(pulumi.ComponentResource):\n"
        "    def __init__(self):\n"
        "        super().__init__('acme:index:Tenant', 'tenant')\n"
        "        self.client_id = connect('eu', parent=self).client_id\n"
        "        self.register_outputs({'clientId': self.client_id})\n"
        "pulumi.export('clientId', Tenant().client_id)",
    )
    project.up()
    assert {child["parent"] for child in children(project)} == {one(project, COMPONENT)["urn"]}
    assert one(project, COMPONENT)["urn"].endswith(f"::acme:index:Tenant${COMPONENT}::eu")
    project.refresh_preview()
    project.refreshed_preview()


def test_a_target_takes_one_association_alone(project: Project) -> None:
    write(project, "connect('eu')\nconnect('us')")
    project.up("--target", "**::eu*")
    assert len(children(project)) == 6
    assert one(project, GUARD)["urn"].endswith("::eu-guard")
    project.up()
    write(project, "connect('eu', display_name='eu renamed')\nconnect('us', display_name='us renamed')")
    project.up("--target", "**::eu-application", "--target-dependents")
    names = {application["displayName"] for application in project.graph("GET", "/v1.0/applications")["value"]}
    assert names & {"eu", "us", "eu renamed", "us renamed"} == {"eu renamed", "us"}
    project.refresh_preview()
