"""`python -m association report`: Pulumi's JSON from files or standard input, as a report in the format that is asked for."""

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import IO, Final

import click

from association.cli.terminal import wants_colour
from association.report import DocumentError, assemble_report, read_documents
from association.report.documents import Document
from association.report.model import Report
from association.text import escape, escape_lines

FORMATS: Final = ("text", "json", "markdown", "sarif", "junit", "html")
_WIDEST: Final = 120
"""Columns; longer lines are hard to read."""
_MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Byte order marks: Windows PowerShell 5.1 redirects as UTF-16."""


@click.command(name="report", short_help="Report what `pulumi … --json` found, for people and machines.")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(allow_dash=True))
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="text for a terminal, json and sarif and junit for machines, markdown for a step summary, html for auditors.",
)
@click.pass_context
def report(context: click.Context, files: tuple[str, ...], format_: str) -> None:
    """Report what Pulumi's drift check found: every stack in one report, the worst first.

    FILE holds what `pulumi refresh --preview-only --json` or `pulumi preview --refresh --json` printed, one document or
    many; without FILE, or with '-', it is read from standard input. It signs in nowhere, reads no tenant and writes nothing.

    Exit codes: 0 no drift or all of it accepted, 1 something could not be read, or the input is no such JSON or was cut,
    2 wrong usage, 7 findings or expired exceptions.
    """
    if not files and sys.stdin.isatty():
        raise click.UsageError(
            "no FILE, and nothing on standard input; for example: pulumi refresh … --json | … report"
        )
    problems: list[str] = []
    made = None
    try:
        made = assemble_report(_read(files or ("-",), problems))
    except DocumentError as error:
        problems.append(str(error))
    if problems or made is None:
        for problem in problems:
            click.echo(f"error: {escape_lines(problem)}", err=True)
        context.exit(1)
    _write(made, format_)
    context.exit(made.exit_code)


def _read(files: tuple[str, ...], problems: list[str]) -> Iterator[Document]:
    """Documents one by one, so that no more than one is in memory; what is wrong with a file does not hide the next one."""
    for file in files:
        name = "standard input" if file == "-" else escape(file)
        try:
            with click.open_file(file, "rb") as stream:
                yield from read_documents(_lines(stream), name)
        except DocumentError as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{name} cannot be read: {error.strerror}")
        except UnicodeError:
            problems.append(f"{name} is neither UTF-8 nor UTF-16; expected what Pulumi wrote")


def _lines(stream: IO[bytes]) -> Iterator[str]:
    head = stream.readline()
    encoding = _MARKS.get(head[:2])
    if encoding is None:
        yield head.decode("utf-8-sig")
        yield from (line.decode("utf-8") for line in stream)
    else:
        yield from (head + stream.read()).decode(encoding).splitlines(keepends=True)


def _write(made: Report, format_: str) -> None:
    if format_ == "text":
        from association.report.as_text import render_text

        width = min(shutil.get_terminal_size((100, 24)).columns, _WIDEST)
        encoding = sys.stdout.encoding or "utf-8"
        text = render_text(made, width=width).encode(encoding, "backslashreplace").decode(encoding)
        click.echo(text, nl=False, color=wants_colour(sys.stdout))
        return
    module = importlib.import_module(f"association.report.as_{format_}")
    render: Callable[[Report], str] = getattr(module, f"render_{format_}")
    sys.stdout.buffer.write(render(made).encode())
