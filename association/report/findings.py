"""Turns what Pulumi would do with a resource into findings.

Both commands tell the same difference from two sides: a refresh says how the tenant differs from the state, a preview what it
would do to make the tenant as the program says.
"""

import hashlib
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from association.contract import PACKAGE
from association.report.documents import Step
from association.report.model import Command, Deviation, Finding, Severity
from association.report.properties import look_up, shorten, show_value, split_path
from association.report.rules import FAMILY_RULES, REMOVAL, RESOURCE_RULES, Rule
from association.report.table import NAMES, describe, is_around, is_removed_by_guard, property_path
from association.text import escape

_NO_CHANGE: Final = frozenset({"same", "refresh", "read"})
_OURS: Final = ("azuread:", f"{PACKAGE}:")
_MADE_BY: Final = re.compile(r"; by (?P<who>.+) (?P<when>\d{4}-\d{2}-\d{2} \d{2}:\d{2}Z)")
_SEEN: Final = {"add": Deviation.UNEXPECTED, "delete": Deviation.MISSING, "update": Deviation.CHANGED}
_WANTED: Final = {"add": Deviation.MISSING, "delete": Deviation.UNEXPECTED, "update": Deviation.CHANGED}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where findings are, and what commands about them need."""

    project: str
    stack: str
    command: Command
    client_id: str = ""
    principal: str = ""
    """Object ID of the service principal."""
    enforcing: bool = False
    """Whether the guard removes what is not declared."""
    has_setting: bool = False
    """Whether the stack has a setting `guard`, so that a command can change it."""

    @property
    def repair(self) -> str:
        """The command that makes everything declared as declared."""
        return f"pulumi up --refresh --stack {shlex.quote(self.stack)}"

    @property
    def enforce(self) -> str:
        """The command that removes what was not declared; empty where a person has to set the guard's mode."""
        if self.enforcing:
            return self.repair
        return f"{self.repair} --config guard=enforce" if self.has_setting else ""


_FINDINGS: Final = "findings"
"""Property by which a preview shows a finding that `up` will leave alone: `findings["secrets.1f0c…"]`."""
_FOLLOWING: Final = frozenset(
    {
        "applicationId",
        "servicePrincipalId",
        "clientId",
        "appRoleIds",
        "delegatedIds",
        "observedAt",
        "declared",
        _FINDINGS,
    }
)
"""Properties of the guard that follow from other resources, or from its last look."""


def observed_state(step: Step, command: Command) -> Mapping[str, Any]:
    """The resource as the tenant has it: a refresh shows it after, a preview before what it would do."""
    return step.new if command is Command.REFRESH or step.op in _NO_CHANGE else step.old


def find_in_guard(step: Step, place: Place) -> Iterator[Finding]:
    """Every access path that differs, and one finding for settings that are not deployed yet."""
    if step.op not in ("update", "replace"):
        yield from find_in_resource(step, place)
        return
    settings: list[str] = []
    for path, kind in sorted(step.changes.items()):
        family, *rest = split_path(path)
        if family == _FINDINGS and rest and split_path(str(rest[0]))[0] in NAMES:
            yield _access_path(step, place, str(rest[0]), _deviation_left_alone(step, str(rest[0])))
        elif family in NAMES and rest:
            deviation = (_SEEN if place.command is Command.REFRESH else _WANTED).get(kind, Deviation.CHANGED)
            yield _access_path(step, place, path, deviation)
        else:
            settings += [path] if family not in _FOLLOWING else []
    if settings:
        said = f"not deployed yet: {escape(', '.join(settings))}"
        yield _finding(step, place, RESOURCE_RULES["accessGuard"], "accessGuard", path="", what=said)


def _access_path(step: Step, place: Place, path: str, deviation: Deviation) -> Finding:
    family, key = (*map(str, split_path(path)[:2]), "")[:2]
    observed, other = (step.new, step.old) if place.command is Command.REFRESH else (step.old, step.new)
    was = _sentence(other, family, key) or _sentence(observed, family, key)
    what, who, when = _split_maker(_sentence(observed, family, key) or was)
    if deviation is Deviation.CHANGED:
        what = f"{what}; before: {was}"
    if deviation is Deviation.MISSING:
        what = f"{shorten(escape(key))}: {what}"
    rule = FAMILY_RULES.get(family) or Rule(noun=family, severity=Severity.HIGH, allows=describe(family))
    return _finding(
        step,
        place,
        rule,
        family,
        path=property_path(family, key),
        key=key,
        deviation=deviation,
        what=what,
        who=who,
        when=when,
        command=_removal(rule, family, key, deviation, place),
        around=is_around(family),
    )


def _deviation_left_alone(step: Step, path: str) -> Deviation:
    family, key = (*map(str, split_path(path)[:2]), "")[:2]
    if not _sentence(step.old, family, key):
        return Deviation.MISSING
    accepted = ((step.old.get("outputs") or {}).get("accepted") or {}).get(family) or {}
    return Deviation.CHANGED if key in accepted else Deviation.UNEXPECTED


def _sentence(state: Mapping[str, Any], family: str, key: str) -> str:
    for place in ("inputs", "outputs"):
        entries = (state.get(place) or {}).get(family)
        if isinstance(entries, Mapping) and isinstance(entries.get(key), str):
            return shorten(escape(entries[key]))
    return ""


