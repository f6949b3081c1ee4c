"""Each format holds every finding, and is what its readers expect."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from markdown_it import MarkdownIt

import association.report
from association.report.as_html import render_html
from association.report.as_json import render_json
from association.report.as_junit import render_junit
from association.report.as_markdown import LARGEST, render_markdown
from association.report.as_sarif import render_sarif
from association.report.as_text import render_text
from association.report.model import Report
from tests.report.made import association_of, load, recorded, rename_stack, report_of
from tests.report.picture import PICTURE, make_picture

SCHEMA = json.loads((Path(association.report.__file__).with_name("schema.json")).read_text(encoding="utf-8"))
SARIF = json.loads(Path(__file__).with_name("sarif-2.1.0.json").read_text(encoding="utf-8"))
NAMES = (
    "clean.refresh",
    "findings.refresh",
    "exceptions.refresh",
    "unreadable.refresh",
    "failed.refresh",
    "deleted.refresh",
)
RENDERERS = (render_text, render_json, render_markdown, render_sarif, render_junit, render_html)


def everything() -> Report:
    """One report with a stack of each kind."""
    return report_of(*(rename_stack(load(name), name.partition(".")[0]) for name in NAMES))


def sarif(report: Report) -> Any:
    document = json.loads(render_sarif(report))
    jsonschema.Draft4Validator(SARIF).validate(document)
    return document["runs"][0]


@pytest.mark.parametrize("render", RENDERERS)
def test_every_format_holds_every_finding(render: Any) -> None:
    text = render(everything())
    paths = [one.path for stack in everything().stacks for part in stack.associations for one in part.findings]
    for path in paths:
        assert path in text or json.dumps(path)[1:-1] in text or path.replace('"', "&quot;") in text


@pytest.mark.parametrize("name", NAMES)
def test_json_is_as_its_schema_says(name: str) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    document = json.loads(render_json(recorded(name)))
    validator.validate(document)
    assert document["verdict"] == recorded(name).verdict


def test_the_schema_refuses_what_the_report_never_writes() -> None:
    document = json.loads(render_json(recorded("findings.refresh")))
    document["stacks"][0]["associations"][0]["findings"][0]["severity"] = "bad"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize("name", NAMES)
def test_sarif_is_as_the_standard_says(name: str) -> None:
    run = sarif(recorded(name))
    assert run["invocations"][0]["executionSuccessful"] is (name not in ("unreadable.refresh", "failed.refresh"))


def test_sarif_has_a_result_with_rule_place_and_fingerprint_for_each_finding() -> None:
    report = recorded("findings.refresh")
    findings = association_of(report).findings
    results = sarif(report)["results"]
    assert [result["partialFingerprints"]["finding/v1"] for result in results] == [one.fingerprint for one in findings]
    assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in results}) == len(findings)
    rules = {rule["id"]: rule for rule in sarif(report)["tool"]["driver"]["rules"]}
    for result in results:
        assert result["ruleId"] in rules
        assert (
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "components/server_connection.py"
        )
    assert "external/attack/t1098.001" in rules["secrets"]["properties"]["tags"]
    assert float(rules["secrets"]["properties"]["security-severity"]) > 9


def test_sarif_suppresses_what_is_accepted_and_not_what_has_expired() -> None:
    results = sarif(recorded("exceptions.refresh"))["results"]
    suppressed = [result for result in results if "suppressions" in result]
    assert [one["suppressions"][0]["justification"] for one in suppressed] == ["migration of the archive"]
    assert [result["ruleId"] for result in results if result["ruleId"] == "expiredExceptions"] == ["expiredExceptions"]


def test_sarif_shows_what_could_not_be_read() -> None:
    assert {result["ruleId"] for result in sarif(recorded("failed.refresh"))["results"]} == {"unreadable"}


def test_junit_counts_findings_as_failures_unread_as_errors_and_accepted_as_skipped() -> None:
    root = ET.fromstring(render_junit(everything()))
    counts = {name: int(root.get(name, "")) for name in ("failures", "errors", "skipped", "tests")}
    assert counts["failures"] == len(root.findall(".//failure")) == 9 + (5 + 1) + (2 + 1)
    assert counts["errors"] == len(root.findall(".//error")) == 8 + 1
    assert counts["skipped"] == len(root.findall(".//skipped")) == 1 + 1
    assert counts["tests"] == len(root.findall(".//testcase"))


def test_a_stack_without_drift_is_one_passing_case() -> None:
    root = ET.fromstring(render_junit(recorded("clean.refresh")))
    (case,) = root.findall(".//testcase")
    assert (case.get("name"), list(case)) == ("no drift", [])


def test_a_stack_that_failed_has_no_passing_case() -> None:
    root = ET.fromstring(render_junit(recorded("failed.refresh")))
    assert [case for case in root.findall(".//testcase") if not len(case)] == []


def test_markdown_becomes_headings_lists_and_links_to_techniques_only() -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(render_markdown(everything()))
    assert html.count("<h3>") == len(NAMES)
    assert set(re.findall(r'href="([^"]*)"', html)) <= {
        f"https://attack.mitre.org/techniques/{name}/" for name in ("T1098/001", "T1098/003", "T1098", "T1531", "T1528")
    }


def test_markdown_stays_under_the_limit_of_a_step_summary() -> None:
    documents = [rename_stack(load("findings.refresh"), f"stack-{number}") for number in range(320)]
    text = render_markdown(report_of(*documents))
    assert len(text.encode()) < LARGEST + 200
    assert re.search(r"\d+ more stacks do not fit here", text)


def test_text_tells_stacks_without_drift_in_one_line_at_the_end() -> None:
    report = report_of(
        *(rename_stack(load(name), name.partition(".")[0]) for name in ("clean.refresh", "findings.refresh"))
    )
    lines = [line for line in render_text(report).splitlines() if "association/clean" in line]
    assert len(lines) == 1
    assert "no drift" in lines[0]


def test_the_page_has_a_picture_in_which_undeclared_missing_and_declared_differ() -> None:
    boxes = re.findall(r'<g class="box (\w+)"><title>([^<]*)', render_html(recorded("findings.refresh")))
    statuses = {status: [text for other, text in boxes if other == status] for status, _ in boxes}
    assert len(statuses["undeclared"]) == 6
    assert any("full_access_as_app" in text for text in statuses["missing"])
    assert any("CN=Mimecast Services Limited (sandbox)" in text for text in statuses["declared"])


def test_the_picture_shows_what_is_accepted() -> None:
    assert 'class="box accepted"' in render_html(recorded("exceptions.refresh"))


def test_the_picture_counts_what_does_not_fit() -> None:
    document = load("clean.refresh")
    for step in document["steps"]:
        if "AccessGuard::" in step["urn"]:
            step["newState"]["inputs"]["secrets"] = {f"key{number}": "client secret" for number in range(100)}
    page = render_html(report_of(document))
    assert page.count('<g class="box') < 40
    assert "more" in page


def test_the_readme_shows_the_picture_as_it_is_drawn() -> None:
    assert PICTURE.read_text(encoding="utf-8") == make_picture(), "run `make picture`"
