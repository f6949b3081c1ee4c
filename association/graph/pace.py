"""How long to wait: what a server asks for, and limits kept before it has to ask."""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime


def read_retry_after(value: str | None) -> float | None:
    """Seconds that a `Retry-After` header asks for: whole or fractional seconds, or a date; None when it says nothing."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


class Pace:
    """At most `limit` requests in any `window` seconds, shared by every thread that asks."""

    def __init__(
        self,
        limit: int,
        window: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        uncounted: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Start with nothing used.

        Waiting happens within `uncounted`: it does not count as waiting for the service.
        """
        self._limit = limit
        self._window = window
        self._sleep = sleep
        self._clock = clock
        self._uncounted = uncounted
        self._recent: deque[float] = deque()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when one more request is within the limit."""
        with self._uncounted(), self._lock:
            while self._recent and self._clock() - self._recent[0] >= self._window:
                self._recent.popleft()
            if len(self._recent) >= self._limit:
                self._sleep(self._window - (self._clock() - self._recent.popleft()))
            self._recent.append(self._clock())
