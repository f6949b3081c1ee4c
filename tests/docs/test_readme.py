"""What README.md says is what the program does."""

import re
from pathlib import Path

from docs.tables import README, ROOT, filled_readme


def test_its_generated_tables_are_current() -> None:
    assert README.read_text() == filled_readme(), "run `make docs`"


def test_every_make_target_it_names_exists() -> None:
    named = set(re.findall(r"`make ([a-z]+)`", README.read_text()))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named
    assert named <= targets


def test_every_file_it_links_to_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README.read_text()) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_program_is_short_enough_to_read() -> None:
    assert len(Path(ROOT / "__main__.py").read_text().splitlines()) <= 45
