"""`DelegatedGrant`: delegated permissions of one service principal at one API, for every user or for one.

Graph keeps one grant for these three. Scopes that were there before are taken over, and stay when the resource is deleted;
what else the grant allows is the guard's to report (docs/adr/0012).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from association.contract import DELEGATED_GRANT, is_guid
from association.contract import DELEGATED_GRANT_INPUTS as _IDS
from association.errors import AssociationError
from association.graph.delegated_grants import DelegatedGrant as Grant
from association.graph.delegated_grants import DelegatedGrants
from provider.resource import (
    UNKNOWN,
    Checked,
    Created,
    Difference,
    Failure,
    Observed,
    Properties,
    check_ids,
    compare,
    refuse_unknown,
)
from provider.taken_over import (
    DELETE,
    DELETE_TAKEN_OVER,
    KEEP,
    ON_DESTROY,
    REMEMBERED,
    TAKEN_OVER,
    delete_taken_over_schema,
)

if TYPE_CHECKING:
    from provider.connection import Connection

_REQUIRED: Final = ("principalObjectId", "resourceObjectId", "scopes")
_INPUTS: Final = (*_IDS, "scopes", DELETE_TAKEN_OVER)
_SCOPES: Final = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Scopes by their values, such as `Mail.Read`.",
}
_IDENTITIES: Final = {name: {"type": "string", "description": text} for name, text in _IDS.items()}
_PROPERTIES: Final[dict[str, Any]] = {
    **_IDENTITIES,
    "scopes": _SCOPES,
    DELETE_TAKEN_OVER: delete_taken_over_schema(default=False),
}


class DelegatedGrant:
    """The declared scopes of one grant."""

    pulumi_type: ClassVar[str] = DELEGATED_GRANT
    schema: ClassVar[Mapping[str, Any]] = {
        "description": "Delegated permissions of a service principal at one API, for every user or for one. Scopes that are there are taken "
        "over, and stay when this resource is deleted.",
        "inputProperties": {
            **_PROPERTIES,
            **{name: {**schema, "willReplaceOnChanges": True} for name, schema in _IDENTITIES.items()},
        },
        "requiredInputs": list(_REQUIRED),
        "properties": {
            **_PROPERTIES,
            TAKEN_OVER: {**_SCOPES, "description": "Scopes that were there before this resource."},
            ON_DESTROY: {
                "type": "string",
                "description": "What `pulumi destroy` keeps, and what it deletes; a preview shows it.",
            },
        },
        "required": [*_REQUIRED, *REMEMBERED],
    }

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._grants = DelegatedGrants(connection.graph)

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Judge the inputs, and look which of the scopes are there already, where that is new."""
        checked, failures = _check_values(inputs)
        if failures:
            return Checked(inputs=checked, failures=tuple(failures))
        if checked["scopes"] is UNKNOWN:
            return Checked(inputs=checked | dict.fromkeys(REMEMBERED, UNKNOWN))
        there = self._scopes_there(checked, old_inputs)
        return Checked(inputs=_remember(checked, sorted(there & set(checked["scopes"]))))

    def _scopes_there(self, checked: Properties, old_inputs: Properties) -> frozenset[str]:
        """Remembered for scopes that are declared already, looked up for new ones."""
        if any(checked[name] is UNKNOWN for name in _IDS):
            return frozenset()  # a principal that is yet to be made has none
        known = frozenset(old_inputs.get(TAKEN_OVER) or ())
        same = all(old_inputs.get(name) == checked[name] for name in _IDS)
        declared = frozenset(old_inputs.get("scopes") or ()) if same and TAKEN_OVER in old_inputs else frozenset()
        new = frozenset(checked["scopes"]) - declared
        found = self._grants.scopes(_grant(checked)) if new else frozenset()
        return (known & declared) | (found & new)

    def diff(
        self, *, resource_id: str, old_inputs: Properties, old_outputs: Properties, inputs: Properties
    ) -> Difference:
        """Another principal, API or user is another grant."""
        return compare((*_INPUTS, *REMEMBERED), old_inputs, inputs, _IDS)

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:
        """Allow the scopes; those that are there already are taken over."""
        if preview:
            return Created(id="", outputs=dict(inputs))
        grant = _grant(inputs)
        self._add(grant, inputs["scopes"])
        return Created(id=_id(grant), outputs=dict(inputs))

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:
        """Which of the declared scopes are there; an import, whose id names the three, declares all that are."""
        grant = _grant(inputs) if inputs else _parse(resource_id)
        there = self._grants.scopes(grant)
        declared = inputs.get("scopes") or sorted(there)
        seen = [scope for scope in declared if scope in there]
        if not seen:
            return None
        known = {**inputs, "scopes": seen} if inputs else _remember(_properties(grant, seen), seen)
        return Observed(id=_id(grant), inputs=known, outputs={**outputs, **known})

    def update(
        self, *, urn: str, resource_id: str, old_outputs: Properties, inputs: Properties, preview: bool
    ) -> Properties:
        """Allow what is new, and take away what left the program, unless it was there before."""
        if not preview:
            grant = _grant(inputs)
            self._add(grant, inputs["scopes"])
            leaving = set(_deletable(old_outputs)) - set(inputs["scopes"])
            if leaving:
                self._grants.remove(grant, leaving)
        return dict(inputs)

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Take away what this resource added, unless another resource took it over in this very run."""
        grant = _grant(outputs)
        going = [scope for scope in _deletable(outputs) if (grant, scope) not in self._connection.claimed]
        if kept := set(outputs.get("scopes") or ()) - set(_deletable(outputs)):
            self._connection.diagnostics.info(
                f"The delegated permissions {', '.join(sorted(kept))} of {resource_id} were there before this stack, and stay"
            )
        if going:
            self._grants.remove(grant, going)

    def _add(self, grant: Grant, scopes: Iterable[str]) -> None:
        self._grants.add(grant, list(scopes))
        self._connection.claimed.update((grant, scope) for scope in scopes)


def _deletable(outputs: Properties) -> list[str]:
    taken_over = () if outputs.get(DELETE_TAKEN_OVER) else outputs.get(TAKEN_OVER) or ()
    return [scope for scope in outputs.get("scopes") or () if scope not in taken_over]


def _remember(checked: Properties, taken_over: list[str]) -> Properties:
    known = {**checked, TAKEN_OVER: taken_over}
    going = _deletable(known)
    kept = [scope for scope in checked["scopes"] if scope not in going]
    said = [f"{verb} {', '.join(scopes)}" for verb, scopes in ((KEEP, kept), (DELETE, going)) if scopes]
    return known | {ON_DESTROY: "; ".join(said)}


def _check_values(inputs: Properties) -> tuple[Properties, list[Failure]]:
    user = inputs.get("userObjectId") or ""
    ids, no_ids = check_ids(inputs, [name for name in _IDS if user or name != "userObjectId"])
    failures = refuse_unknown(inputs, (*_INPUTS, *REMEMBERED), _INPUTS) + no_ids
    checked = {DELETE_TAKEN_OVER: bool(inputs.get(DELETE_TAKEN_OVER)), "userObjectId": user, **ids}
    scopes = inputs.get("scopes")
    if scopes is not UNKNOWN and UNKNOWN not in (scopes or ()):
        good = isinstance(scopes, list) and scopes and all(_is_scope(one) for one in scopes)
        if not good:
            failures.append(
                Failure(property="scopes", reason=f'{scopes!r} is not a list of scopes, such as ["Mail.Read"]')
            )
        checked["scopes"] = sorted(set(scopes)) if isinstance(scopes, list) and good else scopes
    else:
        checked["scopes"] = UNKNOWN
    return checked, failures


def _is_scope(value: object) -> bool:
    return isinstance(value, str) and bool(value) and len(value.split()) == 1


def _grant(properties: Properties) -> Grant:
    return Grant(
        principal_object_id=properties["principalObjectId"],
        resource_object_id=properties["resourceObjectId"],
        user_object_id=properties.get("userObjectId") or "",
    )


def _properties(grant: Grant, scopes: list[str]) -> Properties:
    return {
        "principalObjectId": grant.principal_object_id,
        "resourceObjectId": grant.resource_object_id,
        "userObjectId": grant.user_object_id,
        "scopes": scopes,
        DELETE_TAKEN_OVER: False,
    }


def _id(grant: Grant) -> str:
    ids = (grant.principal_object_id, grant.resource_object_id, grant.user_object_id)
    return "/".join(one for one in ids if one)


def _parse(resource_id: str) -> Grant:
    parts = resource_id.lower().split("/")
    if len(parts) not in (2, 3) or not all(map(is_guid, parts)):
        raise AssociationError(
            f"DelegatedGrant: {resource_id!r} is not a valid import ID; expected <principal object id>/<resource object id>, and "
            "/<user object id> for one user"
        )
    return Grant(principal_object_id=parts[0], resource_object_id=parts[1], user_object_id="".join(parts[2:]))
