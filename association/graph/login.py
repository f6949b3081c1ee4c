"""From an identity to access tokens for Microsoft Graph.

azure-identity and the HTTP stack are imported on first use: a plugin that only checks or compares never pays for them.
"""

import base64
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from association.contract import is_guid
from association.errors import GraphError, SettingsError, SignInError
from association.graph.cloud import Cloud
from association.graph.failures import describe_network_failure
from association.graph.http_stack import import_http_stack
from association.graph.identity import Identity
from association.graph.method import Method
from association.graph.patience import DEFAULT_PATIENCE, Patience
from association.graph.setting_values import read_value_file
from association.text import escape

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

METADATA_PATH: Final = "/metadata/endpoints"
_METADATA_VERSION: Final = "2022-09-01"
_AUDIENCE: Final = "api://AzureADTokenExchange"
"""Audience of a pipeline's ID token.

Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust (checked 2026-11-24)."""

_RENEW_BEFORE: Final = 300.0
"""Seconds of life below which a token is renewed."""
_LOGIN_RETRIES: Final = 4
_UNKNOWN_TENANT: Final = frozenset({400, 404})
_TIMEOUT: Final = 30.0
"""Seconds for one connection attempt and for one silence of the server."""


class TokenSource(Protocol):
    """Where the Graph client gets its base URL and its access tokens."""

    def base_url(self) -> str:
        """Base URL of Microsoft Graph without version."""

    def token(self, *, renew: bool = False) -> str:
        """An access token; a fresh one when Graph refused the last (`renew`)."""


class Tokens:
    """Access tokens of one identity, asked for once and renewed when due. Safe to use from several threads."""

    def __init__(self, identity: Identity, patience: Patience | None = None) -> None:
        """Contact nobody yet.

        Args:
            identity: Who signs in.
            patience: How long an operation may take; by default two minutes.
        """
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
        payload = self.token().split(".")[1:2]
        try:
            claims = json.loads(base64.urlsafe_b64decode(payload[0] + "=" * (-len(payload[0]) % 4)))
        except (IndexError, ValueError):
            return {}
        return claims if isinstance(claims, dict) else {}

    def find_tenant_id(self, tenant: str) -> str:
        """The tenant ID behind a tenant ID or a domain, as this cloud's login service tells anybody; empty when it knows none.

        Source: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc (checked 2026-11-29).

        Raises:
            GraphError: The login service did not answer.
        """
        if is_guid(tenant):
            return tenant.lower()
        import_http_stack()
        with self._lock:
            login = self._find_cloud().login
        path = f"/{quote(tenant, safe='')}/v2.0/.well-known/openid-configuration"
        try:
            url = f"{login}{path}"
            issuer = _fetch("GET", url, path, self._identity.verify, {}, self._time_left()).get("issuer")
        except GraphError as error:
            if error.status in _UNKNOWN_TENANT:
                return ""
            raise
        return next((part.lower() for part in str(issuer).split("/") if is_guid(part)), "")

    def _time_left(self) -> float:
        return max(1.0, self._patience.end() - self._patience.now())

    def _find_cloud(self) -> Cloud:
        if self._cloud is None:
            self._cloud = _read_metadata(self._identity, self._time_left())
        return self._cloud

    def _ask(self, cloud: Cloud) -> "AccessToken":
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - see the module's docstring

        path = f"/{self._identity.tenant_id}/oauth2/v2.0/token"
        try:
            credential = make_credential(self._identity, cloud, timeout=self._time_left())
            return credential.get_token(f"{cloud.graph}/.default")
        except (AzureError, ValueError) as error:
            raise _login_error(self._identity, path, error) from error


