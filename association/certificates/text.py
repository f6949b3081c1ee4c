"""The text of a certificate file: which characters the bytes mean, what of them is invisible, and where each one stands."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from association.errors import CertificateError
from association.text import find_encoding

_BINARY = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1b"})
# What editors, chat programs and web pages leave between letters without showing it (Unicode category Cf and kin), a backslash before
# white space, and the escapes of JSON, YAML, URLs and XML that stand for what PEM consists of.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]++"
    r"|(?<!\\)\\++(?:[rnt/]|u00(?:2[bBfF]|3[dD]|0[aAdD])|(?=\s))"
    r"|%(?:2[bBfF]|3[dD]|0[aAdD]|20)"
    r"|&#(?:1[03]|4[37]|61|[xX]0?(?:2[bBfF]|3[dD]|[aAdD]));"
)
_PLAIN = {"n": "\n", "r": "\n", "t": "\t", "\\": "", "0a": "\n", "0d": "\n", "20": " ", "2b": "+", "2f": "/", "3d": "="}
_DECIMAL = {"10": "\n", "13": "\n", "43": "+", "47": "/", "61": "="}
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text ready to be read, which can still tell where each character stood in the file."""

    source: str
    content: str
    """Without invisible characters, and with the escapes that certificates meet resolved."""
    original: str
    """As decoded from the file."""

    @cached_property
    def _shifts(self) -> tuple[list[int], list[int]]:
        """From which index of `content` on a character stands how much further back in `original`."""
        indices, shifts, shift = [0], [0], 0
        for hidden in () if self.content is self.original else _HIDDEN.finditer(self.original):
            resolved = _resolve(hidden)
            indices.append(hidden.start() - shift + len(resolved))
            shift += len(hidden[0]) - len(resolved)
            shifts.append(shift)
        return indices, shifts

    @cached_property
    def _line_starts(self) -> list[int]:
        """Where each line of `original` begins."""
        return [0, *(newline.end() for newline in _NEWLINE.finditer(self.original))]

    def locate(self, index: int) -> str:
        """Name the place of one character of `content` for people: `line 3, character 17`, both from 1."""
        indices, shifts = self._shifts
        offset = index + shifts[bisect_right(indices, index) - 1]
        line = bisect_right(self._line_starts, offset)
        return f"line {line}, character {offset - self._line_starts[line - 1] + 1}"

    def error(self, index: int, what: str, *, hint: str = "") -> CertificateError:
        return CertificateError(f"{self.source}: {self.locate(index)}: {what}", hint=hint)


def decode_text(data: bytes, *, source: str) -> str | None:
    """Decode by byte order mark, else as UTF-8, else as Windows-1252; None for binary data.

    Raises:
        CertificateError: The data does not keep to the encoding that its byte order mark announces.
    """
    encoding = find_encoding(data)
    if encoding:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            raise CertificateError(
                f"{source}: byte {error.start + 1}: not {encoding.removesuffix('-sig').upper()} text, "
                "although the start of the file says so.",
                hint="Save the file again as plain UTF-8 text.",
            ) from None
    if len(data.translate(None, _BINARY)) < len(data):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def make_text(original: str, *, source: str) -> Text:
    r"""Drop what cannot be seen, and resolve the escapes (`\n`, `\u002B`, `%2B`, `&#43;` …) that programs put into PEM."""
    may_hide = not original.isascii() or any(mark in original for mark in "\\%&")
    content = _HIDDEN.sub(_resolve, original) if may_hide else original
    return Text(source=source, content=content, original=original)


def _resolve(hidden: re.Match[str]) -> str:
    escape = hidden[0].lower()
    if escape.startswith("&"):
        number = escape[2:-1]
        return _DECIMAL.get(number) or _PLAIN[number[1:].zfill(2)]
    if not escape.startswith(("\\", "%")):
        return ""
    return "/" if escape.endswith("/") else _PLAIN.get(escape[-2:]) or _PLAIN[escape[-1]]


def name_character(character: str) -> str:
    """Show a character without letting it act on a terminal: `'!'`, or `U+2013 EN DASH`."""
    if " " < character <= "~":
        return f"'{character}'"
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
