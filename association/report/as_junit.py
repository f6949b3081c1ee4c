"""The report as JUnit XML: a suite for each stack, a case for each finding; unread is an error, accepted is skipped.

The format that GitLab, Azure DevOps and Jenkins read (https://github.com/testmoapp/junitxml, checked 2026-11-29).
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from association.report.model import Association, Finding, Report, Stack
from association.report.properties import shorten
from association.report.words import describe_maker, describe_term, name_command, name_effect


def render_junit(report: Report) -> str:
    """The whole report. Text was escaped before, so no character is left that XML 1.0 forbids."""
    root = Element("testsuites", name="mimecast-entra report")
    for stack in report.stacks:
        _suite(root, stack)
    for total in ("tests", "failures", "errors", "skipped"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, stack: Stack) -> None:
    suite = SubElement(root, "testsuite", name=stack.title)
    for unread in stack.unreadable:
        _case(suite, stack.title, f"Unreadable: {unread.what}", "error", shorten(unread.why))
    for association in stack.associations:
        _cases(suite, f"{stack.title}.{association.name}".rstrip("."), association)
    if not len(suite):
        _case(suite, stack.title, "no drift")
    suite.set("tests", str(len(suite)))
    for kind, total in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(total, str(sum(case.find(kind) is not None for case in suite)))


def _cases(suite: Element, name: str, association: Association) -> None:
    for finding in association.findings:
        case = f"{finding.title}: {shorten(finding.path) or finding.resource}"
        failure = _case(suite, name, case, "failure", shorten(finding.what))
        failure.set("type", finding.rule)
        failure.text = _details(finding)
    for path, said in association.expired.items():
        _case(suite, name, f"Expired exception: {path}", "failure", shorten(said))
    for unread in association.unreadable:
        _case(suite, name, f"Unreadable: {unread.what}", "error", shorten(unread.why))
    for one in association.accepted:
        _case(suite, name, f"Accepted: {one.finding}", "skipped", f"{describe_term(one)}: {one.reason}")
    if not (association.findings or association.expired or association.unreadable or association.incomplete):
        _case(suite, name, "no drift")


def _case(suite: Element, classname: str, name: str, outcome: str = "", message: str = "") -> Element:
    """A case; with an outcome, the element that tells it."""
    case = SubElement(suite, "testcase", classname=classname, name=name)
    return SubElement(case, outcome, message=message) if outcome else case


def _details(finding: Finding) -> str:
    labelled = (
        ("severity", finding.severity),
        ("what", shorten(finding.what)),
        ("who", describe_maker(finding)),
        (name_effect(finding), finding.allows),
        ("advice", finding.advice),
        ("ATT&CK", finding.technique.id if finding.technique else ""),
        (name_command(finding), shorten(finding.command)),
    )
    return "\n".join(f"{label}: {text}" for label, text in labelled if text)
