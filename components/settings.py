"""The stack's configuration as a `Declaration`."""

import os
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pulumi

from association.certificates import Certificate, read_certificate_directory, read_certificate_file
from association.errors import CertificateError
from association.text import suggest
from components.arguments import SETTINGS
from components.declaration import NO_CERTIFICATE, Declaration, declare

CERTIFICATES_FOLDER: Final = "certs"
_TEXTS: Final = ("displayName", "tenantDomain", "guard")
"""Settings that are taken as they are written; the others are JSON."""


def read_settings(config: pulumi.Config, folder: Path, *, others: Collection[str] = ()) -> Declaration:
    """Read every setting of the stack, and judge the whole.

    Args:
        config: The project's configuration.
        folder: The project's folder; certificate paths are relative to it.
        others: Settings of the project that the program reads itself; any further name is an error.

    Raises:
        ArgumentsError: Everything that is wrong, at once, each naming its setting, what was expected, and an example.
    """
    known = [*SETTINGS, *others]
    problems = [
        f"{config.name}:{key}: unknown setting; {suggest(key, known)}"
        for key in _list_keys(config.name)
        if key not in known
    ]
    values = {name: _read_value(config, key) for key, name in SETTINGS.items()}
    certificates = _read_certificates(values.pop("certificates"), folder, problems)
    return declare(values, certificates, problems, now=datetime.now(UTC))


def _list_keys(namespace: str) -> list[str]:
    """The keys of a namespace that are set; `pulumi.Config` answers for single keys only."""
    everything = {**pulumi.runtime.config.get_config_env(), **pulumi.runtime.config.CONFIG.get()}
    return sorted(key.removeprefix(f"{namespace}:") for key in everything if key.startswith(f"{namespace}:"))


def _read_value(config: pulumi.Config, key: str) -> Any:
    """What was written, of whatever type; None where nothing was."""
    text = config.get(key)
    if not text or key in _TEXTS:
        return text or None
    try:
        return config.get_object(key)
    except (pulumi.ConfigTypeError, ValueError):
        return text


def _read_certificates(files: Any, folder: Path, problems: list[str]) -> Sequence[Certificate]:
    """The named files, or every certificate of the default folder."""
    if not files:
        try:
            certificates = read_certificate_directory(Path(os.path.relpath(folder / CERTIFICATES_FOLDER)))
        except CertificateError as error:
            problems.append(str(error))
            return []
        if not certificates:
            problems.append(NO_CERTIFICATE)
        return certificates
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
        problems.append(
            f'certificates: expected a list of files, got {type(files).__name__}; for example ["certs/mimecast-eu.pem"]'
        )
        return []
    named: list[Certificate] = []
    for file in files:
        try:
            named.append(read_certificate_file(folder / file, source=file))
        except CertificateError as error:
            problems.append(str(error))
    return named
