"""The report for a terminal: the worst first, commands on lines of their own, no drift in one line at the end."""

import textwrap
from collections.abc import Iterator

import click

from association.report.model import Association, Finding, Report, Severity, Stack, Verdict
from association.report.properties import shorten
from association.report.words import (
    describe_association,
    describe_maker,
    describe_reading,
    describe_term,
    name_command,
    name_effect,
    summarize,
)

_LABEL = 10
_INDENT = "    "
_COLOURS = {Severity.CRITICAL: "bright_red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}
_VERDICTS = {
    Verdict.FINDINGS: "red",
    Verdict.EXPIRED: "red",
    Verdict.UNREADABLE: "yellow",
    Verdict.ACCEPTED: "cyan",
    Verdict.NO_DRIFT: "green",
}


def render_text(report: Report, *, width: int = 100) -> str:
    """The whole report, with colour codes that `click.echo` takes away where they are not wanted; commands and paths are never broken."""
    lines: list[str] = []
    for stack in report.stacks:
        if stack.verdict is not Verdict.NO_DRIFT:
            lines += [*_stack(stack, max(width, 40)), ""]
    quiet = [stack.title for stack in report.stacks if stack.verdict is Verdict.NO_DRIFT]
    if quiet:
        lines += [*_wrap(f"{_verdict(Verdict.NO_DRIFT)}: {', '.join(quiet)}", "", max(width, 40)), ""]
    lines += [click.style(line, bold=True) for line in _wrap(summarize(report), "", max(width, 40))]
    return "\n".join(lines) + "\n"


def _stack(stack: Stack, width: int) -> Iterator[str]:
    yield f"{click.style(stack.title, bold=True)}  {_verdict(stack.verdict)}"
    yield from _wrap(describe_reading(stack), "  ", width)
    for one in stack.unreadable:
        yield from _wrap(f"{_verdict(Verdict.UNREADABLE)} {one.what}: {one.why}", "  ", width)
    for association in stack.associations:
        yield ""
        yield f"  {click.style(describe_association(association), bold=True)}  {_verdict(association.verdict)}"
        yield from _association(association, width)


def _association(association: Association, width: int) -> Iterator[str]:
    for finding in association.findings:
        yield ""
        yield from _finding(finding, width)
    groups = (
        (Verdict.EXPIRED, [f"{path}: {said}" for path, said in association.expired.items()]),
        (Verdict.UNREADABLE, [f"{one.what}: {one.why}" for one in association.unreadable]),
        (Verdict.ACCEPTED, [f"{one.finding} {describe_term(one)}: {one.reason}" for one in association.accepted]),
    )
    for verdict, texts in groups:
        if texts:
            yield ""
            yield f"  {_verdict(verdict)}"
        for text in texts:
            yield from _wrap(text, _INDENT, width)


def _finding(finding: Finding, width: int) -> Iterator[str]:
    severity = f"{finding.severity:<{_LABEL}}"
    first, *rest = _wrap(finding.title, "  " + " " * _LABEL, width)
    colour = _COLOURS[finding.severity]
    yield f"  {click.style(severity, fg=colour)}{click.style(first.lstrip(), bold=True)}"
    yield from (click.style(line, bold=True) for line in rest)
    yield from _labelled("what", finding.what, width)
    yield from _labelled("who", describe_maker(finding), width)
    yield from _labelled(name_effect(finding), finding.allows, width)
    if finding.technique:
        yield from _labelled("ATT&CK", f"{finding.technique.id} {finding.technique.name}", width)
    yield from _labelled("advice", finding.advice, width)
    if finding.path:
        yield f"{_INDENT}{'finding':<{_LABEL}}{shorten(finding.path)}"
    if finding.command:
        yield f"{_INDENT}{name_command(finding):<{_LABEL}}{shorten(finding.command)}"


def _labelled(label: str, text: str, width: int) -> Iterator[str]:
    if text:
        first, *rest = _wrap(text, _INDENT + " " * _LABEL, width)
        yield f"{_INDENT}{label:<{_LABEL}}{first.lstrip()}"
        yield from rest


def _wrap(text: str, indent: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _verdict(verdict: Verdict) -> str:
    return click.style(str(verdict), fg=_VERDICTS[verdict])
