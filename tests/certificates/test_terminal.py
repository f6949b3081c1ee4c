"""Text of others is harmless on a terminal."""

import io

import pytest

from association.cli.terminal import wants_colour
from association.text import escape


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("text", ["CN=Mimecast Services Limited", "O=Bücher GmbH", "CN=日本", "CN=Ελλάδα", "a\\b"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}", r"\u202e"),
        ("\N{LEFT-TO-RIGHT ISOLATE}", r"\u2066"),
        ("\N{ZERO WIDTH SPACE}", r"\u200b"),
        ("\N{LINE SEPARATOR}", r"\u2028"),
        ("\N{TAG LATIN SMALL LETTER A}", r"\U000e0061"),
        ("\ud800", r"\ud800"),
        ("\ue000", r"\ue000"),
    ],
    ids=ascii,
)
def test_characters_that_act_or_hide_are_spelled_out(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_colour_is_wanted_on_a_terminal() -> None:
    assert wants_colour(_Terminal(), {"TERM": "xterm"})


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colour_is_not_wanted_when_the_environment_says_so(environment: dict[str, str]) -> None:
    assert not wants_colour(_Terminal(), environment)


def test_an_empty_no_color_says_nothing() -> None:
    assert wants_colour(_Terminal(), {"NO_COLOR": ""})


def test_colour_is_not_wanted_in_a_file() -> None:
    assert not wants_colour(io.StringIO(), {})
