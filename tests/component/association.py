"""A program that declares one association, recorded: valid arguments, and any of them changed."""

from typing import Any, cast

from components import ServerConnection, ServerConnectionArgs
from tests.component.recorder import Recording, record
from tests.factories import certificate_pem

APPLICATION = "azuread:index/application:Application"
PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal"
GRANT = "mimecast-entra:index:AppRoleAssignment"
CREDENTIAL = "mimecast-entra:index:CertificateCredential"
DEPLOYER = "mimecast-entra:index:DeployerCheck"
GUARD = "mimecast-entra:index:AccessGuard"
COMPONENT = "mimecast-entra:index:ServerConnection"

OWNER = "a0000000-0000-4000-8000-000000000002"


def arguments(**changes: Any) -> ServerConnectionArgs:
    """Valid arguments with some changed."""
    valid: dict[str, Any] = {"certificates": {"eu.pem": certificate_pem("eu")}, "owners": [OWNER]}
    return cast("ServerConnectionArgs", valid | changes)


def declare(*, dry_run: bool = False, **changes: Any) -> Recording:
    """Record a program that declares one association."""
    return record(lambda: _program(**changes), dry_run=dry_run)


def _program(**changes: Any) -> None:
    """Outputs need the program's event loop, so they are made by functions."""
    made = {name: change() if callable(change) else change for name, change in changes.items()}
    ServerConnection("mimecast", arguments(**made))
