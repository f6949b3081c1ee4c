"""The report for machines: `schema.json` beside this file is its schema. Sorted keys, no time stamps, ASCII only."""

import json
from typing import Any, Final

from association.report.model import Association, Finding, Report, Stack, Unread

SCHEMA_VERSION: Final = 1
"""Raised when a field changes its meaning or goes away."""


def render_json(report: Report) -> str:
    document = {
        "schemaVersion": SCHEMA_VERSION,
        "verdict": report.verdict,
        "exitCode": report.exit_code,
        "counts": dict(report.counts),
        "stacks": [_stack(stack) for stack in report.stacks],
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "project": stack.project,
        "stack": stack.name,
        "verdict": stack.verdict,
        "commands": list(stack.commands),
        "associations": [_association(association) for association in stack.associations],
        "unreadable": _unreadable(stack.unreadable),
    }


def _association(association: Association) -> dict[str, Any]:
    return {
        "name": association.name,
        "clientId": association.client_id,
        "verdict": association.verdict,
        "findings": [_finding(finding) for finding in association.findings],
        "accepted": [
            {"finding": one.finding, "reason": one.reason, "until": one.until} for one in association.accepted
        ],
        "expiredExceptions": [{"finding": path, "said": said} for path, said in association.expired.items()],
        "unreadable": _unreadable(association.unreadable),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    technique = finding.technique
    return {
        "rule": finding.rule,
        "finding": finding.path,
        "resource": finding.resource,
        "deviation": finding.deviation,
        "severity": finding.severity,
        "title": finding.title,
        "what": finding.what,
        "who": finding.who,
        "when": finding.when,
        "allows": finding.allows,
        "technique": {"id": technique.id, "name": technique.name, "url": technique.url} if technique else None,
        "command": finding.command,
        "advice": finding.advice,
        "fingerprint": finding.fingerprint,
        "file": finding.position[0],
        "line": finding.position[1],
    }


def _unreadable(unread: Any) -> list[dict[str, str]]:
    found: list[Unread] = list(unread)
    return [{"what": one.what, "why": one.why} for one in found]
