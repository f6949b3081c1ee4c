"""What all resources of one plugin process share is made once, whoever asks first, on every supported Python."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from association.graph import key_store, lifetime
from association.graph.identity import choose_identity
from provider.connection import Connection
from provider.diagnostics import Diagnostics

THREADS = 4


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool


def ask_at_once(pool: ThreadPoolExecutor, name: str) -> list[Any]:
    """The property, as that many threads read it at the same moment."""
    connection, start = Connection(choose_identity({}, {}), Diagnostics("")), threading.Barrier(THREADS)

    def ask() -> Any:
        start.wait(10)
        return getattr(connection, name)

    return [future.result(10) for future in [pool.submit(ask) for _ in range(THREADS)]]


def test_there_is_one_key_store(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def make(*arguments: object, **_: object) -> object:
        made.append(arguments)
        threading.Event().wait(0.5)  # making one lasts: every thread is on its way before it is there
        return object()

    monkeypatch.setattr(key_store, "KeyStore", make)
    assert len({id(keys) for keys in ask_at_once(pool, "keys")}) == 1
    assert len(made) == 1


def test_the_tenants_policy_is_read_once(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[object] = []
    others = threading.Event()

    def read(graph: object) -> timedelta:
        readings.append(graph)
        others.wait(0.5)  # a reading lasts: every thread is on its way before it ends
        return timedelta(days=180)

    monkeypatch.setattr(lifetime, "read_maximum_lifetime", read)
    assert ask_at_once(pool, "maximum_lifetime") == [timedelta(days=180)] * THREADS
    assert len(readings) == 1
