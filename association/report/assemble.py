"""Puts the documents of many commands and stacks together into one report."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from association.contract import (
    ACCESS_GUARD,
    CONSENTED_APPLICATION,
    CONSENTED_PRINCIPAL,
    SERVER_CONNECTION,
    GuardMode,
)
from association.errors import SettingsError
from association.report.documents import Document, DocumentError, Step
from association.report.findings import Place, find_in_guard, find_in_resource, observed_state
from association.report.model import Acceptance, Association, Command, Deviation, Finding, Report, Stack, Unread
from association.report.properties import look_up, shorten
from association.report.table import NAMES, NOT_LICENSED, property_path, read_path
from association.report.traits import find_trait
from association.report.words import COMMANDS
from association.text import escape

Json = Mapping[str, Any]

_NO_GUARD: Final = Unread(
    what="access paths",
    why="this association has no guard (guard: off, or not deployed yet), so nobody looked for undeclared access paths",
)
_NOT_REFRESHED: Final = Unread(
    what="the tenant", why="`pulumi preview` ran without --refresh: it compares the program with the state only"
)
_NOT_DEPLOYED: Final = Unread(what="the stack", why="nothing is deployed in this stack, so nothing was read")
_NO_ASSOCIATION: Final = Unread(what="the stack", why="there is no association in this stack")
_COMPONENTS: Final = (SERVER_CONNECTION, CONSENTED_APPLICATION)
_KNOW_CLIENT_ID: Final = frozenset({ACCESS_GUARD, CONSENTED_PRINCIPAL, "azuread:index/application:Application"})
_GENERAL: Final = frozenset({"preview failed", "refresh failed", "update failed"})


@dataclass(kw_only=True)
class _Part:
    """One association while documents are added to it."""

    guarded: bool = False
    vendors: bool = False
    state: Json = field(default_factory=dict)
    """The guard as observed."""
    from_refresh: bool = False
    client_id: str = ""
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    traits: dict[tuple[str, str], str] = field(default_factory=dict)
    """Findings about resources, to the key under which the guard reports the same thing."""

    def observe(self, state: Json, command: Command) -> None:
        """Keep what the guard saw; a refresh also sees what the tenant does around the association."""
        self.guarded = True
        if command is Command.REFRESH or not self.from_refresh:
            self.state, self.from_refresh = state, command is Command.REFRESH

    def text(self, name: str) -> str:
        """A setting of the guard, as text."""
        return shorten(escape(str(look_up(self.state, name) or "")))

    def family(self, name: str) -> dict[str, str]:
        """Entries of a family, as observed."""
        for place in ("inputs", "outputs"):
            entries = (self.state.get(place) or {}).get(name)
            if isinstance(entries, Mapping):
                return {escape(str(key)): shorten(escape(str(text))) for key, text in entries.items()}
        return {}


@dataclass(kw_only=True)
class _Whole:
    """One stack while documents are added to it."""

    commands: set[Command] = field(default_factory=set)
    parts: dict[str, _Part] = field(default_factory=dict)
    unreadable: dict[str, Unread] = field(default_factory=dict)

    def part(self, name: str) -> _Part:
        return self.parts.setdefault(name, _Part())


def assemble_report(documents: Iterable[Document]) -> Report:
    """One report over all documents; the documents of one stack are put together, whatever their order.

    Raises:
        DocumentError: There are two documents of one command about one stack, so that one of them is old.
    """
    wholes: dict[tuple[str, str, str], _Whole] = {}
    twice: list[str] = []
    for document in documents:
        project, stack = document.stack
        whole = _find_whole(wholes, (_organization(document), project, stack or document.source))
        if document.command in whole.commands and not document.errors:
            twice.append(f"{document.source}: the second `{COMMANDS[document.command]}` of the stack {project}/{stack}")
        else:
            _add(document, project, stack, whole)
    if twice:
        raise DocumentError("\n".join(twice), hint="Give each command of a stack once: two runs are two reports.")
    stacks = [_finish(project, stack, whole) for (_, project, stack), whole in wholes.items()]
    return Report(stacks=sorted(stacks, key=_worst_stack_first))


def _find_whole(wholes: dict[tuple[str, str, str], _Whole], stack: tuple[str, str, str]) -> _Whole:
    """The part of the report about a stack. One command of a half deployed stack knows its organization, the other does not."""
    alike = [key for key in wholes if key[1:] == stack[1:] and not (key[0] and stack[0])]
    if stack not in wholes and len(alike) == 1:
        wholes[max(stack, *alike)] = whole = wholes.pop(alike[0])
        return whole
    return wholes.setdefault(stack, _Whole())


def _organization(document: Document) -> str:
    """Out of the guard's `stackTag`, `pulumi:organization/project/stack/name`: two organizations may use the same names."""
    tags = (
        str(look_up(step.new or step.old, "stackTag") or "") for step in document.steps if step.type == ACCESS_GUARD
    )
    return next((tag.removeprefix("pulumi:").partition("/")[0] for tag in tags if tag), "")


