"""Each row of the drift matrix that a vendor's application has, played against the tenant: who sees it, and who repairs it."""

from collections.abc import Iterator

import pytest

from association.guard.text import property_path
from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import ADELE, Association
from tests.guard.conftest import environment_of
from tests.guard.harness import Plugin, run_plugin
from tests.guard.row import Repair, Row
from tests.guard.rows import ROWS
from tests.guard.stack import Stack
from tests.guard.test_matrix import ACCEPTED_BY_A_REFRESH, flat, grant_id, restore

PLAYED = [row for row in ROWS if row.make and row.vendor.there and row.id != "V5"]


@pytest.fixture(scope="module")
def plugins(module_tenant: Tenant) -> Iterator[tuple[Plugin, Plugin]]:
    """Two processes, as each `pulumi` command starts its own."""
    environment = environment_of(module_tenant, "administrator")
    with run_plugin(environment) as first, run_plugin(environment) as second:
        yield first, second


@pytest.fixture
def stack(tenant: Tenant, plugins: tuple[Plugin, Plugin]) -> Iterator[Stack]:
    """The whole program, deployed; nobody had consented before."""
    client_id = tenant.elsewhere.publish("Mimecast", certificate=certificate_pem("the vendor's"))
    stack = Stack(
        ours=plugins[0].stub, azuread=None, pem="", name="", owners=(ADELE,), mode="enforce", client_id=client_id
    )
    stack.up()
    stack.pass_an_hour()
    stack.ours = plugins[1].stub
    yield stack
    restore(tenant)


def target_of(stack: Stack, tenant: Tenant) -> Association:
    principal = stack.kept["principal"].output("objectId")
    return Association(
        tenant=tenant,
        application_id="",
        service_principal_id=principal,
        client_id=stack.client_id,
        pem="",
        key_id="",
        grant_id=grant_id(tenant, principal),
        name="",
    )


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=row.id) for row in PLAYED],
)
def test_is_seen_under_a_name_and_in_words_and_repaired_as_the_table_says(
    row: Row, stack: Stack, tenant: Tenant
) -> None:
    assert row.make is not None
    names = row.make(target_of(stack, tenant)) or {}
    expected = {place.format(**names) for place in row.vendor.seen}
    shown = stack.refresh(accept=True)
    assert flat(shown) == expected
    words = " | ".join(shown.get("guard", {}).values())
    assert [said for said in row.says if expected and said not in words] == [], words
    stack.up()
    stays = row.vendor.repair is Repair.PERSON and row.id not in ACCEPTED_BY_A_REFRESH
    places = expected if stays else set()
    assert flat(stack.refresh(accept=False)) == places
    planned = {"guard": {property_path("findings", place.partition(" ")[2]) for place in places}} if stays else {}
    assert stack.preview() == planned


def test_an_application_that_another_organization_owns_now_is_a_finding_and_the_next_up_refuses(
    stack: Stack, tenant: Tenant
) -> None:
    row = next(row for row in ROWS if row.id == "V5")
    assert row.make is not None
    names = row.make(target_of(stack, tenant)) or {}
    shown = stack.refresh(accept=True)
    assert flat(shown) == {place.format(**names) for place in row.vendor.seen}
    with pytest.raises(AssertionError, match=r"of 0f0e0d0c-.*, expected the publisher"):
        stack.up()
    assert "publisher" in " ".join(stack.refresh()["guard"])
