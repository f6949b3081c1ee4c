"""The stack's configuration as a `Declaration`."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pulumi

from association.settings import read_consent_values, read_values
from components.consent import ConsentedApplicationArgs
from components.declaration import ArgumentsError, Declaration, declare


def read_settings(config: pulumi.Config, folder: Path, *, others: Collection[str] = ()) -> Declaration:
    """Read every setting of the stack, and judge the whole.

    Args:
        config: The project's configuration.
        folder: The project's folder; certificate paths are relative to it.
        others: Settings of the project that the program reads itself; any further name is an error.

    Raises:
        ArgumentsError: Everything that is wrong, at once, each naming its setting, what was expected, and an example.
    """
    texts = {key: config.get(key) or "" for key in _list_keys(config.name)}
    settings = read_values(texts, project=config.name, folder=folder, others=others)
    return declare(settings.values, settings.certificates, list(settings.problems), now=datetime.now(UTC))


def read_consent_settings(config: pulumi.Config) -> ConsentedApplicationArgs:
    """Read every setting of a stack that grants to a vendor's application; the component judges the values.

    Args:
        config: The project's configuration.

    Raises:
        ArgumentsError: A setting has an unknown name.
    """
    texts = {key: config.get(key) or "" for key in _list_keys(config.name)}
    values, problems = read_consent_values(texts, project=config.name)
    if problems:
        raise ArgumentsError.of_all(problems)
    return cast("ConsentedApplicationArgs", values)


def _list_keys(namespace: str) -> list[str]:
    """The keys of a namespace that are set; `pulumi.Config` answers for single keys only."""
    everything = {**pulumi.runtime.config.get_config_env(), **pulumi.runtime.config.CONFIG.get()}
    return sorted(key.removeprefix(f"{namespace}:") for key in everything if key.startswith(f"{namespace}:"))