def _add(document: Document, project: str, stack: str, whole: _Whole) -> None:
    if not document.errors:
        whole.commands.add(document.command)
    for unread in _unread(document):
        whole.unreadable.setdefault(unread.what, unread)
    if not document.deployed:
        return
    by_urn = {step.urn: step for step in document.steps}  # the program's step is the last one
    owners = {urn: _owner(step, by_urn) for urn, step in by_urn.items()}
    for urn, step in by_urn.items():
        if step.type in _COMPONENTS:
            whole.part(owners[urn]).vendors = step.type == CONSENTED_APPLICATION
        if step.type in _KNOW_CLIENT_ID and (seen := look_up(observed_state(step, document.command), "clientId")):
            whole.part(owners[urn]).client_id = shorten(escape(str(seen)))
        if step.type == ACCESS_GUARD and step.op != "create":
            whole.part(owners[urn]).observe(observed_state(step, document.command), document.command)
    for urn, step in by_urn.items():
        _add_findings(step, whole.part(owners[urn]), document, project, stack)


def _add_findings(step: Step, part: _Part, document: Document, project: str, stack: str) -> None:
    place = Place(
        project=project,
        stack=stack,
        command=document.command,
        client_id=part.client_id,
        principal=part.text("servicePrincipalId"),
        enforcing=GuardMode.ENFORCE in (part.text("guard"), part.text("mode")),
        has_setting=f"{project}:guard" in document.settings,
    )
    for finding in (find_in_guard if step.type == ACCESS_GUARD else find_in_resource)(step, place):
        key = (step.urn, finding.path)
        part.findings.setdefault(key, finding)
        if step.type != ACCESS_GUARD and not part.traits.get(key):
            part.traits[key] = find_trait(step, finding, part.state, part.family("publisher"))


def _unread(document: Document) -> Iterator[Unread]:
    messages = [(urn, message) for urn, message in document.errors if urn or message not in _GENERAL]
    for urn, message in messages or document.errors:
        yield Unread(
            what=shorten(escape(urn.split("::", 3)[-1])) if urn else "the stack",
            why=shorten(" ".join(message.split()), 2000),
        )
    if not document.deployed and not messages:
        yield _NOT_DEPLOYED
    elif document.deployed and not document.refreshed:
        yield _NOT_REFRESHED
    if document.unexplained:
        why = f"Pulumi counts {document.unexplained} changes more than it shows: look with --diff"
        yield Unread(what="changes without detail", why=why)


def _owner(step: Step, by_urn: Mapping[str, Step]) -> str:
    """Name of the component that the resource belongs to; of a guard without one, its own; else empty."""
    seen = step
    for _ in range(len(by_urn)):
        if seen.type in _COMPONENTS:
            return shorten(escape(seen.name))
        if seen.parent not in by_urn:
            break
        seen = by_urn[seen.parent]
    parent = seen.parent.split("::", 3)
    if parent[2:] and parent[2].rpartition("$")[2] in _COMPONENTS:
        return shorten(escape(parent[3]))
    return shorten(escape(step.name)) if step.type == ACCESS_GUARD else ""


