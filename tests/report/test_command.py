"""`python -m association report` as people and pipelines call it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from association.cli import cli
from association.cli.report import FORMATS
from tests.report.made import RECORDINGS, load, rename_stack, show


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli, ["report", *arguments], input=stdin)


def file(name: str) -> str:
    return str(RECORDINGS / f"{name}.json")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("name", "code"), [("clean.refresh", 0), ("findings.refresh", 7), ("unreadable.refresh", 1)])
def test_the_exit_code_is_the_same_in_every_format(format_: str, name: str, code: int) -> None:
    finished = run("--format", format_, file(name))
    assert finished.exit_code == code, finished.output
    assert finished.stdout.strip()


def test_reads_standard_input_and_many_files_as_one_report(tmp_path: Path) -> None:
    stream = "".join(show(rename_stack(load("clean.refresh"), name)) for name in ("a", "b"))
    (tmp_path / "c.json").write_text(show(rename_stack(load("clean.refresh"), "c")))
    alone = run(stdin=stream.encode())
    both = run(str(tmp_path / "c.json"), "-", "--format", "json", stdin=stream.encode())
    assert "no drift in 2 of 2 stacks" in " ".join(alone.stdout.split())  # lines end where the terminal ends
    assert [stack["stack"] for stack in json.loads(both.stdout)["stacks"]] == ["a", "b", "c"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_reads_what_powershell_redirects(encoding: str) -> None:
    assert run(stdin=show(load("clean.refresh")).encode(encoding)).exit_code == 0


def test_every_bad_input_is_told_at_once_and_no_report_is_written(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text(show(load("clean.refresh"))[:-100])
    (tmp_path / "binary.json").write_bytes(b'{"duration": 1, "x": "\xff"}')
    finished = run(file("findings.refresh"), *(str(tmp_path / name) for name in ("cut.json", "binary.json", "no.json")))
    assert (finished.exit_code, finished.stdout) == (1, "")
    for said in ("cut.json was cut", "binary.json is neither UTF-8 nor UTF-16", "no.json cannot be read: No such file"):
        assert said in finished.stderr


def test_a_file_name_cannot_act_on_the_terminal() -> None:
    finished = run("\x1b[31mred.json")
    assert "\x1b" not in finished.output
    assert r"\x1b[31mred.json cannot be read" in finished.stderr


def test_a_wrong_format_is_wrong_usage() -> None:
    assert run("--format", "xml", file("clean.refresh")).exit_code == 2


def test_without_input_it_says_what_to_give() -> None:
    reader, writer = pty.openpty()
    finished = subprocess.run(
        [sys.executable, "-m", "association", "report"], stdin=writer, capture_output=True, text=True, check=False
    )
    os.close(reader)
    os.close(writer)
    assert finished.returncode == 2
    assert "no FILE, and nothing on standard input" in finished.stderr


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_a_terminal_unless_told_not_to(environment: dict[str, str], *, coloured: bool) -> None:
    assert ("\x1b[" in on_a_terminal(columns=80, **environment)) is coloured


@pytest.mark.parametrize("columns", [60, 100])
def test_keeps_to_the_width_of_the_terminal_and_never_breaks_a_command(columns: int) -> None:
    lines = on_a_terminal(columns=columns, NO_COLOR="1").splitlines()
    unbroken = ("remove", "repair", "finding", "mimecast")
    long = [line for line in lines if len(line) > columns and not line.strip().startswith(unbroken)]
    assert long == []
    assert any("az ad app credential delete --id" in line and "--key-id" in line for line in lines)


def on_a_terminal(columns: int, **environment: str) -> str:
    """What the command writes to a terminal so wide."""
    reader, writer = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "association", "report", file("findings.refresh")],
        stdout=writer,
        env={**os.environ, "TERM": "xterm", "COLUMNS": str(columns)} | environment,
    )
    os.close(writer)
    written = b""
    while True:
        try:
            part = os.read(reader, 65536)
        except OSError:  # the other end has closed
            break
        if not part:
            break
        written += part
    os.close(reader)
    assert process.wait(60) == 7
    return written.decode().replace("\r\n", "\n")


def test_text_in_an_encoding_that_lacks_a_character_is_still_written(tmp_path: Path) -> None:
    name = tmp_path / "x.json"
    name.write_text(show(load("findings.refresh")).replace("'backup'", "'sauvegardé'"), encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "association", "report", str(name)],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert finished.returncode == 7
    assert rb"sauvegard\xe9" in finished.stdout
