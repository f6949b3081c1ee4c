"""The page in a real browser: text, pictures, both colour schemes, print, a narrow window, the keyboard, and no request."""

import base64
from collections.abc import Iterator

import pytest

from association.report.as_html import render_html
from tests.report.browser import CHROMIUM, DRIVER, Browser, Site, start_browser
from tests.report.made import association_of, recorded
from tests.report.test_formats import everything
from tests.report.test_hostile import NAMES, hostile

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no Chromium with its driver on this machine: `make browser` installs it"
)

TAB, ENTER = "\ue004", "\ue007"
CONTRAST = """
const [selector] = arguments;
const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
const part = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const luminance = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
const ground = element => {
  for (; element; element = element.parentElement) {
    const colour = numbers(getComputedStyle(element).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
return Math.min(...[...document.querySelectorAll(selector)].map(element => {
  const style = getComputedStyle(element);
  const box = element.parentElement.querySelector('rect');
  const ink = numbers(element instanceof SVGElement ? style.fill : style.color);
  const paper = element instanceof SVGElement && box && getComputedStyle(box).fill !== 'none'
    ? numbers(getComputedStyle(box).fill) : ground(element);
  const [light, dark] = [luminance(ink), luminance(paper)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}));
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with start_browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Browser:
    """The browser at the report of every kind of stack, light, wide, on a screen."""
    site.pages["/"] = render_html(everything())
    browser.show_as()
    browser.requested()
    browser.open(f"{site.url}/")
    return browser


def test_the_text_of_every_finding_can_be_read(page: Browser) -> None:
    text = " ".join(page.run("return document.body.innerText").split())
    for stack in everything().stacks:
        assert stack.title in text
        for association in stack.associations:
            for finding in association.findings:
                for part in (finding.title, finding.what, finding.who, finding.allows, finding.command, finding.path):
                    assert " ".join(part.split()) in text


@pytest.mark.parametrize("name", ["", "markup", "attribute", "end of tag", "markdown", "terminal"])
def test_no_request_leaves_the_page(browser: Browser, site: Site, name: str) -> None:
    site.pages["/"] = render_html(hostile(NAMES[name]) if name else everything())
    browser.requested()
    browser.open(f"{site.url}/")
    asked = [url for url in browser.requested() if not url.startswith("data:,")]
    assert (asked, site.asked) == ([f"{site.url}/"], ["/"])


def test_a_request_would_be_noticed(browser: Browser, site: Site) -> None:
    site.pages["/"] = "<!doctype html><link rel=icon href='data:,'><img src=/pixel><p>page"
    browser.requested()
    browser.open(f"{site.url}/")
    assert f"{site.url}/pixel" in browser.requested()


def test_no_script_runs_on_the_page_and_its_style_does(page: Browser) -> None:
    added = "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.head.append(s);"
    assert page.run(f"{added} return window.ran") is None
    assert page.run("return getComputedStyle(document.querySelector('.counts')).display") == "flex"


def test_hostile_markup_is_shown_and_not_obeyed(browser: Browser, site: Site) -> None:
    site.pages["/"] = render_html(hostile(NAMES["markup"]))
    browser.open(f"{site.url}/")
    assert browser.run("return document.querySelectorAll('script, img').length") == 0
    assert NAMES["markup"] in browser.run("return document.body.textContent")


def test_letters_of_another_direction_do_not_reorder_ours(browser: Browser, site: Site) -> None:
    site.pages["/"] = render_html(hostile("\u05d0\u05d1\u05d2 1 2 3"))
    browser.open(f"{site.url}/")
    before = "document.querySelector('.others li code').getBoundingClientRect().left"
    after = "document.querySelector('.others li bdi').getBoundingClientRect().right"
    assert browser.run(f"return {before} < {after}")
    assert browser.run("return getComputedStyle(document.querySelector('.others li bdi')).unicodeBidi") == "isolate"


@pytest.mark.parametrize(
    ("scheme", "medium"), [("light", "screen"), ("dark", "screen"), ("light", "print"), ("dark", "print")]
)
def test_all_text_has_enough_contrast(page: Browser, scheme: str, medium: str) -> None:
    page.show_as(scheme=scheme, medium=medium)
    for selector in ("p", "dt", "dd", "li", "h2", "h4", "a", ".badge", ".command", ".key span", "svg text"):
        assert page.run(CONTRAST, selector) >= 4.5, selector


def test_dark_and_light_differ_and_print_is_on_white(page: Browser) -> None:
    colours = {}
    for scheme, medium in (("light", "screen"), ("dark", "screen"), ("dark", "print")):
        page.show_as(scheme=scheme, medium=medium)
        colours[scheme, medium] = page.run("return getComputedStyle(document.body).backgroundColor")
    assert colours["dark", "screen"] != colours["light", "screen"] == colours["dark", "print"] == "rgb(255, 255, 255)"


def test_it_prints_with_its_pictures_and_without_its_navigation(page: Browser) -> None:
    page.show_as(medium="print", width=700)
    assert page.run("return getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.run("return document.querySelector('svg').getBoundingClientRect().right <= innerWidth")
    assert base64.b64decode(page.ask("POST", "/print", {})).startswith(b"%PDF")


@pytest.mark.parametrize("width", [360, 700, 1600])
def test_it_never_scrolls_sideways(page: Browser, width: int) -> None:
    page.show_as(width=width)
    assert page.run("return document.documentElement.scrollWidth") <= width


def test_10000_characters_do_not_widen_it(browser: Browser, site: Site) -> None:
    site.pages["/"] = render_html(hostile(NAMES["length"]))
    browser.show_as(width=360)
    browser.open(f"{site.url}/")
    assert browser.run("return document.documentElement.scrollWidth") <= 360


PLACED = """return [...document.querySelectorAll('svg .box')].map(box => {
  const [rect, field] = ['rect', 'svg'].map(name => box.querySelector(name));
  const right = element => element.x.baseVal.value + element.width.baseVal.value;
  const edge = name => box.querySelector(name).getBBox();
  const status = box.querySelector('.status') ? edge('.status').x : right(rect);
  return [right(field) < status, edge('.text').width <= field.width.baseVal.value,
          edge('.noun').x + edge('.noun').width < right(rect)];
})"""
"""Of each box: the text's field ends before the status or in the box; the text fits its field; what it is called fits the box."""


