"""The stack's configuration as arguments of a `ServerConnection`, and the plugin's sign-in; the only place that reads it."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pulumi

from association.certificates import Certificate, read_certificate_directory, read_certificate_file
from association.errors import CertificateError, SettingsError
from association.graph.settings import PROVIDER_SETTINGS
from components.declaration import check_declaration
from components.server_connection import ServerConnectionArgs

CERTIFICATES_FOLDER: Final = "certs"


def read_settings(config: pulumi.Config, folder: Path) -> ServerConnectionArgs:
    """Read every setting of the stack, and judge the whole.

    Args:
        config: The project's configuration.
        folder: The project's folder; certificate paths are relative to it.

    Raises:
        SettingsError: Everything that is wrong, at once, each naming its key, what was expected, and an example.
    """
    problems: list[str] = []
    files = _strings(config, "certificates", problems)
    certificates = _read_certificates(files, folder, problems)
    unreadable = bool(problems)
    args = ServerConnectionArgs(
        certificates={certificate.source: certificate.pem for certificate in certificates},
        owners=_strings(config, "owners", problems),
    )
    if config.get("permissions") is not None:
        args["permissions"] = _strings(config, "permissions", problems)
    if display_name := config.get("displayName"):
        args["display_name"] = display_name
    if domain := config.get("tenantDomain"):
        args["tenant_domain"] = domain
    if guard := config.get("guard"):
        args["guard"] = guard
    args["exceptions"] = _exceptions(config, problems)
    days = config.get("expiryWarningDays")
    if days is not None:
        args["expiry_warning_days"] = _integer("expiryWarningDays", days, problems)
    try:
        check_declaration(args, now=datetime.now(UTC))
    except SettingsError as error:
        problems += [
            problem for problem in error.problems if not (unreadable and problem.startswith("certificates: none"))
        ]
    if problems:
        raise SettingsError.of_all(problems)
    return args


def _strings(config: pulumi.Config, key: str, problems: list[str]) -> list[str]:
    """A list of texts; anything else is a problem that names the key."""
    try:
        value: Any = config.get_object(key)
    except (pulumi.ConfigTypeError, ValueError):
        value = config.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        problems.append(
            f"{key}: expected a list of texts, got {value!r}; for example `pulumi config set --path '{key}[0]' VALUE`"
        )
        return []
    return value


def _exceptions(config: pulumi.Config, problems: list[str]) -> list[dict[str, str]]:
    """A list of objects; what is in them is judged with everything else."""
    value: Any = config.get_object("exceptions")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        problems.append(
            f"exceptions: expected a list of objects with finding, reason and until, got {value!r}; for example "
            f"`pulumi config set --path 'exceptions[0].finding' secrets.<key id>`"
        )
        return []
    return [{str(key): str(text) for key, text in item.items()} for item in value]


def _integer(key: str, text: str, problems: list[str]) -> int:
    try:
        return int(text)
    except ValueError:
        problems.append(f"{key}: expected a whole number, got {text!r}; for example `pulumi config set {key} 60`")
        return 0


def _read_certificates(files: Sequence[str], folder: Path, problems: list[str]) -> list[Certificate]:
    """The named files, or every certificate of the default folder."""
    if not files:
        try:
            return list(read_certificate_directory(Path(os.path.relpath(folder / CERTIFICATES_FOLDER))))
        except CertificateError as error:
            problems.append(str(error))
            return []
    certificates: list[Certificate] = []
    for file in files:
        try:
            certificates.append(read_certificate_file(folder / file, source=file))
        except CertificateError as error:
            problems.append(str(error))
    return certificates


def plugin_options() -> pulumi.ResourceOptions:
    """Hand the `azuread:*` stack configuration to the plugin, so that it signs in as the azuread provider does.

    With the `ARM_*` environment alone nothing is handed over: plugin and provider read the same variables.
    """
    config = pulumi.Config("azuread")
    inputs = {
        setting.key: config.get_secret(setting.key) if setting.secret else config.get(setting.key)
        for setting in PROVIDER_SETTINGS
        if config.get(setting.key) is not None
    }
    if not inputs:
        return pulumi.ResourceOptions()
    return pulumi.ResourceOptions(providers=[pulumi.ProviderResource("mimecast-entra", "mimecast-entra", inputs)])
