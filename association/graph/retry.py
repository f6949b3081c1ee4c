"""Owns when a request is sent again. It leaves the words for giving up to `failures`."""

import random
import time
from collections.abc import Callable
from typing import Final

from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse

from association.graph.pace import read_retry_after

_ALWAYS: Final = frozenset({429, 503, 504})
"""The server says that it did not do it, or the request may be repeated without harm."""
_READS_ONLY: Final = frozenset({408, 500, 502})
_LONGEST_WAIT: Final = 16.0


class Retry(HTTPPolicy[HttpRequest, HttpResponse]):
    """Repeats throttled and unlucky requests within a number of tries and a deadline.

    `Retry-After` counts whether it is whole or fractional seconds or a date; without it the wait doubles from half a
    second. A connection that breaks is repeated for GET only: a write may have arrived. Not azure-core's own policy,
    which would sleep past its deadline and gives a write that got no answer no say.
    """

    def __init__(
        self,
        *,
        total: int,
        deadline: float,
        sleep: Callable[[float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Allow `total` repetitions within `deadline` seconds for each request."""
        super().__init__()
        self._total = total
        self._deadline = deadline
        self._sleep = sleep
        self._clock = clock

    def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Send until there is an answer worth returning."""
        until = self._clock() + self._deadline
        reads = request.http_request.method == "GET"
        attempt = 0
        while True:
            wait = min(_LONGEST_WAIT, 0.5 * 2**attempt) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
            last = attempt == self._total
            try:
                response = self.next.send(request)
            except (ServiceRequestError, ServiceResponseError):
                if last or not reads or self._clock() + wait > until:
                    raise
            else:
                status = response.http_response.status_code
                if last or not (status in _ALWAYS or (reads and status in _READS_ONLY)):
                    return response
                asked = read_retry_after(response.http_response.headers.get("Retry-After"))
                wait = wait if asked is None else asked
                if self._clock() + wait > until:
                    return response
            self._sleep(wait)
            attempt += 1
