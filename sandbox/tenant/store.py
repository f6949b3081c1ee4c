"""The objects of the sandbox directory and the one file that keeps them between commands."""

import fcntl
import json
import math
import os
import threading
import time
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SAVE_DELAY_SECONDS = 0.1
"""Writes that follow each other within this time share one save."""


class StateInUseError(Exception):
    """Another process already serves the tenant of this directory."""


class Store:
    """Objects by kind and id, in order of creation; every change is soon in the file, whole or not at all.

    Objects handed out are the stored ones: read them freely, change a copy and `put` it. Whoever works with more
    than one call holds `lock`.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or start empty; the lock on the directory lasts until `close`.

        Raises:
            StateInUseError: Another process holds the directory.
        """
        self.lock = threading.RLock()
        self._saving = threading.Lock()
        self._path = path
        self._guard = _hold(path.with_suffix(".lock"))
        self._objects: dict[str, dict[str, Json]] = {}
        self._texts: dict[str, dict[str, str]] = {}
        self._made: dict[str, float] = {}
        self._changed = threading.Event()
        self._closing = threading.Event()
        if path.exists():
            for kind, objects in json.loads(path.read_text(encoding="utf-8")).items():
                for key, value in objects.items():
                    self.put(kind, key, value)
        self._saver = threading.Thread(target=self._save_changes, name="sandbox state", daemon=True)
        self._saver.start()

    def all(self, kind: str) -> dict[str, Json]:
        return self._objects.get(kind, {})

    def find(self, kind: str, key: str) -> Json | None:
        return self._objects.get(kind, {}).get(key)

    def put(self, kind: str, key: str, value: Json) -> None:
        """Store the object under its id; it replaces one that is there."""
        with self.lock:
            self._made.setdefault(key, time.monotonic())
            self._objects.setdefault(kind, {})[key] = value
            self._texts.setdefault(kind, {})[key] = json.dumps(value, ensure_ascii=False)
            self._changed.set()

    def settle(self) -> None:
        """Count everything as old: what a tenant begins with has long been replicated."""
        self._made.clear()

    def age(self, key: str) -> float:
        """Seconds since an object of this id was first stored; infinite for what the tenant began with."""
        return time.monotonic() - self._made.get(key, -math.inf)

    def drop(self, kind: str, key: str) -> Json | None:
        """Remove and return the object; None when there is none."""
        with self.lock:
            self._texts.get(kind, {}).pop(key, None)
            self._changed.set()
            return self._objects.get(kind, {}).pop(key, None)

    def save(self) -> None:
        """Write the file now: a temporary file beside it takes its place, so that no reader sees half of it."""
        with self._saving:
            with self.lock:
                self._changed.clear()
                snapshot = {kind: dict(texts) for kind, texts in self._texts.items()}
            kinds = [
                f"{json.dumps(kind)}: {{\n"
                + ",\n".join(f"{json.dumps(key)}: {text}" for key, text in texts.items())
                + "}"
                for kind, texts in snapshot.items()
            ]
            temporary = self._path.with_suffix(".tmp")
            temporary.touch(mode=0o600)
            temporary.write_text("{" + ",\n".join(kinds) + "}\n", encoding="utf-8")
            temporary.replace(self._path)

    def close(self) -> None:
        """Save, stop saving, and let another process have the directory."""
        self._closing.set()
        self._changed.set()
        self._saver.join()
        self.save()
        os.close(self._guard)

    def _save_changes(self) -> None:
        while not self._closing.is_set():  # asked after each save too: it clears what `close` has set meanwhile
            self._changed.wait()
            if not self._closing.wait(SAVE_DELAY_SECONDS):
                self.save()


def _hold(path: Path) -> int:
    """The descriptor of a locked file; the operating system lets go of it when the process ends, however it ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StateInUseError(f"{path.parent}: another process serves this sandbox tenant; stop it first.") from None
    return descriptor
