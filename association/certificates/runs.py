"""Runs of base64, hexadecimal or decimal numbers inside any other syntax: where one begins, what it is, and where it ends.

JSON, YAML, XML and their like are not parsed. DER says in its first bytes how long it is, so that a certificate which begins
somewhere also ends somewhere, whatever stands around it.
"""

import base64
import re
from dataclasses import dataclass
from typing import Final, Never

from association.certificates.der import Kind, read_element, recognise
from association.certificates.notations import BASE64, DECIMAL, HEXADECIMAL, Notation, decode_base64, refuse_character
from association.certificates.text import Text, decode_text, name_character
from association.errors import CertificateError

_HEAD: Final = 66
"""So many bytes tell what a value is."""
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
    r"[A-Za-z0-9+/]++={0,2}+(?:[ \t]*+[\r\n]++[ \t]*+[A-Za-z0-9+/]++={0,2}+(?=[ \t]*+(?:[\r\n]|\Z)))*+"
)
_WORD_OF_BASE64 = re.compile(r"[A-Za-z0-9+/]*+")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]++")
_DELIMITERS: Final = "\"'`<,;:)}]\\|&%-"
"""What may end a value in the syntaxes that people keep certificates in."""
# Both read backwards from where a value begins, so that they end at once where there is no name.
_FIELD = re.compile(r"""[\["'{(|>\\\s-]*+(?:yranib!!)?+\s*+[:=]{1,2}\s*+["']?+\\*+([\w.$-]{1,60})""")
_ELEMENT = re.compile(r"\s*+(?:\[ATADC\[!<)?+\s*+>([^<>]{1,199})<")


@dataclass(frozen=True, kw_only=True)
class Run:
    """Bytes that a text may hold, seen from their first ones."""

    notation: Notation
    start: int
    head: bytes
    kind: Kind
    """What the head is when it is binary."""
    label: str
    """The name of the field it is the value of, else the notation."""

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
            units, _ = notation.read_units(text.content, start, notation.count_units(_HEAD))
            head = notation.decode(units)
            kind = recognise(head)
            if start in runs or (kind is Kind.UNKNOWN and notation is not BASE64 and not head.startswith(b"-----")):
                continue
            label = _name_field(text.content, start) or notation.name
            runs[start] = Run(notation=notation, start=start, head=head, kind=kind, label=label)
    return [runs[start] for start in sorted(runs)]


def _name_field(content: str, start: int) -> str:
    """The key, attribute or element whose value begins there; empty where none does."""
    before = content[max(0, start - 200) : start][::-1]
    if (element := _ELEMENT.match(before)) and (words := element[1][::-1].split()) and not words[0].startswith("/"):
        return words[0]
    field = _FIELD.match(before)
    return field[1][::-1] if field else ""


def decode_run(text: Text, run: Run) -> tuple[bytes, int]:
    """The bytes of a run, and the index after its last character; no bytes where it is nothing that concerns us.

    Raises:
        CertificateError: It begins as a certificate and is damaged.
    """
    if run.kind is not Kind.UNKNOWN and run.head[1] != 0x80:  # noqa: PLR2004 - X.690 8.1.3.6: BER that does not say its length
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
        digits, end = "".join(units) + word[0], word.end()
        data = BASE64.decode(digits)
        if base64.b64encode(data).decode("ascii").rstrip("=") != digits:
            raise text.error(
                end - 1,
                f"{name_character(digits[-1])} cannot be the last character of this base64 text: it was altered.",
                hint="Copy the certificate again.",
            )
        return data, end
    return run.notation.decode(units), end


def _refuse_shortened(text: Text, run: Run, end: int, size: int) -> Never:
    """Name the character that stopped the reading, unless the value just ends there."""
    content = text.content
    stop = end + len(content[end:]) - len(content[end:].lstrip())
    ends_here = content[stop : stop + 1] in _DELIMITERS or not content[stop:].strip("= \t\r\n")
    if not ends_here:
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
