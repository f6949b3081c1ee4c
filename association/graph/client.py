"""Requests to Microsoft Graph: token, retries, paging, batches.

The HTTP stack is imported with the first request: a plugin that only checks or compares never pays for it.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from association.errors import GraphError
from association.graph.cloud import GLOBAL, Cloud
from association.graph.endpoints import connection_options
from association.graph.failures import describe_network_failure, describe_refusal
from association.graph.http_stack import import_http_stack
from association.graph.identity import Identity
from association.graph.login import Tokens, TokenSource, read_claims
from association.graph.pace import Pace, read_retry_after
from association.graph.patience import Patience

if TYPE_CHECKING:
    from azure.core import PipelineClient
    from azure.core.rest import HttpRequest, HttpResponse

Json = dict[str, Any]
"""A JSON object as Graph sent it; whoever asked for it parses it at once."""

BATCH_ROUNDS: Final = 5
"""How often the throttled items of a batch are asked for."""
BATCH_SIZE: Final = 20
"""Requests in one batch. Source: https://learn.microsoft.com/graph/json-batching (checked 2026-11-24)."""
KEY_READS_PER_MINUTE: Final = 140
"""Requests that select `keyCredentials`; the tenant's limit is 150.

Source: https://learn.microsoft.com/graph/api/application-get (checked 2026-11-24)."""

_TOO_MANY_REQUESTS: Final = 429
_UNAUTHORIZED: Final = 401


@dataclass(frozen=True, kw_only=True)
class BatchAnswer:
    """One answer, out of a batch or alone, whatever its status."""

    status: int
    """HTTP status."""
    body: Any
    """Parsed JSON; None when there was none."""
    error: GraphError | None
    """Set when the status is not 2xx."""
    headers: Mapping[str, str] = field(default_factory=dict)


