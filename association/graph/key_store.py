"""Reads, adds and removes key credentials of applications without losing anybody's.

Graph replaces the whole list with each PATCH, has no ETag for it, and may answer a read from a replica that lags. So each
write (1) holds the application's lock in this process, (2) reads twice and keeps what either reading shows, (3) does not
begin while an entry is missing that this process wrote or that the state knows, (4) reads back until the write is
visible, and fails when an entry that any reading showed is gone then. What is left is Graph's own limit: an entry that
somebody else adds and that no reading shows before our PATCH is lost, and nothing could tell.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from association.certificates import Certificate
from association.errors import GraphError
from association.graph.client import GraphClient
from association.graph.key_credentials import KeyCredential, choose_key_id, make_entry, parse_key_credentials
from association.graph.key_store_errors import (
    PATIENCE,
    ApplicationGoneError,
    describe_gone,
    describe_lag,
    describe_lost,
    describe_unconfirmed,
)
from association.graph.shared_readings import SharedReadings

STATE_PATIENCE: Final = 3.0
"""Seconds to wait for an entry that only the state knows: somebody may as well have removed it."""
_TRIES: Final = 3
_LONGEST_PAUSE: Final = 4.0
_NO_ANSWER, _BAD_REQUEST, _NOT_FOUND, _CONFLICT = 0, 400, 404, 409

Entries = dict[str, KeyCredential]
"""Entries by key ID, in Graph's order."""


@dataclass(kw_only=True)
class _Memory:
    """What is known about one application, whatever a lagging replica says."""

    written: Entries = field(default_factory=dict)
    removed: Entries = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Change:
    """The list to write."""

    kept: Entries
    new: KeyCredential | None = None


