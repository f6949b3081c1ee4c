"""Owns how text from outside is made harmless, and how a moment is written. It leaves the words to whoever writes them."""

from datetime import UTC, datetime


def escape(text: str) -> str:
    r"""Show control characters, bidirectional overrides and everything else invisible as `\x1b` or `\u202e`.

    What stands in a certificate or a tenant was written by somebody else: it must not move the cursor, change colours,
    reorder the line, or start a new one.
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def escape_lines(text: str) -> str:
    """Escape each line, and keep the lines."""
    return "\n".join(escape(line) for line in text.splitlines())


def format_time(moment: datetime) -> str:
    """A timezone-aware moment as Graph writes it: UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
