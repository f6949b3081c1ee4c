"""How bytes are written as text: base64, hexadecimal, decimal numbers; each can tell the first character that is wrong."""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from association.certificates.text import Text, name_character
from association.errors import CertificateError

_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")
_COPY_AGAIN: Final = "Copy the certificate again, as plain text."


@dataclass(frozen=True, kw_only=True)
class Notation:
    """One way to write bytes, unit by unit."""

    name: str
    unit: str
    """Pattern of one unit and what may stand before it; its group is the unit itself."""
    per_unit: tuple[int, int]
    """So many bytes are so many units, for example 3 bytes are 4 characters of base64."""
    decode: Callable[[Sequence[str]], bytes]
    """Bytes of the units; a last group that is not whole is left out."""

    def count_units(self, size: int) -> int:
        """How many units so many bytes take, without padding."""
        some_bytes, some_units = self.per_unit
        return -(-size * some_units // some_bytes)

    def read_units(self, content: str, start: int, count: int) -> tuple[list[str], int]:
        """Up to so many units from one place on, and the index after the last."""
        run = re.compile(f"(?:{self.unit}){{0,{count}}}+").match(content, start)
        return (re.findall(self.unit, run[0]), run.end()) if run else ([], start)


def _decode_units_of_base64(units: Sequence[str]) -> bytes:
    digits = "".join(units)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return base64.b64decode(digits + "=" * (-len(digits) % 4))


BASE64: Final = Notation(name="base64", unit=r"\s*+([A-Za-z0-9+/])", per_unit=(3, 4), decode=_decode_units_of_base64)
HEXADECIMAL: Final = Notation(
    name="hexadecimal",
    unit=r"[\s:,;-]*+(?:0[xX]|\\{1,4}x)?+([0-9A-Fa-f]{2})",
    per_unit=(1, 1),
    decode=lambda units: bytes.fromhex("".join(units)),
)
DECIMAL: Final = Notation(
    name="decimal numbers",
    unit=r"[\s,;]*+(25[0-5]|2[0-4]\d|1\d\d|\d{1,2})(?!\d)",
    per_unit=(1, 1),
    decode=lambda units: bytes(map(int, units)),
)


def decode_base64(text: Text, start: int, end: int, *, padded: bool = True) -> bytes:
    """Decode strictly: white space apart, every character counts.

    Raises:
        CertificateError: A character is missing or altered; the message says which and where.
    """
    digits = "".join(text.content[start:end].split())
    if padded and len(digits) % 4:
        raise text.error(
            end - 1,
            f"the base64 text ends here after {len(digits)} characters, which is not a multiple of four: it was cut off.",
            hint="Copy the whole certificate again, with every '=' at its end.",
        )
    data = BASE64.decode(digits.rstrip("="))
    if base64.b64encode(data).decode("ascii").rstrip("=") != digits.rstrip("="):
        altered = start + len(text.content[start:end].rstrip("= \t\r\n")) - 1
        raise text.error(
            altered,
            f"{name_character(text.content[altered])} cannot be the last character of this base64 text: it was altered.",
            hint="Copy the certificate again.",
        )
    return data


def refuse_character(text: Text, index: int, notation: Notation) -> CertificateError:
    """The error for a character that cannot stand where it stands."""
    character = text.content[index]
    hint = _COPY_AGAIN
    if character == "=" and notation is BASE64:
        return text.error(
            index,
            "'=' in the middle of the base64 text; it may only be at the end.",
            hint="Two texts were pasted together, or a part is missing. Copy the certificate again.",
        )
    if character in _DASHES:
        hint = f"A typographic dash: a word processor replaced a hyphen. {_COPY_AGAIN}"
    elif character in "\u2026.":
        hint = "The text was shortened when it was copied. Copy the whole certificate again."
    elif character in "-_":
        hint = "'-' and '_' belong to base64url. Copy the certificate in its standard form, which has '+' and '/'."
    return text.error(index, f"{name_character(character)} does not belong to {notation.name}.", hint=hint)
