"""What the resources share: the tenant as one identity, and the engine's log. Nothing is sent before it is used."""

import threading
from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from association.errors import AssociationError
from association.graph.app_role_assignments import AppRoleAssignments
from association.graph.client import GraphClient
from association.graph.deployer import Deployer, read_deployer
from association.graph.identity import Identity
from association.graph.login import Tokens
from association.graph.patience import Patience
from association.graph.shared_readings import SharedReadings
from provider.diagnostics import Diagnostics

if TYPE_CHECKING:
    from association.graph.key_store import KeyStore


T = TypeVar("T")


class _Once(Generic[T]):
    """Makes a value when it is first asked for, once for all threads; `cached_property` has no lock since Python 3.12."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


class Connection:
    """One tenant, as one identity."""

    def __init__(self, identity: Identity, diagnostics: Diagnostics) -> None:
        self.identity = identity
        self.diagnostics = diagnostics
        self.patience = Patience(sleep=self._sleep)
        self.tokens = Tokens(identity, self.patience)
        self.graph = GraphClient(self.tokens, verify=identity.verify, patience=self.patience, cloud=identity.cloud)
        self.readings = SharedReadings()
        """What the readers of one refresh share."""
        self.app_roles = AppRoleAssignments(self.graph, readings=self.readings)
        self.in_state: set[str] = set()
        """Ids of the resources that the state has, as far as the engine has spoken of them."""
        self.claimed: set[Hashable] = set()
        """What resources of this run made or took over. A forced replacement, or a resource under a new name, first creates: it
        takes over what is there. The deletion of the old resource that follows must leave that alone."""
        self._keys = _Once(self._open_keys)
        self._maximum_lifetime = _Once(self._read_maximum_lifetime)
        self._cancelled = threading.Event()

    @property
    def deployer(self) -> Deployer:
        """Who signs in; costs the sign-in.

        Raises:
            GraphError: The login service refused or did not answer.
        """
        return read_deployer(self.tokens.claims())

    @property
    def keys(self) -> "KeyStore":
        """Key credentials; one store for the process, so that its memory spans all resources."""
        return self._keys()

    @property
    def maximum_lifetime(self) -> timedelta | None:
        """What the tenant's policy allows for certificates; asked once, None when it sets no limit or may not be read."""
        return self._maximum_lifetime()

    def _open_keys(self) -> "KeyStore":
        from association.graph.key_store import KeyStore

        return KeyStore(self.graph, readings=self.readings, in_state=self.in_state)

    def _read_maximum_lifetime(self) -> timedelta | None:
        from association.graph.lifetime import read_maximum_lifetime

        return read_maximum_lifetime(self.graph)

    def cancel(self) -> None:
        """Let nothing wait any longer."""
        self._cancelled.set()

    def _sleep(self, seconds: float) -> None:
        if self._cancelled.wait(seconds):
            raise AssociationError("Cancelled while waiting for Microsoft Graph.")
