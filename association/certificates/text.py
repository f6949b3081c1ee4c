"""Owns the text of a certificate file: its encoding, its places, and strict base64. It leaves the meaning to the reader."""

import base64
import re
import unicodedata
from dataclasses import dataclass

from association.errors import CertificateError
from association.text import find_encoding

_BINARY = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1b"})
# What editors, chat programs and web pages leave between letters without showing it (Unicode category Cf and kin), and
# the escapes of JSON and YAML that a certificate can hold.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]++"
    r"|(?<!\\)\\++(?:[rn/]|u00(?:2[bBfF]|3[dD]))"
)
_ESCAPED = {"r": "\n", "n": "\n", "/": "/", "b": "+", "f": "/", "d": "="}  # by the last letter of the escape
_NEWLINE = re.compile(r"\r\n|\r|\n")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]")
_PADDING_INSIDE = re.compile(r"=(?=\s*+[^=\s])")
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text ready to be read, which can still tell where each character stood in the file."""

    source: str
    content: str
    """Without invisible characters, and with the escapes of JSON and YAML that certificates meet resolved."""
    original: str
    """As decoded from the file."""

    def locate(self, index: int) -> str:
        """Name the place of one character of `content` for people: `line 3, character 17`, both from 1."""
        offset = index
        hides_nothing = len(self.content) == len(self.original)
        for hidden in () if hides_nothing else _HIDDEN.finditer(self.original):
            resolved = _resolve(hidden)
            if hidden.start() > offset - len(resolved):
                break
            offset += len(hidden[0]) - len(resolved)
        newlines = list(_NEWLINE.finditer(self.original, 0, offset))
        start_of_line = newlines[-1].end() if newlines else 0
        return f"line {len(newlines) + 1}, character {offset - start_of_line + 1}"

    def error(self, index: int, what: str, *, hint: str = "") -> CertificateError:
        """Make the error for one place in this text."""
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
    r"""Drop what cannot be seen; resolve `\n`, `\r`, `\/` and the escapes of `+`, `/` and `=` that JSON writers use."""
    may_hide = "\\" in original or not original.isascii()
    content = _HIDDEN.sub(_resolve, original) if may_hide else original
    return Text(source=source, content=content, original=original)


def _resolve(hidden: re.Match[str]) -> str:
    return _ESCAPED[hidden[0][-1].lower()] if hidden[0].startswith("\\") else ""


def decode_base64(text: Text, start: int, end: int) -> bytes:
    """Decode strictly: white space apart, every character counts and the padding must be exact.

    Raises:
        CertificateError: A character is foreign, missing or altered; the message says which and where.
    """
    content = text.content
    if foreign := _NOT_BASE64.search(content, start, end):
        raise _foreign_character(text, foreign.start())
    digits = "".join(content[start:end].split())
    if padding := _PADDING_INSIDE.search(content, start, end):
        raise text.error(
            padding.start(),
            "'=' stands in the middle of the base64 text, where only its end may have it.",
            hint="Two texts were pasted together, or a part is missing. Copy the certificate again.",
        )
    last = start + len(content[start:end].rstrip()) - 1
    if len(digits) % 4 or digits.endswith("==="):
        raise text.error(
            last,
            f"the base64 text ends here after {len(digits)} characters, which is no multiple of four: it was cut off.",
            hint="Copy the whole certificate again, with every '=' at its end.",
        )
    data = base64.b64decode(digits)
    if base64.b64encode(data).decode("ascii") != digits:
        altered = last - (len(content[start : last + 1]) - len(content[start : last + 1].rstrip("= \t\r\n")))
        raise text.error(
            altered,
            f"{name_character(content[altered])} cannot be the last character of this base64 text: it was altered.",
            hint="Copy the certificate again.",
        )
    return data


def _foreign_character(text: Text, index: int) -> CertificateError:
    character = text.content[index]
    hint = "Copy the certificate again, as plain text."
    if character in _DASHES:
        hint = "A typographic dash: a word processor replaced a hyphen. Copy the certificate again, as plain text."
    elif character in "\u2026.":
        hint = "The text was shortened when it was copied. Copy the whole certificate again."
    elif character in "-_":
        hint = "'-' and '_' belong to base64url. Copy the certificate in its standard form, which has '+' and '/'."
    return text.error(index, f"{name_character(character)} does not belong to base64.", hint=hint)


def name_character(character: str) -> str:
    """Show a character without letting it act on a terminal: `'!'`, or `U+2013 EN DASH`."""
    if " " < character <= "~":
        return f"'{character}'"
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
