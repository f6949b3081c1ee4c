"""Stored states: what `up` of a version left in the state, and the same association made in a tenant of today.

`python -m tests.engine.stored_state` records the state of this version in `states/<version>.json`; do it for each release. What
differs in each tenant stands there as `<name>`.
"""

import json
import tempfile
import uuid
from pathlib import Path
from typing import Any, Final

from association.certificates import Certificate, read_certificate
from association.text import format_time
from provider import VERSION
from sandbox.engine import prepare_engine
from sandbox.tenant import Tenant
from sandbox.vendor import make_vendor
from sandbox.workspace import FOLDER, Workspace
from tests.engine.project import STACK, Project, make_project
from tests.guard.association import EXCHANGE, FULL_ACCESS, key_entry

STATES: Final = Path(__file__).parent / "states"
_LEFT_OUT: Final = ("created", "modified", "sourcePosition", "stackTrace")


def make_as_the_state_says(project: Project, state: str) -> dict[str, str]:
    """What that `up` left in the tenant, made by its deployer; returns the names of the state with their values here."""
    certificate = _certificate_of(project)
    inputs = _inputs_of_the_application(state)
    principal_inputs = _resource(state, "azuread:index/servicePrincipal:ServicePrincipal")["inputs"]
    role = {"resourceAppId": "00000002-0000-0ff1-ce00-000000000000"}
    body = {name: inputs[name] for name in ("displayName", "notes", "signInAudience", "tags", "web")}
    body["requiredResourceAccess"] = [{**role, "resourceAccess": [{"id": FULL_ACCESS, "type": "Role"}]}]
    owner = project.tenant.identity("deployer").object_id
    owners = {"owners@odata.bind": [f"{project.tenant.url}/v1.0/directoryObjects/{owner}"]}
    application = _deploy(project, "POST", "/applications", body | owners)
    key_id = str(uuid.uuid4())
    key = {"keyCredentials": [key_entry(certificate.pem, key_id)]}
    _deploy(project, "PATCH", f"/applications/{application['id']}", key)
    tags = {"tags": principal_inputs.get("tags", [])}
    principal = _deploy(project, "POST", "/servicePrincipals", {"appId": application["appId"], **tags, **owners})
    grant = {"principalId": principal["id"], "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    assignment = _deploy(project, "POST", f"/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", grant)
    return {
        "application": application["id"],
        "client_id": application["appId"],
        "service_principal": principal["id"],
        "assignment": assignment["id"],
        "key_id": key_id,
        **_names_of(certificate),
    }


def _deploy(project: Project, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    status, answer = project.tenant.graph(method, f"/v1.0{path}", body, identity="deployer")
    assert status < 300, (status, answer)
    return answer or {}


def _certificate_of(project: Project) -> Certificate:
    return read_certificate((project.folder / "certs" / "mimecast.pem").read_bytes(), source="mimecast.pem")


def _names_of(certificate: Certificate) -> dict[str, str]:
    return {
        "pem": json.dumps(certificate.pem)[1:-1],
        "thumbprint_sha256": certificate.thumbprint_sha256,
        "thumbprint": certificate.thumbprint,
        "short": certificate.thumbprint[:8].lower(),
        "not_before": format_time(certificate.not_before),
        "not_after": format_time(certificate.not_after),
        "last_day": f"{certificate.not_after:%Y-%m-%d}",
    }


def _resource(state: str, type_: str) -> dict[str, Any]:
    resources = json.loads((STATES / f"{state}.json").read_text())["deployment"]["resources"]
    (found,) = [one for one in resources if one["type"] == type_]
    return dict(found)


def _inputs_of_the_application(state: str) -> dict[str, Any]:
    inputs = dict(_resource(state, "azuread:index/application:Application")["inputs"])
    return inputs | {"web": {"redirectUris": inputs["web"]["redirectUris"]}}


def take_the_state(project: Project, state: str, values: dict[str, str]) -> None:
    """Make the stored state the project's."""
    text = (STATES / f"{state}.json").read_text()
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    assert "<" not in text
    document = json.loads(text)
    document["deployment"]["secrets_providers"] = project.state()["deployment"]["secrets_providers"]
    (project.folder / "state.json").write_text(json.dumps(document))
    project.pulumi("stack", "import", "--file", "state.json")


def record(project: Project) -> str:
    """The state after an `up`, as it is stored."""
    project.up()
    document = project.state()
    del document["deployment"]["secrets_providers"]
    for resource in document["deployment"]["resources"]:
        for name in _LEFT_OUT:
            resource.pop(name, None)
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    outputs = project.outputs()
    names = _names_of(_certificate_of(project)) | {
        "application": outputs["applicationObjectId"],
        "client_id": outputs["clientId"],
        "service_principal": outputs["servicePrincipalObjectId"],
        "key_id": outputs["certificates"][0]["keyId"],
    }
    for name, value in names.items():
        assert value in text, name
        text = text.replace(value, f"<{name}>")
    return text


def main() -> None:
    """Record the state of this version, in a sandbox of its own."""
    engine = prepare_engine(FOLDER / "engine", print)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "state").mkdir()
        vendor = make_vendor(folder / "vendor")
        with Tenant(folder / "tenant") as tenant:
            tenant.permit("deployer", *tenant.identity("auditor").permissions)
            workspace = Workspace(folder=folder, tenant=tenant, vendor=vendor, engine=engine, stack=STACK)
            certificates = [("mimecast.pem", vendor.certificate_path.read_text())]
            stored = record(make_project(folder / "project", workspace, certificates))
    (STATES / f"{VERSION}.json").write_text(stored)


if __name__ == "__main__":
    main()
