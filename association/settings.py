"""A stack's configuration as the arguments of a component, with everything that is wrong with it."""

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from association.arguments import SETTINGS
from association.certificates import Certificate, read_certificate_directory, read_certificate_file
from association.consent_arguments import CONSENT_SETTINGS
from association.errors import CertificateError
from association.text import suggest

CERTIFICATES_FOLDER: Final = "certs"
NO_CERTIFICATE: Final = (
    "certificates: none given; expected at least one public certificate of the vendor: put its file into certs/ "
    "(certs/README.md says how to get it), or name files in the configuration, for example "
    "`pulumi config set --path 'certificates[0]' certs/mimecast-eu.pem`"
)
_TEXTS: Final = ("displayName", "tenantDomain", "guard")
"""Settings that are taken as they are written; the others are JSON."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the configuration says, not yet judged."""

    values: Mapping[str, Any]
    """By the names of the arguments, as `association.arguments.READERS` takes them; None where nothing is set."""
    certificates: Sequence[Certificate]
    """What could be read of them."""
    problems: Sequence[str]
    """One sentence each: unknown settings, and certificates that could not be read."""


def read_values(texts: Mapping[str, str], *, project: str, folder: Path, others: Collection[str] = ()) -> Settings:
    """Read the configuration of a project.

    Args:
        texts: Setting to its value as the engine hands it over: text as it is, everything else as JSON.
        project: Name of the project, for messages.
        folder: The project's folder; certificate paths are relative to it.
        others: Further names that are no error.
    """
    known = [*SETTINGS, *others]
    problems = [f"{project}:{key}: unknown setting; {suggest(key, known)}" for key in sorted(texts) if key not in known]
    values = {name: read_value(key, texts.get(key)) for key, name in SETTINGS.items()}
    certificates = _read_certificates(values.pop("certificates"), folder, problems)
    return Settings(values=values, certificates=certificates, problems=problems)


def read_consent_values(texts: Mapping[str, str], *, project: str) -> tuple[Mapping[str, Any], list[str]]:
    """Read the configuration of a project that grants to a vendor's application: what is written by argument, and unknown settings."""
    problems = [
        f"{project}:{key}: unknown setting; {suggest(key, CONSENT_SETTINGS)}"
        for key in sorted(texts)
        if key not in CONSENT_SETTINGS
    ]
    return {name: read_value(key, texts.get(key)) for key, name in CONSENT_SETTINGS.items()}, problems


def read_value(key: str, text: str | None) -> Any:
    """What was written, of whatever type; None where nothing was."""
    if not text or key in _TEXTS:
        return text or None
    try:
        return json.loads(text)
    except ValueError:
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
