"""The report for a step summary (`$GITHUB_STEP_SUMMARY`, `##vso[task.uploadsummary]`).

Whatever comes from outside stands in a code span: there, neither links, images, mentions, emphasis nor HTML mean anything
(https://github.github.com/gfm/#code-spans, checked 2026-11-29). No such text stands in a table, where a pipe would count.
"""

import re
from collections.abc import Iterator
from typing import Final

from association.report.model import Association, Finding, Report, Severity, Stack, Verdict
from association.report.properties import shorten
from association.report.words import describe_maker, describe_reading, describe_term, name_command, summarize

LARGEST: Final = 900_000
"""Bytes; GitHub refuses a step summary over 1 MiB
(https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits, checked 2026-11-29)."""

_MARKS: Final = {
    Verdict.FINDINGS: "❌",
    Verdict.EXPIRED: "❌",
    Verdict.UNREADABLE: "⚠️",
    Verdict.ACCEPTED: "☑️",
    Verdict.NO_DRIFT: "✅",
}


def render_markdown(report: Report) -> str:
    """The whole report; what would make it too large is counted instead of shown."""
    head = f"## {_MARKS[report.verdict]} Association: {report.verdict}\n\n{summarize(report)}\n"
    parts, size, left = [head], len(head), 0
    for stack in report.stacks:
        text = "".join(f"{line}\n" for line in _stack(stack))
        size += len(text.encode())
        if size > LARGEST:
            left += 1
        else:
            parts.append(text)
    if left:
        parts.append(f"\n{left} more stacks do not fit here: look at the text or the page.\n")
    return "".join(parts)


def code(text: str) -> str:
    """Text from outside as a code span, whatever backticks it holds."""
    text = shorten(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{pad}{text or ' '}{pad}{fence}"


def _stack(stack: Stack) -> Iterator[str]:
    yield ""
    yield f"### {_MARKS[stack.verdict]} {code(stack.title)}: {stack.verdict}"
    yield ""
    yield f"{describe_reading(stack).capitalize()}."
    yield ""
    for one in stack.unreadable:
        yield f"- **unreadable** {code(one.what)}: {code(one.why)}"
    for association in stack.associations:
        yield from _association(association)


def _association(association: Association) -> Iterator[str]:
    yield ""
    name = code(association.name) if association.name else "Other resources of the stack"
    client = f", client ID {code(association.client_id)}" if association.client_id else ""
    yield f"**{name}**{client}: {association.verdict}"
    yield ""
    for finding in association.findings:
        yield from _finding(finding)
    for path, said in association.expired.items():
        yield f"- **expired exception** {code(path)}: {code(said)}"
    for one in association.unreadable:
        yield f"- **unreadable** {code(one.what)}: {code(one.why)}"
    for acceptance in association.accepted:
        yield f"- **accepted** {code(acceptance.finding)} {code(describe_term(acceptance))}: {code(acceptance.reason)}"


def _finding(finding: Finding) -> Iterator[str]:
    technique = f" ([{finding.technique.id}]({finding.technique.url}))" if finding.technique else ""
    strong = "**" if finding.severity in (Severity.CRITICAL, Severity.HIGH) else ""
    yield f"- {strong}{finding.severity}: {finding.title}{strong}{technique}"
    yield f"  - {code(finding.what)}"
    if maker := describe_maker(finding):
        yield f"  - by {code(maker)}"
    yield f"  - {finding.allows}"
    if finding.advice:
        yield f"  - {finding.advice}"
    if finding.path:
        yield f"  - finding {code(finding.path)}"
    if finding.command:
        yield f"  - {name_command(finding)}: {code(finding.command)}"
