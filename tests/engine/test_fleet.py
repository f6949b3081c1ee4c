"""Many tenants, one stack each: a failure and a finding stay with their tenant, and a second run does only what is left."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from sandbox.engine import Engine
from sandbox.fleet import GRANT, Figures, Fleet, Outcome, render
from sandbox.workspace import DRIFT_CHECK, ROOT
from tests.docs.markdown import find_snippet
from tests.engine.interruption import names_of_writes

PAGE = "docs/many-tenants.md"


@pytest.mark.engine
def test_a_tenant_that_fails_stops_no_other_and_is_all_that_a_second_run_does(engine: Engine, tmp_path: Path) -> None:
    with Fleet(tmp_path / "fleet", engine, 3) as fleet:
        failing, drifting, clean = fleet.names
        vendors = f"{clean}-vendor"
        fleet.tenants[failing].revoke("deployer", GRANT)
        problems = {outcome.tenant: outcome.problem for outcome in fleet.up()}
        assert "appRoleAssignedTo with 403" in problems.pop(failing)
        assert problems == {drifting: "", clean: "", vendors: ""}

        assert play("for file in Pulumi.*.yaml; do", fleet) == [
            f"{failing} failed",
            f"{drifting} succeeded",
            f"{clean} succeeded",
        ]

        assert fleet.change(drifting, 0) == "a client secret"
        assert [outcome.problem for outcome in fleet.check({"refresh": DRIFT_CHECK["refresh"]})] == [""] * 4
        report = fleet.report("--format", "json")
        assert report.returncode == 7, report.stderr
        told = {stack["stack"]: stack for stack in json.loads(report.stdout)["stacks"]}
        assert told[failing]["verdict"] == "unreadable"
        assert (told[clean]["verdict"], told[vendors]["verdict"]) == ("no drift", "no drift")
        assert told[vendors]["project"] == "mimecast-vendor-application"
        assert [one["rule"] for one in told[drifting]["associations"][0]["findings"]] == ["secrets"]

        fleet.tenants[failing].permit("deployer", GRANT)
        for tenant in fleet.tenants.values():
            tenant.requests.clear()
        (again,) = fleet.up()
        assert (again.tenant, again.problem) == (failing, "")
        assert not fleet.tenants[drifting].requests + fleet.tenants[clean].requests
        assert names_of_writes(fleet.tenants[failing].requests) == ["POST /servicePrincipals/{id}/appRoleAssignedTo"]
        state = json.dumps([json.loads(file.read_text()) for file in (fleet.folder / "state").rglob("stacks/*/*.json")])
        assert not any(tenant.identity("deployer").client_secret in state for tenant in fleet.tenants.values())
        assert_the_page_lays_stacks_out_as_the_fleet_does(fleet)


def assert_the_page_lays_stacks_out_as_the_fleet_does(fleet: Fleet) -> None:
    name = fleet.names[0]
    tenant = fleet.tenants[name]
    owner = tenant.identity("deployer").object_id
    play("$ pulumi stack init contoso", fleet, TENANT_ID=tenant.tenant_id, DEPLOYER_OBJECT_ID=owner)
    project = fleet.folder / "project"
    contoso, known = (
        yaml.safe_load((project / f"Pulumi.{stack}.yaml").read_text())["config"] for stack in ("contoso", name)
    )
    assert contoso == known


def test_the_shared_settings_of_the_page_are_settings() -> None:
    shown = yaml.safe_load(find_snippet(PAGE, "config:").text)["config"]
    settings = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert {name: setting["type"] for name, setting in shown.items()}.items() <= {
        name: setting["type"] for name, setting in settings.items()
    }.items()


def play(first_line: str, fleet: Fleet, **variables: str) -> list[str]:
    """The lines that a snippet of the page prints in the fleet's project."""
    snippet = find_snippet(PAGE, first_line)
    environment = {**fleet.environment(fleet.names[0]), **variables}
    del environment["PULUMI_STACK"]
    script = "\n".join(snippet.commands) or snippet.text
    shown = subprocess.run(
        ["bash", "-ec", script],
        cwd=fleet.folder / "project",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    return shown.stdout.splitlines()


def test_the_table_shows_what_grows_with_the_number_of_tenants() -> None:
    first, second = render([figures(1, cpu=3), figures(5, cpu=4.5)]).splitlines()[2:]
    assert first == "| 1 | 2.0 | 2.0 | 6.00 | 1.00 | 28.0, 28.0 | 100 MiB |"
    assert second == "| 5 | 2.0 | 2.0 | 9.00 | 1.50 | 28.0, 28.0 | 100 MiB |"


def figures(tenants: int, *, cpu: float) -> Figures:
    outcomes = [Outcome(tenant="", problem="", seconds=2, cpu=cpu, requests=28)] * tenants
    return Figures(tenants=tenants, up=outcomes, check=outcomes, peak_mib=100)
