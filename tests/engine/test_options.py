"""Every resource option on a `ServerConnection`: what it does to the children, as README says it. Nothing may hang.

The options that only change what is made are deployed together once; the tests look at that one stack and change nothing.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.engine import Engine
from sandbox.vendor import Vendor
from tests.engine.conftest import open_project
from tests.engine.project import Project

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240), pytest.mark.xdist_group("options")]

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
TOGETHER: Final = """
other = azuread.Application("other", display_name="other", owners=[owner])
connect("bound", deleted_with=other)

if second_run:
    connect("new", display_name="same", aliases=[pulumi.Alias(name="old")])
else:
    connect("old", display_name="same")

ours = pulumi.ProviderResource("mimecast-entra", "ours", {})
connect("provided", providers=[azuread.Provider("theirs"), ours])

def change(args):
    notes = {"notes": "ask the platform team"} if args.type_.endswith(":Application") else {}
    return pulumi.ResourceTransformResult(props={**args.props, **notes}, opts=args.opts)

connect("transformed", transforms=[change])

for option in ("ignore_changes", "replace_on_changes"):
    name = f"{option} renamed" if second_run else option
    connect(option, display_name=name, **{option: ["displayName", "display_name"]})

first = connect("first")
connect("second", depends_on=[first])
azuread.Application("after", display_name="after", owners=[owner], opts=pulumi.ResourceOptions(depends_on=[first]))

