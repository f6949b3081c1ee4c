"""The directory behind login and Graph: its store, its address, its clock, and what is open about the real service."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.tenant.problems import GraphError
from sandbox.tenant.store import Json, Store

TENANT_ID = "7e6a0000-0000-4000-8000-00000000c0de"
INITIAL_DOMAIN = "sandbox.onmicrosoft.com"


@dataclass(kw_only=True)
class Switches:
    """Behaviour that no public source settles, or that depends on the tenant; set them as a test needs."""

    page_size: int = 100
    """Items of a page when the request names no $top."""
    refuse_duplicate_certificates: bool = False
    """Refuse a certificate that another key id of the same object holds."""
    refuse_expired_certificates: bool = True
    """Refuse a new key credential whose end is past."""
    key_reads_per_minute: int | None = None
    """Limit of requests that select keyCredentials; the service has 150."""
    audit_reads_per_ten_seconds: int | None = None
    """Limit of requests for directory audits; the service has 5."""
    keys_in_lists: bool = False
    """Whether a list that selects keyCredentials shows the key bytes."""
    premium: bool = True
    """Whether the tenant has Entra ID P2; without it Conditional Access and eligible roles cannot be read."""
    restore_service_principal: bool = False
    """Whether restoring an application brings its service principal back, as the portal does."""
    lock_new_applications: bool = False
    """Whether new applications get the App Instance Lock, as tenants do since June 2026."""
    lock_holds_at_home: bool = False
    """Whether the App Instance Lock refuses credentials on the service principal in the application's own tenant."""


@dataclass(frozen=True, kw_only=True)
class View:
    """How the replica that serves a request sees the directory: `Faults` says it in seconds."""

    replication_lag: float = 0
    stale_credentials: float = 0
    limited: bool = False
    """Whether the limits of the switches count the request."""
    refuse: Callable[[str, str, str], Exception | None] = lambda _method, _path, _query: None
    """The fault that hits an item of a batch, by method, path and query."""


class Budget:
    """So many requests within a sliding window: limits that the service has beside its general throttling."""

    def __init__(self, window_seconds: float) -> None:
        self._window = window_seconds
        self._taken: list[float] = []

    def take(self, limit: int | None) -> None:
        """Count one request; 429 with the seconds to wait when the limit is used up."""
        now = time.monotonic()
        self._taken = [moment for moment in self._taken if now - moment < self._window]
        if limit is not None and len(self._taken) >= limit:
            wait = max(1, round(self._window - (now - self._taken[0])))
            raise GraphError(429, "TooManyRequests", "Too many requests.", headers={"Retry-After": str(wait)})
        self._taken.append(now)


@dataclass(kw_only=True)
class Directory:
    """One tenant's objects and how it behaves."""

    store: Store
    url: str
    """Address of login and Graph, without a slash at the end."""
    tenant_id: str = TENANT_ID
    switches: Switches = field(default_factory=Switches)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """The time the tenant goes by; timezone-aware UTC."""

    view: View = field(default_factory=View)
    """Set for each request while it is served."""
    _key_reads: Budget = field(default_factory=lambda: Budget(60))
    _audit_reads: Budget = field(default_factory=lambda: Budget(10))
    _former_keys: dict[str, tuple[float, list[Json]]] = field(default_factory=dict)

    def sees(self, object_id: str) -> bool:
        """Whether the replica that serves this request knows the object yet."""
        lag = self.view.replication_lag
        return not lag or self.store.age(object_id) >= lag

    def find(self, kind: str, object_id: str) -> Json | None:
        """The object, when this replica knows it."""
        return self.store.find(kind, object_id) if self.sees(object_id) else None

    def all(self, kind: str) -> list[Json]:
        """The objects that this replica knows, oldest first."""
        objects = self.store.all(kind).values()
        return [found for found in objects if self.sees(found["id"])] if self.view.replication_lag else list(objects)

    def remember_keys(self, entity: Json) -> None:
        """Remember the key credentials from before a change, for replicas that lag."""
        self._former_keys[entity["id"]] = (time.monotonic(), entity["keyCredentials"])

    def replicated(self, entity: Json) -> Json:
        """The object as the replica that serves this request has it."""
        changed, keys = self._former_keys.get(entity["id"], (0.0, []))
        stale = changed and time.monotonic() - changed < self.view.stale_credentials
        return entity | {"keyCredentials": keys} if stale else entity

    def count_key_read(self) -> None:
        if self.view.limited:
            self._key_reads.take(self.switches.key_reads_per_minute)

    def count_audit_read(self) -> None:
        if self.view.limited:
            self._audit_reads.take(self.switches.audit_reads_per_ten_seconds)

    def now(self) -> str:
        """The time in whole seconds, as in `2026-11-24T21:48:32Z`."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def precise_now(self) -> str:
        """The time with seven decimals, as creation dates have them."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"

    def service_principal_of(self, client_id: str) -> Json | None:
        return self.with_client_id("servicePrincipals", client_id)

    def application_of(self, client_id: str) -> Json | None:
        return self.with_client_id("applications", client_id)

    def with_client_id(self, kind: str, client_id: str) -> Json | None:
        """The object of the kind, as far as this replica knows it."""
        return next((found for found in self.all(kind) if found["appId"] == client_id.lower()), None)

    def backing_application(self, client_id: str) -> Json | None:
        """The application behind a client ID: of this tenant, or of another one, of which nothing here shows more than its principal."""
        return self.application_of(client_id) or self.store.find("foreignApplications", client_id.lower())


def new_id() -> str:
    return str(uuid.uuid4())
