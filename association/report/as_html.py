"""The report as one page that needs nothing else: no script, no request, pictures inline, dark and light, print, keyboard."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape as escape_html
from pathlib import Path
from typing import Final

from association.report.model import Association, Finding, Report, Stack, Verdict
from association.report.picture import draw
from association.report.properties import shorten
from association.report.words import (
    describe_maker,
    describe_reading,
    describe_term,
    name_command,
    name_effect,
    summarize,
)

_STYLE: Final = Path(__file__).with_name("page.css")
_CLASSES: Final = {
    Verdict.FINDINGS: "findings",
    Verdict.EXPIRED: "expired",
    Verdict.UNREADABLE: "unreadable",
    Verdict.ACCEPTED: "accepted-badge",
    Verdict.NO_DRIFT: "no-drift",
}
_COUNTED: Final = {Verdict.NO_DRIFT: "stacks without drift"}


def render_html(report: Report) -> str:
    style = _STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<link rel="icon" href="data:,">',
            f"<title>Association: {report.verdict}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            *_body(report),
            "</body>",
            "</html>",
            "",
        )
    )


def _body(report: Report) -> Iterator[str]:
    yield '<a class="skip" href="#stacks">Skip to the stacks</a>'
    yield f"<header><h1>Association: {_badge(report.verdict)}</h1>"
    yield f'<p class="quiet">{escape_html(summarize(report))}</p><ul class="counts">'
    for verdict, count in report.counts.items():
        yield f"<li><b>{count}</b>{_COUNTED.get(verdict, verdict)}</li>"
    yield "</ul></header>"
    if len(report.stacks) > 1:
        yield '<nav aria-label="Stacks"><ol>'
        for number, stack in enumerate(report.stacks):
            yield f'<li>{_badge(stack.verdict)} <a href="#stack-{number}">{text(stack.title)}</a></li>'
        yield "</ol></nav>"
    yield '<main id="stacks" tabindex="-1">'
    for number, stack in enumerate(report.stacks):
        yield from _stack(stack, number)
    yield "</main>"


def text(value: str) -> str:
    """Text from outside: no markup, and on its own for the reading order."""
    return f"<bdi>{escape_html(shorten(value))}</bdi>"


def code(value: str) -> str:
    """A path or a command."""
    return f"<code>{escape_html(shorten(value))}</code>"


def _badge(verdict: Verdict) -> str:
    return f'<span class="badge {_CLASSES[verdict]}">{verdict}</span>'


def _stack(stack: Stack, number: int) -> Iterator[str]:
    yield f'<section class="stack" id="stack-{number}" aria-labelledby="title-{number}">'
    yield f'<h2 id="title-{number}">{text(stack.title)} {_badge(stack.verdict)}</h2>'
    yield f'<p class="quiet">{escape_html(describe_reading(stack))}</p>'
    yield from _others(Verdict.UNREADABLE, [f"{code(one.what)}: {text(one.why)}" for one in stack.unreadable])
    for place, association in enumerate(stack.associations):
        yield from _association(association, f"{number}-{place}")
    yield "</section>"


def _association(association: Association, number: str) -> Iterator[str]:
    name = text(association.name) if association.name else "Other resources of the stack"
    client = f" <span class=quiet>client ID {code(association.client_id)}</span>" if association.client_id else ""
    yield f"<h3>{name} {_badge(association.verdict)}{client}</h3>"
    if any(association.observed.values()):
        yield (
            '<figure><div class="scroll" tabindex="0" role="group" aria-label="Picture of the association">'
            f"{draw(association, number)}</div>"
            '<figcaption class="key"><span class="key-declared">declared</span>'
            '<span class="key-undeclared">undeclared</span><span class="key-accepted">accepted</span>'
            '<span class="key-missing">missing</span></figcaption></figure>'
        )
    for finding in association.findings:
        yield from _finding(finding)
    yield from _others(Verdict.EXPIRED, [f"{code(path)}: {text(said)}" for path, said in association.expired.items()])
    yield from _others(Verdict.UNREADABLE, [f"{code(one.what)}: {text(one.why)}" for one in association.unreadable])
    yield from _others(
        Verdict.ACCEPTED,
        [f"{code(one.finding)} {text(describe_term(one))}: {text(one.reason)}" for one in association.accepted],
    )


def _finding(finding: Finding) -> Iterator[str]:
    yield f'<article class="finding is-{finding.severity}">'
    yield f'<h4><span class="badge {finding.severity}">{finding.severity}</span> {escape_html(finding.title)}</h4><dl>'
    technique = finding.technique
    rows = (
        ("what", text(finding.what)),
        ("who", text(describe_maker(finding)) if finding.who else ""),
        (name_effect(finding), escape_html(finding.allows)),
        ("technique", f'<a href="{technique.url}">{technique.id}</a> {technique.name}' if technique else ""),
        ("finding", code(finding.path) if finding.path else ""),
        ("advice", escape_html(finding.advice)),
        (name_command(finding), f'<code class="command">{escape_html(shorten(finding.command))}</code>'),
    )
    for label, value in rows:
        if value and not (label == name_command(finding) and not finding.command):
            yield f"<dt>{label}</dt><dd>{value}</dd>"
    yield "</dl></article>"


def _others(verdict: Verdict, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"<p>{_badge(verdict)}</p><ul class=others>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