def make_credential(identity: Identity, cloud: Cloud, *, timeout: float = DEFAULT_PATIENCE) -> "TokenCredential":
    """The azure-identity credential that stands for the identity; never one that looks around for others.

    Args:
        identity: Who signs in.
        cloud: Where.
        timeout: Seconds after which a failed request is not sent again.
    """
    from azure import identity as azure_identity  # noqa: PLC0415 - see the module's docstring

    # Failures are raised, and told once: without a handler Python prints the library's warnings as well.
    logging.getLogger("azure.identity").addHandler(logging.NullHandler())
    login = identity.login
    common: dict[str, Any] = {
        "authority": cloud.login,
        "disable_instance_discovery": True,
        "retry_total": _LOGIN_RETRIES,
        "timeout": timeout,
        **connection_options(cloud.login, identity.verify),
    }
    where = (identity.tenant_id, identity.client_id)
    match login.method:
        case Method.CLIENT_CERTIFICATE:
            return azure_identity.CertificateCredential(
                *where, certificate_data=login.certificate, password=login.secret or None, **common
            )
        case Method.CLIENT_SECRET:
            return azure_identity.ClientSecretCredential(*where, login.secret, **common)
        case Method.MANAGED_IDENTITY:
            return azure_identity.ManagedIdentityCredential(client_id=identity.client_id or None)
        case Method.AZURE_CLI:
            return azure_identity.AzureCliCredential(tenant_id=identity.tenant_id)
        case Method.OIDC_TOKEN | Method.AZURE_DEVOPS | Method.GITHUB:
            return azure_identity.ClientAssertionCredential(*where, _assertion(identity), **common)


def connection_options(url: str, verify: str | bool) -> dict[str, Any]:  # noqa: FBT001 - a path or True
    """How azure-core connects to a host: whom to trust, how long to wait, and no proxy for this machine, as Go does it."""
    host = urlsplit(url).hostname or ""
    return {
        "connection_verify": verify,
        "connection_timeout": _TIMEOUT,
        "read_timeout": _TIMEOUT,
        "use_env_settings": not (host == "localhost" or host.startswith("127.")),
    }


def _assertion(identity: Identity) -> Callable[[], str]:
    """A function that gets the ID token anew for each login, as pipelines rotate it."""
    login = identity.login
    if login.method is Method.AZURE_DEVOPS:
        added = {"api-version": "7.1", "serviceConnectionId": login.service_connection_id}
        return lambda: _ask_pipeline(identity, "POST", added, "oidcToken")
    if login.method is Method.GITHUB:
        return lambda: _ask_pipeline(identity, "GET", {"audience": _AUDIENCE}, "value")
    if login.token_file:
        return lambda: read_value_file(login.token_file, name=login.source)
    return lambda: login.secret


def _ask_pipeline(identity: Identity, method: str, added: Mapping[str, str], answer: str) -> str:
    """An ID token from the pipeline's endpoint; parameters that its URL already has stay.

    Source: https://docs.github.com/actions/reference/security/oidc and
    https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create (checked 2026-11-24).
    """
    parts = urlsplit(identity.login.request_url)
    query = {**added, **dict(parse_qsl(parts.query, keep_blank_values=True))}
    url = urlunsplit(parts._replace(query=urlencode(query)))
    try:
        body = _fetch(method, url, parts.path, identity.verify, {"Authorization": f"Bearer {identity.login.secret}"})
    except GraphError as error:
        hint = error.hint or _LOGIN_HINTS[identity.login.method]
        kind = SignInError if error.status else GraphError
        raise kind(error.message, method=method, path=error.path, status=error.status, hint=hint) from error
    token = body.get(answer)
    if not isinstance(token, str):
        raise SignInError(
            f"{identity.login.source}: the pipeline's answer has no {answer!r}",
            method=method,
            path=parts.path,
            status=200,
            hint=_LOGIN_HINTS[identity.login.method],
        )
    return token


