"""From an identity to access tokens for Microsoft Graph.

azure-identity and the HTTP stack are imported on first use: a plugin that only checks or compares never pays for them.
"""

import base64
import json
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote

from association.contract import is_guid
from association.errors import GraphError
from association.graph.cloud import Cloud
from association.graph.credential import describe_login_failure, make_credential
from association.graph.endpoints import fetch, read_metadata
from association.graph.http_stack import import_http_stack
from association.graph.identity import Identity
from association.graph.patience import Patience

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

_RENEW_BEFORE: Final = 300.0
"""Seconds of life below which a token is renewed."""
_UNKNOWN_TENANT: Final = frozenset({400, 404})


class TokenSource(Protocol):
    """Where the Graph client gets its base URL and its access tokens."""

    def base_url(self) -> str:
        """Base URL of Microsoft Graph without version."""

    def token(self, *, renew: bool = False) -> str:
        """An access token; a fresh one when Graph refused the last (`renew`)."""


def read_claims(token: str) -> dict[str, Any]:
    """The claims of an access token, not verified; none where it is not a JSON Web Token."""
    payload = token.split(".")[1:2]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload[0] + "=" * (-len(payload[0]) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


class Tokens:
    """Access tokens of one identity, asked for once and renewed when due. Safe to use from several threads."""

    def __init__(self, identity: Identity, patience: Patience | None = None) -> None:
        self._identity = identity
        self._patience = patience or Patience()
        self._lock = threading.Lock()
        self._cloud = None if identity.metadata_host else identity.cloud
        self._token: AccessToken | None = None

    def base_url(self) -> str:
        """Base URL of Microsoft Graph without version.

        Raises:
            GraphError: The metadata host did not answer.
            SettingsError: What it answered is not cloud metadata.
        """
        with self._lock:
            return self._find_cloud().graph

    def token(self, *, renew: bool = False) -> str:
        """An access token for Microsoft Graph.

        Raises:
            SignInError: The login service refused.
            GraphError: It did not answer.
            SettingsError: A file that holds the ID token cannot be used.
        """
        with self._lock:
            cloud = self._find_cloud()
            if renew:
                self._token = None
            if self._token is None or self._token.expires_on - time.time() < _RENEW_BEFORE:
                self._token = self._ask(cloud)
            return self._token.token

    def claims(self) -> dict[str, Any]:
        """What the access token says about its holder (`oid`, `tid`, `roles`, `scp`); not verified, as the token is not for us.

        Raises:
            SignInError: The login service refused.
            GraphError: It did not answer.
        """
        import_http_stack()
        return read_claims(self.token())

    def find_tenant_id(self, tenant: str) -> str:
        """The tenant ID behind a tenant ID or a domain, as this cloud's login service tells anybody; empty when it knows none.

        Source: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc (checked 2026-11-29).

        Raises:
            GraphError: The login service did not answer.
        """
        if is_guid(tenant):
            return tenant.lower()
        try:
            issuer = self._ask_anonymously(tenant)[0].get("issuer")
        except GraphError as error:
            if error.status in _UNKNOWN_TENANT:
                return ""
            raise
        return next((part.lower() for part in str(issuer).split("/") if is_guid(part)), "")

    def read_clock(self) -> datetime | None:
        """The time by the login service's clock, in whole seconds, timezone-aware; it signs nobody in. None where it says none.

        Raises:
            GraphError: The login service did not answer, or knows no such tenant.
        """
        from email.utils import parsedate_to_datetime

        date = self._ask_anonymously(self._identity.tenant_id or "common")[1].get("Date")
        return parsedate_to_datetime(date) if date else None

    def _ask_anonymously(self, tenant: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        """What the login service tells anybody about a tenant, and the headers of its answer."""
        import_http_stack()
        with self._lock:
            login = self._find_cloud().login
        path = f"/{quote(tenant, safe='')}/v2.0/.well-known/openid-configuration"
        return fetch("GET", f"{login}{path}", path, self._identity.verify, {}, self._patience)

    def _find_cloud(self) -> Cloud:
        if self._cloud is None:
            self._cloud = read_metadata(self._identity, self._patience)
        return self._cloud

    def _ask(self, cloud: Cloud) -> "AccessToken":
        from azure.core.exceptions import AzureError

        path = f"/{self._identity.tenant_id}/oauth2/v2.0/token"
        try:
            credential = make_credential(self._identity, cloud, self._patience)
            return credential.get_token(f"{cloud.graph}/.default")
        except (AzureError, ValueError) as error:
            if isinstance(error.__cause__, GraphError):  # azure-identity wraps whatever its pipeline raises
                raise error.__cause__ from None
            raise describe_login_failure(self._identity, path, error) from error
