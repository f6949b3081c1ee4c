"""Time as the plugin needs it: now, and waiting that Cancel ends."""

import threading
import time

from sandbox.azuread.problems import ProviderError


class Clock:
    """The real time. Tests put one in its place that does not wait."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            ProviderError: The engine cancelled the operation meanwhile.
        """
        if self._cancelled.wait(seconds):
            raise ProviderError("context canceled")

    def cancel(self) -> None:
        """End every wait, now and later."""
        self._cancelled.set()
