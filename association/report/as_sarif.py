"""The report as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, checked 2026-11-29).

Accepted findings are suppressed results; what could not be read is a result too, for code scanning shows nothing else.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from association.report.model import Association, Finding, Report, Severity, Stack, Technique
from association.report.properties import shorten
from association.report.rules import RULES, Rule
from association.report.words import describe_maker, describe_term, name_command

Json = dict[str, Any]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SCORES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.0",
    Severity.LOW: "2.0",
}
"""What code scanning sorts by
(https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning, checked 2026-11-29)."""

_PROJECT_FILE: Final = ("Pulumi.yaml", 1)


def render_sarif(report: Report) -> str:
    """The whole report, one run; sorted keys, ASCII only."""
    results = [result for stack in report.stacks for result in _results(stack)]
    complete = not any(stack.unreadable or any(one.unreadable for one in stack.associations) for stack in report.stacks)
    run = {
        "tool": {"driver": _driver({result["ruleId"] for result in results})},
        "automationDetails": {"id": "mimecast-entra/report/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": complete, "exitCode": report.exit_code}],
        "results": results,
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def message(text: str) -> Json:
    """A plain text message: `[text](place)` would be a link (3.11.6), and single braces would be a placeholder (3.11.5)."""
    return {"text": text.replace("](", "] (").replace("{", "{{").replace("}", "}}")}


def _driver(used: set[str]) -> Json:
    return {
        "name": "mimecast-entra report",
        "rules": [_rule(name, RULES.get(name) or RULES["resource"]) for name in sorted(used)],
    }


def _rule(name: str, rule: Rule) -> Json:
    return {
        "id": name,
        "shortDescription": {"text": rule.title or f"{rule.noun[:1].upper()}{rule.noun[1:]}"},
        "fullDescription": {"text": rule.allows},
        "help": {"text": rule.advice or "Remove what was not declared, or declare it; docs/drift.md tells how."},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": _tags(rule.technique), "security-severity": _SCORES[rule.severity]},
    }


def _tags(technique: Technique | None) -> list[str]:
    return ["security", *([f"external/attack/{technique.id.lower()}"] if technique else [])]


def _results(stack: Stack) -> Iterator[Json]:
    for unread in stack.unreadable:
        yield _other(stack, "", "unreadable", unread.what, f"{unread.what} could not be read: {unread.why}")
    for association in stack.associations:
        for finding in association.findings:
            yield _result(stack, association, finding)
        for path, said in association.expired.items():
            yield _other(stack, association.name, "expiredExceptions", path, f"{path}: {said}")
        for unread in association.unreadable:
            text = f"{unread.what} could not be read: {unread.why}"
            yield _other(stack, association.name, "unreadable", unread.what, text)
        for one in association.accepted:
            family = one.finding.partition("[")[0].partition(".")[0]
            rule = family if family in RULES else "resource"
            result = _other(
                stack, association.name, rule, one.finding, f"{one.finding} is accepted {describe_term(one)}"
            )
            suppression = {"kind": "external", "status": "accepted", "justification": one.reason or "no reason given"}
            yield result | {"suppressions": [suppression]}


def _result(stack: Stack, association: Association, finding: Finding) -> Json:
    made = describe_maker(finding)
    parts = [
        f"{finding.title} ({stack.title}{' ' if association.name else ''}{association.name}): {shorten(finding.what)}.",
        f"By {made}." if made else "",
        finding.allows,
        finding.advice,
        f"{name_command(finding).capitalize()}: {shorten(finding.command)}" if finding.command else "",
    ]
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "kind": "fail",
        "message": message(" ".join(part for part in parts if part)),
        "locations": [_location(stack, association.name, finding.path or finding.resource, finding.position)],
        "partialFingerprints": _fingerprints(finding.fingerprint),
        "properties": {"tags": _tags(finding.technique), "severity": finding.severity},
    }


def _other(stack: Stack, association: str, rule: str, what: str, text: str) -> Json:
    told = f"{stack.project}\n{stack.name}\n{association}\n{rule}\n{what}"
    return {
        "ruleId": rule,
        "level": "warning",
        "kind": "fail",
        "message": message(f"{stack.title}{' ' if association else ''}{association}: {shorten(text)}"),
        "locations": [_location(stack, association, what, _PROJECT_FILE)],
        "partialFingerprints": _fingerprints(hashlib.sha256(told.encode()).hexdigest()),
    }


def _fingerprints(fingerprint: str) -> Json:
    """Our own, and the one name by which code scanning knows an alert again; without it all findings on a line are one alert.

    The upload action warns that it would have computed another value, and keeps ours
    (https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning, checked 2026-11-29).
    """
    return {"finding/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint[:16]}:1"}


def _location(stack: Stack, association: str, path: str, position: tuple[str, int]) -> Json:
    file, line = position
    name = "/".join(part for part in (stack.title, association, shorten(path)) if part)
    return {
        "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": line}},
        "logicalLocations": [{"fullyQualifiedName": name, "kind": "resource"}],
    }
