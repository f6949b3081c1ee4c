"""Where the Pulumi engine, its Python language host and the azuread plugin come from (docs/adr/0002)."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sandbox.engine.downloads import DownloadError, download_azuread, download_cli

HERE: Final = Path(__file__).resolve().parent
STAND_IN: Final = HERE.parent / "azuread" / "pulumi-resource-azuread"
LANGUAGE_HOST: Final = HERE / "bin" / "pulumi-language-python"

OLDEST_ENGINE: Final = (3, 227, 0)
"""First release with exit code 7 for `--expect-no-changes`; also in Pulumi.yaml.

Source: https://github.com/pulumi/pulumi/blob/master/CHANGELOG.md (checked 2026-11-24)."""

GO_PACKAGE: Final = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
YAML_HOST: Final = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
GO_VERSION_VARIABLE: Final = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"

PROGRESS_SECONDS: Final = 20

Say = Callable[[str], None]


class EngineError(Exception):
    """No engine can be had on this machine; the message says what was tried and what to install."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What the commands of this machine use, and why."""

    pulumi: Path
    path: tuple[Path, ...]
    """Folders to put in front of PATH, so that the CLI finds its language host and plugins."""
    environment: dict[str, str]
    official_azuread: bool
    """False where the stand-in plugin is used."""


def prepare_engine(folder: Path, say: Say) -> Engine:
    """Find or get the engine and the plugins, and say in one line each what is used and why; the folder keeps what was downloaded."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    pulumi = _find_pulumi(folder, say)
    path = (pulumi.parent, *_language_host_path(folder, pulumi, say))
    home = folder / "home"
    environment = {"PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    official = _install_azuread(folder, pulumi, home, say)
    return Engine(pulumi=pulumi, path=path, environment=environment, official_azuread=official)


def _find_pulumi(folder: Path, say: Say) -> Path:
    tried: list[str] = []
    for find in (_pulumi_on_path, _pulumi_kept, _pulumi_download, _pulumi_from_go):
        found, why = find(folder, say)
        if found is not None:
            say(f"engine          {why}")
            return found
        tried.append(why)
    raise EngineError(
        "no Pulumi engine: " + "; ".join(tried) + ".\n"
        "  Install the Pulumi CLI (https://www.pulumi.com/docs/install/) or Go 1.26 or later, then run the command again."
    )


def _pulumi_on_path(folder: Path, say: Say) -> tuple[Path | None, str]:
    found = shutil.which("pulumi")
    if found is None:
        return None, "no `pulumi` on PATH"
    number = _version_of(Path(found))
    wanted = ".".join(map(str, OLDEST_ENGINE))
    if number is None or number < OLDEST_ENGINE:
        return None, f"`pulumi` on PATH is older than {wanted}"
    return Path(found), f"{found} {'.'.join(map(str, number))}, found on PATH"


def _kept(folder: Path) -> Path:
    return folder / "bin" / "pulumi"


def _pulumi_kept(folder: Path, say: Say) -> tuple[Path | None, str]:
    kept = _kept(folder)
    number = _version_of(kept) if kept.exists() else None
    if number is None or number < OLDEST_ENGINE:
        return None, "none kept from an earlier run"
    return kept, f"{'.'.join(map(str, number))}, kept from an earlier run in {folder.name}/bin"


def _pulumi_download(folder: Path, say: Say) -> tuple[Path | None, str]:
    say("engine          trying the official download from get.pulumi.com ...")
    try:
        download_cli(folder)
    except DownloadError as error:
        say(f"engine          not the official download: {error}")
        return None, str(error)
    return _kept(folder), f"{version('pulumi')}, downloaded from get.pulumi.com by Pulumi's own installer"


def _pulumi_from_go(folder: Path, say: Say) -> tuple[Path | None, str]:
    release = _go_release()
    flags = f"-s -w -X {GO_VERSION_VARIABLE}=v{release}"
    failure = _build(GO_PACKAGE, _kept(folder), flags, ("engine", "4 to 6 minutes"), say)
    if failure:
        return None, failure
    return _kept(folder), f"{release}, built from the Go module {GO_PACKAGE}"


def build_yaml_host(folder: Path, say: Say) -> None:
    """Build Pulumi's own language host for YAML programs beside the kept engine, where it is not there yet."""
    kept = folder / "bin" / YAML_HOST.rpartition("/")[2]
    if not kept.exists() and (failure := _build(YAML_HOST, kept, "-s -w", ("YAML host", "about 3 minutes"), say)):
        raise EngineError(f"{YAML_HOST}: {failure}.\n  Install Go 1.26 or later, or Pulumi itself.")
    say(f"YAML host       {kept.name}, built from its Go module, kept in {folder.name}/bin")


