"""Owns what reaches a terminal: hostile text made harmless, colour only where it is wanted. It leaves the words to the commands."""

import os
import unicodedata
from collections.abc import Mapping
from typing import IO

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escape(text: str) -> str:
    r"""Show control characters, bidirectional overrides and everything else invisible as `\x1b` or `\u202e`.

    What stands in a certificate or a tenant was written by somebody else: it must not move the cursor, change colours,
    reorder the line, or start a new one.
    """
    return "".join(_escape_character(character) for character in text)


def _escape_character(character: str) -> str:
    if " " <= character <= "~":
        return character
    if unicodedata.category(character) in _UNSAFE_CATEGORIES:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character


def wants_colour(stream: IO[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether to colour: on a terminal that can, unless NO_COLOR is set (https://no-color.org, checked 2026-11-24)."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
