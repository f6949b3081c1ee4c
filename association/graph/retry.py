"""When a request is sent again: to Microsoft Graph, and to the login service and its like."""

import random
from collections.abc import Mapping
from typing import Any, Final

from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy, RetryPolicy
from azure.core.rest import HttpRequest, HttpResponse

from association.errors import GraphError
from association.graph.pace import read_retry_after
from association.graph.patience import Patience

_ALWAYS: Final = frozenset({429, 503, 504})
"""The server says that it did not do it, or the request may be repeated without harm."""
_READS_ONLY: Final = frozenset({408, 500, 502})
_LONGEST_WAIT: Final = 16.0
_BROKEN_CONNECTIONS: Final = 4
"""How often a connection that breaks is tried again: a name that does not exist is not worth two minutes."""
_BELIEVED: Final = 4
"""How often a server is asked again as soon as its `Retry-After` says; after that no sooner than without one."""
_LONGEST_SILENCE: Final = 30.0
"""Seconds for one connection attempt and for one silence of the server."""


class Retry(HTTPPolicy[HttpRequest, HttpResponse]):
    """Repeats throttled and unlucky requests while the operation's patience lasts.

    `Retry-After` counts whether it is whole or fractional seconds or a date; without it the wait doubles from half a
    second. A connection that breaks is repeated for GET only: a write may have arrived. Not azure-core's own policy,
    which would sleep past its deadline and gives a write that got no answer no say.
    """

    def __init__(self, patience: Patience) -> None:
        """Ask `patience` how long it lasts."""
        self._patience = patience

    def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Send until there is an answer worth returning, or patience is over."""
        start, until = self._patience.now(), self._patience.end()
        reads = request.http_request.method == "GET"
        attempt = 0
        while True:
            wait = min(_LONGEST_WAIT, 0.5 * 2 ** min(attempt, 10)) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
            self._limit_silence(request, until)
            try:
                response = self.next.send(request)
            except (ServiceRequestError, ServiceResponseError):
                if attempt >= _BROKEN_CONNECTIONS or not reads or self._gives_up(wait, until):
                    raise
            else:
                status = response.http_response.status_code
                if not (status in _ALWAYS or (reads and status in _READS_ONLY)):
                    self._patience.exhausted = False
                    return response
                asked = read_retry_after(response.http_response.headers.get("Retry-After"))
                if asked is not None:
                    wait = max(asked, wait if attempt >= _BELIEVED else 0.0)
                if self._gives_up(wait, until):
                    self._patience.give_up(since=start)
                    return response
            self._patience.sleep(wait)
            attempt += 1

    def _gives_up(self, wait: float, until: float) -> bool:
        return self._patience.exhausted or self._patience.now() + wait > until

    def _limit_silence(self, request: PipelineRequest[HttpRequest], until: float) -> None:
        left = min(_LONGEST_SILENCE, max(1.0, until - self._patience.now()))
        request.context.options.update(connection_timeout=left, read_timeout=left)


class LoginRetry(RetryPolicy[HttpRequest, HttpResponse]):
    """azure-core's policy for requests that are not Graph's: it would sleep however long a `Retry-After` says."""

    def __init__(self, patience: Patience, **settings: Any) -> None:
        """Wait only as long as `patience` lasts; the settings are azure-core's."""
        super().__init__(**settings)
        self._patience = patience

    def sleep(self, settings: Mapping[str, Any], transport: Any, response: Any = None) -> None:  # noqa: ARG002 - azure-core's
        """Wait before the next attempt.

        Raises:
            GraphError: There is no time left for another one.
        """
        asked = self.get_retry_after(response) if response else None
        wait = self.get_backoff_time(dict(settings)) if asked is None else asked
        if self._patience.now() + wait > self._patience.end():
            raise _describe_overdue(response, asked)
        self._patience.pause(wait)


def _describe_overdue(response: Any, asked: float | None) -> GraphError:
    request = response.http_request if response else None
    host, _, path = str(request.url if request else "").partition("://")[2].partition("/")
    status = response.http_response.status_code if response else 0
    said = f"answered with {status}" if status else "did not answer"
    long = (
        f" and asks to wait {asked:.0f} s, longer than this operation may take"
        if asked
        else " for longer than this operation may take"
    )
    return GraphError(
        f"{host or 'The login service'} {said}{long}",
        method=str(request.method if request else ""),
        path=f"/{path.partition('?')[0]}",
        status=status,
        hint="Run again later; nothing is lost. The resource option customTimeouts changes how long an operation may take.",
    )
