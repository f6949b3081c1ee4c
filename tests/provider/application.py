"""An application in the sandbox tenant, changed out of band as an administrator or an attacker would. It asserts nothing."""

import base64
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sandbox.tenant import Tenant

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Application:
    """One application."""

    tenant: Tenant
    object_id: str

    @classmethod
    def make(cls, tenant: Tenant, name: str) -> "Application":
        status, body = tenant.graph("POST", "/v1.0/applications", {"displayName": name}, identity="deployer")
        assert status == 201, body
        return cls(tenant=tenant, object_id=body["id"])

    @property
    def id(self) -> str:
        return f"/applications/{self.object_id}"

    def inputs(self, pem: str) -> Json:
        return {"applicationId": self.id, "certificate": pem}

    def entries(self) -> list[Json]:
        status, body = self.tenant.graph("GET", f"/v1.0{self.id}?$select=keyCredentials")
        assert status == 200, body
        entries: list[Json] = body["keyCredentials"]
        return entries

    def key_ids(self) -> set[str]:
        return {entry["keyId"] for entry in self.entries()}

    def write(self, entries: list[Json]) -> None:
        status, body = self.tenant.graph("PATCH", f"/v1.0{self.id}", {"keyCredentials": entries})
        assert status == 204, body

    def add(self, pem: str, key_id: str) -> None:
        """Add a certificate beside the others."""
        self.write([*_kept(self.entries()), new_entry(pem, key_id)])

    def remove(self, key_id: str) -> None:
        self.write([entry for entry in _kept(self.entries()) if entry["keyId"] != key_id])

    def swap(self, pem: str, key_id: str) -> None:
        """Put another certificate under the same key id: Graph wants two steps."""
        self.remove(key_id)
        self.add(pem, key_id)

    def delete(self) -> None:
        assert self.tenant.graph("DELETE", f"/v1.0{self.id}")[0] == 204


def new_entry(pem: str, key_id: str) -> Json:
    der = x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
    return {"keyId": key_id, "type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(der).decode()}


def _kept(entries: list[Json]) -> list[Json]:
    return [{**entry, "key": None} for entry in entries]
