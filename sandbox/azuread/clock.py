"""Time as the plugin needs it: now, and waiting that Cancel ends."""

import threading
import time

from sandbox.azuread.problems import ProviderError

FASTER = "SANDBOX_WAITS_FASTER"
"""Variable: how many times faster than the official plugin this one waits. The engine's tests set it; nobody else does."""


class Clock:
    """The real time. Tests put one in its place that does not wait."""

    def __init__(self, *, faster: float = 1.0) -> None:
        """Start now; each wait is divided by `faster`."""
        self._faster = faster
        self._cancelled = threading.Event()

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; fail when the engine cancels the operation meanwhile."""
        if self._cancelled.wait(seconds / self._faster):
            raise ProviderError("context canceled")

    def cancel(self) -> None:
        """End every wait, now and later."""
        self._cancelled.set()
