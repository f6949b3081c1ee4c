"""A hundred stacks in one report: processor time and memory of the command, as the system counts them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from association.cli.report import FORMATS
from tests.report.made import load, show

STACKS = 100
MEASURED = """
import atexit, json, pathlib, re, sys, time

folder = pathlib.Path(sys.argv.pop(1))

def measure():
    high_water = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]
    used = {"seconds": time.process_time(), "megabytes": int(high_water) / 1024}
    (folder / "used").write_text(json.dumps(used))

atexit.register(measure)
from association.cli import run
run()
"""
"""The command line, and at its end what it has used: the memory that `wait4` tells counts the parent's too."""
SECONDS, MEGABYTES = 2.0, 200
REAL_SIZE = 140_000
"""Bytes of one document as Pulumi prints it; the recordings lack its stack traces."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two documents for each stack, as large as real ones."""
    folder = tmp_path_factory.mktemp("stacks")
    found: list[Path] = []
    for name in ("findings.refresh", "findings.preview"):
        document = load(name)
        traces = max(REAL_SIZE - len(show(document)), 0) // len(document["steps"]) // 100
        for step in document["steps"]:
            state = step.get("newState") or step["oldState"]
            state["stackTrace"] = [{"sourcePosition": "project:///components/server_connection.py#230"}] * traces
        text = show(document)
        for number in range(STACKS):
            found.append(folder / f"{number}.{name}.json")
            found[-1].write_text(text.replace("urn:pulumi:test::", f"urn:pulumi:stack-{number}::"), encoding="utf-8")
    assert sum(file.stat().st_size for file in found) > 2 * STACKS * REAL_SIZE * 0.9
    return found


@pytest.mark.parametrize("format_", FORMATS)
def test_a_hundred_stacks_take_less_than_200_megabytes(files: list[Path], format_: str, tmp_path: Path) -> None:
    assert measure(files, format_, tmp_path)["megabytes"] < MEGABYTES


@pytest.mark.nightly
@pytest.mark.parametrize("format_", FORMATS)
def test_a_hundred_stacks_take_less_than_2_seconds(files: list[Path], format_: str, tmp_path: Path) -> None:
    """Of processor time; not in `make test`, because on a busy machine that doubles too."""
    assert measure(files, format_, tmp_path)["seconds"] < SECONDS


def measure(files: list[Path], format_: str, folder: Path) -> dict[str, float]:
    """What one report has used: `seconds` and `megabytes`."""
    arguments = [sys.executable, "-c", MEASURED, str(folder), "report", "--format", format_, *map(str, files)]
    with (folder / "report").open("wb") as output:
        finished = subprocess.run(arguments, stdout=output, check=False)
    assert finished.returncode == 7
    assert (folder / "report").stat().st_size > 100_000
    used: dict[str, float] = json.loads((folder / "used").read_text())
    print(f"{format_}: {used['seconds']:.2f} s, {used['megabytes']:.0f} MB")
    return used
