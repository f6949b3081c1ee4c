"""Each row of the drift matrix, played against the tenant: who sees it, in which words, and who repairs it."""

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import repeat
from typing import Any

import pytest

from association.guard.text import property_path
from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import ADELE, Association
from tests.guard.conftest import environment_of
from tests.guard.harness import Plugin, run_plugin
from tests.guard.rows import ROWS, Repair, Row
from tests.guard.stack import Stack, run_azuread

PLAYED = [row for row in ROWS if row.make and row.id[0] != "V"]
ACCEPTED_BY_A_REFRESH = ("T1", "T6")
"""Rows of the baseline."""
ROWS_OF_ONE_PROCESS = 15


@pytest.fixture(scope="module")
def azuread(module_tenant: Tenant) -> Iterator[Any]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with run_azuread({**inherited, **environment_of(module_tenant, "administrator")}) as stub:
        yield stub


@pytest.fixture(scope="module")
def plugins(module_tenant: Tenant) -> Iterator[Iterator[tuple[Plugin, Plugin]]]:
    """Two processes, as each `pulumi` command starts its own; new ones after some rows, or the pace of key reads is felt."""
    environment = environment_of(module_tenant, "administrator")

    def pairs() -> Generator[tuple[Plugin, Plugin], None, None]:
        while True:
            with run_plugin(environment) as first, run_plugin(environment) as second:
                yield from repeat((first, second), ROWS_OF_ONE_PROCESS)

    with closing(pairs()) as taken:
        yield taken


@pytest.fixture
def stack(tenant: Tenant, plugins: Iterator[tuple[Plugin, Plugin]], azuread: Any, row: Row) -> Iterator[Stack]:
    """The whole program, deployed."""
    first, second = next(plugins)
    tenant.switches.refuse_expired_certificates = row.ends > timedelta(0)
    pem = certificate_pem("declared", begins=timedelta(days=-400), ends=row.ends)
    stack = Stack(ours=first.stub, azuread=azuread, pem=pem, name=f"row {row.id}", owners=(ADELE,), mode="enforce")
    stack.up()
    stack.pass_an_hour()
    stack.ours = second.stub
    yield stack
    restore(tenant)


def restore(tenant: Tenant) -> None:
    """What rows change around the association."""
    tenant.switches.refuse_expired_certificates = True
    exchange = "/v1.0/servicePrincipals(appId='00000002-0000-0ff1-ce00-000000000000')"
    tenant.graph("PATCH", exchange, {"accountEnabled": True, "passwordCredentials": []})
    tenant.graph("PATCH", "/v1.0/policies/defaultAppManagementPolicy", {"isEnabled": False})


def _target(stack: Stack, tenant: Tenant) -> Association:
    return Association(
        tenant=tenant,
        application_id=stack.kept["application"].output("objectId"),
        service_principal_id=stack.kept["servicePrincipal"].output("objectId"),
        client_id=stack.kept["application"].output("clientId"),
        pem=stack.pem,
        key_id=stack.kept["credential"].output("keyId"),
        grant_id=grant_id(tenant, stack.kept["servicePrincipal"].output("objectId")),
        name=stack.name,
    )


def grant_id(tenant: Tenant, principal_id: str) -> str:
    _, listed = tenant.graph("GET", f"/v1.0/servicePrincipals/{principal_id}/appRoleAssignments")
    (assignment,) = listed["value"]
    return str(assignment["id"])


def flat(shown: dict[str, dict[str, str]]) -> set[str]:
    return {f"{resource} {path or 'gone'}" for resource, paths in shown.items() for path in paths}


@pytest.mark.parametrize("row", PLAYED, ids=[row.id for row in PLAYED])
def test_is_seen_under_a_name_and_in_words_and_repaired_as_the_table_says(
    row: Row, stack: Stack, tenant: Tenant
) -> None:
    assert row.make is not None
    names = row.make(_target(stack, tenant)) or {}
    shown = stack.refresh(accept=True)
    assert flat(shown) == {place.format(**names) for place in row.seen}
    words = " | ".join(shown.get("guard", {}).values())
    assert [said for said in row.says if said not in words] == [], words
    stack.up()
    stays = row.repair is Repair.PERSON and row.id not in ACCEPTED_BY_A_REFRESH
    places = {place.format(**names) for place in row.seen} if stays else set()
    assert flat(stack.refresh(accept=False)) == places
    planned = stack.preview()
    assert planned == (
        {"guard": {property_path("findings", place.partition(" ")[2]) for place in places}} if stays else {}
    )
