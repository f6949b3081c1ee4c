"""`ConsentedPrincipal`: the service principal of a vendor's application, taken over where it is there, made where it is not.

Whose application it is is checked before anything depends on it, and it remembers whether it made it (docs/adr/0012).
"""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from association.contract import CONSENTED_PRINCIPAL, is_guid
from association.contract import CONSENTED_PRINCIPAL_INPUTS as _IDS
from association.errors import AssociationError
from association.graph.vendor_principals import VendorPrincipal, VendorPrincipals, refuse_principal, refuse_publisher
from association.text import escape
from provider.resource import (
    UNKNOWN,
    Checked,
    Created,
    Difference,
    Failure,
    HalfDoneError,
    Observed,
    Properties,
    check_ids,
    compare,
    refuse_unknown,
)
from provider.taken_over import (
    DELETE_TAKEN_OVER,
    ON_DESTROY_SCHEMA,
    REMEMBERED,
    TAKEN_OVER,
    TAKEN_OVER_SCHEMA,
    delete_taken_over_schema,
    is_kept,
    remember,
)

if TYPE_CHECKING:
    from provider.connection import Connection

_INPUTS: Final = (*_IDS, "owners", "stackTag", DELETE_TAKEN_OVER)
_PROPERTIES: Final[dict[str, Any]] = {
    **{name: {"type": "string", "description": text} for name, text in _IDS.items()},
    "owners": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Object IDs of the owners of the service principal. Others are left to the guard.",
    },
    "stackTag": {
        "type": "string",
        "description": "The tag `pulumi:organization/project/stack/name`, which a service principal that is made here carries.",
    },
    DELETE_TAKEN_OVER: delete_taken_over_schema(default=False),
}