def _read_metadata(identity: Identity, timeout: float) -> Cloud:
    """Endpoints as the metadata host tells them, read as the azuread provider reads them."""
    url = f"https://{identity.metadata_host}{METADATA_PATH}?api-version={_METADATA_VERSION}"
    body = _fetch("GET", url, METADATA_PATH, identity.verify, {}, timeout)
    authentication = body.get("authentication")
    login = authentication.get("loginEndpoint") if isinstance(authentication, dict) else None
    graph = body.get("microsoftGraphResourceId")
    for name, value in (("authentication.loginEndpoint", login), ("microsoftGraphResourceId", graph)):
        if not isinstance(value, str) or not value.startswith("https://"):
            raise SettingsError(
                f"metadataHost {identity.metadata_host!r}: {name} is {value!r}, expected a URL that begins with https://"
            )
    return replace(identity.cloud, login=str(login).rstrip("/"), graph=str(graph).rstrip("/"))


def _fetch(  # noqa: PLR0913, PLR0917 - what a request is made of
    method: str,
    url: str,
    path: str,
    verify: str | bool,  # noqa: FBT001 - a path or True
    headers: Mapping[str, str],
    timeout: float = DEFAULT_PATIENCE,
) -> dict[str, Any]:
    """One JSON object from an endpoint that is neither Graph nor the login service."""
    from azure.core import PipelineClient  # noqa: PLC0415 - see the module's docstring
    from azure.core.exceptions import AzureError  # noqa: PLC0415
    from azure.core.rest import HttpRequest  # noqa: PLC0415

    host = urlsplit(url).netloc
    try:
        with PipelineClient[HttpRequest, Any](
            url, retry_total=_LOGIN_RETRIES, timeout=timeout, **connection_options(url, verify)
        ) as client:
            response = client.send_request(HttpRequest(method, url, headers={**headers, "Accept": "application/json"}))
    except AzureError as error:
        raise describe_network_failure(method, path, host, error) from error
    try:
        body = json.loads(response.content.decode("utf-8-sig"))
    except ValueError:
        body = None
    if response.status_code != 200 or not isinstance(body, dict):  # noqa: PLR2004 - HTTP OK
        raise GraphError(
            f"{host} answered {method} {path} with status {response.status_code}, expected 200 and a JSON object",
            method=method,
            path=path,
            status=response.status_code,
        )
    return body


def _login_error(identity: Identity, path: str, error: Exception) -> GraphError:
    """What the login service or the Azure CLI said, in one line, with the settings that decided."""
    from azure.core.exceptions import ClientAuthenticationError  # noqa: PLC0415 - see the module's docstring

    text = escape(str(error).replace("\r", "").replace("\n", " ")).removeprefix("Authentication failed: ")
    found = re.search(r"AADSTS\d+", text)
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", 0) if response is not None else 0
    login = identity.login
    refused = SignInError if isinstance(error, ClientAuthenticationError | ValueError) else GraphError
    return refused(
        f"Sign-in by {login.method} ({login.source}) failed: {text}",
        method="POST",
        path=path,
        status=status if isinstance(status, int) else 0,
        code=found.group() if found else "",
        hint=" ".join(part for part in (login.unused, _hint(login.method, identity.cloud)) if part),
    )


def _hint(method: Method, cloud: Cloud) -> str:
    other_cloud = f"`az cloud set --name {cloud.azure_cli}` and " if cloud.azure_cli else ""
    return _LOGIN_HINTS[method].format(other_cloud=other_cloud)


_LOGIN_HINTS: Final = {
    Method.CLIENT_SECRET: "Check tenant id, client id and the secret's end date.",
    Method.CLIENT_CERTIFICATE: "Check tenant id, client id and that the deployer's application has this certificate.",
    Method.OIDC_TOKEN: "Check tenant id, client id and the federated credential's issuer and subject.",
    Method.AZURE_DEVOPS: "Check the service connection and its federated credential.",
    Method.GITHUB: "Check the federated credential, and that the job has `permissions: id-token: write`.",
    Method.MANAGED_IDENTITY: "Check that this machine has a managed identity.",
    Method.AZURE_CLI: (
        "Install the Azure CLI and run {other_cloud}`az login`, or set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET."
    ),
}
