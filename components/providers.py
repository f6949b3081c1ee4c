"""The two providers of an association: azuread and this repository's plugin, which must sign in to the same tenant."""

import os
from typing import Any, Final

import pulumi
import pulumi_azuread as azuread

from association.contract import PACKAGE
from association.graph import setting_values
from association.graph.settings import PROVIDER_SETTINGS
from association.text import suggest
from components.declaration import ArgumentsError

_SETTINGS: Final = {
    "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in setting.key): setting
    for setting in PROVIDER_SETTINGS
}
"""Settings by the names that the azuread provider has in Python."""


def tenant_providers(
    name: str, **settings: pulumi.Input[str] | pulumi.Input[bool] | None
) -> list[pulumi.ProviderResource]:
    """Both providers for one tenant, from one set of settings, for `pulumi.ResourceOptions(providers=...)`.

    What is not set here comes from the `ARM_*` environment, for both alike.

    Args:
        name: Logical name of both.
        settings: Settings of the azuread provider as Python names them, such as `tenant_id`, `client_id`, `client_secret`.

    Raises:
        ArgumentsError: A setting has an unknown name.
    """
    unknown = [key for key in settings if key not in _SETTINGS]
    if unknown:
        raise ArgumentsError.of_all(
            [f"{key} is not a setting of the azuread provider; {suggest(key, _SETTINGS)}" for key in unknown]
        )
    # The azuread package leaves some of its secrets in plain text in the state.
    values: dict[str, Any] = {
        key: pulumi.Output.secret(value) if _SETTINGS[key].secret else value
        for key, value in settings.items()
        if value is not None
    }
    inputs = {_SETTINGS[key].key: pulumi.Output.from_input(value).apply(_as_text) for key, value in values.items()}
    return [azuread.Provider(name, **values), pulumi.ProviderResource(PACKAGE, name, inputs)]


def plugin_options() -> pulumi.ResourceOptions:
    """Hand the `azuread:*` stack configuration to the plugin, so that it signs in as the azuread provider does.

    With the `ARM_*` environment alone nothing is handed over: plugin and provider read the same variables.

    Raises:
        ArgumentsError: A file that a setting names cannot be used; the azuread provider would only say that it cannot sign in.
    """
    if problems := find_unusable_files():
        raise ArgumentsError.of_all(problems)
    config = pulumi.Config("azuread")
    inputs = {
        setting.key: config.get_secret(setting.key) if setting.secret else config.get(setting.key)
        for setting in PROVIDER_SETTINGS
        if config.get(setting.key) is not None
    }
    if not inputs:
        return pulumi.ResourceOptions()
    return pulumi.ResourceOptions(providers=[pulumi.ProviderResource(PACKAGE, PACKAGE, inputs)])


def find_unusable_files() -> list[str]:
    """A sentence for each file, named by the environment or the `azuread:*` stack configuration, that azuread cannot use."""
    config = pulumi.Config("azuread")
    inputs = {setting.key: config.get(setting.key) for setting in PROVIDER_SETTINGS}
    return setting_values.find_unusable_files(inputs, os.environ)


def _as_text(value: Any) -> str:
    """A provider's inputs are text on the wire."""
    return str(value).lower() if isinstance(value, bool) else str(value)
