"""`DeployerCheck`: would these owners lock the deployer out of its own application? It is not an object in the tenant.

A resource and not a function, because only a resource knows whether it is new: an untouched stack costs no sign-in. Not a
hook of the program either: hooks hold the engine's and the program's few workers, and with many applications all wait.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from association.contract import DEPLOYER_CHECK
from provider.resource import UNKNOWN, Change, Checked, Created, Difference, Failure, Observed, Properties

if TYPE_CHECKING:
    from provider.connection import Connection

_OWNED: Final = "Application.ReadWrite.OwnedBy"
_ANY_APPLICATION: Final = frozenset({"Application.ReadWrite.All", "Directory.ReadWrite.All"})
_ID: Final = "deployer"
_OWNERS: Final = {"type": "array", "items": {"type": "string"}, "description": "Object ids of the declared owners."}


class DeployerCheck:
    """Fails before anything is made where the deployer may write only what it owns, and is not to be an owner."""

    pulumi_type: ClassVar[str] = DEPLOYER_CHECK
    schema: ClassVar[Mapping[str, Any]] = {
        "description": "Fails where the deployer may only write applications that it owns (Application.ReadWrite.OwnedBy) and is not "
        "among the declared owners: the azuread provider would take it off them, and nobody could deploy again.",
        "inputProperties": {"owners": _OWNERS},
        "requiredInputs": ["owners"],
        "properties": {"owners": _OWNERS},
        "required": ["owners"],
    }

    def __init__(self, connection: "Connection") -> None:
        """Contact nobody yet."""
        self._connection = connection

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Compare the token's own words with the declared owners, where they are new; costs no request beyond the sign-in."""
        given = inputs.get("owners") or []
        if given is UNKNOWN or any(owner is UNKNOWN for owner in given):
            return Checked(inputs={"owners": given})
        owners = [str(owner).lower() for owner in given]
        known = old_inputs.get("owners") == owners
        return Checked(inputs={"owners": owners}, failures=() if known else tuple(self._foresee_lockout(owners)))

    def diff(
        self,
        *,
        resource_id: str,  # noqa: ARG002 - the protocol's signature
        old_inputs: Properties,
        old_outputs: Properties,  # noqa: ARG002
        inputs: Properties,
    ) -> Difference:
        """Other owners."""
        return Difference(changes={"owners": Change.UPDATE} if inputs != old_inputs else {})

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:  # noqa: ARG002
        """Remember that it was checked."""
        return Created(id="" if preview else _ID, outputs=dict(inputs))

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:  # noqa: ARG002
        """What was remembered."""
        return Observed(id=resource_id, inputs=dict(inputs or outputs), outputs=dict(outputs))

    def update(
        self,
        *,
        urn: str,  # noqa: ARG002 - the protocol's signature
        resource_id: str,  # noqa: ARG002
        old_outputs: Properties,  # noqa: ARG002
        inputs: Properties,
        preview: bool,  # noqa: ARG002
    ) -> Properties:
        """Remember the other owners."""
        return dict(inputs)

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Nothing to take away."""

    def _foresee_lockout(self, owners: list[str]) -> list[Failure]:
        claims = self._connection.graph.token_claims()
        roles, own_id = set(claims.get("roles") or ()), str(claims.get("oid") or "").lower()
        if _OWNED not in roles or roles & _ANY_APPLICATION or own_id in owners:
            return []
        reason = (
            f"the deployer ({own_id}) may only write applications that it owns ({_OWNED}) and is not among the declared owners: "
            f"this deployment would lock it out. Run: pulumi config set --path 'owners[{len(owners)}]' {own_id}"
        )
        return [Failure(property="owners", reason=reason)]
