"""The tenant as tests and commands use it: start, sign in, change things, look at what was asked."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sandbox.tenant import exchange, identities, proofs, seed
from sandbox.tenant.directory import TENANT_ID, Directory, Switches
from sandbox.tenant.faults import Faults
from sandbox.tenant.foreign_applications import VENDOR_PATH, ForeignApplications, vendor_application
from sandbox.tenant.identities import Identity
from sandbox.tenant.reachable import ReachableTenant
from sandbox.tenant.recording import RecordedRequest
from sandbox.tenant.routing import load_routes
from sandbox.tenant.service import Service
from sandbox.tenant.store import Store
from sandbox.tenant.tls import TlsServer, listen
from sandbox.tenant.tokens import TokenSigner
from sandbox.tenant.wellknown import EXCHANGE_NAMES, GRAPH_OBJECT_ID


class Tenant(ReachableTenant):
    """One Entra tenant on the loopback address, with its state in one folder."""

    def __init__(
        self, directory: Path, *, port: int = 0, clock: Callable[[], datetime] | None = None, tenant_id: str = TENANT_ID
    ) -> None:
        """Open the tenant of the folder, or make one.

        Args:
            directory: Holds `state.json`, the certificate authority and the keys; made when missing.
            port: TCP port; 0 for the port of the last run when it is free, else any.
            clock: The time that the tenant goes by, from its first object on; timezone-aware UTC, by default this machine's.
            tenant_id: Its id; only the tenant of the default id has the fixed deployer.

        Raises:
            StateInUseError: Another process serves this folder.
        """
        load_routes()
        directory.mkdir(parents=True, exist_ok=True)
        self._folder = directory
        self._store = Store(directory / "state.json")
        remembered = (self._store.find("server", "address") or {}).get("port", 0)
        self._listener = listen(port or remembered)
        self.tenant_id = tenant_id
        self.port: int = self._listener.getsockname()[1]
        self._store.put("server", "address", {"port": self.port})
        self._directory = Directory(store=self._store, url=f"https://localhost:{self.port}", tenant_id=tenant_id)
        if clock:
            self.set_clock(clock)
        seed.fill(self._directory)
        self._store.settle()
        self._signer = TokenSigner(directory / "signing.pem", self._directory)
        self.faults = Faults()
        self.elsewhere = ForeignApplications(self._directory)
        """Applications of other tenants."""
        self._service = Service(self._directory, self._signer, self.faults)
        mounted = exchange.make_exchange(self._directory, self.verify_token)
        self._service.mounts.update(dict.fromkeys(exchange.PREFIXES, mounted))
        self._service.mounts[VENDOR_PATH] = vendor_application(self.elsewhere, self._directory)
        self._server = TlsServer(self._service, directory, self._listener)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and raise what a hook raised unless something else is already on its way."""
        self.close()
        if self.faults.failures and error is None:
            raise self.faults.failures[0]

    def close(self) -> None:
        self._server.stop()
        self._listener.close()
        self._store.close()

    @property
    def ca_file(self) -> Path:
        return self._folder / "ca.pem"

    @property
    def switches(self) -> Switches:
        """How the tenant behaves where the real service leaves it open."""
        return self._directory.switches

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request from outside since the start, oldest first; `clear()` it as needed."""
        return self._service.requests

    def set_clock(self, clock: Callable[[], datetime]) -> None:
        """Let the tenant go by another time, timezone-aware UTC: certificates expire, tokens and audits are dated."""
        self._directory.clock = clock

    def credentials(self, identity_name: str) -> tuple[str, str]:
        found = self.identity(identity_name)
        return found.client_id, found.client_secret

    def identity(self, name: str) -> Identity:
        """One of the tenant's identities, or a KeyError that says which there are."""
        return identities.find_identity(self._directory, name)

    def add_identity(self, name: str, *permissions: str) -> Identity:
        with self._store.lock:
            identities.create_identity(self._directory, name, permissions)
        return self.identity(name)

    def permit(self, name: str, *permissions: str) -> None:
        """Grant Microsoft Graph permissions; they are in the identity's next token."""
        with self._store.lock:
            identities.permit(self._directory, name, permissions)

    def revoke(self, name: str, *permissions: str) -> None:
        """Take Microsoft Graph permissions away; they are missing in the identity's next token."""
        with self._store.lock:
            identities.revoke(self._directory, name, permissions)

    def certificate(self, identity_name: str) -> Path:
        """A PFX file without a password whose certificate is on the identity's application; made when first asked for."""
        with self._store.lock:
            return proofs.certificate(self._directory, self._folder, self.identity(identity_name))

    def federated_token(self, identity_name: str) -> str:
        """An OpenID Connect token, as a pipeline would have it, that the identity can sign in with."""
        with self._store.lock:
            return proofs.federated_token(self._directory, self._signer, self.identity(identity_name))

    def pipeline_token(self, subject: str) -> str:
        """An OpenID Connect token of the make-believe pipeline `{url}/pipeline` for any subject, as its issuer gives it."""
        return self._signer.federated_token(subject)

    def token(self, identity_name: str) -> str:
        found = self.identity(identity_name)
        roles = identities.granted_roles(self._directory, found.object_id, GRAPH_OBJECT_ID)
        principal = self._store.all("servicePrincipals")[found.object_id]
        return self._signer.access_token(
            audience=self.url, principal=principal, roles=roles, lifetime=self.faults.token_lifetime
        )

    def verify_token(self, token: str) -> dict[str, Any]:
        """The claims of an access token for Exchange Online that this tenant issued; errors as of `TokenSigner.verify`."""
        return self._signer.verify(token, audience=EXCHANGE_NAMES)

    @property
    def public_key(self) -> RSAPublicKey:
        return self._signer.public_key
