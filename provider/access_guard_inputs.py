"""The inputs of an `AccessGuard`: their names, their schema, and what makes them unusable."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from association.contract import ACCESS_GUARD_IDS as IDENTITIES
from association.contract import EXPIRY_WARNING_DAYS, GUID, GuardMode
from association.errors import SettingsError
from association.guard.access_path import Whose
from association.guard.exceptions import read_exceptions, read_path
from association.guard.paths import BASELINE, DECLARED, LEFT_OUT, PATHS, PINNED
from provider.resource import UNKNOWN, Checked, Failure, Properties

_SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "stackTag": {
        "type": "string",
        "description": "The tag `pulumi:organization/project/stack/name` of this association's application, to find others that an interrupted run left behind.",
    },
    "guard": {"type": "string", "description": "`report` (default) or `enforce`."},
    "expiryWarningDays": {
        "type": "integer",
        "description": f"Report certificates that expire within so many days; default {EXPIRY_WARNING_DAYS}.",
    },
    "exceptions": {
        "type": "array",
        "items": {"type": "object", "additionalProperties": {"type": "string"}},
        "description": "Findings that are accepted: `finding` as reported, `reason`, `until` (`YYYY-MM-DD`).",
    },
    "appRoleIds": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "For each key of `appRoles`: `resource object ID/role id`.",
    },
    "delegatedIds": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "For each key of `delegatedGrants`: `everyone` or a user's object ID, `/`, the API's object ID, `/`, and the scope.",
    },
}
SETTINGS: Final = (*IDENTITIES, *_SETTINGS)
"""Every input that is no family."""

DECLARED_MARK: Final = "declared"
"""Input that only a read returns: what the program declared last. Where it is, the inputs are what was observed."""
FINDINGS: Final = "findings"
"""Input that only a read returns, and a check carries on: each finding of that read by its path."""
OBSERVED_AT: Final = "observedAt"
"""Input that only a read returns, and a check carries on: when the tenant was read, by which a diff tells a refresh, whose
inputs are older than its read, from a plan of the program."""

_CARRIED_ON: Final = (*BASELINE, FINDINGS, OBSERVED_AT)
_OBSERVED: Final = frozenset({*PINNED, *_CARRIED_ON, DECLARED_MARK})

_MAP: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_PROPERTIES: Final[dict[str, Any]] = {
    **{name: {"type": "string", "description": text} for name, text in IDENTITIES.items()},
    **_SETTINGS,
    **{name: {**_MAP, "description": PATHS[name].description} for name in DECLARED},
}
SCHEMA: Final[Mapping[str, Any]] = {
    "description": "The complete list of access paths of an association. A refresh shows what was not declared; an update warns, or "
    "with `guard: enforce` takes it away. Deleting it takes nothing away.",
    "inputProperties": {
        **_PROPERTIES,
        "applicationId": {**_PROPERTIES["applicationId"], "willReplaceOnChanges": True},
    },
    "requiredInputs": ["servicePrincipalId"],
    "properties": {
        **_PROPERTIES,
        **{name: {**_MAP, "description": PATHS[name].description} for name in (*PINNED, *BASELINE)},
    },
    "required": ["servicePrincipalId"],
}

_NOT_OF: Final = {
    Whose.OWN: "only a vendor's application has this",
    Whose.VENDOR: "only an application of this tenant has this, and a vendor's is in the vendor's own tenant",
}
_MODES: Final = (GuardMode.REPORT.value, GuardMode.ENFORCE.value)
_PATTERNS: Final = {
    "applicationId": (rf"/applications/{GUID}", "/applications/<object id>"),
    "servicePrincipalId": (GUID, "an object ID"),
}


def check_inputs(old_inputs: Properties, inputs: Properties) -> Checked:
    """Judge and normalize; the baseline comes from the state, as no program can know it."""
    known = {*SETTINGS, *DECLARED}
    failures = [
        Failure(property=name, reason=f"unknown property; expected {', '.join(sorted(known))}")
        for name, value in inputs.items()
        if name not in known and name not in _OBSERVED and value is not None
    ]
    checked: Properties = {}
    for name in SETTINGS:
        try:
            checked[name] = inputs.get(name) if inputs.get(name) is UNKNOWN else _CHECKS[name](name, inputs.get(name))
        except SettingsError as error:
            checked[name] = inputs.get(name)
            failures.append(Failure(property=name, reason=str(error)))
    for name in DECLARED:
        value = inputs.get(name)
        if value is not None and not isinstance(value, dict) and value is not UNKNOWN:
            failures.append(Failure(property=name, reason=f"is {value!r}, expected a map from key to sentence"))
        checked[name] = {} if value is None else value
    failures += _foreign_to(checked)
    checked |= {name: old_inputs[name] for name in _CARRIED_ON if name in old_inputs}
    return Checked(inputs=checked, failures=tuple(failures))


def _foreign_to(checked: Properties) -> Iterator[Failure]:
    """What is declared or excepted, and associations of this kind do not have."""
    whose = Whose.VENDOR if checked["applicationId"] in (None, "") else Whose.OWN
    reason = f"{_NOT_OF[whose]}; there are {', '.join(name for name in PATHS if name not in LEFT_OUT[whose])}"
    yield from (Failure(property=name, reason=reason) for name in LEFT_OUT[whose] if checked.get(name))
    exceptions = checked["exceptions"] if isinstance(checked["exceptions"], list) else ()
    for number, one in enumerate(exceptions):
        with suppress(SettingsError):
            name, _ = read_path(str(one.get("finding")))
            if name in LEFT_OUT[whose]:
                yield Failure(property="exceptions", reason=f"exceptions[{number}] names {name}: {reason}")


def _check_identity(name: str, value: Any) -> str:
    if name == "applicationId" and value in (None, ""):
        return ""
    pattern, expected = _PATTERNS[name]
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.IGNORECASE):
        raise SettingsError(f"{name} is {value!r}, expected {expected}")
    return value.lower()


def _check_tag(name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or not value.startswith("pulumi:"):
        raise SettingsError(f"{name} is {value!r}, expected pulumi:<organization>/<project>/<stack>/<name>")
    return value


def _check_mode(name: str, value: Any) -> str:
    if value is None:
        return GuardMode.REPORT.value
    if value not in _MODES:
        raise SettingsError(f"{name} is {value!r}, expected {' or '.join(_MODES)}")
    return str(value)


def _check_days(name: str, value: Any) -> int:
    if value is None:
        return EXPIRY_WARNING_DAYS
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != int(value):
        raise SettingsError(f"{name} is {value!r}, expected a whole number of days, for example {EXPIRY_WARNING_DAYS}")
    return int(value)


def _check_exceptions(_: str, value: Any) -> list[dict[str, str]]:
    return [one.as_properties() for one in read_exceptions(value)]


def _check_ids(name: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SettingsError(f"{name} is {value!r}, expected a map from key to ids, as the schema describes it")
    return value


_CHECKS: Final = {
    **dict.fromkeys(IDENTITIES, _check_identity),
    "stackTag": _check_tag,
    "guard": _check_mode,
    "expiryWarningDays": _check_days,
    "exceptions": _check_exceptions,
    "appRoleIds": _check_ids,
    "delegatedIds": _check_ids,
}
