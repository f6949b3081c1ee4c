"""Owners other than the deployer: what Graph asks for is checked beforehand, and an `up` that succeeds has made each one."""

import pytest

from tests.engine.project import Project

pytestmark = pytest.mark.engine

KINDS = ("applications", "servicePrincipals")
ADELE = "d0000000-0000-4000-8000-000000000001"
"""A user of every sandbox tenant."""


def owners(project: Project) -> dict[str, set[str]]:
    outputs = project.outputs()
    ids = (outputs["applicationObjectId"], outputs["servicePrincipalObjectId"])
    return {
        kind: {owner["id"] for owner in project.graph("GET", f"/v1.0/{kind}/{object_id}/owners")["value"]}
        for kind, object_id in zip(KINDS, ids, strict=True)
    }


@pytest.mark.parametrize("command", [["preview"], ["up", "--yes", "--skip-preview"]], ids=lambda command: command[0])
def test_a_deployer_that_may_not_add_owners_is_told_before_anything_is_made(
    project: Project, command: list[str]
) -> None:
    project.set(owners=[project.tenant.identity("deployer").object_id, ADELE])
    stopped = project.pulumi(*command, expect=1)
    assert f"may not add the owners {ADELE}" in stopped.output
    assert "Application.ReadWrite.All and Directory.Read.All" in stopped.output
    writes = [request for request in project.tenant.requests if request.method not in {"GET", "DELETE"}]
    assert [request.path for request in writes if request.identity == "deployer" and "token" not in request.path] == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_owner_that_azuread_recorded_without_adding_is_added_by_the_next_up(project: Project, kind: str) -> None:
    project.tenant.permit("deployer", "Application.ReadWrite.All", "Directory.Read.All")
    deployer = project.tenant.identity("deployer").object_id
    project.up()
    project.set(owners=[deployer, ADELE])
    project.tenant.faults.add("deny", method="POST", path=f"/v1.0/{kind}/*/owners/$ref", count=1)
    project.up(expect=1)
    project.up()
    assert owners(project) == {one: {deployer, ADELE} for one in KINDS}
    project.refreshed_preview()
