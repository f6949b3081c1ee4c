"""A running tenant as its users reach it: address, authority, sign-in and Graph, in this process or another one."""

import http.client
import json
import ssl
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.tenant.directory import TENANT_ID
from sandbox.tenant.service import ON_BEHALF_HEADER, OUT_OF_BAND_HEADER

OFFERED = ("deployer", "administrator")
"""The identities that a served tenant hands to other processes."""


class ReachableTenant(ABC):
    """A tenant that answers on the loopback address."""

    port: int
    tenant_id: str = TENANT_ID

    @property
    def url(self) -> str:
        """Address of login and Graph, such as `https://localhost:8443`."""
        return f"https://localhost:{self.port}"

    @property
    @abstractmethod
    def ca_file(self) -> Path:
        """PEM file of the private authority that the server's certificate is from."""

    @abstractmethod
    def credentials(self, identity_name: str) -> tuple[str, str]:
        """Client id and client secret of an identity."""

    @abstractmethod
    def token(self, identity_name: str) -> str:
        """A Graph access token of the identity."""

    def environment(self) -> dict[str, str]:
        """Variables with which a child process reaches this tenant as the deployer."""
        client_id, client_secret = self.credentials("deployer")
        authority = str(self.ca_file)
        return {
            "SSL_CERT_FILE": authority,
            "REQUESTS_CA_BUNDLE": authority,
            "CURL_CA_BUNDLE": authority,
            "ARM_METADATA_HOSTNAME": f"localhost:{self.port}",
            "ARM_TENANT_ID": self.tenant_id,
            "ARM_CLIENT_ID": client_id,
            "ARM_CLIENT_SECRET": client_secret,
            "ARM_ENVIRONMENT": "public",
        }

    def graph(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        identity: str = "administrator",
        out_of_band: bool = True,
        user: str | None = None,
    ) -> tuple[int, Any]:
        """Send a request to Graph.

        Args:
            method: HTTP method.
            path: From the version on, with its query; characters that a URL cannot hold are escaped here.
            body: JSON.
            identity: Whose token to use.
            out_of_band: As somebody else's change: not recorded, not disturbed by faults.
            user: Object id of the person whom audits name for a change out of band; the identity when None.

        Returns:
            Status and decoded JSON; None for an empty answer.
        """
        headers = {"Authorization": f"Bearer {self.token(identity)}", "Content-Type": "application/json"}
        if out_of_band:
            headers |= {OUT_OF_BAND_HEADER: "yes"} | ({ON_BEHALF_HEADER: user} if user else {})
        content = None if body is None else json.dumps(body)
        return self._send(method, quote(path, safe="/?&=$%()':,@~+;*!"), content, headers)

    def _send(self, method: str, path: str, content: str | None, headers: Mapping[str, str]) -> tuple[int, Any]:
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        connection = http.client.HTTPSConnection("localhost", self.port, context=trust, timeout=60)
        try:
            connection.request(method, path, content, dict(headers))
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        return response.status, json.loads(text) if text else None


class ServedTenant(ReachableTenant):
    """The tenant of a folder that another process has served and offered."""

    def __init__(self, directory: Path) -> None:
        """Read where it is; sends nothing.

        Raises:
            FileNotFoundError: Nobody offers the tenant of this folder.
        """
        self._folder = directory
        offered = json.loads(_offer(directory).read_text(encoding="utf-8"))
        self.port = offered["port"]
        self._credentials: dict[str, list[str]] = offered["credentials"]

    @property
    def ca_file(self) -> Path:
        return self._folder / "ca.pem"

    def credentials(self, identity_name: str) -> tuple[str, str]:
        client_id, client_secret = self._credentials[identity_name]
        return client_id, client_secret

    def token(self, identity_name: str) -> str:
        client_id, client_secret = self.credentials(identity_name)
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": f"{self.url}/.default",
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", OUT_OF_BAND_HEADER: "yes"}
        _, answer = self._send("POST", f"/{self.tenant_id}/oauth2/v2.0/token", urlencode(form), headers)
        return str(answer["access_token"])


def offer(tenant: ReachableTenant, directory: Path) -> None:
    """Let other processes use the tenant of the folder, until `withdraw`."""
    content = {"port": tenant.port, "credentials": {name: tenant.credentials(name) for name in OFFERED}}
    path = _offer(directory)
    path.touch(mode=0o600)
    path.write_text(json.dumps(content), encoding="utf-8")


def withdraw(directory: Path) -> None:
    """End an offer, also one of a process that was killed."""
    _offer(directory).unlink(missing_ok=True)


def _offer(directory: Path) -> Path:
    return directory / "served.json"
