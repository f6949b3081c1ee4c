"""What a report says: stacks, their associations, and the findings, in the order in which people should read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Severity(StrEnum):
    """How bad a finding is; the worst comes first."""

    CRITICAL = "critical"
    """Somebody can sign in as the application."""
    HIGH = "high"
    """Somebody can get there, the application can reach more than declared, or the vendor is locked out."""
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


class Deviation(StrEnum):
    """How a thing differs from what is declared or was accepted."""

    UNEXPECTED = "unexpected"
    MISSING = "missing"
    CHANGED = "changed"


class Verdict(StrEnum):
    """The one word for an association, a stack or a report; the worst comes first."""

    FINDINGS = "findings"
    EXPIRED = "expired exceptions"
    UNREADABLE = "unreadable"
    ACCEPTED = "accepted"
    """Nothing but what the exceptions of the configuration accept."""
    NO_DRIFT = "no drift"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Verdict).index(self)


class Command(StrEnum):
    """The two commands of the drift check."""

    REFRESH = "refresh"
    """`pulumi refresh --preview-only`: reality against the state."""
    PREVIEW = "preview"
    """`pulumi preview --refresh`: reality against the program."""


@dataclass(frozen=True, kw_only=True)
class Technique:
    """A technique of MITRE ATT&CK (https://attack.mitre.org/techniques/enterprise, checked 2026-11-29)."""

    id: str
    name: str

    @property
    def url(self) -> str:
        return f"https://attack.mitre.org/techniques/{self.id.replace('.', '/')}/"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One difference. Text from the tenant is escaped: nothing in it acts on a terminal or turns the reading order."""

    rule: str
    """Stable id: a family of the guard, or the kind of the resource that changed."""
    path: str
    """As Pulumi names it: `secrets.1f0c…`, `displayName`; empty where the whole resource is meant."""
    key: str
    """Key in the family; empty where it is no access path."""
    resource: str
    """Logical name of the resource that shows it."""
    deviation: Deviation
    severity: Severity
    title: str
    what: str
    """One sentence about the thing itself."""
    who: str
    """Who made it, out of the tenant's audit log; empty where no record tells."""
    when: str
    """When, as `2026-11-24 21:03Z`; empty with `who`."""
    allows: str
    """What it lets somebody do, or what no longer works."""
    technique: Technique | None
    command: str
    """The command that removes or repairs it; empty where only a person can."""
    advice: str
    """What a person does about it, where no command is enough."""
    fingerprint: str
    """SHA-256 in hex over what the finding is about; the same in every run."""
    position: tuple[str, int]
    """File and line of the program that declares the resource, relative to the project."""


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """An exception of the configuration."""

    finding: str
    """Path of the finding."""
    reason: str
    until: str
    """Last day on which it holds, `YYYY-MM-DD`, UTC; empty where it holds for good."""


@dataclass(frozen=True, kw_only=True)
class Unread:
    """Something that could not be read."""

    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Association:
    """One association of a stack; without a name, what else the stack holds."""

    name: str
    client_id: str
    findings: Sequence[Finding]
    accepted: Sequence[Acceptance]
    expired: Mapping[str, str]
    """Path of the finding to what the guard says about the exception."""
    unreadable: Sequence[Unread]
    observed: Mapping[str, Mapping[str, str]]
    """Family to key to sentence, as last observed: for the picture."""
    vendors: bool = False
    """Whether the application is a vendor's, in the vendor's own tenant."""
    incomplete: bool = False
    """Whether something failed for the stack as a whole, so that nobody can say that there is no drift here."""

    @cached_property
    def verdict(self) -> Verdict:
        """The worst word that holds."""
        return _worst(
            (Verdict.FINDINGS, self.findings),
            (Verdict.EXPIRED, self.expired),
            (Verdict.UNREADABLE, self.unreadable or self.incomplete),
            (Verdict.ACCEPTED, self.accepted),
        )


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack."""

    project: str
    name: str
    commands: Sequence[Command]
    """Which of the two commands were read."""
    associations: Sequence[Association]
    unreadable: Sequence[Unread]
    """What failed for the stack as a whole."""

    @property
    def title(self) -> str:
        """`project/stack`."""
        return f"{self.project}/{self.name}" if self.project else self.name

    @cached_property
    def verdict(self) -> Verdict:
        """The worst word of its parts."""
        verdicts = [association.verdict for association in self.associations]
        return min([*verdicts, *([Verdict.UNREADABLE] if self.unreadable else [])], key=_rank, default=Verdict.NO_DRIFT)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Every stack that was read, the worst first."""

    stacks: Sequence[Stack]

    @cached_property
    def verdict(self) -> Verdict:
        """The worst word of its stacks; of none, `unreadable`."""
        return min((stack.verdict for stack in self.stacks), key=_rank, default=Verdict.UNREADABLE)

    @cached_property
    def counts(self) -> Mapping[Verdict, int]:
        """How many findings, accepted, expired and unreadable things there are, and how many stacks without drift."""
        associations = [association for stack in self.stacks for association in stack.associations]
        return {
            Verdict.FINDINGS: sum(len(one.findings) for one in associations),
            Verdict.EXPIRED: sum(len(one.expired) for one in associations),
            Verdict.UNREADABLE: sum(len(one.unreadable) for one in associations)
            + sum(len(stack.unreadable) for stack in self.stacks),
            Verdict.ACCEPTED: sum(len(one.accepted) for one in associations),
            Verdict.NO_DRIFT: sum(stack.verdict is Verdict.NO_DRIFT for stack in self.stacks),
        }

    @property
    def exit_code(self) -> int:
        """7 with findings or expired exceptions, as Pulumi's drift check has it; 1 when something could not be read; else 0."""
        if self.counts[Verdict.FINDINGS] or self.counts[Verdict.EXPIRED]:
            return 7
        return 1 if self.verdict is Verdict.UNREADABLE else 0


def _rank(verdict: Verdict) -> int:
    return verdict.rank


def _worst(*groups: tuple[Verdict, object]) -> Verdict:
    return next((verdict for verdict, group in groups if group), Verdict.NO_DRIFT)
