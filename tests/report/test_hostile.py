"""Names that an attacker chose do nothing in any format: markup, control characters, marks that turn the reading order, length."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from association.report.as_html import render_html
from association.report.as_json import render_json
from association.report.as_junit import render_junit
from association.report.as_markdown import render_markdown
from association.report.as_sarif import render_sarif
from association.report.as_text import render_text
from association.report.model import Report
from tests.report.made import load, report_of, with_entry
from tests.report.test_formats import sarif

NAMES = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)><a href='https://evil.example'>x</a>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "end of tag": "]]></title></style></svg></failure>--><!-- &lt;b&gt; &amp;",
    "markdown": "[click](https://evil.example) ![pixel](https://evil.example/p.png) **bold** _i_ # h | a | b |",
    "backticks": "`` ` ``` </code> `[x](https://evil.example) **b** <i>@everyone`",
    "mention": "@everyone #1 https://evil.example www.evil.example mallory@evil.example",
    "new lines": "a\n\n# heading\r\n- item\n| a | b |\n::error::x\u2028\u2029\x85",
    "terminal": "\x1b[31mred\x1b[0m\x1b]8;;https://evil.example\x07link\x1b]8;;\x07\x9b2J\x08\x7f",
    "reading order": "user\u202egnp.exe\u202c \u2066x\u2069 \u200f\u061c\u200b\ufeff",
    "not XML": "\x00\x01\x0b\ufffe\uffff\ud800",
    "placeholder": "{0} {{1}} [link](1) [x](https://evil.example)",
    "length": "x" * 10_000,
}
RENDERERS = (render_text, render_json, render_markdown, render_sarif, render_junit, render_html)
REMOTE = "evil.example"


def hostile(text: str) -> Report:
    """The text wherever text from outside can stand."""
    document = with_entry("secrets", f"key {text}", f"client secret '{text}'; by {text} 2026-11-29 03:40Z")
    guard = next(step for step in document["steps"] if "AccessGuard::" in step["urn"])
    inputs = guard["newState"]["inputs"]
    inputs["clientId"] = guard["newState"]["outputs"]["clientId"] = text
    inputs["unreadable"] = {f"read {text}": text}
    inputs["expiredExceptions"] = {f"owners.{text}": text}
    guard["newState"]["outputs"]["exceptions"] = [{"finding": f"secrets[{text}]", "reason": text, "until": text}]
    inputs["appRoles"] = {text: text}
    application = next(step for step in document["steps"] if "application:Application::" in step["urn"])
    application["op"], application["newState"]["outputs"]["displayName"] = "update", text
    application["detailedDiff"] = {"displayName": {"kind": "update"}, f'tags["{text}"]': {"kind": "add"}}
    document["changeSummary"] = {"update": 2}
    document["diagnostics"] = [{"severity": "error", "message": text, "urn": f"urn:pulumi:a::b::c::{text}"}]
    for step in document["steps"]:
        step["urn"] = step["urn"].replace("::mimecast", f"::mimecast{text}")
        for state in ("oldState", "newState"):
            if "parent" in step[state]:
                step[state]["parent"] = step[state]["parent"].replace("::mimecast", f"::mimecast{text}")
    return report_of(json.loads(json.dumps(document)))


@pytest.fixture(params=sorted(NAMES))
def name(request: pytest.FixtureRequest) -> str:
    return NAMES[request.param]


@pytest.fixture
def report(name: str) -> Report:
    return hostile(name)


def invisible(text: str) -> set[str]:
    """Characters that act instead of being seen; line feeds and the colours of the text are ours."""
    return {unicodedata.name(character, hex(ord(character))) for character in text if not character.isprintable()} - {
        "0xa"
    }


@pytest.mark.parametrize("render", RENDERERS, ids=lambda render: render.__name__)
def test_nothing_invisible_is_in_any_format(render: Any, report: Report) -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", render(report)) if render is render_text else render(report)
    assert invisible(shown) == set()
    assert shown.encode("utf-8")


@pytest.mark.parametrize("render", RENDERERS[:3], ids=lambda render: render.__name__)
def test_a_name_cannot_begin_a_line(render: Any) -> None:
    shown = render(hostile(NAMES["new lines"]))
    assert not [line for line in shown.splitlines() if line.startswith(("# heading", "- item", "| a |", "::error"))]


@pytest.mark.parametrize("render", RENDERERS, ids=lambda render: render.__name__)
def test_10000_characters_do_not_fill_what_people_read(render: Any) -> None:
    shown = render(hostile(NAMES["length"]))
    longest = max(map(len, re.findall("x+", shown)))
    assert longest <= (10_000 if render in (render_json, render_sarif) else 500)
    assert len(shown) < 200_000


def test_a_terminal_sees_only_our_colours(report: Report) -> None:
    codes = set(re.findall(r"\x1b[^m]*m?", render_text(report)))
    assert codes <= {f"\x1b[{number}m" for number in (0, 1, 31, 32, 33, 36, 91)}


def test_markdown_makes_nothing_of_a_name(report: Report) -> None:
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable("table")
    html = markdown.render(render_markdown(report))
    parsed = Tags(html)
    assert parsed.names <= {"h2", "h3", "p", "strong", "ul", "li", "a", "code"}
    assert all(link.startswith("https://attack.mitre.org/") for link in parsed.values("href"))
    outside = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert [word for word in (REMOTE, "@everyone", "alert", "onerror") if word in outside] == []


def test_junit_is_read_back_with_the_name_as_text(name: str, report: Report) -> None:
    root = ET.fromstring(render_junit(report))
    parts = {element.tag for element in root.iter()}
    assert {"failure", "error"} < parts <= {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}
    if len(name) < 100 and name.isprintable():
        assert any(name in (failure.text or "") for failure in root.iter("failure"))


def test_sarif_keeps_its_schema_and_has_neither_links_nor_placeholders(report: Report) -> None:
    for result in sarif(report)["results"]:
        text = result["message"]["text"]
        assert "](" not in text
        assert re.sub(r"\{\{|\}\}", "", text).count("{") == 0


def test_json_is_ascii_and_holds_the_name(report: Report) -> None:
    text = render_json(report)
    assert text.isascii()
    assert json.loads(text)["exitCode"] == 7


ALLOWED = {
    "html", "head", "meta", "link", "title", "style", "body", "a", "header", "h1", "p", "ul", "li", "b", "main", "section",
    "h2", "h3", "h4", "bdi", "span", "figure", "figcaption", "div", "svg", "g", "rect", "text", "path", "article", "dl",
    "dt", "dd", "code",
}  # fmt: skip


def test_the_page_has_only_the_elements_and_attributes_that_we_write(report: Report) -> None:
    parsed = Tags(render_html(report))
    assert parsed.names <= ALLOWED
    assert not [
        name for name in parsed.attributes if name.startswith("on") or name in ("src", "srcdoc", "action", "style")
    ]
    links = parsed.values("href")
    assert all(link.startswith(("#", "data:,", "https://attack.mitre.org/techniques/T")) for link in links)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_whatever_a_name_is_the_formats_keep_their_form(name: str) -> None:
    report = hostile(name)
    ET.fromstring(render_junit(report))
    sarif(report)
    assert Tags(render_html(report)).names <= ALLOWED
    assert invisible(render_markdown(report)) == set()


class Tags(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[str] = []
        self._pairs: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [name for name, _ in attrs]
        self._pairs += [(name, value or "") for name, value in attrs]

    def values(self, attribute: str) -> Iterator[str]:
        """Every value of an attribute."""
        return (value for name, value in self._pairs if name == attribute)


def test_the_recordings_hold_no_such_character() -> None:
    assert sys.getdefaultencoding() == "utf-8"
    assert invisible(json.dumps(load("findings.refresh"), ensure_ascii=False)) == set()
