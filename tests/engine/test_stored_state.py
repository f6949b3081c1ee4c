"""The state of an association that version 0.1 made is gone on with: nothing is replaced, and nothing is ever taken away."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from association.certificates import read_certificate
from association.text import format_time
from tests.engine.interruption import names_of_writes
from tests.engine.project import Project
from tests.guard.association import EXCHANGE, FULL_ACCESS, key_entry

pytestmark = pytest.mark.engine

STATE = Path(__file__).parent / "states" / "azuread-grant.json"
"""Exported after an `up` in which the grant was azuread's; what differs in each tenant stands as `<name>`."""


def make_as_the_state_says(project: Project) -> dict[str, str]:
    """What that `up` left in the tenant; returns the names of the state with their values here."""
    pem = (project.folder / "certs" / "mimecast.pem").read_text()
    certificate = read_certificate(pem.encode(), source="mimecast.pem")
    owner = project.tenant.identity("deployer").object_id
    owners = {"owners@odata.bind": [f"{project.tenant.url}/v1.0/directoryObjects/{owner}"]}
    inputs = _inputs_of_the_application()
    role = {"resourceAppId": "00000002-0000-0ff1-ce00-000000000000"}
    role_access = {**role, "resourceAccess": [{"id": FULL_ACCESS, "type": "Role"}]}
    body = {name: inputs[name] for name in ("displayName", "notes", "signInAudience", "tags", "web")}
    application = project.graph(
        "POST", "/v1.0/applications", {**body, **owners, "requiredResourceAccess": [role_access]}
    )
    key_id = str(uuid.uuid4())
    project.graph("PATCH", f"/v1.0/applications/{application['id']}", {"keyCredentials": [key_entry(pem, key_id)]})
    principal = project.graph("POST", "/v1.0/servicePrincipals", {"appId": application["appId"], **owners})
    grant = {"principalId": principal["id"], "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    assignment = project.graph("POST", f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", grant)
    return {
        "application": application["id"],
        "client_id": application["appId"],
        "service_principal": principal["id"],
        "assignment": assignment["id"],
        "key_id": key_id,
        "pem": json.dumps(certificate.pem)[1:-1],
        "thumbprint": certificate.thumbprint,
        "thumbprint_sha256": certificate.thumbprint_sha256,
        "short": certificate.thumbprint[:8].lower(),
        "not_before": format_time(certificate.not_before),
        "not_after": format_time(certificate.not_after),
        "last_day": f"{certificate.not_after:%Y-%m-%d}",
    }


def _inputs_of_the_application() -> dict[str, Any]:
    resources = json.loads(STATE.read_text())["deployment"]["resources"]
    (inputs,) = [one["inputs"] for one in resources if one["type"] == "azuread:index/application:Application"]
    inputs["web"] = {"redirectUris": inputs["web"]["redirectUris"]}
    return dict(inputs)


def take_the_state(project: Project, values: dict[str, str]) -> None:
    """Make the stored state the project's."""
    text = STATE.read_text()
    for name, value in values.items():
        assert f"<{name}>" in text, name
        text = text.replace(f"<{name}>", value)
    document = json.loads(text)
    document["deployment"]["secrets_providers"] = project.state()["deployment"]["secrets_providers"]
    (project.folder / "state.json").write_text(json.dumps(document))
    project.pulumi("stack", "import", "--file", "state.json")


@pytest.fixture
def values(project: Project) -> dict[str, str]:
    """The association of the stored state, in this tenant."""
    values = make_as_the_state_says(project)
    take_the_state(project, values)
    return values


def test_up_goes_on_with_the_state_of_an_association_whose_grant_was_azureads(
    project: Project, values: dict[str, str]
) -> None:
    project.tenant.requests.clear()
    project.up()
    assert {name.partition(" ")[0] for name in names_of_writes(project.tenant.requests)} <= {"PATCH"}
    outputs = project.outputs()
    assert outputs["applicationObjectId"] == values["application"]
    assert outputs["servicePrincipalObjectId"] == values["service_principal"]
    (grant,) = project.graph("GET", f"/v1.0/servicePrincipals/{values['service_principal']}/appRoleAssignments")[
        "value"
    ]
    assert grant["id"] == values["assignment"]
    assert project.resources("azuread:index/appRoleAssignment:AppRoleAssignment") == []
    assert len(project.resources("mimecast-entra:index:AppRoleAssignment")) == 1
    project.refresh_preview()
    project.refreshed_preview()


def test_a_role_that_is_declared_no_more_is_taken_away_with_the_state_of_azuread(
    project: Project, values: dict[str, str]
) -> None:
    project.up()
    project.set(permissions=["Mail.Read"])
    project.up()
    (grant,) = project.graph("GET", f"/v1.0/servicePrincipals/{values['service_principal']}/appRoleAssignments")[
        "value"
    ]
    assert grant["id"] != values["assignment"]
    project.refresh_preview()
