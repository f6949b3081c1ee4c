"""One value for each setting of the azuread provider: from the stack configuration, the environment, or a file that either names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from association.errors import SettingsError
from association.graph.settings import PROVIDER_SETTINGS, Setting
from association.text import decode_text_file

_TRUE: Final = frozenset({"1", "t", "true"})
_FALSE: Final = frozenset({"0", "f", "false", ""})
_VALUE_FILES: Final = ("clientIdFilePath", "clientSecretFilePath", "oidcTokenFilePath")
_SETTINGS: Final = {setting.key: setting for setting in PROVIDER_SETTINGS}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One wrong setting."""

    key: str
    """The provider input it is about."""
    reason: str
    """One sentence that names the setting as the user wrote it."""


class SettingValues:
    """Provider inputs over environment variables; an input that is present wins even when it is empty. Collects problems."""

    def __init__(self, inputs: Mapping[str, object], environment: Mapping[str, str]) -> None:
        """Read nothing yet.

        Args:
            inputs: Provider inputs by camelCase key; booleans as such or as text. None counts as absent.
            environment: Environment variables.
        """
        self._inputs = inputs
        self.environment = environment
        self.problems: list[Problem] = []

    def text(self, key: str, *, strip: bool = True) -> str:
        """The value as text; empty when it is not set."""
        value = self._inputs.get(key)
        text = str(value) if value is not None else self._variable(_SETTINGS[key])[1]
        return text.strip() if strip else text

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._inputs.get(key)
        text = str(value) if value is not None else self._variable(_SETTINGS[key])[1]
        if value is None and not text:
            return default
        if text.lower() not in _TRUE | _FALSE:
            self.report(key, f"is {text!r}, expected true or false")
        return text.lower() in _TRUE

    def file(self, key: str) -> str:
        """The text in the file that the setting names; empty when it names none or the file cannot be used."""
        path = self.text(key)
        return self.read_text(path, key=key, name=self.name(key)) if path else ""

    def read_text(self, path: str, *, key: str, name: str) -> str:
        """The text in a file; empty, with a problem under `key`, when the file cannot be used."""
        try:
            return read_value_file(path, name=name)
        except SettingsError as error:
            self.problems.append(Problem(key=key, reason=error.message))
            return ""

    def read_bytes(self, key: str) -> bytes:
        """The bytes of the file that the setting names; empty, with a problem, when it cannot be read."""
        try:
            return _read(self.text(key), name=self.name(key))
        except SettingsError as error:
            self.problems.append(Problem(key=key, reason=error.message))
            return b""

    def agreed(self, key: str, others: Mapping[str, str]) -> str:
        """The one value that the setting and its stand-ins agree on; the azuread provider refuses a mismatch too."""
        values = {self.name(key): self.text(key), **others}
        given = {name: value for name, value in values.items() if value}
        if len(set(given.values())) > 1:
            self.problems.append(Problem(key=key, reason=f"{' and '.join(given)} differ: remove all but one"))
        return next(reversed(given.values()), "")

    def name(self, key: str) -> str:
        """The setting as the user wrote it: `azuread:clientId` or `ARM_CLIENT_ID`."""
        return f"azuread:{key}" if self._inputs.get(key) is not None else self._variable(_SETTINGS[key])[0]

    def report(self, key: str, reason: str) -> None:
        name = self.name(key)
        also = f" (azuread:{key})" if not name.startswith("azuread:") else ""
        self.problems.append(Problem(key=key, reason=f"{name}{also}: {reason}"))

    def _variable(self, setting: Setting) -> tuple[str, str]:
        """Name and value of the variable that counts; the first name and "" when none is set."""
        set_ones = ((name, self.environment[name]) for name in setting.variables if self.environment.get(name))
        return next(set_ones, (setting.variables[0], ""))


def find_unusable_files(inputs: Mapping[str, object], environment: Mapping[str, str]) -> list[str]:
    """A sentence for each file of a value that the azuread provider cannot use: it sends the bytes, whatever their encoding."""
    settings = SettingValues(inputs, environment)
    keys = [key for key in _VALUE_FILES if key != "oidcTokenFilePath" or settings.flag("useOidc")]
    named = {settings.name(key): settings.text(key) for key in keys}
    return [problem for name, path in named.items() if path and (problem := _find_problem(name, path))]


def _find_problem(name: str, path: str) -> str:
    try:
        read_value_file(path, name=name)
    except SettingsError as error:
        return error.message
    if _is_plain(Path(path).read_bytes()):
        return ""
    return (
        f"{name} names {path!r}, which is not plain UTF-8 text: the azuread provider cannot read it. Save it as UTF-8 without a byte "
        "order mark, in PowerShell with `Set-Content -Encoding ascii`"
    )


def _is_plain(data: bytes) -> bool:
    """Whether the bytes are UTF-8 text without a byte order mark."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return not text.startswith("\ufeff") and "\0" not in text


def read_value_file(path: str, *, name: str) -> str:
    """The one value in a text file (UTF-8 or UTF-16, with or without byte order mark), without white space around it.

    The name is of the setting that names the file, for the error.

    Raises:
        SettingsError: The file cannot be read, is empty, is not text, or holds more than one line.
    """
    try:
        value = decode_text_file(_read(path, name=name)).strip()
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{name} names {path!r}, which is not UTF-8 or UTF-16 text (byte {error.start + 1}): save it as UTF-8"
        ) from None
    if not value:
        raise SettingsError(f"{name} names {path!r}, which is empty")
    if not value.isprintable():
        raise SettingsError(f"{name} names {path!r}, which holds more than one line of text; expected the value alone")
    return value


def _read(path: str, *, name: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise SettingsError(f"{name} names {path!r}, which cannot be read: {reason}") from None