def _split_maker(sentence: str) -> tuple[str, str, str]:
    """What, who and when; a sentence in which a name from the tenant imitates the mark stays whole."""
    match = _MADE_BY.search(sentence)
    if not match or match.end() != len(sentence) or sentence.count("; by ") != 1:
        return sentence, "", ""
    return sentence[: match.start()], match["who"], match["when"]


def _removal(rule: Rule, family: str, key: str, deviation: Deviation, place: Place) -> str:
    if is_around(family):
        return ""
    if deviation is not Deviation.UNEXPECTED:
        return place.repair
    if rule.command:
        values = {"client_id": place.client_id, "principal": place.principal, "key": key}
        return rule.command.format_map({name: shlex.quote(escape(value)) for name, value in values.items()})
    return place.enforce if is_removed_by_guard(family) else ""


def find_in_resource(step: Step, place: Place) -> Iterator[Finding]:
    """Every property that differs, or one finding for a resource that is not there, or no longer declared."""
    if step.op in _NO_CHANGE:
        return
    kind = _kind(step)
    gone = step.op == "delete" if place.command is Command.REFRESH else step.op == "create"
    if gone:
        rule = RESOURCE_RULES.get(f"{kind}.gone") or RESOURCE_RULES[kind]
        yield _finding(step, place, rule, kind, path="", what=_describe(step), deviation=Deviation.MISSING)
    elif not step.changes:
        said = f"{_describe(step)}: `pulumi up` would do this: {escape(step.op)}"
        yield _finding(step, place, _UNDEPLOYED, kind, path="", what=said)
    else:
        for path in sorted(step.changes):
            root = split_path(path)[0]
            rule = RESOURCE_RULES.get(f"{kind}.{root}") or RESOURCE_RULES[kind]
            yield _finding(step, place, rule, kind, path=path, what=_describe_change(step, place.command, path))


_UNDEPLOYED: Final = Rule(
    noun="resource of the program",
    title="Change of the program that is not deployed",
    severity=Severity.LOW,
    allows="The program was changed and not deployed yet.",
)


def _kind(step: Step) -> str:
    name = step.type.rpartition(":")[2]
    kind = name[:1].lower() + name[1:]
    return kind if step.type.startswith(_OURS) and kind in RESOURCE_RULES else "resource"


def _describe(step: Step) -> str:
    return shorten(escape(f"{step.type.rpartition(':')[2]} {step.name}"))


def _describe_change(step: Step, command: Command, path: str) -> str:
    old, new = (look_up(state, path) for state in (step.old, step.new))
    seen, wanted, word = (new, old, "recorded as") if command is Command.REFRESH else (old, new, "declared as")
    return f"{_describe(step)}, {shorten(escape(path))}: is {show_value(seen)}, {word} {show_value(wanted)}"


def _finding(  # noqa: PLR0913 - one argument for each thing that differs between the kinds of findings
    step: Step,
    place: Place,
    rule: Rule,
    rule_id: str,
    *,
    path: str,
    what: str,
    key: str = "",
    deviation: Deviation = Deviation.CHANGED,
    who: str = "",
    when: str = "",
    command: str | None = None,
    around: bool = False,
) -> Finding:
    missing = deviation is Deviation.MISSING
    told = (place.project, place.stack, step.urn, path, deviation)
    severity = max(Severity.HIGH, rule.severity, key=_rank) if missing else rule.severity
    return Finding(
        rule=rule_id,
        path=escape(path),
        key=escape(key),
        resource=shorten(escape(step.name)),
        deviation=deviation,
        severity=Severity.LOW if missing and (around or rule_id == "resource") else severity,
        title=_title(rule, deviation, around=around),
        what=what,
        who=who,
        when=when,
        allows=rule.missing if missing else rule.allows,
        technique=(None if around else REMOVAL) if missing and rule.technique else rule.technique,
        command=place.repair if command is None else command,
        advice=rule.advice or _advise(command, rule_id),
        fingerprint=hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest(),
        position=_position(step),
    )


def _advise(command: str | None, rule_id: str) -> str:
    if command == "" and is_removed_by_guard(rule_id):
        return "Set the guard's mode to enforce, and run `pulumi up --refresh`."
    return ""


def _rank(severity: Severity) -> int:
    return severity.rank


def _title(rule: Rule, deviation: Deviation, *, around: bool) -> str:
    if deviation is Deviation.MISSING:
        return f"{rule.noun[:1].upper()}{rule.noun[1:]} is gone"
    if rule.title:
        return rule.title
    if deviation is Deviation.CHANGED:
        return f"Changed {rule.noun}"
    return f"{'New' if around else 'Undeclared'} {rule.noun}"


def _position(step: Step) -> tuple[str, int]:
    """Where the program declares it, as Pulumi's `project:///path#line`; else the project file."""
    said = str(step.new.get("sourcePosition") or step.old.get("sourcePosition") or "")
    match = re.fullmatch(r"project:///((?!\.\.?/)[\w./-]+)#(\d+)(?:,\d+)?", said)
    if not match or "/../" in match[1]:
        return "Pulumi.yaml", 1
    return match[1], max(int(match[2]), 1)
