"""An association that nobody touched: made in one `up`, quiet ever after, read by other stacks, nothing secret in its state."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from association.outputs import OUTPUTS, outputs_schema
from tests.engine.project import Finished, Project

pytestmark = pytest.mark.engine


def test_up_makes_the_association_and_every_later_command_is_quiet(project: Project) -> None:
    made = project.up()
    assert "warning" not in made.output
    assert len(project.tenant.requests) <= 29
    types = {one["type"] for one in project.state()["deployment"]["resources"]}
    assert types >= {
        "mimecast-entra:index:ServerConnection",
        "azuread:index/application:Application",
        "azuread:index/servicePrincipal:ServicePrincipal",
        "mimecast-entra:index:AppRoleAssignment",
        "mimecast-entra:index:CertificateCredential",
        "mimecast-entra:index:AccessGuard",
    }
    commands: list[tuple[Callable[[], Finished], int]] = [
        (lambda: project.pulumi("preview", "--expect-no-changes"), 4),
        (project.refresh_preview, 12),
        (project.refreshed_preview, 16),
        (lambda: project.up("--expect-no-changes"), 4),
    ]
    for command, requests in commands:
        project.tenant.requests.clear()
        finished = command()
        assert len(project.tenant.requests) <= requests
        assert "warning" not in finished.output, finished.output
        assert "unchanged" in finished.output
        assert "--outputs:--" not in finished.output, finished.output


@pytest.mark.deployed
def test_destroy_leaves_nothing(project: Project) -> None:
    object_id = project.outputs()["applicationObjectId"]
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert project.tenant.graph("GET", f"/v1.0/applications/{object_id}")[0] == 404
    assert [one["type"] for one in project.state()["deployment"].get("resources", [])] == []


@pytest.mark.deployed
def test_nothing_secret_is_in_the_state(project: Project) -> None:
    exported = project.pulumi("stack", "export", "--show-secrets").output
    private_key = project.workspace.vendor.key_path.read_text().splitlines()[1]
    assert len(private_key) == 64
    assert private_key not in exported
    assert project.tenant.identity("deployer").client_secret not in exported
    assert project.outputs()["clientId"] in exported


@pytest.mark.deployed
def test_the_outputs_follow_their_contract(project: Project) -> None:
    validator = jsonschema.Draft202012Validator(
        outputs_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    validator.validate(project.outputs())
    project.set(permissions=["Microsoft Graph/Mail.ReadWrite"])
    project.up()
    assert project.outputs()["exchangeOnline"] == {}
    validator.validate(project.outputs())


@pytest.mark.deployed
def test_another_stack_reads_the_outputs_by_reference(project: Project, tmp_path: Path) -> None:
    reader = tmp_path / "reader"
    reader.mkdir()
    (reader / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "tenant", "runtime": "python"}))
    keys = sorted(OUTPUTS)
    (reader / "__main__.py").write_text(
        "import pulumi\n"
        "mimecast = pulumi.StackReference('organization/mimecast-association/test')\n"
        f"for key in {keys!r}:\n"
        "    pulumi.export(key, mimecast.require_output(key))\n"
    )
    project.folder = reader
    project.pulumi("stack", "init", "reader")
    environment = {"PULUMI_STACK": "reader"}
    up = project.run("pulumi", "up", "--yes", "--skip-preview", environment=environment)
    assert up.code == 0, up.output
    read = json.loads(project.run("pulumi", "stack", "output", "--json", environment=environment).output)
    assert read["schemaVersion"] == 1
    assert read["tenantDomain"] == "sandbox.onmicrosoft.com"
    assert read["permissions"] == ["full_access_as_app"]
    assert read["mimecastConsole"]["Client ID"] == read["clientId"]
    assert any(read["clientId"] in command for command in read["exchangeOnline"]["powershell"])
    assert set(read["certificates"][0]) == {
        "thumbprint",
        "thumbprintSha256",
        "subject",
        "notBefore",
        "notAfter",
        "keyId",
    }
