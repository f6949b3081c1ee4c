"""Every error of docs/errors.md is what the reader gets: brought about in the sandbox, or recorded."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.tenant import Tenant
from sandbox.vendor import Vendor, attempt, make_vendor
from sandbox.vendor.proof import allow_client, set_organization
from tests.errors.documents import PAGE, errors_page
from tests.errors.row import ROWS, Row, Stage
from tests.guard.association import Association

REPRODUCED = [row for row in ROWS if row.make]
FIRST: dict[str, Any] = {"EwsEnabled": True, "EwsApplicationAccessPolicy": None, "EwsAllowList": []}


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    return make_vendor(tmp_path_factory.mktemp("vendor"))


@pytest.fixture
def stage(tenant: Tenant, vendor: Vendor, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """An association and a deployer of its own for each row; the mailbox opens before the row is played."""
    association = Association.make(tenant, vendor.certificate_path.read_text())
    set_organization(tenant, FIRST)
    allow_client(tenant, association.client_id)
    deployer = tenant.add_identity(f"deployer of {request.node.name}", *tenant.identity("administrator").permissions)
    yield Stage(tenant=tenant, association=association, vendor=vendor, deployer=deployer)
    tenant.faults.clear()
    tenant.set_clock(lambda: datetime.now(UTC))


@pytest.mark.parametrize("row", REPRODUCED, ids=lambda row: f"{row.where.name.lower()}-{row.text[:30]}")
def test_the_reader_gets_the_text(row: Row, stage: Stage) -> None:
    assert row.make is not None
    read = row.make(stage)
    assert row.pattern.search(read), read


def test_the_mailbox_opens_where_nothing_is_wrong(stage: Stage) -> None:
    opened = attempt(stage.vendor, stage.tenant, stage.association.client_id)
    assert opened.newest_subject == "Lunch on Friday?"


def test_a_row_that_is_not_reproduced_says_why_and_where_it_is_known_from() -> None:
    others = [row for row in ROWS if not row.make]
    assert [row.text for row in others if not (row.why_not and row.source)] == []
    assert 0 < len(others) < len(REPRODUCED) / 3


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == errors_page(), "run `make docs`"


def test_no_row_is_satisfied_by_the_text_of_another_one() -> None:
    mixed_up = [
        (row.text, other.text)
        for row in REPRODUCED
        for other in REPRODUCED
        if row.text != other.text and row.pattern.search(other.text)
    ]
    assert mixed_up == []
