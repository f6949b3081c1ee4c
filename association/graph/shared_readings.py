"""Key credentials that one resource read a moment ago, for the other resource that needs them in the same refresh.

The service answers 150 such readings a minute and tenant, and each association has two resources that need one.
What was read for a write is never shared.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

SHARED_FOR: Final = 5.0
"""Seconds: less than replicas may lag behind each other anyway."""


@dataclass(kw_only=True)
class Turn:
    """One reader's turn with one application."""

    entries: list[Mapping[str, Any]] | None
    """`keyCredentials` with their key bytes as Graph sent them; None when the reader must read, and then set it."""


@dataclass(kw_only=True)
class _Reading:
    entries: list[Mapping[str, Any]]
    when: float
    readers: set[str] = field(default_factory=set)


class SharedReadings:
    """Readings by application. Safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Hold nothing yet."""
        self._clock = clock
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._readings: dict[str, _Reading] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, application_object_id: str, reader: str) -> Iterator[Turn]:
        """One reader (a resource's URN) at a time; each gets a reading of another one's once at most, so its next look is a new one."""
        with self._lock:
            lock = self._locks[application_object_id]
        with lock:
            reading = self._readings.get(application_object_id)
            fresh = reading is not None and self._clock() - reading.when < SHARED_FOR and reader not in reading.readers
            turn = Turn(entries=reading.entries if reading is not None and fresh else None)
            yield turn
            if fresh and reading is not None:
                reading.readers.add(reader)
            elif turn.entries is not None:
                self._readings[application_object_id] = _Reading(
                    entries=turn.entries, when=self._clock(), readers={reader}
                )

    def forget(self, application_object_id: str) -> None:
        """What was read before is history: somebody writes."""
        self._readings.pop(application_object_id, None)
