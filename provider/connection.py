"""What the resources share: the tenant as one identity, and the engine's log. Nothing is sent before it is used."""

import threading
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from association.errors import AssociationError
from association.graph.app_role_assignments import AppRoleAssignments
from association.graph.client import GraphClient
from association.graph.deployer import Deployer, read_deployer
from association.graph.identity import Identity
from association.graph.login import Tokens
from association.graph.patience import Patience
from provider.diagnostics import Diagnostics

if TYPE_CHECKING:
    from association.graph.key_store import KeyStore


class Connection:
    """One tenant, as one identity."""

    def __init__(self, identity: Identity, diagnostics: Diagnostics) -> None:
        self.identity = identity
        self.diagnostics = diagnostics
        self.patience = Patience(sleep=self._sleep)
        self.tokens = Tokens(identity, self.patience)
        self.graph = GraphClient(self.tokens, verify=identity.verify, patience=self.patience)
        self.app_roles = AppRoleAssignments(self.graph)
        self.in_state: set[str] = set()
        """Ids of the resources that the state has, as far as the engine has spoken of them."""
        self._cancelled = threading.Event()

    @property
    def deployer(self) -> Deployer:
        """Who signs in; costs the sign-in.

        Raises:
            GraphError: The login service refused or did not answer.
        """
        return read_deployer(self.tokens.claims())

    @cached_property
    def keys(self) -> "KeyStore":
        """Key credentials; one store for the process, so that its memory spans all resources."""
        from association.graph.key_store import KeyStore

        return KeyStore(self.graph, in_state=self.in_state)

    @cached_property
    def maximum_lifetime(self) -> timedelta | None:
        """What the tenant's policy allows for certificates; asked once, None when it sets no limit or may not be read."""
        from association.graph.lifetime import read_maximum_lifetime

        return read_maximum_lifetime(self.graph)

    def cancel(self) -> None:
        """Let nothing wait any longer."""
        self._cancelled.set()

    def _sleep(self, seconds: float) -> None:
        if self._cancelled.wait(seconds):
            raise AssociationError("Cancelled while waiting for Microsoft Graph.")
