"""Owners: what Graph asks for is checked beforehand, an `up` that succeeds has made each declared one, and others stay."""

import pytest

from tests.engine.project import Project
from tests.guard.association import ADELE, MALLORY

pytestmark = pytest.mark.engine

KINDS = ("applications", "servicePrincipals")


def owners(project: Project) -> dict[str, set[str]]:
    outputs = project.outputs()
    ids = (outputs["applicationObjectId"], outputs["servicePrincipalObjectId"])
    return {
        kind: {owner["id"] for owner in project.graph("GET", f"/v1.0/{kind}/{object_id}/owners")["value"]}
        for kind, object_id in zip(KINDS, ids, strict=True)
    }


def test_a_deployer_that_may_not_add_owners_is_told_before_anything_is_made(project: Project) -> None:
    project.set(owners=[project.tenant.identity("deployer").object_id, ADELE])
    for command in ("preview", "up --yes --skip-preview"):
        stopped = project.pulumi(*command.split(), expect=1)
        assert f"may not add the owners {ADELE}" in stopped.output
        assert "Application.ReadWrite.All and Directory.Read.All" in stopped.output
    writes = [request for request in project.tenant.requests if request.method not in {"GET", "DELETE"}]
    assert [request.path for request in writes if request.identity == "deployer" and "token" not in request.path] == []


def change_by_hand(project: Project, *, add: str = "", remove: str = "") -> None:
    """Make somebody an owner of both, or take one off both."""
    outputs = project.outputs()
    for kind, object_id in zip(
        KINDS, (outputs["applicationObjectId"], outputs["servicePrincipalObjectId"]), strict=True
    ):
        path = f"/v1.0/{kind}/{object_id}/owners"
        if add:
            project.graph("POST", f"{path}/$ref", {"@odata.id": f"{project.tenant.url}/v1.0/directoryObjects/{add}"})
        if remove:
            project.graph("DELETE", f"{path}/{remove}/$ref")


@pytest.mark.deployed
def test_the_guard_brings_declared_owners_back_and_takes_others_off_only_where_it_is_told_to(project: Project) -> None:
    project.tenant.permit("deployer", "Application.ReadWrite.All", "Directory.Read.All")
    deployer = project.tenant.identity("deployer").object_id
    project.set(owners=[deployer, ADELE])
    project.tenant.faults.add("deny", method="POST", path="/v1.0/servicePrincipals/*/owners/$ref", count=1)
    assert "Application.ReadWrite.All together with Directory.Read.All" in project.up(expect=1).output
    project.up()
    assert owners(project) == {key: {deployer, ADELE} for key in KINDS}
    change_by_hand(project, add=MALLORY, remove=ADELE)
    found = project.refresh_preview(expect=7).output
    assert f"- {ADELE}" in found
    assert f"+ {MALLORY}" in found
    # azuread changes the application in the same run, from inputs that know nothing of Mallory
    project.set(displayName="Mimecast Europe")
    assert f"owners.{MALLORY}" in project.up("--refresh").output
    assert owners(project) == {key: {deployer, ADELE, MALLORY} for key in KINDS}
    project.set(owners=[deployer])
    project.up()
    assert owners(project) == {key: {deployer, MALLORY} for key in KINDS}
    project.set(guard="enforce")
    project.up("--refresh")
    assert owners(project) == {key: {deployer} for key in KINDS}
    project.refreshed_preview()


def test_without_the_guard_the_azuread_provider_keeps_the_list(project: Project) -> None:
    project.tenant.permit("deployer", "Application.ReadWrite.All", "Directory.Read.All")
    deployer = project.tenant.identity("deployer").object_id
    project.set(guard="off")
    project.up()
    change_by_hand(project, add=MALLORY)
    project.set(owners=[deployer, ADELE])
    project.tenant.faults.add("deny", method="POST", path="/v1.0/applications/*/owners/$ref", count=1)
    assert "Then run `pulumi up --refresh`" in project.up("--refresh", expect=1).output
    project.up("--refresh")
    assert owners(project) == {key: {deployer, ADELE} for key in KINDS}
