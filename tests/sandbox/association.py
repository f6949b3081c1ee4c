"""An association in the sandbox tenant, made over Graph by the deployer."""

from dataclasses import dataclass
from typing import Any

from sandbox.tenant import Tenant
from tests.sandbox.certificates import Signer, key_credential, make_signer

EXCHANGE = "e0000000-0000-4000-8000-000000000001"
GRAPH = "e0000000-0000-4000-8000-000000000002"
FULL_ACCESS = "dc890d15-9560-4a4c-9b7f-a736ec74ec40"
MAIL_READ_WRITE = "e2a3a72e-5f79-4c64-b1b1-878b674786c9"
ADELE = "d0000000-0000-4000-8000-000000000001"
NOBODY = "99999999-9999-4999-8999-999999999999"


@dataclass(frozen=True, kw_only=True)
class Association:
    application: str
    client_id: str
    principal: str
    assignment: str
    signer: Signer

    @property
    def application_path(self) -> str:
        return f"/v1.0/applications/{self.application}"

    @property
    def principal_path(self) -> str:
        return f"/v1.0/servicePrincipals/{self.principal}"


def make_association(tenant: Tenant, name: str = "Mimecast", **properties: Any) -> Association:
    signer = make_signer()
    application = made(tenant, "/v1.0/applications", {"displayName": name} | properties)
    path = f"/v1.0/applications/{application['id']}"
    tenant.graph("PATCH", path, {"keyCredentials": [key_credential(signer)]}, identity="deployer")
    principal = made(tenant, "/v1.0/servicePrincipals", {"appId": application["appId"]})
    own = tenant.identity("deployer").object_id
    link = {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{own}"}
    tenant.graph("POST", f"/v1.0/servicePrincipals/{principal['id']}/owners/$ref", link)
    body = {"principalId": principal["id"], "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    assignment = made(tenant, f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)
    return Association(
        application=application["id"],
        client_id=application["appId"],
        principal=principal["id"],
        assignment=assignment["id"],
        signer=signer,
    )


def made(tenant: Tenant, path: str, body: dict[str, Any], *, identity: str = "deployer") -> dict[str, Any]:
    """The object that a POST makes."""
    status, answer = tenant.graph("POST", path, body, identity=identity)
    assert status in (200, 201), answer
    found: dict[str, Any] = answer
    return found


def read(tenant: Tenant, path: str, *, identity: str = "administrator") -> Any:
    """What a GET answers."""
    status, answer = tenant.graph("GET", path, identity=identity)
    assert status == 200, answer
    return answer


def refusal(answer: tuple[int, Any]) -> tuple[int, str, str]:
    """Status, code and message of an error."""
    status, body = answer
    return status, body["error"]["code"], body["error"]["message"]