class Tenant(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("acme:index:Tenant", "tenant")
        self.client_id = connect("inside", parent=self).client_id
        self.register_outputs({"clientId": self.client_id})

pulumi.export("clientId", Tenant().client_id)
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


Resources = list[dict[str, Any]]


def resources_of(project: Project) -> Resources:
    return list(project.state()["deployment"]["resources"])


def children(resources: Resources, name: str) -> Resources:
    """What the component of that name made, by the engine's state."""
    found = [one for one in resources if f"{COMPONENT}$" in one["urn"] and f"::{name}-" in one["urn"]]
    assert len(found) == 6
    return found


def child(resources: Resources, name: str, type_: str) -> dict[str, Any]:
    """Its child of one type."""
    (found,) = [one for one in children(resources, name) if one["type"] == type_]
    return found


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The stack of `TOGETHER`."""

    project: Project
    first: Resources
    """After the first run."""
    second: Resources
    """After the second run, which renames."""


@pytest.fixture(scope="module")
def together(
    tmp_path_factory: pytest.TempPathFactory, undeployed: Path, engine: Engine, vendor: Vendor
) -> Iterator[Deployed]:
    """Both runs done, and both commands of the drift check clean. Nobody may change it."""
    folder = tmp_path_factory.mktemp("together")
    shutil.copytree(undeployed, folder, dirs_exist_ok=True, symlinks=True)
    with open_project(folder, engine, vendor) as project:
        write(project, f"second_run = False\n{TOGETHER}")
        project.pulumi("preview")
        project.up()
        first = resources_of(project)
        write(project, f"second_run = True\n{TOGETHER}")
        project.up()
        project.refresh_preview()
        project.refreshed_preview()
        yield Deployed(project=project, first=first, second=resources_of(project))


def test_deleted_with_reaches_application_and_deployer_check(together: Deployed) -> None:
    with_whom = {
        one["type"].rpartition(":")[2]: one["deletedWith"].rpartition("::")[2]
        for one in children(together.first, "bound")
    }
    assert with_whom == {
        "DeployerCheck": "other",
        "Application": "other",
        "ServicePrincipal": "bound-application",
        "CertificateCredential": "bound-application",
        "AppRoleAssignment": "bound-service-principal",
        "AccessGuard": "bound-application",
    }


def test_an_alias_renames_the_component_and_replaces_nothing(together: Deployed) -> None:
    before = {one["type"]: one["id"] for one in children(together.first, "old")}
    assert {one["type"]: one["id"] for one in children(together.second, "new")} == before
    assert not [one["urn"] for one in together.second if "::old-" in one["urn"]]


def test_providers_reach_every_child(together: Deployed) -> None:
    providers = {
        one["type"].partition(":")[0]: one["provider"].split("::")[-2] for one in children(together.first, "provided")
    }
    assert providers == {"azuread": "theirs", "mimecast-entra": "ours"}


def test_a_transform_sees_every_child(together: Deployed) -> None:
    application = child(together.first, "transformed", APPLICATION)["id"]
    assert together.project.graph("GET", f"/v1.0{application}")["notes"] == "ask the platform team"


@pytest.mark.parametrize("option", ["ignore_changes", "replace_on_changes"])
def test_these_say_nothing_to_the_children(together: Deployed, option: str) -> None:
    before = child(together.first, option, APPLICATION)["id"]
    assert child(together.second, option, APPLICATION)["id"] == before
    assert together.project.graph("GET", f"/v1.0{before}")["displayName"] == f"{option} renamed"


def assert_waited(resources: Resources) -> None:
    """`second` and `after` were made after all that `first` made."""
    made = max(one["created"] for one in children(resources, "first"))
    assert made < min(one["created"] for one in children(resources, "second"))
    (after,) = [one for one in resources if one["urn"].endswith("::after")]
    assert made < after["created"]


def test_another_resource_and_another_association_can_depend_on_it(together: Deployed) -> None:
    assert_waited(together.first)


def test_what_depends_on_it_does_not_hang_one_at_a_time(project: Project) -> None:
    write(
        project,
        "first = connect('first')\n"
        "connect('second', depends_on=[first])\n"
        "azuread.Application('after', display_name='after', owners=[owner],\n"
        "    opts=pulumi.ResourceOptions(depends_on=[first]))",
    )
    project.pulumi("preview", "--parallel", "1")
    project.up("--parallel", "1")
    assert_waited(resources_of(project))


def test_it_can_stand_in_another_component(together: Deployed) -> None:
    (component,) = [one for one in together.first if one["urn"].endswith(f"::acme:index:Tenant${COMPONENT}::inside")]
    assert {one["parent"] for one in children(together.first, "inside")} == {component["urn"]}


def test_protect_protects_every_child_and_retain_on_delete_leaves_everything_in_the_tenant(project: Project) -> None:
    write(project, "connect('eu', protect=True)\nconnect('us', retain_on_delete=True)")
    project.up()
    resources = resources_of(project)
    assert {one["protect"] for one in children(resources, "eu")} == {True}
    application, principal = (child(resources, "us", type_)["id"] for type_ in (APPLICATION, PRINCIPAL))
    refused = project.pulumi("destroy", "--yes", "--skip-preview", "--target", "**::eu*", expect=1)
    assert "protected" in refused.output
    assert project.graph("GET", f"/v1.0{child(resources, 'eu', APPLICATION)['id']}")["displayName"] == "eu"
    project.pulumi("destroy", "--yes", "--skip-preview", "--target", "**::us*")
    assert not [one["urn"] for one in resources_of(project) if "::us-" in one["urn"]]
    assert len(project.graph("GET", f"/v1.0{application}")["keyCredentials"]) == 1
    assert len(project.graph("GET", f"/v1.0{principal}/appRoleAssignments")["value"]) == 1


def test_a_target_takes_one_association_alone(project: Project) -> None:
    write(project, "connect('eu')\nconnect('us')")
    project.up("--target", "**::eu*")
    assert {one["urn"].rpartition("::")[2] for one in project.resources(GUARD)} == {"eu-guard"}
    assert len(children(resources_of(project), "eu")) == 6
    project.up()
    write(project, "connect('eu', display_name='eu renamed')\nconnect('us', display_name='us renamed')")
    project.up("--target", "**::eu-application", "--target-dependents")
    names = {application["displayName"] for application in project.graph("GET", "/v1.0/applications")["value"]}
    assert names & {"eu", "us", "eu renamed", "us renamed"} == {"eu renamed", "us"}
    project.refresh_preview()
