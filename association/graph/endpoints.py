"""Where the cloud's services are, and JSON from endpoints that are neither Microsoft Graph nor an access token's.

The HTTP stack is imported on first use: a plugin that only checks or compares never pays for it.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from association.errors import GraphError, SettingsError
from association.graph.cloud import Cloud
from association.graph.failures import describe_network_failure
from association.graph.identity import Identity
from association.graph.patience import Patience

if TYPE_CHECKING:
    from azure.core.rest import HttpRequest, HttpResponse

RETRIES: Final = 4
"""How often a request that is not Graph's is sent again."""
_METADATA_PATH: Final = "/metadata/endpoints"
_METADATA_VERSION: Final = "2022-09-01"
_TIMEOUT: Final = 30.0
"""Seconds for one connection attempt and for one silence of the server."""


def connection_options(url: str, verify: str | bool) -> dict[str, Any]:  # noqa: FBT001 - a path or True
    """How azure-core connects to a host: whom to trust, how long to wait, and no proxy for this machine, as Go does it."""
    host = urlsplit(url).hostname or ""
    return {
        "connection_verify": verify,
        "connection_timeout": _TIMEOUT,
        "read_timeout": _TIMEOUT,
        "use_env_settings": not (host == "localhost" or host.startswith("127.")),
    }


def read_metadata(identity: Identity, patience: Patience) -> Cloud:
    """Endpoints as the metadata host tells them, read as the azuread provider reads them."""
    url = f"https://{identity.metadata_host}{_METADATA_PATH}?api-version={_METADATA_VERSION}"
    body, _ = fetch("GET", url, _METADATA_PATH, identity.verify, {}, patience)
    authentication = body.get("authentication")
    login = authentication.get("loginEndpoint") if isinstance(authentication, dict) else None
    graph = body.get("microsoftGraphResourceId")
    for name, value in (("authentication.loginEndpoint", login), ("microsoftGraphResourceId", graph)):
        if not isinstance(value, str) or not value.startswith("https://"):
            raise SettingsError(
                f"metadataHost {identity.metadata_host!r}: {name} is {value!r}, expected a URL that begins with https://"
            )
    return replace(identity.cloud, login=str(login).rstrip("/"), graph=str(graph).rstrip("/"))


def fetch(
    method: str,
    url: str,
    path: str,
    verify: str | bool,  # noqa: FBT001 - a path or True
    headers: Mapping[str, str],
    patience: Patience,
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """One JSON object from an endpoint that is neither Graph nor hands out access tokens, and the answer's headers."""
    from azure.core.rest import HttpRequest

    request = HttpRequest(method, url, headers={**headers, "Accept": "application/json"})
    response, body = exchange(request, verify, patience)
    if response.status_code != 200 or not isinstance(body, dict):  # noqa: PLR2004 - HTTP OK
        raise GraphError(
            f"{urlsplit(url).netloc} answered {method} {path} with status {response.status_code}, expected 200 and a JSON object",
            method=method,
            path=path,
            status=response.status_code,
        )
    return body, response.headers


def exchange(
    request: "HttpRequest",
    verify: str | bool,  # noqa: FBT001 - a path or True
    patience: Patience,
    **options: Any,
) -> "tuple[HttpResponse, Any]":
    """The answer to one request, whatever its status, and its JSON; None where it is none.

    Args:
        request: To an endpoint that is not Graph's.
        verify: File with the trusted certificate authorities; True for the ones that come with Python.
        patience: How long it may take.
        options: azure-core's, for this request.

    Raises:
        GraphError: Nobody answered.
    """
    from azure.core import PipelineClient
    from azure.core.exceptions import AzureError
    from azure.core.rest import HttpRequest

    from association.graph.retry import LoginRetry

    url = urlsplit(request.url)
    try:
        with PipelineClient[HttpRequest, Any](
            request.url,
            per_call_policies=[LoginRetry(patience, retry_total=RETRIES)],
            **connection_options(request.url, verify),
        ) as client:
            response = client.send_request(request, **options)
    except AzureError as error:
        raise describe_network_failure(request.method, url.path, url.netloc, error) from error
    try:
        return response, json.loads(response.content.decode("utf-8-sig"))
    except ValueError:
        return response, None
