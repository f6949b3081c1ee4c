"""examples/vendor-application: a vendor's own application from nothing to guarded, adopted, repaired, refused and taken away."""

import re
import runpy
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from association.outputs import OUTPUTS
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from sandbox.vendor import make_vendor
from sandbox.workspace import ROOT
from tests.engine.examples import lay_out
from tests.engine.project import Project
from tests.guard.association import EXCHANGE

pytestmark = pytest.mark.engine

EXCHANGE_API = "00000002-0000-0ff1-ce00-000000000000"
GRAPH_API = "00000003-0000-0000-c000-000000000000"
FULL_ACCESS = "full_access_as_app"


def publish(project: Project, roles: Mapping[str, list[str]] | None = None, **more: Any) -> str:
    """The vendor's application in its own tenant, whose consent page asks for these."""
    certificate = project.workspace.vendor.certificate_path.read_text()
    asked = {EXCHANGE_API: [FULL_ACCESS]} if roles is None else roles
    return project.tenant.elsewhere.publish("Mimecast", certificate=certificate, roles=asked, **more)


@pytest.fixture
def example(project: Project) -> Project:
    """The example with its deployer, who may make service principals, grant, and read what the guard looks at."""
    project.tenant.permit("deployer", "Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All")
    return lay_out(project, "vendor-application")


def declare(example: Project, client_id: str, **more: Any) -> None:
    example.set(**{"clientId": client_id, "publisher": VENDOR_TENANT_ID, "permissions": [FULL_ACCESS], **more})


def roles_of_token(project: Project, client_id: str) -> tuple[str, ...]:
    tenant = project.tenant
    return project.workspace.vendor.token(tenant.url, tenant.tenant_id, client_id, tenant.ca_file).roles


def held(example: Project, principal: str) -> set[str]:
    """Ids of the app roles that the principal holds."""
    listed = example.graph("GET", f"/v1.0/servicePrincipals/{principal}/appRoleAssignments")["value"]
    return {one["appRoleId"] for one in listed}


def scopes(example: Project, principal: str) -> dict[str, str]:
    """Delegated scopes by the user, or `everyone`."""
    listed = example.graph("GET", f"/v1.0/servicePrincipals/{principal}/oauth2PermissionGrants")["value"]
    return {one["principalId"] or "everyone": one["scope"] for one in listed}


def add_secret(example: Project, principal: str) -> str:
    path = f"/v1.0/servicePrincipals/{principal}/addPassword"
    return str(example.graph("POST", path, {"passwordCredential": {"displayName": "backdoor"}})["keyId"])


def test_from_nothing_to_guarded_and_repaired_and_gone(example: Project, tmp_path: Path) -> None:
    client_id = publish(example)
    declare(example, client_id, guard="enforce", delegated={"everyone": ["Microsoft Graph/User.Read"]})
    planned = example.pulumi("preview", "--diff").output
    assert f"This makes a service principal for {client_id}; `pulumi destroy` deletes it" in planned
    assert "leaves out certificates, secrets, federatedCredentials, owners" in planned
    example.up()
    outputs = example.outputs()
    principal = outputs["servicePrincipalObjectId"]
    assert roles_of_token(example, client_id) == (FULL_ACCESS,)
    assert scopes(example, principal) == {"everyone": "User.Read"}
    assert f"'{client_id}'" in " ".join(outputs["exchangeOnline"]["powershell"])
    assert "2027-04-01" in outputs["warnings"][0]
    keep_the_contract(outputs)
    example.refreshed_preview()

    example.tenant.elsewhere.rotate(client_id, make_vendor(tmp_path / "new").certificate_path.read_text())
    example.refresh_preview()  # quiet, as it was before: the vendor's rotation is no finding
    key_id = add_secret(example, principal)
    shown = example.refresh_preview(expect=7).output
    assert "servicePrincipalSecrets" in shown
    assert key_id in shown
    example.up("--refresh")
    assert example.graph("GET", f"/v1.0/servicePrincipals/{principal}")["passwordCredentials"] == []
    example.refresh_preview()

    example.pulumi("destroy", "--yes", "--skip-preview")
    found = example.graph("GET", f"/v1.0/servicePrincipals?$filter=appId eq '{client_id}'")["value"]
    assert found == []


def keep_the_contract(outputs: dict[str, Any]) -> None:
    """What it has of the outputs has the promised form, and the program above the stacks of a tenant can use it."""
    assert set(outputs) - set(OUTPUTS) == {"delegated"}
    jsonschema.validate(outputs, {"type": "object", "properties": OUTPUTS})
    summarize = runpy.run_path(str(ROOT / "examples" / "tenant" / "inventory.py"))["summarize"]
    summary = summarize({"organization/vendor/test": outputs}, now=datetime.now(UTC), minimum_days=30)
    assert (summary["ewsAllowedAppIds"], summary["certificates"]) == ([outputs["clientId"]], [])


def adopt(example: Project, client_id: str) -> str:
    """As the example's README says: the settings are set, and the file is imported; returns what the command said."""
    root = example.folder.parents[1]
    printed = example.run("bash", "-c", f"cd '{root}' && python -m association adopt {client_id} 2>said > adopt.json")
    said = (root / "said").read_text()
    assert printed.code == 0, said
    example.pulumi("import", "--file", str(root / "adopt.json"), "--yes", "--generate-code=false", "--protect=false")
    return said


def test_a_consent_given_by_hand_is_adopted_guarded_brought_back_and_left_as_it_was(example: Project) -> None:
    client_id = publish(
        example, {EXCHANGE_API: [FULL_ACCESS], GRAPH_API: ["Mail.ReadWrite"]}, scopes={GRAPH_API: ["User.Read"]}
    )
    principal = example.tenant.elsewhere.consent(client_id)
    declare(example, client_id, delegated={"everyone": ["Microsoft Graph/User.Read"]})
    said = adopt(example, client_id)
    assert "pulumi config set --path 'permissions[1]' 'Microsoft Graph/Mail.ReadWrite'" in said
    reported = example.up().output
    assert 'appRoles["Microsoft Graph/Mail.ReadWrite"]' in reported
    assert len(held(example, principal)) == 2
    assert example.outputs()["servicePrincipalObjectId"] == principal
    assert "Mail.ReadWrite" in example.refresh_preview(expect=7).output

    for path in revocations(example, principal):
        example.graph("DELETE", path)
    assert roles_of_token(example, client_id) == ()
    example.set(guard="enforce")
    example.up("--refresh")
    assert roles_of_token(example, client_id) == (FULL_ACCESS,)
    assert len(held(example, principal)) == 1
    assert scopes(example, principal) == {"everyone": "User.Read"}
    example.refresh_preview()

    kept = example.pulumi("destroy", "--preview-only", "--diff").output
    assert sorted(re.findall(r'onDestroy\s*: "(.*)"', kept)) == ["delete", "keep", "keep User.Read"]
    example.pulumi("destroy", "--yes", "--skip-preview")
    assert example.graph("GET", f"/v1.0/servicePrincipals/{principal}")["appId"] == client_id
    assert (held(example, principal), scopes(example, principal)) == (set(), {"everyone": "User.Read"})


def revocations(example: Project, principal: str) -> list[str]:
    """The role that the vendor needs, as a person takes it away."""
    path = f"/v1.0/servicePrincipals/{principal}/appRoleAssignments"
    return [f"{path}/{one['id']}" for one in example.graph("GET", path)["value"] if one["resourceId"] == EXCHANGE]