class GraphClient:
    """Requests as one identity. Safe to use from several threads; contacts nobody before the first request."""

    def __init__(
        self,
        login: TokenSource,
        *,
        verify: str | bool = True,
        patience: Patience | None = None,
        cloud: Cloud = GLOBAL,
    ) -> None:
        """Hold the login.

        Args:
            login: Base URL and access tokens.
            verify: File with the trusted certificate authorities; True for the ones that come with Python.
            patience: How long an operation may take; by default two minutes.
            cloud: The cloud of the tenant.
        """
        self.cloud = cloud
        """For what is said to people: their commands differ from cloud to cloud."""
        self._login = login
        self._verify = verify
        self.patience = patience or Patience()
        """How this client waits, and how long; for whoever polls with it."""
        self.key_reads = Pace(KEY_READS_PER_MINUTE, 60.0, sleep=self.patience.pause, uncounted=self.patience.uncounted)
        """Asked before every request that selects `keyCredentials`, by everybody who shares this client."""
        self._pipeline: PipelineClient[HttpRequest, HttpResponse] | None = None
        self._pipeline_lock = threading.Lock()
        self._writers: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @classmethod
    def of(cls, identity: Identity) -> "GraphClient":
        patience = Patience()
        return cls(Tokens(identity, patience), verify=identity.verify, patience=patience, cloud=identity.cloud)

    def tenant_id(self) -> str:
        """Of whom it signs in as, in lower case."""
        return str(read_claims(self._login.token()).get("tid") or "").lower()

    def sleep(self, seconds: float) -> None:
        """Wait, for whoever polls with this client.

        Raises:
            AssociationError: The operation must be over before.
        """
        self.patience.sleep(seconds)

    def sign_in(self) -> None:
        """Get the access token where there is none yet: what others ask meanwhile is known before the first request.

        Raises:
            GraphError: The login service refused or did not answer.
        """
        import_http_stack()
        self._login.token()

    def one_writer(self, application_object_id: str) -> AbstractContextManager[Any]:
        """The lock for reading an application and then writing it: Graph has no ETag, so one writer at a time."""
        with self._pipeline_lock:
            return self._writers[application_object_id]

    def directory_object(self, object_id: str) -> str:
        """A directory object as a reference in a request's body names it."""
        return f"{self._login.base_url()}/v1.0/directoryObjects/{object_id}"

    def get(self, path: str, *, query: str = "", version: str = "v1.0") -> Json:
        """One object.

        Args:
            path: Path below the version, such as `/applications/{id}`.
            query: OData options as people write them, such as `$select=id&$top=5`.
            version: `v1.0` or `beta`.
        """
        return self._send("GET", path, query=query, version=version) or {}

    def answer(self, path: str, *, query: str = "", version: str = "v1.0") -> BatchAnswer:
        """The answer to one GET, with its status and headers; a refusal is a value, not an exception.

        Raises:
            GraphError: Nobody answered, or the sign-in failed.
        """
        response, content, waited = self._exchange("GET", path, query=query, version=version)
        status, headers, error = response.status_code, response.headers, None
        if not 200 <= status < 300:  # noqa: PLR2004 - HTTP success
            error = describe_refusal("GET", path, status, headers, content, waited=waited)
        return BatchAnswer(status=status, body=content, error=error, headers=dict(headers))

    def pages(self, path: str, *, query: str = "", version: str = "v1.0") -> Iterator[Json]:
        """Every item of a list, page by page as they are consumed.

        Raises:
            GraphError: Graph refused or did not answer, or a next page is on another host.
        """
        yield from self.rest_of(self._send("GET", path, query=query, version=version) or {}, path)

    def rest_of(self, page: Json, path: str) -> Iterator[Json]:
        """Every item of a list whose first page is already here, for example out of a batch.

        Raises:
            GraphError: Graph refused or did not answer, or a next page is on another host.
        """
        while True:
            yield from page.get("value", [])
            link = page.get("@odata.nextLink")
            if not link:
                return
            page = self.next_page(link, path)

    def next_page(self, link: str, path: str) -> Json:
        """The page that `@odata.nextLink` of another page of the path names.

        Raises:
            GraphError: Graph refused or did not answer, or the page is on another host.
        """
        if urlsplit(link).netloc != urlsplit(self._login.base_url()).netloc:
            message = f"Microsoft Graph answered GET {path} with a next page on another host"
            raise GraphError(message, method="GET", path=path, status=200)
        return self._send("GET", path, url=link) or {}

    def patch(self, path: str, body: Mapping[str, Any], *, version: str = "v1.0") -> None:
        self._send("PATCH", path, body=body, version=version)

    def post(self, path: str, body: Mapping[str, Any], *, version: str = "v1.0") -> Json:
        """Create an object or call an action; empty when Graph answers without a body."""
        return self._send("POST", path, body=body, version=version) or {}

    def delete(self, path: str, *, version: str = "v1.0") -> None:
        self._send("DELETE", path, version=version)

    def batch(self, paths: Sequence[str], *, version: str = "v1.0") -> list[BatchAnswer]:
        """Several GETs in as few round trips as possible; throttled items are asked again, alone.

        Returns:
            One answer for each path, in order; a refused one is a value, not an exception.

        Raises:
            GraphError: The batch itself was refused or not answered.
        """
        answers: dict[int, BatchAnswer] = {}
        waiting = list(range(len(paths)))
        for attempt in range(BATCH_ROUNDS):
            pause = 0.0
            for start in range(0, len(waiting), BATCH_SIZE):
                pause = max(pause, self._send_batch(paths, waiting[start : start + BATCH_SIZE], version, answers))
            waiting = [index for index in waiting if answers[index].status == _TOO_MANY_REQUESTS]
            if not waiting or attempt == BATCH_ROUNDS - 1:
                break
            self.sleep(pause or 0.5 * 2**attempt)
        return [answers[index] for index in range(len(paths))]

    def _send_batch(
        self, paths: Sequence[str], indices: Sequence[int], version: str, answers: dict[int, BatchAnswer]
    ) -> float:
        """Fill in the answers; returns the longest `Retry-After` in seconds."""
        requests = [{"id": str(index), "method": "GET", "url": paths[index]} for index in indices]
        body = self._send("POST", "/$batch", body={"requests": requests}, version=version) or {}
        received = {int(item["id"]): item for item in body.get("responses", [])}
        pause = 0.0
        for index in indices:
            item = received.get(index, {"status": 504})
            status, headers = int(item["status"]), {k.lower(): v for k, v in (item.get("headers") or {}).items()}
            path = paths[index].partition("?")[0]
            error = None if 200 <= status < 300 else describe_refusal("GET", path, status, headers, item.get("body"))  # noqa: PLR2004 - HTTP success
            sent = item.get("headers") or {}
            answers[index] = BatchAnswer(status=status, body=item.get("body"), error=error, headers=sent)
            pause = max(pause, read_retry_after(headers.get("retry-after")) or 0.0)
        return pause

    def _send(self, method: str, path: str, **request: Any) -> Json | None:
        response, content, waited = self._exchange(method, path, **request)
        if not 200 <= response.status_code < 300:  # noqa: PLR2004 - HTTP success
            raise describe_refusal(method, path, response.status_code, response.headers, content, waited=waited)
        return content if isinstance(content, dict) else None

    def _exchange(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        url: str = "",
        body: Mapping[str, Any] | None = None,
        version: str = "v1.0",
    ) -> "tuple[HttpResponse, Any, float]":
        """The response, its parsed JSON, and the seconds it took with every repetition."""
        import_http_stack()
        from azure.core.exceptions import AzureError
        from azure.core.rest import HttpRequest

        start = self.patience.now()
        base = self._login.base_url()
        url = url or f"{base}/{version}{path}" + (f"?{quote(query, safe=_QUERY_SAFE)}" if query else "")
        for renew in (False, True):
            headers = {"Authorization": f"Bearer {self._login.token(renew=renew)}", "Accept": "application/json"}
            try:
                response = self._open(base).send_request(HttpRequest(method, url, headers=headers, json=body))
            except AzureError as error:
                raise describe_network_failure(method, path, urlsplit(base).netloc, error) from error
            if response.status_code != _UNAUTHORIZED:
                break
        return response, _parse(response), self.patience.now() - start

    def _open(self, base: str) -> "PipelineClient[HttpRequest, HttpResponse]":
        from azure.core import PipelineClient
        from azure.core.pipeline.policies import HttpLoggingPolicy, RequestIdPolicy, UserAgentPolicy

        from association.graph.retry import Retry

        with self._pipeline_lock:
            if self._pipeline is None:
                self._pipeline = PipelineClient(
                    base,
                    policies=[
                        RequestIdPolicy(),
                        UserAgentPolicy("mimecast-entra"),
                        Retry(self.patience),
                        HttpLoggingPolicy(),
                    ],
                    **connection_options(base, self._verify),
                )
            return self._pipeline


_QUERY_SAFE: Final = "$=&'(),/:-"


def _parse(response: "HttpResponse") -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:
        return None
