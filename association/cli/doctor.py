"""`python -m association doctor`: the checklist before the first `up`, as text or JSON."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from association.cli.sign_in import ending_on_error
from association.cli.terminal import wants_colour
from association.doctor import Check, Diagnosis, Verdict, examine, read_stack
from association.stack import open_stack

_COLOURS = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.UNKNOWN: "cyan", Verdict.PROBLEM: "red"}
_WIDTH = max(map(len, Verdict))
_WIDEST = 120
"""Columns; longer lines are hard to read."""
_PROGRESS = "Signing in, and reading the tenant ..."


@click.command(name="doctor", short_help="Check what could make `pulumi up` fail, before it runs.")
@click.option("--stack", default="", metavar="NAME", help="The stack to check; default: the selected one.")
@click.option("--cwd", "-C", default=".", type=click.Path(path_type=Path), help="Folder of the Pulumi project.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_context
def doctor(context: click.Context, stack: str, cwd: Path, *, as_json: bool) -> None:
    """Check everything that could make `pulumi up` fail half-way; changes nothing.

    Reads the stack's settings file, and the tenant as the identity that will deploy. It reads no state, so it works before
    the first `up`.

    Exit codes: 0 nothing found that stops `up`; 1 a problem, or something could not be read; 2 wrong usage; 3 failed sign-in
    or missing permission.
    """
    with ending_on_error():
        opened = open_stack(cwd, stack, os.environ)
        declared = read_stack(opened)
    with _progress():
        diagnosis = examine(declared, os.environ)
    if as_json:
        click.echo(json.dumps(diagnosis.as_json(), indent=2, ensure_ascii=False))
    else:
        terminal = sys.stdout.isatty()
        columns = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST) if terminal else sys.maxsize
        click.echo("\n".join(describe(diagnosis, columns=columns)), color=wants_colour(sys.stdout))
    context.exit(diagnosis.exit_code)


@contextmanager
def _progress() -> Iterator[None]:
    """One line on a terminal while the command waits; nothing anywhere else."""
    shown = sys.stderr.isatty()
    if shown:
        click.echo(_PROGRESS, err=True, nl=False)
    try:
        yield
    finally:
        if shown:
            click.echo("\r" + " " * len(_PROGRESS) + "\r", err=True, nl=False)


def describe(diagnosis: Diagnosis, *, columns: int) -> Iterator[str]:
    """The checklist, line by line, and one sentence that sums it up; a word longer than the columns is not broken."""
    yield f"Stack {diagnosis.stack} of {diagnosis.project}"
    for one in diagnosis.checks:
        yield from _describe_check(one, columns - _WIDTH - 4)
    yield ""
    problems, warnings, unknown = map(diagnosis.count, (Verdict.PROBLEM, Verdict.WARNING, Verdict.UNKNOWN))
    start = (
        f"{_count(problems, 'problem')}: `pulumi up` would fail"
        if problems
        else "Nothing was found that stops `pulumi up`"
    )
    rest = f"; {_count(unknown, 'thing')} could not be checked" if unknown else ""
    yield f"{start}; {_count(warnings, 'warning')}{rest}."


def _describe_check(one: Check, width: int) -> Iterator[str]:
    yield click.style(one.title, bold=True)
    for line in one.lines:
        mark = click.style(f"{line.verdict:<{_WIDTH}}", fg=_COLOURS[line.verdict])
        first, *others = [
            piece
            for text in (line.reason, f"fix: {line.fix}" if line.fix else "")
            for part in text.splitlines()
            for piece in textwrap.wrap(part.strip(), width, break_long_words=False, break_on_hyphens=False)
        ] or [""]
        yield f"  {mark}  {first}"
        yield from (f"  {'':<{_WIDTH}}  {text}" for text in others)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
