"""Limits of requests per time that the service has beside its general throttling."""

import time

from sandbox.tenant.problems import GraphError


class Budget:
    """So many requests within a sliding window."""

    def __init__(self, window_seconds: float) -> None:
        self._window = window_seconds
        self._taken: list[float] = []

    def take(self, limit: int | None) -> None:
        """Count one request.

        Raises:
            GraphError: 429 with the seconds to wait when the limit is used up.
        """
        now = time.monotonic()
        self._taken = [moment for moment in self._taken if now - moment < self._window]
        if limit is not None and len(self._taken) >= limit:
            wait = max(1, round(self._window - (now - self._taken[0])))
            raise GraphError(429, "TooManyRequests", "Too many requests.", headers={"Retry-After": str(wait)})
        self._taken.append(now)
