"""Text from outside: decoded, and made harmless before a person sees it; and how a moment is written."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

_BYTE_ORDER_MARKS: Final = (  # UTF-32 first: its little-endian mark starts with the one of UTF-16
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)


_MANY: Final = 12
"""More names than this are not listed in a message."""


def find_encoding(data: bytes) -> str | None:
    """The encoding that a file announces by its byte order mark, or shows by a zero in every second byte (UTF-16)."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if data and len(data) % 2 == 0 and not any(data[1::2]) and all(data[0::2]):
        return "utf-16-le"
    if data and len(data) % 2 == 0 and not any(data[0::2]) and all(data[1::2]):
        return "utf-16-be"
    return None


def decode_text_file(data: bytes) -> str:
    """Decode as the file announces, else as UTF-8.

    Raises:
        UnicodeDecodeError: It is not text in that encoding.
    """
    return data.decode(find_encoding(data) or "utf-8")


def escape(text: str) -> str:
    r"""Show control characters, bidirectional overrides and everything else invisible as `\x1b` or `\u202e`.

    What stands in a certificate or a tenant was written by somebody else: it must not move the cursor, change colours,
    reorder the line, or start a new one.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def escape_lines(text: str) -> str:
    return "\n".join(escape(line) for line in text.splitlines())


def format_time(moment: datetime) -> str:
    """A timezone-aware moment as Graph writes it: UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def suggest(name: str, names: Collection[str]) -> str:
    """What somebody who wrote an unknown name meant: the nearest known ones, else all, else how many there are."""
    import difflib

    folded = {_fold(known): known for known in names}
    if near := difflib.get_close_matches(_fold(name), folded, n=2, cutoff=0.75):
        return f"did you mean {' or '.join(repr(folded[one]) for one in near)}?"
    if len(names) <= _MANY:
        return f"expected one of {', '.join(names)}."
    return f"none of the {len(names)} known ones is like it."


def _fold(name: str) -> str:
    return name.lower().replace("_", "")
