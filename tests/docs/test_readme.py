"""What README.md says is what the program does."""

import re
from pathlib import Path

from docs.tables import README, ROOT, filled_readme
from tests.guard.rows import ROWS, Repair


def test_its_generated_tables_are_current() -> None:
    assert README.read_text() == filled_readme(), "run `make docs`"


def test_its_figures_are_those_of_the_drift_matrix() -> None:
    text = " ".join(README.read_text().split())
    own = [row for row in ROWS if row.id[0] != "V"]
    attacks = [row for row in own if row.attack]
    seen = len([row for row in attacks if row.seen])
    assert re.findall(r"Of the (\d+) changes .*? this shows (\d+)", text) == [(str(len(attacks)), str(seen))]
    unseen = len([row for row in own if not row.seen and row.repair is Repair.PERSON])
    assert re.findall(r"\((\d+) of the (\d+) rows", text) == [(str(unseen), str(len(own)))]


def test_the_program_is_short_enough_to_read() -> None:
    assert len(Path(ROOT / "__main__.py").read_text().splitlines()) <= 45
