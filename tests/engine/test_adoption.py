"""An association made by hand, as the guide says, is taken over without replacing any part of it."""

import base64
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.engine.project import Project
from tests.guard.association import MALLORY, Association
from tests.guard.rows import ROWS

pytestmark = pytest.mark.engine

EXCHANGE = "e0000000-0000-4000-8000-000000000001"
FULL_ACCESS = "dc890d15-9560-4a4c-9b7f-a736ec74ec40"


@dataclass(frozen=True, kw_only=True)
class HandMade:
    client_id: str
    application_object_id: str
    service_principal_object_id: str
    assignment_id: str
    key_id: str


def make_by_hand(project: Project) -> HandMade:
    """Do what the guide does in the portal, and make the deployer the owner."""
    application = project.graph(
        "POST",
        "/v1.0/applications",
        {"displayName": "Mimecast O365 Server Connection", "web": {"redirectUris": ["https://localhost"]}},
    )
    principal = project.graph("POST", "/v1.0/servicePrincipals", {"appId": application["appId"]})
    grant = {"principalId": principal["id"], "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    assignment = project.graph("POST", f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", grant)
    path = f"/v1.0/applications/{application['id']}"
    pem = project.workspace.vendor.certificate_path.read_bytes()
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    entry = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(der).decode()}
    project.graph("PATCH", path, {"keyCredentials": [entry]})
    owner = f"{project.tenant.url}/v1.0/directoryObjects/{project.tenant.identity('deployer').object_id}"
    for owned in (path, f"/v1.0/servicePrincipals/{principal['id']}"):
        makers = project.graph("GET", f"{owned}/owners")["value"]
        project.graph("POST", f"{owned}/owners/$ref", {"@odata.id": owner})
        for maker in makers:
            project.graph("DELETE", f"{owned}/owners/{maker['id']}/$ref")
    return HandMade(
        client_id=application["appId"],
        application_object_id=application["id"],
        service_principal_object_id=principal["id"],
        assignment_id=assignment["id"],
        key_id=project.graph("GET", path)["keyCredentials"][0]["keyId"],
    )


def adopt(project: Project, made: HandMade) -> str:
    """Write the import file and import it, as the README says; returns what was said beforehand."""
    with (project.folder / "adopt.json").open("w") as file:
        finished = subprocess.run(
            ["python", "-m", "association", "adopt", made.client_id],
            cwd=project.folder, env=project.environment, stdout=file, stderr=subprocess.PIPE, text=True,
            check=False, timeout=60,
        )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    project.pulumi("import", "--file", "adopt.json", "--yes", "--generate-code=false", "--protect=false")
    return finished.stderr


def test_nothing_is_replaced_when_an_association_is_adopted(project: Project) -> None:
    made = make_by_hand(project)
    adopt(project, made)
    preview = project.pulumi("preview", "--diff")
    assert "replace" not in preview.output, preview.output
    assert "to delete" not in preview.output
    project.up()
    outputs = project.outputs()
    assert outputs["clientId"] == made.client_id
    assert outputs["servicePrincipalObjectId"] == made.service_principal_object_id
    assert [entry["keyId"] for entry in project.application()["keyCredentials"]] == [made.key_id]
    (grant,) = grants_of(project, made)
    assert grant["id"] == made.assignment_id
    project.refresh_preview()
    project.refreshed_preview()


def grants_of(project: Project, made: HandMade) -> list[dict[str, Any]]:
    path = f"/v1.0/servicePrincipals/{made.service_principal_object_id}/appRoleAssignments"
    return list(project.graph("GET", path)["value"])


def test_adoption_takes_nothing_away_that_was_never_declared(project: Project) -> None:
    made = make_by_hand(project)
    before = put_more(project, made)
    beforehand = adopt(project, made)
    for kind in (
        f"owner {MALLORY} ",
        "app role Microsoft Graph/",
        "client secret ",
        "federated credential ",
        "delegated permission ",
    ):
        assert kind in beforehand, beforehand
    for flags in ((), ("--refresh",)):
        said = project.up(*flags).output
        assert what_is_there(project, made) == before
        for undeclared in UNDECLARED:
            assert undeclared in said, said


UNDECLARED = (
    "appRoles[",
    "owners",
    "servicePrincipalOwners",
    "secrets",
    "certificates",
    "federatedCredentials",
    "delegatedGrants",
)


def put_more(project: Project, made: HandMade) -> dict[str, Any]:
    """What people add to an association over the years; returns everything that is there then."""
    association = Association(
        tenant=project.tenant,
        application_id=made.application_object_id,
        service_principal_id=made.service_principal_object_id,
        client_id=made.client_id,
        pem="",
        key_id=made.key_id,
        grant_id=made.assignment_id,
        name="",
    )
    for row_id in ("A10", "A11", "A15", "A16", "S4", "S5", "S6", "S11", "S12", "S15", "S17"):
        (row,) = [row for row in ROWS if row.id == row_id]
        assert row.make is not None
        row.make(association)
    association.ask("PATCH", association.principal, {"tags": ["WindowsAzureActiveDirectoryIntegratedApp"]})
    return what_is_there(project, made)


def what_is_there(project: Project, made: HandMade) -> dict[str, Any]:
    application = f"/v1.0/applications/{made.application_object_id}"
    principal = f"/v1.0/servicePrincipals/{made.service_principal_object_id}"
    shown = {
        path: project.graph("GET", path)
        for path in (
            application,
            principal,
            f"{application}/federatedIdentityCredentials",
            f"{principal}/appRoleAssignments",
            f"{principal}/oauth2PermissionGrants",
            f"{principal}/transitiveMemberOf",
            f"{application}/owners",
            f"{principal}/owners",
        )
    }
    return {
        **{path: answer["value"] for path, answer in shown.items() if "value" in answer},
        **{
            name: shown[path][name]
            for path in (application, principal)
            for name in ("keyCredentials", "passwordCredentials")
        },
        "tags": shown[principal]["tags"],
    }
