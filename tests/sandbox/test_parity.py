"""PARITY.md names every route of the sandbox once, and every witness it names exists."""

import re
from collections import Counter
from pathlib import Path

from sandbox.tenant.routing import ROUTES
from sandbox.tenant.surface import load_routes

PARITY = Path(__file__).parents[2] / "sandbox" / "PARITY.md"
POLICY_KINDS = re.compile(
    "claimsMappingPolicies|tokenLifetimePolicies|tokenIssuancePolicies|homeRealmDiscoveryPolicies"
)
ROW = re.compile(r"^\| (GET|POST|PATCH|DELETE) (\S+) \|", re.MULTILINE)
WITNESS = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
LOGIN = {
    ("GET", "/metadata/endpoints"),
    ("POST", "/{tenant}/oauth2/v2.0/token"),
    ("GET", "/{tenant}/v2.0/.well-known/openid-configuration"),
    ("GET", "/{tenant}/discovery/v2.0/keys"),
}


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
