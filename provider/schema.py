"""The package schema: the component's, with the custom resources and the configuration merged in."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from association.contract import PACKAGE
from association.graph.settings import PROVIDER_SETTINGS, Setting
from provider.resource import Resource

DISPLAY_NAME: Final = "Mimecast for Entra ID"
DESCRIPTION: Final = "The Mimecast to Exchange Online association in Microsoft Entra ID, with drift detection."


def merge_schema(component_schema: str, resources: Iterable[type[Resource]]) -> dict[str, Any]:
    """The schema of the whole package, from the component provider's own (JSON) and the custom resources."""
    schema: dict[str, Any] = json.loads(component_schema)
    configuration = {setting.key: _describe(setting) for setting in PROVIDER_SETTINGS}
    schema["displayName"] = DISPLAY_NAME
    schema["description"] = DESCRIPTION
    schema["config"] = {"variables": configuration}
    schema["provider"] = {
        "description": f"The {PACKAGE} plugin signs in exactly as the azuread provider does with the same settings.",
        "inputProperties": configuration,
        "properties": configuration,
    }
    schema["resources"] = {
        **schema.get("resources", {}),
        **{resource.pulumi_type: dict(resource.schema) for resource in resources},
    }
    return schema


def _describe(setting: Setting) -> Mapping[str, Any]:
    variables = ", ".join(f"`{variable}`" for variable in setting.variables)
    return {
        "type": "boolean" if setting.boolean else "string",
        "description": f"{setting.description} Environment: {variables}.",
        **({"secret": True} if setting.secret else {}),
    }
