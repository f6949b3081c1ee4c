"""A hundred stacks in one report: processor time and memory of the command, as the system counts them."""

import os
import sys
from pathlib import Path

import pytest

from association.cli.report import FORMATS
from tests.report.made import load, show

STACKS = 100
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
def test_a_hundred_stacks_take_less_than_2_seconds_and_200_megabytes(
    files: list[Path], format_: str, tmp_path: Path
) -> None:
    arguments = [sys.executable, "-m", "association", "report", "--format", format_, *map(str, files)]
    output = os.open(tmp_path / "report", os.O_WRONLY | os.O_CREAT)
    actions = [(os.POSIX_SPAWN_DUP2, output, 1)]
    process = os.posix_spawn(sys.executable, arguments, dict(os.environ), file_actions=actions)
    os.close(output)
    _, status, usage = os.wait4(process, 0)
    assert os.waitstatus_to_exitcode(status) == 7
    assert (tmp_path / "report").stat().st_size > 100_000
    assert usage.ru_maxrss / 1024 < MEGABYTES
    assert usage.ru_utime + usage.ru_stime < SECONDS
    print(f"{format_}: {usage.ru_utime + usage.ru_stime:.2f} s, {usage.ru_maxrss / 1024:.0f} MB")  # noqa: T201 - shown with -s