class ConsentedPrincipal:
    """The service principal of one client ID."""

    pulumi_type: ClassVar[str] = CONSENTED_PRINCIPAL
    schema: ClassVar[Mapping[str, Any]] = {
        "description": "The service principal of a vendor's application in this tenant. One that is there is taken over, and stays when this "
        "resource is deleted. An application of another publisher, of Microsoft, or of this tenant is refused.",
        "inputProperties": {
            **_PROPERTIES,
            "clientId": {**_PROPERTIES["clientId"], "willReplaceOnChanges": True},
        },
        "requiredInputs": list(_IDS),
        "properties": {
            **_PROPERTIES,
            "objectId": {"type": "string", "description": "Object ID of the service principal."},
            "takenOver": TAKEN_OVER_SCHEMA,
            "onDestroy": ON_DESTROY_SCHEMA,
        },
        "required": [*_IDS, "objectId", *REMEMBERED],
    }

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._principals = VendorPrincipals(connection.graph)
        self._lock = threading.Lock()
        self._found: dict[str, VendorPrincipal | None] = {}

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Judge the inputs, and, where they are new, whose application it is: costs the sign-in and one request."""
        checked, failures = _check_values(inputs)
        if failures:
            return Checked(inputs=checked, failures=tuple(failures))
        if UNKNOWN in (checked["clientId"], checked["publisher"]):
            return Checked(inputs=checked | dict.fromkeys(REMEMBERED, UNKNOWN))
        known = old_inputs.get(TAKEN_OVER)
        if isinstance(known, bool) and all(old_inputs.get(name) == checked[name] for name in _IDS):
            return Checked(inputs=remember(checked, taken_over=known))
        found = self._look(checked["clientId"])
        if found and (reason := self._refuse(found, checked["publisher"])):
            failures.append(Failure(property="publisher", reason=reason))
        taken_over = found is not None and not _is_ours(found, checked)
        if isinstance(known, bool) and old_inputs.get("clientId") == checked["clientId"]:
            taken_over = known
        return Checked(inputs=remember(checked, taken_over=taken_over), failures=tuple(failures))

    def diff(
        self, *, resource_id: str, old_inputs: Properties, old_outputs: Properties, inputs: Properties
    ) -> Difference:
        """Another client ID is another service principal."""
        return compare((*_INPUTS, *REMEMBERED), old_inputs, inputs, ("clientId",))

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:
        """Make it, or take over the one that is there; a preview says which of the two."""
        client_id = inputs["clientId"]
        found = None if client_id is UNKNOWN else self._look(client_id)
        if preview:
            self._say(inputs, found)
            return Created(id="", outputs={**inputs, "objectId": found.object_id if found else UNKNOWN})
        principal, made = (found, False) if found else self._make(inputs)
        self._connection.claimed.add(principal.object_id)
        with self._lock:
            self._found[client_id] = principal
        outputs = inputs if made or found else remember(inputs, taken_over=True)
        created = Created(id=principal.object_id, outputs={**outputs, "objectId": principal.object_id})
        self._settle_owners(created, inputs, made=made)
        return created

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:
        """Whether it is there, and who owns its application; what is imported counts as taken over."""
        object_id = resource_id.rpartition("/")[2].lower()
        if not is_guid(object_id):
            raise AssociationError(
                f"ConsentedPrincipal: {resource_id!r} is not a valid import ID; expected the service principal's object ID"
            )
        found = self._principals.read(object_id)
        if found is None:
            return None
        known = inputs or remember({"clientId": found.client_id, "owners": [], "stackTag": ""}, taken_over=True)
        seen = {**known, "publisher": found.publisher}
        return Observed(id=object_id, inputs=seen, outputs={**outputs, **seen, "objectId": object_id})

    def update(
        self, *, urn: str, resource_id: str, old_outputs: Properties, inputs: Properties, preview: bool
    ) -> Properties:
        """Add declared owners that are missing, and remember the rest."""
        outputs = {**inputs, "objectId": resource_id}
        if not preview:
            self._principals.settle_owners(resource_id, inputs.get("owners") or (), maker="")
        return outputs

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Take it away, unless it was there before, or another resource took it over in this very run."""
        if is_kept(outputs):
            self._connection.diagnostics.info(
                f"The service principal {resource_id} of {outputs.get('clientId')} was there before this stack, and stays"
            )
        elif resource_id not in self._connection.claimed:
            self._principals.remove(resource_id)

    def _look(self, client_id: str) -> VendorPrincipal | None:
        """Asked once for the check and the creation of one run."""
        with self._lock:
            if client_id not in self._found:
                self._found[client_id] = self._principals.find(client_id)
            return self._found[client_id]

    def _refuse(self, principal: VendorPrincipal, publisher: str) -> str:
        return refuse_principal(principal, publisher, own_tenant=self._connection.deployer.tenant_id)

    def _make(self, inputs: Properties) -> tuple[VendorPrincipal, bool]:
        """Whose application it is shows only now: what was made for the wrong one goes again."""
        principal, made = self._principals.make(inputs["clientId"], tag=str(inputs.get("stackTag") or ""))
        if reason := self._refuse(principal, inputs["publisher"]):
            if made:
                self._principals.remove(principal.object_id)
            raise AssociationError(f"{reason}{', and its service principal was taken away again' if made else ''}.")
        return principal, made

    def _settle_owners(self, created: Created, inputs: Properties, *, made: bool) -> None:
        maker = self._connection.deployer.object_id if made else ""
        owners = inputs.get("owners") or ()
        if not (made or owners):
            return
        try:
            self._principals.settle_owners(created.id, owners, maker=maker)
        except AssociationError as error:
            raise HalfDoneError(error, created) from error

    def _say(self, inputs: Properties, found: VendorPrincipal | None) -> None:
        if found:
            name = f"the service principal '{escape(found.display_name)}' ({found.object_id}) that is there"
            later = "leaves it" if is_kept(inputs) else "deletes it"
            self._connection.diagnostics.info(f"This takes over {name}; `pulumi destroy` {later}")
        elif inputs["clientId"] is not UNKNOWN:
            self._connection.diagnostics.info(
                f"This makes a service principal for {inputs['clientId']}; `pulumi destroy` deletes it"
            )


def _is_ours(principal: VendorPrincipal, inputs: Properties) -> bool:
    """Whether an interrupted run of this very stack made it."""
    return bool(inputs.get("stackTag")) and inputs["stackTag"] in principal.tags


def _check_values(inputs: Properties) -> tuple[Properties, list[Failure]]:
    ids, no_ids = check_ids(inputs, _IDS)
    failures = refuse_unknown(inputs, (*_INPUTS, *REMEMBERED), _INPUTS) + no_ids
    checked: Properties = {
        **ids,
        "owners": inputs.get("owners") or [],
        "stackTag": inputs.get("stackTag") or "",
        DELETE_TAKEN_OVER: bool(inputs.get(DELETE_TAKEN_OVER)),
    }
    publisher = checked["publisher"]
    if isinstance(publisher, str) and (reason := refuse_publisher(publisher)):
        failures.append(Failure(property="publisher", reason=reason))
    return checked, failures