def _finish(project: str, name: str, whole: _Whole) -> Stack:
    unreadable = list(whole.unreadable.values())
    named = [key for key in whole.parts if key]
    if not named and not unreadable:
        unreadable.append(_NO_ASSOCIATION)
    parts = [
        _finish_part(key, part, failed=bool(unreadable)) for key, part in whole.parts.items() if key or part.findings
    ]
    return Stack(
        project=shorten(escape(project)),
        name=shorten(escape(name)),
        commands=[command for command in Command if command in whole.commands],
        associations=sorted(parts, key=_worst_association_first),
        unreadable=unreadable,
    )


def _finish_part(name: str, part: _Part, *, failed: bool) -> Association:
    told = {
        f"{finding.rule.replace('servicePrincipalOwners', 'owners')}/{finding.key}"
        for finding in part.findings.values()
    }
    deleted = any(finding.rule == "deleted" for finding in part.findings.values())
    expired = {shorten(path): said for path, said in part.family("expiredExceptions").items()}
    findings = [
        finding
        for key, finding in part.findings.items()
        if finding.rule != "expiredExceptions"
        and (finding.rule != "unreadable" or finding.deviation is Deviation.MISSING)
        and part.traits.get(key) not in told
        and not (deleted and key in part.traits and finding.deviation is Deviation.MISSING)
    ]
    unlicensed = dict(_unlicensed(part))
    unreadable = [
        Unread(what=shorten(what), why=why) for what, why in part.family("unreadable").items() if what not in unlicensed
    ]
    if name and not part.guarded and not failed:
        unreadable.append(_NO_GUARD)
    return Association(
        name=name,
        client_id=part.client_id,
        vendors=part.vendors,
        findings=sorted(findings, key=_worst_finding_first),
        accepted=[
            *(one for one in _acceptances(part) if one.finding not in expired),
            *(
                Acceptance(finding=f"unreadable.{shorten(what)}", reason=why, until="")
                for what, why in unlicensed.items()
            ),
        ],
        expired=expired,
        unreadable=unreadable,
        observed={family: part.family(family) for family in NAMES},
        incomplete=failed,
    )


def _unlicensed(part: _Part) -> Iterator[tuple[str, str]]:
    """What no identity can read, because the tenant has no licence for it: accepted for good, as Pulumi's state has it.

    One that is new, which Pulumi shows as a difference, stays unreadable until a refresh accepts it.
    """
    new = {finding.key for finding in part.findings.values() if finding.rule == "unreadable"}
    for what, why in part.family("unreadable").items():
        if why.startswith(NOT_LICENSED) and what not in new:
            yield what, why


def _acceptances(part: _Part) -> Iterator[Acceptance]:
    for one in look_up(part.state, "exceptions") or ():
        if not isinstance(one, Mapping):
            continue
        texts = {name: escape(str(one.get(name) or "")) for name in ("finding", "reason", "until")}
        with suppress(SettingsError):
            texts["finding"] = escape(property_path(*read_path(str(one.get("finding")))))
        yield Acceptance(finding=shorten(texts["finding"]), reason=shorten(texts["reason"]), until=texts["until"][:10])


def _worst_finding_first(finding: Finding) -> tuple[int, str, str]:
    return finding.severity.rank, finding.rule, finding.path


def _worst_association_first(association: Association) -> tuple[int, int, str]:
    severity = min((finding.severity.rank for finding in association.findings), default=99)
    return association.verdict.rank, severity, association.name


def _worst_stack_first(stack: Stack) -> tuple[int, int, str]:
    severity = min((one.severity.rank for part in stack.associations for one in part.findings), default=99)
    return stack.verdict.rank, severity, stack.title
