"""The store's saver: it ends whenever it is told to."""

import threading
import time
from pathlib import Path

import pytest

from sandbox.tenant.store import Store


def test_it_closes_while_a_save_is_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "state.json")
    save, begun, closing = store.save, threading.Event(), threading.Event()

    def save_slowly() -> None:
        begun.set()
        closing.wait(5)
        time.sleep(0.2)  # `close` has said so meanwhile, and this save clears it
        save()

    monkeypatch.setattr(store, "save", save_slowly)
    store.put("applications", "1", {"id": "1"})
    assert begun.wait(5)
    closer = threading.Thread(target=store.close, daemon=True)
    closer.start()
    closing.set()
    closer.join(5)
    assert not closer.is_alive()
    assert "applications" in (tmp_path / "state.json").read_text()
