"""PARITY.md names every route of the sandbox once, and every witness it names exists."""

import inspect
import re
from collections import Counter
from pathlib import Path

import microsoft
from microsoft.ews import ALLOW_LIST_ENFORCED, ENDS
from sandbox.tenant.routing import ROUTES, Route, load_routes

PARITY = Path(__file__).parents[2] / "sandbox" / "PARITY.md"
POLICY_KINDS = re.compile(
    "claimsMappingPolicies|tokenLifetimePolicies|tokenIssuancePolicies|homeRealmDiscoveryPolicies"
)
ROW = re.compile(r"^\| (?P<method>GET|POST|PATCH|DELETE) (?P<path>\S+) \|", re.MULTILINE)
WITNESS = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
LOGIN = {
    ("GET", "/metadata/endpoints"),
    ("POST", "/{tenant}/oauth2/v2.0/token"),
    ("GET", "/{tenant}/v2.0/.well-known/openid-configuration"),
    ("GET", "/{tenant}/discovery/v2.0/keys"),
}

PAGE = re.compile(r"(https://learn\.microsoft\.com\S+?)[.,]?(?=\s|$)")
CHECKED = re.compile(r"checked\s(\d{4}-\d\d-\d\d)")


def rests_on(route: Route) -> str:
    """What is known of the route by Microsoft's own description, and the page that its behaviour follows."""
    facts, deviation = (
        microsoft.table("routes")["routes"][route.name],
        microsoft.table("deviations")["routes"].get(route.name),
    )
    grounds = (
        ["types"]
        if "answers" in facts or "takes" in facts or (route.method == "DELETE" and "/beta" not in route.name)
        else []
    )
    if deviation is None:
        grounds.append("permissions")
    elif "least" in deviation:
        grounds.append(f"permissions by [page]({deviation['source']}) {deviation['checked']}")
    text = inspect.getmodule(route.handler).__doc__ or ""
    page, checked = PAGE.search(text), CHECKED.search(text)
    assert page, route.name
    assert checked, route.name
    return ", ".join([*grounds, f"[page]({page[1]}) {checked[1]}"])


def text_lines() -> list[str]:
    return PARITY.read_text(encoding="utf-8").splitlines()


def rows() -> list[tuple[str, ...]]:
    return ROW.findall(PARITY.read_text(encoding="utf-8"))


def routes() -> set[tuple[str, ...]]:
    load_routes()
    return {(route.method, POLICY_KINDS.sub("{kind}", route.template)) for route in ROUTES} | LOGIN


def test_every_route_stands_in_it_once() -> None:
    assert {row: count for row, count in Counter(rows()).items() if count > 1} == {}
    assert routes() - set(rows()) == set()


def test_nothing_else_stands_in_it() -> None:
    assert set(rows()) - routes() == set()


def test_every_witness_exists() -> None:
    witnesses = set(WITNESS.findall(PARITY.read_text(encoding="utf-8")))
    missing = [
        f"{file}::{name}"
        for file, name in sorted(witnesses)
        if f"def {name}(" not in (Path(__file__).parent / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_row_has_a_witness() -> None:
    lines = [line for line in PARITY.read_text(encoding="utf-8").splitlines() if ROW.match(line)]
    assert [line for line in lines if not WITNESS.search(line)] == []


def test_every_row_says_what_it_rests_on() -> None:
    """First what a machine can tell; claims of other kinds follow it."""
    load_routes()
    lines = {(row["method"], row["path"]): row.string for row in map(ROW.match, text_lines()) if row}
    wrong = [
        f"{route.method} {route.template}: {rests_on(route)}"
        for route in ROUTES
        if f"| {rests_on(route)}" not in lines[route.method, POLICY_KINDS.sub("{kind}", route.template)]
        and "{kind}" not in POLICY_KINDS.sub("{kind}", route.template)
    ]
    assert wrong == []


def test_it_says_which_days_of_the_end_of_ews_the_sandbox_plays() -> None:
    text = PARITY.read_text(encoding="utf-8")
    assert f"between {ALLOW_LIST_ENFORCED} and {ENDS}" in text
    assert f"the end of EWS on {ENDS} is **not** played" in text
