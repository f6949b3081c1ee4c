"""Runs of base64, hexadecimal or decimal numbers inside any other syntax: where one begins, what it is, and where it ends.

PEM, JSON, YAML, XML and their like are not parsed. DER says in its first bytes how long it is, so that a certificate which
begins somewhere also ends somewhere, whatever stands around it.
"""

import re
from dataclasses import dataclass
from typing import Final, Never

from association.certificates.der import Kind, read_element, recognise
from association.certificates.notations import BASE64, DECIMAL, HEXADECIMAL, Notation, decode_base64, refuse_character
from association.certificates.text import Text, decode_text
from association.errors import CertificateError

_HEAD: Final = 66
"""So many bytes tell what a value is."""
_LONG_HEAD: Final = 4096
"""So many tell it of a certificate of version 1, which looks like others up to the end of its issuer's name."""
_CERTIFICATE_OF_VERSION_1 = re.compile(rb"\x30[\x81-\x83].{1,3}\x30[\x81-\x83].{1,3}\x02", re.DOTALL)
_BETWEEN = r"[\s:,;-]*+(?:0[xX]|\\{1,4}x)?+"
_STARTS: Final = (
    (
        HEXADECIMAL,
        re.compile(rf"(?:(?<![0-9A-Za-z+/])|(?<=0[xX])|(?<=\\x))(?:30{_BETWEEN}8[0-4]|2[dD](?:{_BETWEEN}2[dD]){{4}})"),
    ),
    (DECIMAL, re.compile(r"(?<![\w.])48[\s,;]++1(?:2[89]|3[0-2])\b")),
    (BASE64, re.compile(r"(?<![A-Za-z0-9+/])(?:MI|[A-Za-z0-9+/]{32})")),
)
"""Where a certificate, a private key, or the lines of PEM around them can begin."""
_LINES_OF_BASE64 = re.compile(
    r"[A-Za-z0-9+/]++={0,2}+(?:[ \t]*+[\r\n]\s*+[A-Za-z0-9+/]++={0,2}+(?=[ \t]*+(?:[\r\n]|\Z)))*+"
)
_WORD_OF_BASE64 = re.compile(r"[A-Za-z0-9+/]*+")
_DAMAGED_START = re.compile(r"(?:(?:\A|-----)[\s\"']*+|(?<![A-Za-z0-9+/])(?=MII))(?=MI)")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]++")
_DELIMITERS: Final = "\"'`<,;:)}]\\|&%-"
"""What may end a value in the syntaxes that people keep certificates in."""
_PADDING = re.compile(r"={1,2}(?![A-Za-z0-9+/=])")
# These read backwards from where a value begins, so that they end at once where there is no name.
_FIELD = re.compile(r"""[\["'{(|>\\\s-]*+(?:yranib!!)?+\s*+[:=]{1,2}\s*+["']?+\\*+([\w.$-]{1,60})""")
_ELEMENT = re.compile(r"\s*+(?:\[ATADC\[!<)?+\s*+>(?:[^<>]{0,150}\s)?([\w:.-]{1,60})<")
_BLOCK = re.compile(r"\s*+-{2,5}([A-Z0-9#.][A-Z0-9#. ]{0,59})\sNIGEB-{2,5}")


