"""The picture in the README is what a run shows today, and loads nothing from elsewhere."""

import re

import pytest

from tests.docs.picture import PICTURE, comparable, draw, read_picture, record
from tests.engine.project import Project


@pytest.mark.engine
def test_a_run_shows_what_the_picture_shows(project: Project) -> None:
    assert comparable(read_picture(PICTURE.read_text())) == comparable(record(project)), "run `make picture`"


def test_the_picture_holds_all_of_the_text_in_order() -> None:
    text = "$ pulumi refresh\n\x1b[38;5;3m  ~ secrets: {\x1b[0m\n" + "a long line <&> " * 20
    assert comparable(read_picture(draw(text))) == comparable(text)


def test_the_picture_loads_nothing() -> None:
    picture = PICTURE.read_text()
    assert set(re.findall(r"url\((.)", picture)) == {"#"}
    assert re.findall(r"href|src=|@import|@font-face|<image|<script|<foreignObject", picture) == []
