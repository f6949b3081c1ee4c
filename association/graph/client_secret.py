"""Sign-in with a client secret: one POST to the tenant's token endpoint.

azure-identity's credential for it asks for the tenant's openid-configuration first, of which it only uses this endpoint. Microsoft
documents the endpoint, and azure-identity itself takes it as given when it signs in with an ID token.
Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (checked 2026-11-29).
"""

import time
from dataclasses import dataclass
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.core.rest import HttpRequest

from association.graph.endpoints import exchange
from association.graph.patience import Patience

_REFUSALS = range(400, 500)


@dataclass(frozen=True, kw_only=True)
class ClientSecret:
    """A credential as azure-core defines one, without a cache of its own."""

    token_endpoint: str
    client_id: str
    secret: str
    verify: str | bool
    patience: Patience

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """A new access token.

        Raises:
            ClientAuthenticationError: The login service refused, in its own words.
            HttpResponseError: It answered, but neither yes nor no.
            GraphError: It did not answer.
        """
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.secret,
            "scope": " ".join(scopes),
        }
        asked_at = int(time.time())
        response, body = exchange(
            HttpRequest("POST", self.token_endpoint, data=form), self.verify, self.patience, retry_on_methods=["POST"]
        )
        try:
            return AccessToken(str(body["access_token"]), asked_at + int(body["expires_in"]))
        except (KeyError, TypeError, ValueError):
            said = body if isinstance(body, dict) else {}
            text = str(said.get("error_description") or said.get("error") or "the answer holds no access token")
            kind = ClientAuthenticationError if response.status_code in _REFUSALS else HttpResponseError
            refusal = kind(f"{text} (status {response.status_code})")  # without the answer, which it would show
            refusal.status_code = response.status_code
            raise refusal from None