@dataclass(frozen=True, kw_only=True)
class Run:
    """Bytes that a text may hold, seen from their first ones."""

    notation: Notation
    start: int
    head: bytes
    kind: Kind
    """What the head is when it is binary."""
    label: str
    """The name of the field or block it is the content of, else the notation."""

    @property
    def may_be_text(self) -> bool:
        """Whether a text is written there once more, such as the base64 of PEM."""
        try:
            return decode_text(self.head[: len(self.head) // 2 * 2], source="") is not None
        except CertificateError:
            return False


def find_runs(text: Text) -> list[Run]:
    """Where something begins that could be a certificate, in order; runs may overlap until their ends are known."""
    runs: dict[int, Run] = {}
    for notation, pattern in _STARTS:
        for match in pattern.finditer(text.content):
            start = match.start()
            head = _decode_head(notation, text.content, start, _HEAD)
            kind = recognise(head)
            if kind is Kind.UNKNOWN and _CERTIFICATE_OF_VERSION_1.match(head):
                kind = recognise(_decode_head(notation, text.content, start, _LONG_HEAD))
            if start in runs or (kind is Kind.UNKNOWN and notation is not BASE64 and not head.startswith(b"-----")):
                continue
            label = _name_field(text.content, start) or notation.name
            runs[start] = Run(notation=notation, start=start, head=head, kind=kind, label=label)
    return [runs[start] for start in sorted(runs)]


def _decode_head(notation: Notation, content: str, start: int, size: int) -> bytes:
    units, _ = notation.read_units(content, start, notation.count_units(size))
    return notation.decode(units)


def _name_field(content: str, start: int) -> str:
    """The key, attribute, element or block of PEM whose content begins there; empty where none does."""
    before = content[max(0, start - 200) : start][::-1]
    name = _ELEMENT.match(before) or _BLOCK.match(before) or _FIELD.match(before)
    return name[1][::-1] if name else ""


def decode_run(text: Text, run: Run) -> tuple[bytes, int]:
    """The bytes of a run, and the index after its last character; no bytes where it is nothing that concerns us.

    Raises:
        CertificateError: It begins as a certificate and is damaged.
    """
    if run.kind is not Kind.UNKNOWN and run.head[1] != 0x80:
        return _decode_announced(text, run)
    content = text.content
    if run.notation is not BASE64:
        units, end = run.notation.read_units(content, run.start, len(content))
        return run.notation.decode(units), end
    lines = _LINES_OF_BASE64.match(content, run.start)
    end = lines.end() if lines else run.start + 1
    if run.kind is Kind.UNKNOWN and (not run.may_be_text or _HEXADECIMAL.fullmatch(content, run.start, end)):
        return b"", end
    try:
        return decode_base64(text, run.start, end), end
    except CertificateError:
        if run.kind is Kind.UNKNOWN and b"-----BEGIN" not in run.head:
            return b"", end
        raise


def _decode_announced(text: Text, run: Run) -> tuple[bytes, int]:
    """As many units as the first bytes announce, and those that follow without a break."""
    size = read_element(run.head).end
    wanted = run.notation.count_units(size)
    units, end = run.notation.read_units(text.content, run.start, wanted)
    if len(units) < wanted:
        _refuse_shortened(text, run, end, size)
    if run.notation is BASE64 and (word := _WORD_OF_BASE64.match(text.content, end)):
        return decode_base64(text, run.start, word.end(), padded=False), word.end()
    return run.notation.decode(units), end


def _refuse_shortened(text: Text, run: Run, end: int, size: int) -> Never:
    """Name the character that stopped the reading, unless the value just ends there."""
    content = text.content
    stop = end + len(content[end:]) - len(content[end:].lstrip())
    if stop < len(content) and content[stop] not in _DELIMITERS and not _PADDING.match(content, stop):
        raise refuse_character(text, stop, run.notation)
    if content[stop : stop + 1] == ":":  # what was read last is the name of the next field
        end = max(content.rfind("\n", run.start, end), content.rfind("\r", run.start, end), run.start + 1)
    written, end = run.notation.read_units(content[:end], run.start, run.notation.count_units(size))
    some_bytes, some_units = run.notation.per_unit
    raise text.error(
        end - 1,
        f"{run.notation.name} of {len(written) * some_bytes // some_units} bytes ends here, but its first bytes announce {size}: "
        "it was cut off.",
        hint="Copy the whole certificate again.",
    )


def refuse_damaged_start(text: Text) -> None:
    """For a text without any known value.

    Raises:
        CertificateError: Base64 of a certificate begins, and a foreign character stands before it can be recognised.
    """
    if start := _DAMAGED_START.search(text.content):
        units, end = BASE64.read_units(text.content, start.end(), BASE64.count_units(_HEAD))
        if len(units) < BASE64.count_units(_HEAD) and text.content[end:].strip():
            raise refuse_character(text, end, BASE64)
