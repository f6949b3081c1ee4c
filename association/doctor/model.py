"""A checklist: each check with its lines, each line with verdict, reason and fix."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from association.errors import GraphError
from association.graph.failures import name_permission
from association.text import escape_lines

SCHEMA_VERSION: Final = 1
"""Of the JSON; raised when a field changes its meaning or goes away."""
_REFUSED: Final = frozenset({401, 403})
_NOT_PERMITTED: Final = 3
"""Exit code where nobody could sign in, or a permission is missing."""


class Verdict(StrEnum):
    """What a line says about the next `pulumi up`. From good to bad."""

    OK = "ok"
    """As it should be."""
    WARNING = "warning"
    """`up` works, and somebody should know."""
    UNKNOWN = "not checked"
    """It may not be read, or cannot be known; never taken for good."""
    PROBLEM = "problem"
    """`up` fails, or a read failed that a permission does not explain."""


_WORST_LAST: Final = list(Verdict)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that was looked at. Its texts are harmless to a terminal."""

    verdict: Verdict
    reason: str
    """One sentence."""
    fix: str = ""
    """What to do about it; empty when it is good or speaks for itself."""
    permission: bool = False
    """Whether the problem is a sign-in that failed or a permission that is missing."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One entry of the checklist."""

    id: str
    """camelCase, stable, for machines."""
    title: str
    lines: tuple[Line, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its lines."""
        return max((line.verdict for line in self.lines), key=_WORST_LAST.index, default=Verdict.OK)


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The whole checklist."""

    project: str
    stack: str
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its checks."""
        return max((check.verdict for check in self.checks), key=_WORST_LAST.index, default=Verdict.OK)

    @property
    def exit_code(self) -> int:
        """0 where `up` is not known to fail, 3 for a failed sign-in or a missing permission, 1 for any other problem."""
        problems = [line for check in self.checks for line in check.lines if line.verdict is Verdict.PROBLEM]
        if any(line.permission for line in problems):
            return _NOT_PERMITTED
        return 1 if problems else 0

    def count(self, verdict: Verdict) -> int:
        return sum(line.verdict is verdict for check in self.checks for line in check.lines)

    def as_json(self) -> dict[str, Any]:
        """For machines; `schemaVersion` 1 promises these keys."""
        return {
            "schemaVersion": SCHEMA_VERSION,
            "project": self.project,
            "stack": self.stack,
            "verdict": self.verdict.value,
            "exitCode": self.exit_code,
            "checks": [
                {
                    "id": check.id,
                    "title": check.title,
                    "verdict": check.verdict.value,
                    "results": [
                        {"verdict": line.verdict.value, "reason": line.reason, "fix": line.fix} for line in check.lines
                    ],
                }
                for check in self.checks
            ],
        }


def good(reason: str) -> Line:
    return Line(verdict=Verdict.OK, reason=escape_lines(reason))


def warn(reason: str, fix: str = "") -> Line:
    return Line(verdict=Verdict.WARNING, reason=escape_lines(reason), fix=escape_lines(fix))


def unknown(reason: str, fix: str = "") -> Line:
    return Line(verdict=Verdict.UNKNOWN, reason=escape_lines(reason), fix=escape_lines(fix))


def bad(reason: str, fix: str = "", *, permission: bool = False) -> Line:
    return Line(verdict=Verdict.PROBLEM, reason=escape_lines(reason), fix=escape_lines(fix), permission=permission)


def unread(what: str, error: GraphError) -> Line:
    """A read that was refused is not checked; one that failed in another way is a problem, as nobody knows."""
    if error.status in _REFUSED:
        needed = name_permission(error.method, error.path)
        return unknown(f"{what} may not be read ({error.status})", f"Reading it needs {needed}." if needed else "")
    return bad(f"{what} could not be read: {error.message}", error.hint or "Run this again.")


def check(id_: str, title: str, lines: Iterable[Line]) -> Check:
    return Check(id=id_, title=title, lines=tuple(lines))