def test_the_words_of_the_picture_fit_their_boxes(page: Browser) -> None:
    placed = page.run(PLACED)
    assert len(placed) > 20
    assert [box for box in placed if box != [True] * 3] == []


def test_a_wide_name_is_cut_off_where_its_field_ends(browser: Browser, site: Site) -> None:
    site.pages["/"] = render_html(hostile("W" * 100))
    browser.open(f"{site.url}/")
    assert {box[0] for box in browser.run(PLACED)} == {True}
    assert browser.run("return getComputedStyle(document.querySelector('svg svg')).overflowX") == "hidden"


def test_declared_undeclared_missing_and_accepted_look_different(page: Browser) -> None:
    look = """return ['declared', 'undeclared', 'missing', 'accepted'].map(status => {
      const style = getComputedStyle(document.querySelector(`svg .box.${status} rect`));
      return [style.stroke, style.strokeWidth, style.strokeDasharray].join(' ');
    })"""
    assert len(set(page.run(look))) == 4


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Browser) -> None:
    focused = "const e = document.activeElement; return [e.className, e.getAttribute('href') || e.id, getComputedStyle(e).outlineStyle]"
    page.press(TAB)
    assert page.run(focused)[:2] == ["skip", "#stacks"]
    seen = []
    for _ in range(page.run("return document.querySelectorAll('a, [tabindex=\"0\"]').length") - 1):
        page.press(TAB)
        seen.append(page.run(focused))
    assert {name for name, _, _ in seen} == {"", "scroll"}
    assert [href for _, href, _ in seen][: len(everything().stacks)] == [f"#stack-{n}" for n in range(6)]
    assert {outline for _, _, outline in seen} == {"solid"}


def test_the_skip_link_goes_to_the_stacks(page: Browser) -> None:
    page.press(TAB)
    page.press(ENTER)
    assert page.run("return document.activeElement.id") == "stacks"


def test_a_report_without_drift_says_so(browser: Browser, site: Site) -> None:
    site.pages["/"] = render_html(recorded("clean.refresh", "clean.preview"))
    browser.open(f"{site.url}/")
    assert browser.run("return document.title") == "Association: no drift"
    assert browser.run("return document.querySelectorAll('.finding, .box.undeclared').length") == 0
    assert association_of(recorded("clean.refresh")).client_id in browser.run("return document.body.innerText")