class KeyStore:
    """Key credentials of any application that the client may read and write. Safe to use from several threads."""

    def __init__(
        self,
        graph: GraphClient,
        *,
        readings: SharedReadings | None = None,
        in_state: set[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Hold what is known.

        Args:
            graph: Signed in.
            readings: What the readers of one refresh share.
            in_state: `application object ID/key ID` of entries that the state has: a write waits a little while no
                reading shows one. Whoever hears more of the state adds to it.
            clock: Seconds that only grow.
        """
        self._graph = graph
        self._in_state = set() if in_state is None else in_state
        self._clock = clock
        self._memory: defaultdict[str, _Memory] = defaultdict(_Memory)
        self._readings = readings or SharedReadings(clock=clock)

    def read(self, application_object_id: str, *, reader: str = "") -> tuple[KeyCredential, ...] | None:
        """Every entry with its key bytes, or None when the application is gone. One request, or what another reader (a URN) just saw."""
        if reader:
            self._graph.sign_in()
        try:
            with self._readings.turn(application_object_id, reader) as turn:
                if turn.entries is None:
                    turn.entries = self._get(application_object_id, with_keys=True)
                return tuple(self._parse(application_object_id, turn.entries).values())
        except ApplicationGoneError:
            return None

    def add(self, application_object_id: str, certificate: Certificate) -> KeyCredential:
        """Make the certificate one of the application's, or take an identical entry over. At most 4 requests undisturbed.

        Raises:
            UnconfirmedError: The entry was accepted, but it cannot be seen, or another one got lost.
        """

        def decide(entries: Entries) -> _Change | None:
            if _find(entries, certificate):
                return None
            entry = make_entry(certificate, choose_key_id(certificate, frozenset(entries)))
            return _Change(kept=entries, new=parse_key_credentials({"keyCredentials": [entry]}, "")[0])

        with self._graph.one_writer(application_object_id):
            memory = self._memory[application_object_id]
            before, change = self._write(application_object_id, decide, enough=certificate)
            entry = change.new if change else _find(before, certificate)
            assert entry is not None  # noqa: S101 - `decide` found it or made it
            memory.written[entry.key_id] = entry
            memory.removed.pop(entry.key_id, None)
            if change:
                self._confirm(application_object_id, before, entry.key_id, added=True)
            return entry

    def remove(self, application_object_id: str, key_id: str) -> None:
        """Take one entry away; nothing happens when it or the application is gone already.

        Raises:
            UnconfirmedError: The removal was accepted, but the entry is still shown, or another one got lost.
        """

        def decide(entries: Entries) -> _Change | None:
            if key_id not in entries:
                return None
            return _Change(kept={known: entry for known, entry in entries.items() if known != key_id})

        with self._graph.one_writer(application_object_id):
            memory = self._memory[application_object_id]
            memory.written.pop(key_id, None)
            self._in_state.add(f"{application_object_id}/{key_id}")
            try:
                before, change = self._write(application_object_id, decide)
                if change:
                    self._confirm(application_object_id, before, key_id, added=False)
                    memory.removed[key_id] = before[key_id]
            except ApplicationGoneError:
                return
            finally:
                self._in_state.discard(f"{application_object_id}/{key_id}")

    def _write(
        self,
        application_object_id: str,
        decide: Callable[[Entries], _Change | None],
        *,
        enough: Certificate | None = None,
    ) -> tuple[Entries, _Change | None]:
        """Read, decide, PATCH; again when the list changed in between. Returns what was there and what was written."""
        before, refused, attempt = {}, None, 0
        while True:
            attempt += 1
            before, previous = self._settle(application_object_id, enough), before
            change = decide(before)
            if change is None:
                return before, None
            if refused and refused.status == _BAD_REQUEST and previous.keys() == before.keys():
                raise refused
            try:
                self._patch(application_object_id, change)
            except GraphError as error:
                if error.status not in {_NO_ANSWER, _BAD_REQUEST, _CONFLICT} or attempt == _TRIES:
                    raise
                refused = error
                self._graph.sleep(0.5)
            else:
                return before, change

    def _patch(self, application_object_id: str, change: _Change) -> None:
        entries = [entry.resend() for entry in change.kept.values()]
        if change.new:
            entries.append(dict(change.new.as_read))
        path = f"/applications/{application_object_id}"
        try:
            self._graph.patch(path, {"keyCredentials": entries})
        except GraphError as error:
            if error.status == _NOT_FOUND:
                raise describe_gone(error) from error
            raise

    def _settle(self, application_object_id: str, enough: Certificate | None) -> Entries:
        """Two readings put together, once they show all that is known to be there; one, if `enough` is in it already."""
        start, pause = self._clock(), 0.5
        while True:
            elapsed = self._clock() - start
            try:
                entries = self._read(application_object_id, with_keys=True)
                if enough and _find(entries, enough):
                    return entries
                later = self._read(application_object_id, with_keys=False)
            except ApplicationGoneError:
                if enough is None or elapsed >= PATIENCE:
                    raise
            else:
                unread = {key_id for key_id, entry in later.items() if not _same(entry, entries.get(key_id))}
                missing = self._missing(application_object_id, entries | later, elapsed) | unread
                if not missing:
                    return entries
                if elapsed >= PATIENCE:
                    raise describe_lag(application_object_id, missing)
            self._graph.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _missing(self, application_object_id: str, entries: Entries, elapsed: float) -> set[str]:
        missing = self._memory[application_object_id].written.keys() - entries.keys()
        if elapsed < STATE_PATIENCE:
            known = [known.partition("/") for known in list(self._in_state)]
            missing |= {key_id for owner, _, key_id in known if owner == application_object_id} - entries.keys()
        return missing

    def _confirm(self, application_object_id: str, before: Entries, key_id: str, *, added: bool) -> None:
        """Read back until the change is visible; every other entry that any reading showed must still be there."""
        path = f"/applications/{application_object_id}"
        seen, start, pause = dict(before), self._clock(), 0.5
        while True:
            try:
                entries = self._read(application_object_id, with_keys=False)
            except ApplicationGoneError:
                if not added:
                    return
                entries = {}
            if (key_id in entries) is added:
                break
            seen |= entries
            if self._clock() - start >= PATIENCE:
                raise describe_unconfirmed(path, key_id, added=added)
            self._graph.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        lost = [entry for known, entry in seen.items() if known not in entries and known != key_id]
        if lost:
            raise describe_lost(path, lost, key_id)

    def _read(self, application_object_id: str, *, with_keys: bool) -> Entries:
        """One reading for a write."""
        self._readings.forget(application_object_id)
        return self._parse(application_object_id, self._get(application_object_id, with_keys=with_keys))

    def _get(self, application_object_id: str, *, with_keys: bool) -> list[Mapping[str, Any]]:
        if with_keys:
            self._graph.key_reads.wait()
        query = "$select=keyCredentials" if with_keys else ""
        try:
            application = self._graph.get(f"/applications/{application_object_id}", query=query)
        except GraphError as error:
            if error.status == _NOT_FOUND:
                raise describe_gone(error) from error
            raise
        return list(application.get("keyCredentials") or ())

    def _parse(self, application_object_id: str, entries: list[Mapping[str, Any]]) -> Entries:
        """Entries by key ID, without the echo of what this process removed."""
        removed = self._memory[application_object_id].removed
        return {
            entry.key_id: entry
            for entry in parse_key_credentials({"keyCredentials": entries}, f"/applications/{application_object_id}")
            if not _same(entry, removed.get(entry.key_id))
        }


def _find(entries: Entries, certificate: Certificate) -> KeyCredential | None:
    return next((entry for entry in entries.values() if entry.key == certificate.der), None)


def _same(entry: KeyCredential, other: KeyCredential | None) -> bool:
    return other is not None and entry.same_entry(other)
