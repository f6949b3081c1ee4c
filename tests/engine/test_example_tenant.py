"""examples/tenant: two association stacks, and the program above them that reads both by stack reference."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.vendor import make_vendor
from sandbox.workspace import ROOT
from tests.engine.examples import lay_out
from tests.engine.project import STACK, Project, make_stack

pytestmark = pytest.mark.engine

REGIONS = (STACK, "us")
"""The stack that the session deployed, and one more."""


@pytest.fixture
def regions(project: Project) -> dict[str, Project]:
    """The association's program with a stack for each region, both deployed."""
    second = make_stack(project, REGIONS[1])
    second.set(displayName="Mimecast us")
    second.up()
    return dict(zip(REGIONS, (project, second), strict=True))


@pytest.fixture
def tenant(project: Project) -> Project:
    """The example as it is in the repository, with a stack that reads both."""
    example = lay_out(project, "tenant", stack="contoso")
    example.set(associations=[f"organization/mimecast-association/{region}" for region in REGIONS])
    return example


@pytest.mark.deployed
def test_one_allow_list_and_one_inventory_for_the_whole_tenant_and_what_cannot_be_used_is_refused(
    regions: dict[str, Project], tenant: Project, tmp_path: Path
) -> None:
    tenant.up()
    assert_both_are_read(regions, tenant)
    regions["us"].put_certificate("next.pem", make_vendor(tmp_path / "next").certificate_path.read_text())
    regions["us"].up()
    tenant.up()  # a change below is seen above
    assert len(tenant.outputs()["certificates"]) == len(REGIONS) + 1
    assert_what_cannot_be_used_is_refused(regions, tenant)


def assert_both_are_read(regions: dict[str, Project], tenant: Project) -> None:
    said = tenant.outputs()
    client_ids = sorted(stack.outputs()["clientId"] for stack in regions.values())
    assert said["ewsAllowedAppIds"] == client_ids
    assert all(client_id in said["exchangeOnline"][2] for client_id in client_ids)
    assert said["exchangeOnline"][-1].startswith("Set-OrganizationConfig -EwsAllowedAppIDs")
    assert [one["association"].rpartition("/")[2] for one in said["certificates"]] == list(REGIONS)
    ends = datetime.fromisoformat(said["certificates"][0]["notAfter"])
    left = timedelta(days=said["certificates"][0]["daysLeft"])
    assert timedelta(0) <= ends - datetime.now(UTC) - left < timedelta(days=1)


def assert_what_cannot_be_used_is_refused(regions: dict[str, Project], tenant: Project) -> None:
    """The preview fails, and names both stacks at once."""
    first, second = (f"organization/mimecast-association/{region}: " for region in REGIONS)
    tenant.set(minimumDays=1000)
    refused = tenant.pulumi("preview", expect=1).output
    assert f"{first}certificate " in refused
    assert f"{second}certificate " in refused
    assert "days left, expected at least 1000: get the vendor's next certificate" in refused
    say(regions[STACK], clientId=None)
    say(regions["us"], schemaVersion=0)
    old = tenant.pulumi("preview", expect=1).output
    assert f"{first}has no output 'clientId', expected schemaVersion, clientId" in old
    assert f"{second}its outputs have schemaVersion 0, expected 1; it is older" in old
    regions[STACK].pulumi("destroy", "--yes", "--skip-preview")
    say(regions["us"], schemaVersion=2)
    new = tenant.pulumi("preview", expect=1).output
    assert f"{first}has no outputs: it was destroyed or never deployed" in new
    assert f"{second}its outputs have schemaVersion 2, expected 1; it is newer: update this program" in new
    assert "Traceback" not in refused + old + new


def say(stack: Project, **outputs: Any) -> None:
    """Change what a stack's state says; None takes an output away."""
    state = stack.state()
    root = next(one for one in state["deployment"]["resources"] if one["type"] == "pulumi:pulumi:Stack")
    changed = root["outputs"] | outputs
    root["outputs"] = {key: value for key, value in changed.items() if value is not None}
    file = stack.folder / "state.json"
    file.write_text(json.dumps(state))
    stack.pulumi("stack", "import", "--file", str(file))


def test_the_settings_in_the_readme_are_those_of_the_project() -> None:
    folder = ROOT / "examples" / "tenant"
    settings = yaml.safe_load((folder / "Pulumi.yaml").read_text())["config"]
    readme = (folder / "README.md").read_text()
    assert all(f"`{setting}`" in readme or f"'{setting}[" in readme for setting in settings)
