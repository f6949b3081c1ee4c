"""Owns the function `checkDeployer`: would these owners lock the deployer out of its own application? It changes nothing."""

from typing import TYPE_CHECKING, Any, Final

from provider.resource import UNKNOWN, Failure, Properties

if TYPE_CHECKING:
    from provider.connection import Connection

CHECK_DEPLOYER: Final = "mimecast-entra:index:checkDeployer"
"""Function token."""

SCHEMA: Final[dict[str, Any]] = {
    "description": "Fails where the deployer may only write applications that it owns (Application.ReadWrite.OwnedBy) and is not among "
    "these owners: the azuread provider would take it off them, and nobody could deploy again.",
    "inputs": {
        "properties": {"owners": {"type": "array", "items": {"type": "string"}, "description": "Declared object ids."}},
        "required": ["owners"],
    },
}

_OWNED: Final = "Application.ReadWrite.OwnedBy"
_ANY_APPLICATION: Final = frozenset({"Application.ReadWrite.All", "Directory.ReadWrite.All"})


def check_deployer(connection: "Connection", arguments: Properties) -> list[Failure]:
    """Compare the token's own words with the declared owners; costs no request beyond the sign-in.

    Raises:
        GraphError: The login service refused or did not answer.
    """
    owners = arguments.get("owners") or []
    if owners is UNKNOWN or any(owner is UNKNOWN for owner in owners):
        return []
    claims = connection.graph.token_claims()
    roles, own_id = set(claims.get("roles") or ()), str(claims.get("oid") or "").lower()
    if _OWNED not in roles or roles & _ANY_APPLICATION or own_id in {str(owner).lower() for owner in owners}:
        return []
    reason = (
        f"the deployer ({own_id}) may only write applications that it owns ({_OWNED}) and is not among the declared owners: "
        f"this deployment would lock it out. Run: pulumi config set --path 'owners[{len(owners)}]' {own_id}"
    )
    return [Failure(property="owners", reason=reason)]
