"""The resource `AppRoleAssignment`: one app role, given to one service principal.

The three ids that mean it are its identity; Graph's own id of the assignment is never used. So an assignment that is there
already is taken over, and one that somebody took away and gave again is the declared one (docs/adr/0007).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from association.contract import APP_ROLE_ASSIGNMENT, is_guid
from association.contract import APP_ROLE_ASSIGNMENT_INPUTS as _INPUTS
from association.errors import AssociationError
from association.graph.app_role_assignments import AppRoleAssignment as Assignment
from provider.resource import (
    UNKNOWN,
    Checked,
    Created,
    Difference,
    Observed,
    Properties,
    check_ids,
    compare,
    refuse_unknown,
)
from provider.taken_over import (
    DELETE_TAKEN_OVER,
    ON_DESTROY,
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


class AppRoleAssignment:
    """One app role of one service principal."""

    pulumi_type: ClassVar[str] = APP_ROLE_ASSIGNMENT
    schema: ClassVar[Mapping[str, Any]] = {
        "description": "An app role that a service principal holds. An assignment of the same three ids is taken over.",
        "inputProperties": {
            **{
                name: {"type": "string", "description": text, "willReplaceOnChanges": True}
                for name, text in _INPUTS.items()
            },
            DELETE_TAKEN_OVER: delete_taken_over_schema(default=True),
        },
        "requiredInputs": list(_INPUTS),
        "properties": {
            **{name: {"type": "string", "description": text} for name, text in _INPUTS.items()},
            DELETE_TAKEN_OVER: delete_taken_over_schema(default=True),
            TAKEN_OVER: TAKEN_OVER_SCHEMA,
            ON_DESTROY: ON_DESTROY_SCHEMA,
        },
        "required": list(_INPUTS),
    }

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Each input is a GUID; where what is taken over is to stay, look whether it is there already."""
        offered = (*_INPUTS, DELETE_TAKEN_OVER)
        checked, no_ids = check_ids(inputs, _INPUTS)
        failures = refuse_unknown(inputs, (*offered, *REMEMBERED), offered) + no_ids
        if inputs.get(DELETE_TAKEN_OVER) is False and not failures:
            taken_over = self._was_there(checked, old_inputs)
            checked = remember(checked | {DELETE_TAKEN_OVER: False}, taken_over=taken_over)
        return Checked(inputs=checked, failures=tuple(failures))

    def _was_there(self, checked: Properties, old_inputs: Properties) -> bool:
        """Remembered, or looked up; of a principal that a preview does not know yet nothing is there."""
        same = all(old_inputs.get(name) == checked[name] for name in _INPUTS)
        if same and isinstance(old_inputs.get(TAKEN_OVER), bool):
            return bool(old_inputs[TAKEN_OVER])
        if any(checked[name] is UNKNOWN for name in _INPUTS):
            return False
        return self._connection.app_roles.exists(_assignment(checked))

    def diff(
        self, *, resource_id: str, old_inputs: Properties, old_outputs: Properties, inputs: Properties
    ) -> Difference:
        """Another id is another assignment."""
        return compare((*_INPUTS, DELETE_TAKEN_OVER, *REMEMBERED), old_inputs, inputs, _INPUTS)

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:
        """Make it, or take the one that is there over."""
        if preview:
            return Created(id="", outputs=dict(inputs))
        assignment = _assignment(inputs)
        self._connection.app_roles.ensure(assignment)
        self._connection.claimed.add(assignment)
        return Created(id=_id(assignment), outputs={**inputs, **_outputs(assignment)})

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:
        """The same three ids, when they stand in the tenant; an import names them in its id."""
        assignment = _assignment(inputs) if inputs else _parse(resource_id)
        if not self._connection.app_roles.read(assignment, reader=urn):
            return None
        found = {**inputs, **_outputs(assignment)}
        return Observed(id=_id(assignment), inputs=found, outputs=dict(found))

    def update(
        self, *, urn: str, resource_id: str, old_outputs: Properties, inputs: Properties, preview: bool
    ) -> Properties:
        """Remember what `destroy` does; every other difference replaces."""
        return dict(inputs)

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Take it away, unless it was there before and is to stay, or another resource took it over in this very run."""
        assignment = _assignment(outputs)
        if is_kept(outputs):
            self._connection.diagnostics.info(
                f"The app role assignment {resource_id} was there before this stack, and stays"
            )
        elif assignment not in self._connection.claimed:
            self._connection.app_roles.remove(assignment)


def _assignment(properties: Properties) -> Assignment:
    return Assignment(
        principal_object_id=properties["principalObjectId"],
        resource_object_id=properties["resourceObjectId"],
        app_role_id=properties["appRoleId"],
    )


def _parse(resource_id: str) -> Assignment:
    parts = resource_id.lower().split("/")
    if len(parts) != len(_INPUTS) or not all(map(is_guid, parts)):
        raise AssociationError(
            f"AppRoleAssignment: {resource_id!r} is not a valid import ID; expected <principal object id>/<resource object id>/<app role id>"
        )
    return _assignment(dict(zip(_INPUTS, parts, strict=True)))


def _id(assignment: Assignment) -> str:
    return "/".join(_outputs(assignment).values())


def _outputs(assignment: Assignment) -> Properties:
    return {
        "principalObjectId": assignment.principal_object_id,
        "resourceObjectId": assignment.resource_object_id,
        "appRoleId": assignment.app_role_id,
    }
