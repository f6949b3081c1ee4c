"""The properties of the four resources of the stand-in plugin, as `tables.json` has them.

Source: the schemas of terraform-provider-azuread 3.9 (https://github.com/hashicorp/terraform-provider-azuread,
`internal/services/{applications,serviceprincipals,approleassignments}`; checked 2026-11-24).
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sandbox.azuread import validation
from sandbox.azuread.schema import Kind, Property, ResourceSchema, Role

_TABLES = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _properties(given: Mapping[str, Any] | str) -> tuple[Property, ...]:
    """The properties of a resource or block; several blocks share fields, and give their name."""
    named = _TABLES["fields"][given] if isinstance(given, str) else given
    return tuple(_property(name, **words) for name, words in named.items())


def _property(name: str, *, kind: str = "string", role: str = "optional", **words: Any) -> Property:
    words["fields"] = _properties(words.get("fields", {}))
    words["check"] = _check(words.get("check"))
    return Property(name=name, kind=Kind(kind), role=Role(role), **words)


def _check(given: str | list[str] | int | None) -> Callable[[str], str] | None:
    """The end of the name of a check, or the words that are allowed, or the most characters."""
    match given:
        case str():
            check: Callable[[str], str] = getattr(validation, f"check_{given}")
            return check
        case list():
            return validation.one_of(*given)
        case int():
            return validation.length_at_most(given)
    return None


def _resource(name: str) -> ResourceSchema:
    token = f"azuread:index/{name[0].lower()}{name[1:]}:{name}"
    words = dict(_TABLES["resources"][token])
    conflicts, properties = tuple(words.pop("conflicts")), _properties(words.pop("properties"))
    return ResourceSchema(token=token, conflicts=conflicts, properties=properties, **words)


APPLICATION = _resource("Application")
APPLICATION_CERTIFICATE = _resource("ApplicationCertificate")
APP_ROLE_ASSIGNMENT = _resource("AppRoleAssignment")
SERVICE_PRINCIPAL = _resource("ServicePrincipal")
