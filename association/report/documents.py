"""Reads what Pulumi prints with `--json`: a stream of documents, one per command and stack.

Pulumi's own shape (PreviewDigest, https://github.com/pulumi/pulumi/blob/master/sdk/go/auto/events/events.go and
pkg/display/json.go, checked 2026-11-29): `config`, `steps`, `diagnostics`, `duration`, `changeSummary`; what is empty is left out.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from association.errors import AssociationError
from association.report.model import Command
from association.text import escape, escape_lines

Json = Mapping[str, Any]

_KNOWN: Final = frozenset({"config", "steps", "diagnostics", "duration", "changeSummary", "maybeCorrupt"})
_EXPECTED: Final = "what `pulumi refresh --preview-only --json` and `pulumi preview --refresh --json` print"
_NO_CHANGE: Final = frozenset({"same", "refresh", "read"})
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "config": (dict,),
    "steps": (list,),
    "diagnostics": (list,),
    "duration": (int, float),
    "changeSummary": (dict,),
}


class DocumentError(AssociationError):
    """The input is not Pulumi's JSON, or a part of it is missing."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What Pulumi would do with one resource, or what it read of it."""

    op: str
    urn: str
    old: Json
    """Its state before; empty where there is none."""
    new: Json
    """Its state after; empty where there is none."""
    changes: Mapping[str, str]
    """Property path to `add`, `delete` or `update`."""

    @property
    def stack(self) -> tuple[str, str]:
        """Project and stack."""
        parts = self.urn.split("::", 3)
        return parts[1], parts[0].removeprefix("urn:pulumi:")

    @property
    def type(self) -> str:
        """Its own type token, without its parents'."""
        return self.urn.split("::", 3)[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        return self.urn.split("::", 3)[3]

    @property
    def parent(self) -> str:
        """URN of the parent; empty for the stack."""
        return str(self.new.get("parent") or self.old.get("parent") or "")


@dataclass(frozen=True, kw_only=True)
class Document:
    """One command of Pulumi's about one stack."""

    source: str
    """File and place of it, for people."""
    steps: tuple[Step, ...]
    errors: tuple[tuple[str, str], ...]
    """URN, which may be empty, and message of each error that Pulumi had."""
    settings: frozenset[str]
    """Names of the stack's settings, `project:name`."""
    command: Command
    refreshed: bool
    """Whether Pulumi read the tenant at all."""
    unexplained: int
    """Changes that Pulumi counts and does not show."""

    @property
    def deployed(self) -> bool:
        """Whether the stack held anything before the command."""
        return any(step.op != "create" for step in self.steps)

    @property
    def stack(self) -> tuple[str, str]:
        """Project and stack; two empty texts where no step names them."""
        return self.steps[0].stack if self.steps else ("", "")


def read_documents(lines: Iterable[str], source: str) -> Iterator[Document]:
    """Read every document of a stream.

    Args:
        lines: The stream; documents may follow each other on one line or on many.
        source: Its name, for messages.

    Raises:
        DocumentError: It is empty, cut, no JSON, or not Pulumi's.
    """
    number = 0
    for number, (line, value) in enumerate(_values(lines, source), start=1):  # noqa: B007 - also counts
        yield _document(value, f"{source}, line {line}")
    if not number:
        raise DocumentError(f"{source} is empty; expected {_EXPECTED}", hint=_CUT)


_CUT: Final = "Look at what Pulumi wrote to standard error: a command that fails early prints no JSON."


def _values(lines: Iterable[str], source: str) -> Iterator[tuple[int, Any]]:
    """Line and value of each document. Pulumi closes one with a `}` at the start of a line; jq -c puts one on a line."""
    decoder = json.JSONDecoder()
    buffer: list[str] = []
    start = 1
    for number, line in enumerate(lines, start=1):
        buffer.append(line)
        if line[:1] == "}" or (line[:1] == "{" and line.rstrip().endswith("}")):
            values, rest = _decode(decoder, "".join(buffer))
            yield from ((start, value) for value in values)
            if values:
                buffer, start = [rest] if rest else [], number
    text = "".join(buffer)
    if not text.strip():
        return
    values, rest = _decode(decoder, text)
    yield from ((start, value) for value in values)
    if rest:
        raise _explain(decoder, rest, source, start)


def _decode(decoder: json.JSONDecoder, text: str) -> tuple[list[Any], str]:
    """Every complete value at the start of the text, and what follows them."""
    values: list[Any] = []
    text = text.strip()
    while text:
        try:
            value, end = decoder.raw_decode(text)
        except (ValueError, RecursionError):
            break
        values.append(value)
        text = text[end:].lstrip()
    return values, text


def _explain(decoder: json.JSONDecoder, text: str, source: str, start: int) -> DocumentError:
    try:
        decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        ends = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        if ends or text[error.pos - 1 : error.pos + 1] == "\n{":  # the next document begins inside this one
            return DocumentError(
                f"{source} was cut: the JSON document of line {start} has no end, expected {_EXPECTED} as a whole",
                hint=_CUT,
            )
        seen = escape(text[error.pos :].splitlines()[0][:60])
        place = start + error.lineno - 1
        return DocumentError(f"{source}, line {place}: {seen!r} is not JSON; expected {_EXPECTED}", hint=_CUT)
    except (ValueError, RecursionError):
        pass
    return DocumentError(
        f"{source}, line {start}: the JSON is nested too deeply or holds a number with too many digits"
    )


def _document(value: Any, source: str) -> Document:
    if not isinstance(value, dict):
        raise DocumentError(f"{source}: a {type(value).__name__} is not a document of Pulumi's; expected {_EXPECTED}")
    wrong = [name for name, types in _TYPES.items() if name in value and not isinstance(value[name], types)]
    if unknown := sorted(set(value) - _KNOWN):
        names = escape(", ".join(unknown[:5]))
        raise DocumentError(f"{source}: not a document of Pulumi's, for it holds {names}; expected {_EXPECTED}")
    if wrong or "duration" not in value:
        raise DocumentError(
            f"{source}: not a document of Pulumi's, for {wrong[0] if wrong else 'duration'} is "
            f"{'of another kind' if wrong else 'missing'}; expected {_EXPECTED}"
        )
    steps = tuple(_step(step, source) for step in value.get("steps") or ())
    command, refreshed = _tell_command(steps)
    return Document(
        source=source,
        steps=steps,
        errors=tuple(_errors(value.get("diagnostics") or ())),
        settings=frozenset(map(str, value.get("config") or ())),
        command=command,
        refreshed=refreshed,
        unexplained=_count_unexplained(value.get("changeSummary") or {}, steps),
    )


def _step(value: Any, source: str) -> Step:
    if not isinstance(value, dict) or not isinstance(value.get("op"), str) or not _is_urn(value.get("urn")):
        raise DocumentError(f"{source}: a step has no op or no urn; expected {_EXPECTED}")
    old, new, diff = (value.get(name) or {} for name in ("oldState", "newState", "detailedDiff"))
    if not all(isinstance(part, dict) for part in (old, new, diff)):
        raise DocumentError(f"{source}: the states of {escape(value['urn'])} are not objects; expected {_EXPECTED}")
    changes = {
        str(path): str((change or {}).get("kind") or "update").removesuffix("-replace") for path, change in diff.items()
    }
    return Step(op=value["op"], urn=value["urn"], old=old, new=new, changes=changes)


def _is_urn(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("urn:pulumi:") and value.count("::") >= 3  # noqa: PLR2004 - its parts


def _errors(diagnostics: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for one in diagnostics:
        if isinstance(one, dict) and one.get("severity") == "error":
            message = escape_lines(str(one.get("message") or "").strip()).removeprefix("error: ")
            yield str(one.get("urn") or ""), message


def _count_unexplained(summary: Json, steps: tuple[Step, ...]) -> int:
    """A resource that changed without a property that changed is counted, and shown as unchanged."""
    shown = Counter(step.op for step in steps)
    return sum(
        max(count - shown[op], 0) for op, count in summary.items() if op not in _NO_CHANGE and isinstance(count, int)
    )


def _tell_command(steps: tuple[Step, ...]) -> tuple[Command, bool]:
    """No field names the command: a preview has a step of the program's after the one of the refresh."""
    operations = {step.op for step in steps}
    urns = [step.urn for step in steps]
    of_program = len(set(urns)) < len(urns) or bool(operations - {"refresh", "update", "delete", "same"})
    refreshed = "refresh" in operations or not steps
    return (Command.PREVIEW if of_program or not refreshed else Command.REFRESH), refreshed
