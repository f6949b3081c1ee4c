"""What one resource read a moment ago, for the others that need the same in the same refresh.

The guard of an association reads nearly all in one batch: also the key credentials, of which the service answers 150 readings a
minute and tenant, and the app role assignments. A resource that reads only one of these signs in before its turn, so that a
guard that is asked at the same moment has the first. What was read for a write is never shared.
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
    """One reader's turn with one object."""

    entries: list[Mapping[str, Any]] | None
    """As Graph sent them: an application's `keyCredentials` with their key bytes, or a service principal's app role assignments.
    None when the reader must read, and then set it."""


@dataclass(kw_only=True)
class _Reading:
    entries: list[Mapping[str, Any]]
    when: float
    readers: set[str] = field(default_factory=set)


class SharedReadings:
    """Readings by object ID. Safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._readings: dict[str, _Reading] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, object_id: str, reader: str) -> Iterator[Turn]:
        """One reader (a resource's URN) at a time; each gets a reading of another one's once at most, so its next look is a new one."""
        with self._lock:
            lock = self._locks[object_id]
        with lock:
            reading = self._readings.get(object_id)
            fresh = reading is not None and self._clock() - reading.when < SHARED_FOR and reader not in reading.readers
            turn = Turn(entries=reading.entries if reading is not None and fresh else None)
            yield turn
            if fresh and reading is not None:
                reading.readers.add(reader)
            elif turn.entries is not None:
                self._readings[object_id] = _Reading(entries=turn.entries, when=self._clock(), readers={reader})

    def forget(self, object_id: str) -> None:
        """What was read before is history: somebody writes."""
        self._readings.pop(object_id, None)
