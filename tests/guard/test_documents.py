"""The generated pages say what the tables say, and the tables hold the whole matrix."""

from tests.guard.documents import DOCS, drift_page, permissions_page
from tests.guard.rows import ROWS, Repair

MATRIX = {f"A{number}" for number in range(1, 36)} | {f"S{number}" for number in range(1, 23)}
MATRIX |= {f"T{number}" for number in range(1, 10)} | {"C1", "C2"}
MATRIX |= {f"V{number}" for number in range(1, 6)}
OWN = [row for row in ROWS if row.id[0] != "V"]
VENDORS = [row for row in ROWS if row.vendor.there]


def test_the_drift_page_is_current() -> None:
    assert (DOCS / "drift.md").read_text() == drift_page(), "run `python -m tests.guard.documents`"


def test_the_permissions_page_is_current() -> None:
    assert (DOCS / "permissions.md").read_text() == permissions_page(), "run `python -m tests.guard.documents`"


def test_every_row_of_the_matrix_is_there_once() -> None:
    assert sorted(row.id for row in ROWS) == sorted(MATRIX)


def test_64_of_68_rows_and_27_of_29_attacks_are_seen_and_one_leaves_nothing_to_see() -> None:
    assert {row.id for row in OWN if row.repair is Repair.NONE} == {"S14"}
    assert {row.id for row in OWN if not row.seen} == {"T3", "T5", "S19", "S14"}
    assert len([row for row in OWN if row.attack]) == 29
    assert len([row for row in OWN if row.attack and row.seen]) == 27


def test_what_is_left_to_people_is_explained() -> None:
    left = [row for row in OWN if row.repair is Repair.PERSON]
    assert {row.id for row in left} == {"A34", "S19", *(f"T{number}" for number in range(1, 10)), "C1", "C2"}
    assert all(row.advice for row in left)


def test_of_a_vendors_application_everything_is_seen_that_can_happen_here_and_three_things_that_cannot() -> None:
    assert {row.id for row in VENDORS if not row.vendor.seen} == {"T3", "T5", "S19", "S14", "V4"}
    assert {row.id[0] for row in ROWS if not row.vendor.there} == {"A", "C"}
