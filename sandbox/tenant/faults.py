"""Faults that can be switched on: refusals, dropped connections, delay, and replication that lags.

Each acts on requests from outside; what a test changes out of band is never disturbed. Statuses and texts follow the
recordings 15 to 18; throttling: https://learn.microsoft.com/en-us/graph/throttling (checked 2026-11-24).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from sandbox.tenant.problems import GraphError, denied
from sandbox.tenant.tokens import LIFETIME_SECONDS


class FaultKind(StrEnum):
    """What happens to a request instead of its answer."""

    THROTTLE = "throttle"
    """429 TooManyRequests."""
    UNAVAILABLE = "unavailable"
    """503 ServiceUnavailable."""
    CONFLICT = "conflict"
    """409 Directory_ConcurrencyViolation."""
    DENY = "deny"
    """403 Authorization_RequestDenied, whatever the caller's permissions."""
    REJECT = "reject"
    """400 BadRequest: a question that this version of the service does not take."""
    RESET = "reset"
    """The connection is reset before the request is served."""
    LOSE_ANSWER = "lose-answer"
    """The request is served, then the connection is reset."""


@dataclass(kw_only=True)
class Fault:
    """One fault; it acts on the requests that match, as often as `count` says."""

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    """Pattern with `*` for the path, such as `/v1.0/applications/*`; when it has a `?`, the decoded query is matched
    too."""
    count: int | None = None
    """How many requests it still hits; None for all."""
    retry_after: str | None = None
    """The Retry-After header as sent: `1`, or `2.128` as Graph has been seen to send; None for none."""

    def matches(self, method: str, path: str, query: str) -> bool:
        target = f"{path}?{query}" if "?" in self.path else path
        pattern = self.path.replace("[", "[[]").replace("?", "[?]")
        return self.count != 0 and fnmatchcase(method, self.method) and fnmatchcase(target, pattern)

    def problem(self) -> GraphError | None:
        """The refusal; None for kinds that drop the connection."""
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        refusal = _REFUSALS.get(self.kind)
        return refusal and replace(refusal, headers=headers)


_BUSY = "Error due to concurrent requests being made to the tenant. Please wait briefly and retry."
_REFUSALS = {
    FaultKind.THROTTLE: GraphError(429, "TooManyRequests", "Too many requests."),
    FaultKind.UNAVAILABLE: GraphError(503, "ServiceUnavailable", "The service is temporarily unavailable."),
    FaultKind.CONFLICT: GraphError(409, "Directory_ConcurrencyViolation", _BUSY),
    FaultKind.REJECT: GraphError(400, "BadRequest", "Unsupported query."),
    FaultKind.DENY: denied(),
}


Hook = Callable[[Any], None]


@dataclass(kw_only=True)
class Faults:
    """Everything that is switched on; empty means a healthy service."""

    active: list[Fault] = field(default_factory=list)
    latency_ms: float = 0
    """Added to every answer."""
    token_lifetime: int = LIFETIME_SECONDS
    """Seconds that new tokens live."""
    replication_lag: float = 0
    """Seconds that a new object stays invisible."""
    stale_credentials: float = 0
    """Seconds that reads still show the key credentials from before a change."""
    hooks_before: list[Hook] = field(default_factory=list)
    """Called in a thread of their own with each recorded request before it is served; its status is 0."""
    hooks_after: list[Hook] = field(default_factory=list)
    """Called likewise when the request is served and the answer not yet sent."""
    failures: list[Exception] = field(default_factory=list)
    """What hooks raised; closing the tenant raises the first."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, kind: FaultKind | str, **fields: Any) -> Fault:
        """Switch a fault on; the fields are those of `Fault`."""
        fault = Fault(kind=FaultKind(kind), **fields)
        self.active.append(fault)
        return fault

    def take(self, method: str, path: str, query: str) -> Fault | None:
        """The first fault that hits the request, counted down."""
        with self._lock:
            for fault in self.active:
                if fault.matches(method, path, query):
                    if fault.count is not None:
                        fault.count -= 1
                    return fault
        return None

    def refuse(self, method: str, path: str, query: str) -> Exception | None:
        """The refusal for one item of a batch; a dropped connection becomes 503 there."""
        fault = self.take(method, path, query)
        if fault is None:
            return None
        return fault.problem() or Fault(kind=FaultKind.UNAVAILABLE).problem()

    def clear(self) -> None:
        self.active.clear()
        self.hooks_before.clear()
        self.hooks_after.clear()
        self.latency_ms = self.replication_lag = self.stale_credentials = 0
        self.token_lifetime = LIFETIME_SECONDS
