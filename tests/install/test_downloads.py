"""The official downloads, played by a server on this machine: what arrives is used, what does not is explained and replaced."""

import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest

from sandbox.engine import LANGUAGE_HOST, STAND_IN, Engine, EngineError, downloads, prepare_engine
from sandbox.engine.downloads import MACHINES
from sandbox.workspace import FOLDER
from tests.install.pulumi_downloads import COMPILED, INSTALLER, Downloads, archive, environment_for, play

CLI = archive(
    {
        "bin/pulumi": f"#!/bin/sh\necho v{version('pulumi')}\n".encode(),
        "bin/pulumi-language-python": COMPILED,
    }
)
PLUGIN = archive({STAND_IN.name: COMPILED * 50_000})
NUMBER = version("pulumi-azuread")
PLUGIN_FOLDER = f"home/plugins/resource-azuread-v{NUMBER}"

CHECKSUMS = f"{sha256(PLUGIN).hexdigest()}  pulumi-resource-azuread-v{NUMBER}-{sys.platform}-{MACHINES[platform.machine()]}.tar.gz"
FILES = {
    "get.pulumi.com/install.sh": INSTALLER,
    "get.pulumi.com/releases/sdk/": CLI,
    "get.pulumi.com/releases/plugins/": PLUGIN,
    f"github.com/pulumi/pulumi-azuread/releases/download/v{NUMBER}/pulumi-azuread_{NUMBER}_checksums.txt": f"{'0' * 64}  another\n{CHECKSUMS}\n".encode(),
}

Prepared = tuple[Engine | None, str]
"""The engine, and all that was said; no engine where there was none to be had."""


@pytest.fixture
def prepare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Prepared]:
    """Prepare an engine on a machine with neither Pulumi nor Go, whose downloads go the given way."""
    for tool in ("curl", "tar", "gzip", "mktemp", "mkdir", "cat", "sh"):
        (tmp_path / "tools").mkdir(exist_ok=True)
        (tmp_path / "tools" / tool).symlink_to(shutil.which(tool) or "/missing")
    monkeypatch.setenv("PATH", str(tmp_path / "tools"))
    monkeypatch.setattr(downloads, "ANSWER_SECONDS", 1)
    monkeypatch.setattr(downloads, "CLI_SECONDS", 6)
    monkeypatch.setattr(downloads, "PLUGIN_SECONDS", 4)

    def run() -> Prepared:
        said: list[str] = []
        try:
            return prepare_engine(tmp_path / "engine", said.append), "\n".join(said)
        except EngineError as error:
            return None, "\n".join([*said, str(error)])

    def prepare(way: str) -> Prepared:
        if way == "refused":
            with socket.create_server(("127.0.0.1", 0)) as taken:
                closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
            for name, value in environment_for(closed, tmp_path).items():
                monkeypatch.setenv(name, value)
            return run()
        with play(Downloads(FILES, way), tmp_path) as environment:
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            return run()

    return prepare


WAYS = {
    "truncated": "what {host} sent arrived broken",
    "wrong checksum": "what {host} sent arrived broken",
    "refused": "{host} cannot be reached",
    "silent": "{host} cannot be reached",
    "hanging": "the download from {host} was not complete after",
}


def test_the_official_cli_is_installed_with_its_language_host(
    prepare: Callable[[str], Prepared], tmp_path: Path
) -> None:
    prepared, said = prepare("good")
    assert prepared
    assert prepared.pulumi == tmp_path / "engine" / "bin" / "pulumi"
    assert f"engine          {version('pulumi')}, downloaded from get.pulumi.com by Pulumi's own installer" in said
    assert "language host   Pulumi's own, beside the engine" in said


@pytest.mark.parametrize("way", WAYS)
def test_a_cli_that_does_not_arrive_is_explained_and_leaves_nothing(
    way: str, prepare: Callable[[str], Prepared], tmp_path: Path
) -> None:
    started = time.monotonic()
    prepared, said = prepare(way)
    assert prepared is None
    assert f"not the official download: {WAYS[way].format(host='get.pulumi.com')}" in said
    assert "no `go` on PATH to build it with" in said
    assert "Install the Pulumi CLI" in said
    assert list((tmp_path / "engine").rglob("*")) == [tmp_path / "engine" / "bin"]
    assert time.monotonic() - started < 15


@pytest.fixture
def with_cli(tmp_path: Path) -> Path:
    """The folder of an engine whose CLI is there, its plugin not yet."""
    kept = FOLDER / "engine" / "bin" / "pulumi"
    found = kept if kept.exists() else Path(shutil.which("pulumi") or "/no pulumi: run `python -m sandbox setup`")
    (tmp_path / "engine" / "bin").mkdir(parents=True)
    (tmp_path / "engine" / "bin" / "pulumi").symlink_to(found)
    return tmp_path / "engine"


@pytest.mark.engine
def test_the_official_plugin_is_installed(prepare: Callable[[str], Prepared], with_cli: Path) -> None:
    prepared, said = prepare("good")
    assert prepared
    assert prepared.official_azuread
    assert said.endswith(f"azuread plugin  official {NUMBER}")
    assert (with_cli / PLUGIN_FOLDER / STAND_IN.name).read_bytes() == COMPILED * 50_000


@pytest.mark.engine
@pytest.mark.parametrize("way", WAYS)
def test_a_plugin_that_does_not_arrive_is_explained_and_the_stand_in_is_used(
    way: str, prepare: Callable[[str], Prepared], with_cli: Path
) -> None:
    prepared, said = prepare(way)
    assert prepared
    assert not prepared.official_azuread
    expected = "was not complete after" if way == "silent" else WAYS[way].format(host="github.com and get.pulumi.com")
    assert "azuread plugin  the stand-in of this repository: " in said
    assert expected in said
    assert (with_cli / PLUGIN_FOLDER / STAND_IN.name).resolve() == STAND_IN
    listed = subprocess.run(
        [prepared.pulumi, "plugin", "ls"],
        env={"PULUMI_HOME": str(with_cli / "home"), "HOME": str(with_cli)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "azuread" in listed


@pytest.mark.parametrize("kind", ["link", "copy", "dangling link"])
def test_what_another_checkout_left_is_told_and_replaced(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "engine"
    for ours, left in (
        (STAND_IN, folder / PLUGIN_FOLDER / STAND_IN.name),
        (LANGUAGE_HOST, folder / "bin" / LANGUAGE_HOST.name),
    ):
        elsewhere = tmp_path / "other checkout" / ours.name
        elsewhere.parent.mkdir(exist_ok=True)
        left.parent.mkdir(parents=True, exist_ok=True)
        if kind != "dangling link":
            shutil.copy(ours, elsewhere)
        if kind == "copy":
            shutil.copy(ours, left)
        else:
            left.symlink_to(elsewhere)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    (folder / "bin" / "pulumi").write_text("#!/bin/sh\necho v3.300.0\n")
    (folder / "bin" / "pulumi").chmod(0o755)
    said: list[str] = []
    prepared = prepare_engine(folder, said.append)
    assert not prepared.official_azuread
    assert any(line.startswith("language host   sandbox/engine/language_host.py") for line in said)
    assert any(line.startswith("azuread plugin  the stand-in of this repository") for line in said)
    assert (folder / PLUGIN_FOLDER / STAND_IN.name).resolve() == STAND_IN
    assert (folder / "bin" / LANGUAGE_HOST.name).resolve() == LANGUAGE_HOST
