"""An association made by hand, as the guide says, is taken over without replacing any part of it."""

import base64
from dataclasses import dataclass

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.engine.project import Project

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
    """Do what the guide does in the portal, and make the deployer an owner."""
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
        project.graph("POST", f"{owned}/owners/$ref", {"@odata.id": owner})
    return HandMade(
        client_id=application["appId"],
        application_object_id=application["id"],
        service_principal_object_id=principal["id"],
        assignment_id=assignment["id"],
        key_id=project.graph("GET", path)["keyCredentials"][0]["keyId"],
    )


def test_nothing_is_replaced_when_an_association_is_adopted(project: Project) -> None:
    made = make_by_hand(project)
    adopted = project.run("python", "-m", "association", "adopt", made.client_id)
    assert adopted.code == 0, adopted.output
    (project.folder / "adopt.json").write_text(adopted.output)
    project.pulumi("import", "--file", "adopt.json", "--yes", "--generate-code=false", "--protect=false")
    preview = project.pulumi("preview", "--diff")
    assert "replace" not in preview.output, preview.output
    assert "to delete" not in preview.output
    project.up()
    outputs = project.outputs()
    assert outputs["clientId"] == made.client_id
    assert outputs["servicePrincipalObjectId"] == made.service_principal_object_id
    assert [entry["keyId"] for entry in project.application()["keyCredentials"]] == [made.key_id]
    (grant,) = project.resources("azuread:index/appRoleAssignment:AppRoleAssignment")
    assert grant["id"].endswith(made.assignment_id)
    project.refresh_preview()
    project.refreshed_preview()


def test_a_client_id_that_nobody_has_is_an_error_in_one_sentence(project: Project) -> None:
    missing = project.run("python", "-m", "association", "adopt", "00000000-0000-4000-8000-000000000000")
    assert missing.code == 1
    assert "no application has this client id" in missing.output
    assert "Traceback" not in missing.output