def _build(package: str, made: Path, flags: str, told: tuple[str, str], say: Say) -> str:
    """Build with Go, telling every so often that it goes on. Returns why it failed, or nothing."""
    go = shutil.which("go")
    if go is None:
        return "no `go` on PATH to build it with"
    what, duration = told
    say(f"{what:15} building {package} with Go; {duration} on two cores the first time ...")
    command = [go, "build", "-ldflags", flags, "-o", str(made), package]
    started = time.monotonic()
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as build:
        while True:
            try:
                _, errors = build.communicate(timeout=PROGRESS_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"{what:15} building ... {time.monotonic() - started:.0f} s")
            else:
                return f"`go build` failed: {errors.strip()[-400:]}" if build.returncode else ""


def _go_release() -> str:
    found = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (HERE / "go.mod").read_text())
    if found is None:
        raise EngineError(f"{HERE / 'go.mod'} names no github.com/pulumi/pulumi/pkg/v3")
    return found[1]


def _version_of(pulumi: Path) -> tuple[int, ...] | None:
    try:
        printed = subprocess.run(
            [str(pulumi), "version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", printed)
    return tuple(int(part) for part in found.groups()) if found else None


def _language_host_path(folder: Path, pulumi: Path, say: Say) -> tuple[Path, ...]:
    """What PATH needs for the language host: nothing where it stands beside the engine."""
    beside = pulumi.resolve().parent / LANGUAGE_HOST.name
    if _is_official(beside):
        say("language host   Pulumi's own, beside the engine")
        return ()
    say("language host   sandbox/engine/language_host.py, because the engine's Go module brings none")
    if pulumi == _kept(folder):
        _link(beside, LANGUAGE_HOST)
        return ()
    return (LANGUAGE_HOST.parent,)


def _install_azuread(folder: Path, pulumi: Path, home: Path, say: Say) -> bool:
    """Install the azuread plugin of the SDK's version; the download is tried once per folder.

    Returns:
        Whether it is the official one.
    """
    number = version("pulumi-azuread")
    installed = home / "plugins" / f"resource-azuread-v{number}" / STAND_IN.name
    reason = f"the official {number} could not be downloaded in an earlier run; remove {folder.name}/home to try again"
    if not installed.is_symlink() and not installed.exists():
        say(f"azuread plugin  trying to install the official {number} ...")
        try:
            download_azuread(pulumi, home)
        except DownloadError as error:
            reason = str(error)
            shutil.rmtree(installed.parent, ignore_errors=True)
    if _is_official(installed):
        say(f"azuread plugin  official {number}")
        return True
    _link(installed, STAND_IN)
    installed.parent.with_name(f"{installed.parent.name}.partial").unlink(missing_ok=True)
    say(f"azuread plugin  the stand-in of this repository: {reason}")
    return False


def _is_official(file: Path) -> bool:
    """Whether the file is one of Pulumi's compiled programs; every stand-in, also another checkout's, is a script."""
    try:
        with file.open("rb") as program:
            return program.read(2) != b"#!"
    except OSError:
        return False


def _link(link: Path, target: Path) -> None:
    """Put the link there, in place of one that leads elsewhere; two commands may do so at the same time."""
    if link.is_symlink() and link.readlink() == target:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    made = link.with_name(f"{link.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    made.symlink_to(target)
    made.replace(link)
