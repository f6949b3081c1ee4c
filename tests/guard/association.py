"""An association in the sandbox tenant, and the changes that people and attackers make to it. It asserts nothing about the guard."""

import base64
import uuid
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from sandbox.tenant import Tenant

Json = dict[str, Any]

EXCHANGE = "e0000000-0000-4000-8000-000000000001"
GRAPH = "e0000000-0000-4000-8000-000000000002"
FULL_ACCESS = "dc890d15-9560-4a4c-9b7f-a736ec74ec40"
MANAGE_AS_APP = "dc50a0fb-09a3-484d-be87-e023b12c6440"
MAIL_READ_WRITE = "e2a3a72e-5f79-4c64-b1b1-878b674786c9"
ADELE = "d0000000-0000-4000-8000-000000000001"
MALLORY = "d0000000-0000-4000-8000-000000000002"
DECLARED_ROLE = "Office 365 Exchange Online/full_access_as_app"
TAG = "pulumi:organization/mimecast-entra/test"
PORTAL_TAG = "WindowsAzureActiveDirectoryIntegratedApp"


def thumbprint_of(pem: str) -> str:
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1()).hex().upper()


def key_entry(pem: str, key_id: str) -> Json:
    der = x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
    return {
        "keyId": key_id,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "key": base64.b64encode(der).decode(),
        "displayName": "CN=Mimecast",
    }


@dataclass(frozen=True, kw_only=True)
class Association:
    """Application, service principal, grant and certificate, as the program makes them."""

    tenant: Tenant
    application_id: str
    service_principal_id: str
    client_id: str
    pem: str
    key_id: str
    grant_id: str
    name: str

    @classmethod
    def make(cls, tenant: Tenant, pem: str, *, name: str = "", owners: tuple[str, ...] = ()) -> "Association":
        name = name or f"association {uuid.uuid4()}"
        bind = (
            {"owners@odata.bind": [f"{tenant.url}/v1.0/directoryObjects/{owner}" for owner in owners]} if owners else {}
        )
        application = ask(tenant, "POST", "/applications", {"displayName": name, "tags": [TAG], **bind})
        key_id = str(uuid.uuid4())
        ask(tenant, "PATCH", f"/applications/{application['id']}", {"keyCredentials": [key_entry(pem, key_id)]})
        principal = ask(tenant, "POST", "/servicePrincipals", {"appId": application["appId"]})
        body = {"principalId": principal["id"], "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
        for path in (f"/applications/{application['id']}", f"/servicePrincipals/{principal['id']}"):
            for owner in ask(tenant, "GET", f"{path}/owners")["value"]:  # whoever creates an object owns it
                if owner["id"] not in owners:
                    ask(tenant, "DELETE", f"{path}/owners/{owner['id']}/$ref")
        grant = ask(tenant, "POST", f"/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)
        return cls(
            tenant=tenant,
            application_id=application["id"],
            service_principal_id=principal["id"],
            client_id=application["appId"],
            pem=pem,
            key_id=key_id,
            grant_id=grant["id"],
            name=name,
        )

    def inputs(self, **changed: Any) -> Json:
        """What the program hands to the guard."""
        return {
            "applicationId": f"/applications/{self.application_id}",
            "servicePrincipalId": self.service_principal_id,
            "stackTag": TAG,
            "certificates": {thumbprint_of(self.pem): "certificate CN=Mimecast, declared"},
            "appRoles": {DECLARED_ROLE: "full_access_as_app of Office 365 Exchange Online, declared"},
            "appRoleIds": {DECLARED_ROLE: f"{EXCHANGE}/{FULL_ACCESS}"},
            **changed,
        }

    @property
    def application(self) -> str:
        return f"/applications/{self.application_id}"

    @property
    def principal(self) -> str:
        return f"/servicePrincipals/{self.service_principal_id}"

    def ask(self, method: str, path: str, body: Json | None = None, version: str = "v1.0") -> Any:
        """A request of Mallory's, who may do everything."""
        return ask(self.tenant, method, path, body, version=version, user=MALLORY)

    def key_entries(self, path: str = "") -> list[Json]:
        return list(self.ask("GET", f"{path or self.application}?$select=keyCredentials")["keyCredentials"])

    def add_certificate(self, pem: str, path: str = "") -> str:
        key_id = str(uuid.uuid4())
        kept = [{**entry, "key": None} for entry in self.key_entries(path)]
        self.ask("PATCH", path or self.application, {"keyCredentials": [*kept, key_entry(pem, key_id)]})
        return key_id

    def remove_certificate(self) -> None:
        self.ask("PATCH", self.application, {"keyCredentials": []})

    def swap_certificate(self, pem: str) -> None:
        """Other key bytes under the same key id."""
        self.remove_certificate()
        self.ask("PATCH", self.application, {"keyCredentials": [key_entry(pem, self.key_id)]})

    def add_secret(self, name: str = "backup", path: str = "") -> str:
        body = {"passwordCredential": {"displayName": name}}
        return str(self.ask("POST", f"{path or self.application}/addPassword", body)["keyId"])

    def grant(self, resource: str, role: str) -> str:
        body = {"principalId": self.service_principal_id, "resourceId": resource, "appRoleId": role}
        return str(self.ask("POST", f"/servicePrincipals/{resource}/appRoleAssignedTo", body)["id"])


def ask(
    tenant: Tenant, method: str, path: str, body: Json | None = None, *, version: str = "v1.0", user: str | None = None
) -> Any:
    """A request out of band as administrator, which must succeed."""
    status, answer = tenant.graph(method, f"/{version}{path}", body, user=user)
    assert status < 300, (method, path, status, answer)
    return answer
