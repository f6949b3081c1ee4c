"""The credential of an identity, and what people read when it gets no token.

azure-identity is imported on first use: a plugin that only checks or compares never pays for it.
"""

import logging
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from association.errors import GraphError, SignInError
from association.graph.cloud import Cloud
from association.graph.endpoints import RETRIES, connection_options, fetch
from association.graph.http_stack import import_http_stack
from association.graph.identity import Identity
from association.graph.method import Method
from association.graph.patience import Patience
from association.graph.setting_values import read_value_file
from association.text import escape

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

_AUDIENCE: Final = "api://AzureADTokenExchange"
"""Audience of a pipeline's ID token.

Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust (checked 2026-11-24)."""


def make_credential(identity: Identity, cloud: Cloud, patience: Patience) -> "TokenCredential":
    """The credential that stands for the identity; never one that looks around for others.

    A failed request is sent again while the operation's patience lasts.
    """
    login = identity.login
    if login.method is Method.CLIENT_SECRET:
        return _client_secret(identity, cloud, patience)
    import_http_stack("azure.identity")
    from azure import identity as azure_identity

    from association.graph.retry import LoginRetry

    # Failures are raised, and told once: without a handler Python prints the library's warnings as well.
    logging.getLogger("azure.identity").addHandler(logging.NullHandler())
    common: dict[str, Any] = {
        "authority": cloud.login,
        "disable_instance_discovery": True,
        "retry_total": RETRIES,
        "timeout": max(1.0, patience.end() - patience.now()),
        "retry_policy_class": partial(LoginRetry, patience),
        **connection_options(cloud.login, identity.verify),
    }
    where = (identity.tenant_id, identity.client_id)
    match login.method:
        case Method.CLIENT_CERTIFICATE:
            return azure_identity.CertificateCredential(
                *where, certificate_data=login.certificate, password=login.secret or None, **common
            )
        case Method.MANAGED_IDENTITY:
            return azure_identity.ManagedIdentityCredential(client_id=identity.client_id or None)
        case Method.AZURE_CLI:
            return azure_identity.AzureCliCredential(tenant_id=identity.tenant_id)
        case Method.OIDC_TOKEN | Method.AZURE_DEVOPS | Method.GITHUB:
            return azure_identity.ClientAssertionCredential(*where, _assertion(identity, patience), **common)


def _client_secret(identity: Identity, cloud: Cloud, patience: Patience) -> "TokenCredential":
    from association.graph.client_secret import ClientSecret

    return ClientSecret(
        token_endpoint=f"{cloud.login}/{identity.tenant_id}/oauth2/v2.0/token",
        client_id=identity.client_id,
        secret=identity.login.secret,
        verify=identity.verify,
        patience=patience,
    )


def _assertion(identity: Identity, patience: Patience) -> Callable[[], str]:
    """A function that gets the ID token anew for each login, as pipelines rotate it."""
    login = identity.login
    if login.method is Method.AZURE_DEVOPS:
        added = {"api-version": "7.1", "serviceConnectionId": login.service_connection_id}
        return lambda: _ask_pipeline(identity, "POST", added, "oidcToken", patience)
    if login.method is Method.GITHUB:
        return lambda: _ask_pipeline(identity, "GET", {"audience": _AUDIENCE}, "value", patience)
    if login.token_file:
        return lambda: read_value_file(login.token_file, name=login.source)
    return lambda: login.secret


def _ask_pipeline(identity: Identity, method: str, added: Mapping[str, str], answer: str, patience: Patience) -> str:
    """An ID token from the pipeline's endpoint; parameters that its URL already has stay.

    Source: https://docs.github.com/actions/reference/security/oidc and
    https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create (checked 2026-11-24).
    """
    parts = urlsplit(identity.login.request_url)
    query = {**added, **dict(parse_qsl(parts.query, keep_blank_values=True))}
    url = urlunsplit(parts._replace(query=urlencode(query)))
    try:
        headers = {"Authorization": f"Bearer {identity.login.secret}"}
        body = fetch(method, url, parts.path, identity.verify, headers, patience)[0]
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


def describe_login_failure(identity: Identity, path: str, error: Exception) -> GraphError:
    """What the login service or the Azure CLI said, in one line, with the settings that decided."""
    from azure.core.exceptions import ClientAuthenticationError

    text = escape(str(error).replace("\r", "").replace("\n", " ")).removeprefix("Authentication failed: ")
    found = re.search(r"AADSTS\d+", text)
    status = getattr(error, "status_code", None)
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
    return _LOGIN_HINTS[method].format(azure_login=cloud.azure_login)


_LOGIN_HINTS: Final = {
    Method.CLIENT_SECRET: "Check tenant ID, client ID and the secret's end date.",
    Method.CLIENT_CERTIFICATE: "Check tenant ID, client ID and that the deployer's application has this certificate.",
    Method.OIDC_TOKEN: "Check tenant ID, client ID and the federated credential's issuer and subject.",
    Method.AZURE_DEVOPS: "Check the service connection and its federated credential.",
    Method.GITHUB: "Check the federated credential, and that the job has `permissions: id-token: write`.",
    Method.MANAGED_IDENTITY: "Check that this machine has a managed identity.",
    Method.AZURE_CLI: (
        "Install the Azure CLI and run {azure_login}, or set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET."
    ),
}
