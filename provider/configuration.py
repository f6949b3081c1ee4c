"""The plugin's configuration: the azuread provider's keys, judged together with the environment."""

import os
from typing import Final

from association.graph.identity import Identity, choose_identity, examine_settings
from association.graph.settings import PROVIDER_SETTINGS
from provider.resource import Failure, Properties, Unknown

_KEYS: Final = frozenset(setting.key for setting in PROVIDER_SETTINGS)
_ENGINE_KEYS: Final = frozenset({"version", "pluginDownloadURL"})
"""The engine puts these beside ours."""


def check_configuration(values: Properties) -> list[Failure]:
    """Every key that is unknown, and every setting that is wrong here or in the environment.

    Values that a preview cannot know yet are not judged.
    """
    failures = [
        Failure(property=key, reason=f"{key} is not a setting of the azuread provider 3.9")
        for key in values
        if key not in _KEYS | _ENGINE_KEYS
    ]
    if any(isinstance(value, Unknown) for value in values.values()):
        return failures
    _, problems = examine_settings(values, os.environ)
    return failures + [Failure(property=problem.key, reason=problem.reason) for problem in problems]


def configure(values: Properties) -> Identity:
    """The identity that the configuration and the environment choose.

    Raises:
        SettingsError: Naming every setting that is wrong, incomplete or cannot be honoured.
    """
    return choose_identity(values, os.environ)
