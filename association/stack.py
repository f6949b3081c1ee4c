"""The settings of a stack, read from Pulumi.yaml and Pulumi.<stack>.yaml as the engine reads them. Nothing is decrypted.

Source: https://www.pulumi.com/docs/iac/concepts/config/ and
https://www.pulumi.com/docs/iac/concepts/projects/project-file/ (checked 2026-11-29).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from association.errors import SettingsError
from association.graph.settings import PROVIDER_SETTINGS
from association.text import escape

PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack of a project."""

    project: str
    name: str
    """Without organization and project."""
    folder: Path
    """Where the project file is; the program's paths are relative to it."""
    file: Path
    """The stack's settings file; it need not exist."""
    configuration: Mapping[str, str]
    """`namespace:key` to the value as the engine hands it over: text as it is, everything else as JSON."""
    encrypted: frozenset[str]
    """Keys whose value, or a part of it, is encrypted: they are not in `configuration`."""
    environments: tuple[str, ...]
    """Pulumi ESC environments that the stack imports: what they set is not known here."""
    required_engine: str
    """`requiredPulumiVersion`, such as `>=3.227.0`; empty when the project asks for none."""

    def settings(self, namespace: str) -> dict[str, str]:
        """The settings of one namespace, without it."""
        return {
            key.partition(":")[2]: value
            for key, value in self.configuration.items()
            if key.partition(":")[0] == namespace
        }

    def provider_inputs(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The `azuread:*` settings, with which program and plugin sign in; the environment stands in for encrypted ones.

        Raises:
            SettingsError: One is encrypted, and the environment has no value in its place.
        """
        problems = [
            f"azuread:{setting.key} is encrypted in {self.file.name}, and only Pulumi can decrypt it: run "
            f'`export {setting.variables[0]}="$(pulumi config get azuread:{setting.key})"` first'
            for setting in PROVIDER_SETTINGS
            if f"azuread:{setting.key}" in self.encrypted and not any(map(environment.get, setting.variables))
        ]
        if problems:
            raise SettingsError.of_all(problems)
        return self.settings("azuread")


def open_stack(folder: Path, name: str, environment: Mapping[str, str]) -> Stack:
    """Read the settings of a stack.

    Args:
        folder: Where the project is; also a folder below it, as for Pulumi.
        name: Of the stack, also with organization and project before it. Empty: `PULUMI_STACK`, else the one that
            `pulumi stack select` chose here, else the only one that has a settings file.
        environment: Environment variables.

    Raises:
        SettingsError: There is no project, no telling which stack, or a file cannot be read.
    """
    project_file = _find_project(folder)
    project = _read_yaml(project_file)
    settings_folder = project_file.parent / str(project.get("stackConfigDir") or ".")
    name = name or environment.get("PULUMI_STACK", "") or _selected(project_file, project, environment)
    name = name.rpartition("/")[2] or _only_stack(settings_folder)
    file = settings_folder / f"Pulumi.{name}.yaml"
    stack = _read_yaml(file) if file.exists() else {}
    values = {**dict(_project_values(project)), **_mapping(stack.get("config"))}
    readable, encrypted = {}, set()
    for key, value in values.items():
        if _is_encrypted(value):
            encrypted.add(str(key))
        elif value is not None:
            readable[str(key)] = _as_text(value)
    return Stack(
        project=str(project.get("name") or ""),
        name=name,
        folder=project_file.parent,
        file=file,
        configuration=readable,
        encrypted=frozenset(encrypted),
        environments=tuple(_environments(stack.get("environment"))),
        required_engine=str(project.get("requiredPulumiVersion") or ""),
    )


def _find_project(folder: Path) -> Path:
    start = folder.absolute()
    for candidate in (start, *start.parents):
        for name in PROJECT_FILES:
            if (candidate / name).is_file():
                return candidate / name
    raise SettingsError(
        f"{escape(str(folder))}: there is no Pulumi.yaml here or in a folder above",
        hint="Run this in the project's folder, or name it with --cwd.",
    )


def _selected(project_file: Path, project: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """What `pulumi stack select` remembers for this backend, in a file named after the project file's path; empty when nothing.

    Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/workspace.go, and files that the engine
    3.274 wrote (checked 2026-11-29).
    """
    home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
    path = str(project_file.resolve())
    digest = hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()
    remembered = _read_json(home / "workspaces" / f"{project.get('name')}-{digest}-workspace.json")
    stacks = _mapping(remembered.get("stacks"))
    backend = (
        environment.get("PULUMI_BACKEND_URL")
        or _mapping(project.get("backend")).get("url")
        or _read_json(home / "credentials.json").get("current")
    )
    chosen = stacks.get(str(backend)) or (next(iter(stacks.values())) if len(stacks) == 1 else "")
    return str(chosen or remembered.get("stack") or "")


def _read_json(path: Path) -> dict[str, Any]:
    """A file of the engine's own; empty where there is none."""
    try:
        return _mapping(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _only_stack(folder: Path) -> str:
    names = sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in folder.glob("Pulumi.?*.yaml"))
    if len(names) == 1:
        return names[0]
    found = f"; here are {', '.join(map(escape, names))}" if names else ""
    raise SettingsError(
        f"no stack is selected{found}",
        hint="Name it with --stack, or select it with `pulumi stack select`.",
    )


class _Loader(yaml.SafeLoader):
    """YAML as the engine's Go library reads it: `yes`, `on` and dates are text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own name
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag != "tag:yaml.org,2002:timestamp" and (tag != "tag:yaml.org,2002:bool" or first in "tTfF")
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"{escape(str(path))} cannot be read: {reason}") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{escape(str(path))} is not YAML: {escape(' '.join(str(error).split()))}") from None
    if not isinstance(document, dict | None):
        raise SettingsError(f"{escape(str(path))}: expected keys and values, got {type(document).__name__}")
    return document or {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _project_values(project: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What Pulumi.yaml sets for every stack: `key: value`, or a description with `value` or `default`."""
    for key, said in _mapping(project.get("config")).items():
        described = isinstance(said, dict) and bool({"type", "default", "value", "description", "secret"} & set(said))
        value = said.get("value", said.get("default")) if described else said
        if value is not None:
            yield (key if ":" in str(key) else f"{project.get('name')}:{key}"), value


def _is_encrypted(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) == {"secure"} or any(map(_is_encrypted, value.values()))
    return isinstance(value, list) and any(map(_is_encrypted, value))


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _environments(said: Any) -> Iterator[str]:
    """A list of names, or of `name: options`; under `imports` too."""
    items = said.get("imports") if isinstance(said, dict) else said
    for item in items if isinstance(items, list) else ():
        yield str(next(iter(item), "")) if isinstance(item, dict) else str(item)
