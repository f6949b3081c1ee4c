"""Applications in memory with replicas that lag, and a clock that passes only by waiting. It asserts nothing."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from association.errors import GraphError
from association.graph.client import GraphClient, Json
from association.graph.patience import Patience

OBJECT_ID = "5c9a0000-0000-4000-8000-000000000001"
PATH = f"/applications/{OBJECT_ID}"


class _NoLogin:
    def base_url(self) -> str:
        raise AssertionError("nothing is sent")

    def token(self, *, renew: bool = False) -> str:
        raise AssertionError(f"nothing is sent {renew}")


class Replicas(GraphClient):
    """One application; reads show it as it was `lag` seconds ago, writes go to the one true copy."""

    def __init__(self) -> None:
        super().__init__(_NoLogin(), patience=Patience(sleep=self._pass))
        self.now = 0.0
        self.lag = 0.0
        self.asked: list[str] = []
        self.before_patch: Callable[[], None] = lambda: None
        self.after_patch: Callable[[], None] = lambda: None
        self.refusals: list[GraphError] = []
        self._history: list[tuple[float, list[Json] | None]] = [(float("-inf"), [])]

    @property
    def truth(self) -> list[Json] | None:
        return copy.deepcopy(self._history[-1][1])

    @truth.setter
    def truth(self, entries: list[Json] | None) -> None:
        """A change by anybody, at this moment."""
        self._history.append((self.now, copy.deepcopy(entries)))

    def key_ids(self) -> set[str]:
        return {entry["keyId"] for entry in self.truth or ()}

    def get(self, path: str, *, query: str = "", version: str = "v1.0") -> Json:
        self.asked.append(f"GET {version} {query}".strip())
        entries = next(
            entries for moment, entries in reversed(self._history) if moment <= self.now - self.lag or moment < 0
        )
        if entries is None:
            raise _refusal("GET", path, 404)
        with_keys = "keyCredentials" in query
        return {"keyCredentials": [entry if with_keys else {**entry, "key": None} for entry in copy.deepcopy(entries)]}

    def patch(self, path: str, body: Mapping[str, Any], *, version: str = "v1.0") -> None:
        self.asked.append(f"PATCH {version}")
        self.before_patch()
        if self.refusals:
            raise self.refusals.pop(0)
        if self.truth is None:
            raise _refusal("PATCH", path, 404)
        known = {entry["keyId"]: entry for entry in self.truth}
        for entry in body["keyCredentials"]:
            if entry["key"] is None and entry["keyId"] not in known:
                raise _refusal("PATCH", path, 400)
        self.truth = [known.get(entry["keyId"], dict(entry)) for entry in body["keyCredentials"]]
        self.after_patch()

    def _pass(self, seconds: float) -> None:
        self.now += seconds


def _refusal(method: str, path: str, status: int) -> GraphError:
    return GraphError(f"{method} {path}: {status}", method=method, path=path, status=status)
