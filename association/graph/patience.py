"""How long one operation may take with everything it waits for, and the waiting.

An operation is what the engine asks of one resource, or one request of a command.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from association.errors import AssociationError

DEFAULT_PATIENCE: Final = 120.0
"""Seconds for one operation, unless `customTimeouts` of the resource says otherwise."""


class Patience:
    """The time that is left, for each thread's operation. Safe to use from several threads."""

    def __init__(
        self,
        seconds: float = DEFAULT_PATIENCE,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start no operation yet; `seconds` are for one that brings no limit of its own, and `sleep` may raise to give up."""
        self._seconds = seconds
        self._sleep = sleep
        self._clock = clock
        self._operation = threading.local()
        self.exhausted = False
        """Whether an operation gave up on a service that was down, and nothing was answered since: nobody else waits for it too."""

    @contextmanager
    def within(self, seconds: float = 0.0) -> Iterator[None]:
        """This thread's operation, which may take so many seconds; 0 for the default."""
        self._operation.limit = seconds or self._seconds
        self._operation.end = self._clock() + self._operation.limit
        try:
            yield
        finally:
            self._operation.end = None

    @contextmanager
    def uncounted(self) -> Iterator[None]:
        """Time that does not count: waiting for one's turn among many is not waiting for the service."""
        start = self._clock()
        yield
        if (end := getattr(self._operation, "end", None)) is not None:
            self._operation.end = end + self._clock() - start

    def pause(self, seconds: float) -> None:
        """Wait however long it takes, for time that does not count."""
        self._sleep(seconds)

    def give_up(self, *, since: float) -> None:
        """A service was down all the time; an operation with little patience of its own does not speak for the others."""
        if self._clock() - since >= self._seconds / 2:
            self.exhausted = True

    def now(self) -> float:
        """Seconds by its clock."""
        return self._clock()

    def end(self) -> float:
        """When the operation must be over, by its clock; without an operation the default from now on."""
        end: float | None = getattr(self._operation, "end", None)
        return self._clock() + self._seconds if end is None else end

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            AssociationError: The operation must be over before.
        """
        if self._clock() + seconds > self.end():
            limit = getattr(self._operation, "limit", self._seconds)
            raise AssociationError(
                f"Gave up: what was waited for did not show in Microsoft Graph within the {limit:.0f} s of this operation.",
                hint="Run again; nothing is lost. The resource option customTimeouts changes how long an operation may take.",
            )
        self._sleep(seconds)
