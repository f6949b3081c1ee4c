"""What the requirements files must hold so that they go on installing, also when newer releases come out."""

import itertools
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-dev.txt")

MACHINES = [
    {"python_version": python, "python_full_version": f"{python}.0", **system}
    for python, system in itertools.product(
        ("3.11", "3.12", "3.13", "3.14"),
        (
            {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
            {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
            {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
        ),
    )
]


def pins_of(file: str) -> dict[str, Requirement]:
    lines = (ROOT / file).read_text().splitlines()
    found = [Requirement(line.removesuffix("\\")) for line in lines if line and line[0] not in " #"]
    return {canonicalize_name(pin.name): pin for pin in found}


def number_of(pin: Requirement) -> str:
    (only,) = pin.specifier
    assert only.operator == "==", f"{pin} is not pinned"
    return only.version


def requirements_of(pin: Requirement) -> list[Requirement]:
    """What the installed release of this pin asks for; nothing where it is for other machines."""
    try:
        installed = distribution(pin.name)
    except PackageNotFoundError:
        assert pin.marker, f"{pin} is not installed: run `make setup`"
        return []
    assert installed.version == number_of(pin), (
        f"{pin.name} {installed.version} is not the pinned one: run `make setup`"
    )
    return [Requirement(line) for line in installed.requires or ()]


def holds(requirement: Requirement, asked_by: Requirement, machine: dict[str, str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**machine, "extra": extra}) for extra in ("", *asked_by.extras))


def asked_for(pins: dict[str, Requirement]) -> Iterator[tuple[Requirement, Requirement, dict[str, str]]]:
    """Everything that a pinned package asks for on some machine: the asking pin, what it asks for, the machine."""
    for pin, machine in itertools.product(pins.values(), MACHINES):
        if pin.marker is None or pin.marker.evaluate({**machine, "extra": ""}):
            yield from ((pin, wanted, machine) for wanted in requirements_of(pin) if holds(wanted, pin, machine))


@pytest.mark.parametrize("file", FILES)
def test_whatever_a_package_asks_for_is_pinned_with_the_same_extras(file: str) -> None:
    pins = pins_of(file)
    wrong = set()
    for asking, wanted, machine in asked_for(pins):
        pin = pins.get(canonicalize_name(wanted.name))
        if pin is None or (pin.marker and not pin.marker.evaluate({**machine, "extra": ""})):
            wrong.add(f"{asking.name} asks for {wanted} on {machine['sys_platform']}; it is not pinned")
        # The pip of Python 3.11 finds a pin only for the very same set of extras.
        elif not (wanted.extras in (set(), pin.extras) and wanted.specifier.contains(number_of(pin), prereleases=True)):
            wrong.add(f"{asking.name} asks for {wanted}; pinned is {pin}")
    assert not wrong


def test_what_users_install_is_pinned_the_same_for_developers() -> None:
    developers = pins_of("requirements-dev.txt")
    different = {str(pin) for name, pin in pins_of("requirements.txt").items() if str(developers.get(name)) != str(pin)}
    assert not different


def wheel(folder: Path, name: str, number: str, metadata: str = "") -> Path:
    """A wheel without files; `metadata` holds further lines, such as Requires-Dist."""
    stem = f"{canonicalize_name(name).replace('-', '_')}-{number}"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(
            f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n{metadata}"
        )
        made.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{stem}.dist-info/RECORD", "")
    return path


def newer(number: str) -> str:
    """The next release, one that every usual range of versions still takes: 2.15.1.1 after 2.15.1."""
    return ".".join(map(str, (*Version(number).release, 1)))


def offer_newer_releases(folder: Path, pins: dict[str, Requirement]) -> None:
    for pin in pins.values():
        wheel(folder, pin.name, newer(number_of(pin)))


def offer_pinned_releases(folder: Path, pins: dict[str, Requirement]) -> str:
    """Offer what is pinned, with the metadata of what is installed. Returns the requirements, hashed as the file does it."""
    lines = []
    for pin in pins.values():
        requires = requirements_of(pin)
        extras = "".join(f"Provides-Extra: {extra}\n" for extra in sorted(pin.extras))
        metadata = extras + "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
        made = wheel(folder, pin.name, number_of(pin), metadata)
        lines.append(f"{pin} --hash=sha256:{sha256(made.read_bytes()).hexdigest()}\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new virtual environment, with the pip that this Python brings."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder / "bin" / "python"


def pip(python: Path, *arguments: str | Path, own: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run `pip install`, with the pip in the folder `own` where one is given."""
    command = [python, "-m", "pip", "install", "--no-compile", "--disable-pip-version-check", *arguments]
    environment = {key: value for key, value in os.environ.items() if key not in ("PIP_FIND_LINKS", "PYTHONPATH")}
    if own:
        environment["PYTHONPATH"] = str(own)
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("file", FILES)
def test_the_pip_of_this_python_resolves_the_file_beside_newer_releases(
    file: str, python: Path, tmp_path: Path
) -> None:
    """Without any network: wheels without files, with the metadata of the real ones, and the same lines with their hashes."""
    pins = pins_of(file)
    offer_newer_releases(tmp_path, pins)
    requirements = tmp_path / file
    requirements.write_text(offer_pinned_releases(tmp_path, pins))
    done = pip(python, "--dry-run", "--no-index", "--find-links", tmp_path, "--require-hashes", "-r", requirements)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "release",
    [
        "brought by Python",
        # A second real installation; it turns red when pip changes, not when this repository does.
        pytest.param("newest", marks=pytest.mark.nightly),
    ],
)
def test_requirements_install_beside_newer_releases(release: str, python: Path, tmp_path: Path) -> None:
    """The file itself and the real packages, from the package index that this machine uses."""
    look = ("--dry-run", "--ignore-installed") if release == "brought by Python" else ("--target", tmp_path / "pip")
    reached = pip(python, "--upgrade", *look, "pip")
    if reached.returncode:
        pytest.skip(f"pip reaches no package index: {reached.stderr.strip()[-200:]}")
    offer_newer_releases(tmp_path, pins_of("requirements.txt"))
    options = (
        "--find-links",
        tmp_path,
        "--target",
        tmp_path / "installed",
        "--require-hashes",
        "-r",
        "requirements.txt",
    )
    done = pip(python, *options, own=tmp_path / "pip" if release == "newest" else None)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "installed" / "pulumi_azuread").is_dir()
