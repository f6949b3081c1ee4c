"""Sentences that several formats share."""

from association.report.model import Acceptance, Association, Command, Deviation, Finding, Report, Stack, Verdict
from association.report.properties import shorten

COMMANDS = {
    Command.REFRESH: "pulumi refresh --preview-only",
    Command.PREVIEW: "pulumi preview --refresh",
}
"""The commands of the drift check, as people type them."""

_COUNTED = {
    Verdict.FINDINGS: ("finding", "findings"),
    Verdict.EXPIRED: ("expired exception", "expired exceptions"),
    Verdict.UNREADABLE: ("unreadable", "unreadable"),
    Verdict.ACCEPTED: ("accepted", "accepted"),
}


def summarize(report: Report) -> str:
    """One line: how many of each, and how many stacks without drift."""
    counts = [f"{report.counts[verdict]} {words[report.counts[verdict] != 1]}" for verdict, words in _COUNTED.items()]
    stacks = f"no drift in {report.counts[Verdict.NO_DRIFT]} of {_many(len(report.stacks), 'stack')}"
    return f"{', '.join(counts)}; {stacks}"


def describe_reading(stack: Stack) -> str:
    """Which commands were read, and which part of the check is missing."""
    if len(stack.commands) == len(COMMANDS):
        return "read: both commands of the drift check"
    if not stack.commands:
        return "read: neither command of the drift check came to its end"
    read = ", ".join(COMMANDS[command] for command in stack.commands)
    absent = ", ".join(text for command, text in COMMANDS.items() if command not in stack.commands)
    return f"read: {read}; not read: {absent}, which sees other things"


def describe_association(association: Association) -> str:
    """Name and client ID; what belongs to no association is called so."""
    name = association.name or "other resources of the stack"
    return f"{name}, client ID {association.client_id}" if association.client_id else name


def describe_maker(finding: Finding) -> str:
    """Who made it and when, or why that is not known."""
    if not finding.who:
        return ""
    return f"{shorten(finding.who)}, {finding.when}"


def describe_term(acceptance: Acceptance) -> str:
    """How long it is accepted."""
    return f"until {acceptance.until}" if acceptance.until else "for good"


def name_effect(finding: Finding) -> str:
    """What `allows` tells: what somebody may do, or what no longer works."""
    return "allows" if finding.deviation is Deviation.UNEXPECTED else "effect"


def name_command(finding: Finding) -> str:
    """What the command does."""
    return "remove" if finding.deviation is Deviation.UNEXPECTED else "repair"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
