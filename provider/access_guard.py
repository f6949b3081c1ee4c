"""The resource `AccessGuard`: what a read, a diff and an update of the guard mean to Pulumi.

A read returns what was observed as inputs. Outputs repeat it, and hold beside it what the program declared last
(`declared`) and what the state accepts (`accepted`), so that a diff is honest in a preview and in a refresh,
also after a refresh that accepted a finding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from association.contract import ACCESS_GUARD, GuardMode
from association.errors import AssociationError
from association.graph.owners import add_owners, remove_owners
from association.guard.access_path import Guarded, Maps, Whose
from association.guard.compare import Deviation, Expected, Finding, find_deviations, pick, still_accepted
from association.guard.exceptions import FindingException
from association.guard.kin import Kin
from association.guard.look import Seen, Shared, look
from association.guard.paths import BASELINE, DECLARED, LEFT_OUT, PATHS, PINNED
from association.guard.repair import carry_out, plan_repair
from association.guard.text import read_time
from association.text import format_time
from provider.access_guard_diff import diff_guard, list_accepted_changes
from provider.access_guard_inputs import DECLARED_MARK, FINDINGS, OBSERVED_AT, SCHEMA, SETTINGS, check_inputs
from provider.resource import Checked, Created, Difference, Observed, Properties

if TYPE_CHECKING:
    from provider.connection import Connection

_LAG: Final = timedelta(minutes=1)
"""Time after a change of ours in which a missing entry may still be on its way to every replica."""


class AccessGuard:
    """The complete list of access paths of one association."""

    pulumi_type: ClassVar[str] = ACCESS_GUARD
    schema: ClassVar[Mapping[str, Any]] = SCHEMA

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._kin = Kin()

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Judge the inputs; the tenant is not asked."""
        return check_inputs(old_inputs, inputs)

    def diff(
        self, *, resource_id: str, old_inputs: Properties, old_outputs: Properties, inputs: Properties
    ) -> Difference:
        """What was observed against what is declared and accepted."""
        return diff_guard(old_inputs, old_outputs, inputs)

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:
        """Look for the first time: what is there beside the declared is warned about, never taken away."""
        guarded = _guarded(inputs, state={})
        if preview:
            self._tell_left_out(guarded)
            return Created(id="", outputs={**inputs, DECLARED_MARK: pick(inputs, DECLARED)})
        expected = _expected(inputs, declared=inputs, state={})
        seen = self._look(guarded, expected)
        self._settle_owners(guarded, expected, seen.observed)
        self._warn(urn, _unexpected(seen, expected), "not declared, and left alone")
        if unreadable := seen.observed["unreadable"]:
            self._connection.diagnostics.warn(_describe_unreadable(unreadable), urn)
        outputs = _outputs(inputs, guarded, expected, _assume_declared(seen, expected))
        identity = guarded.application_object_id or guarded.service_principal_object_id
        return Created(id=identity, outputs=outputs | {"changedAt": format_time(expected.now)})

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:
        """What the tenant shows, as inputs."""
        if "servicePrincipalId" not in inputs:
            raise AssociationError(
                "AccessGuard cannot be imported: it stands for nothing in the tenant.",
                hint="Run `pulumi up`: creating it only looks.",
            )
        declared = inputs.get(DECLARED_MARK) or inputs
        guarded = _guarded(inputs, outputs)
        expected = _expected(inputs, declared=declared, state=outputs)
        changed_at = read_time(outputs.get("changedAt"))
        just_changed = changed_at is not None and expected.now - changed_at < _LAG
        seen = self._look(guarded, expected, reader=urn, just_changed=just_changed)
        for change in list_accepted_changes(expected.observed, seen.observed):
            self._connection.diagnostics.warn(change, urn)
        settings = {name: inputs[name] for name in SETTINGS if name in inputs}
        found = find_deviations(seen.observed, expected.declared, expected.accepted)
        marks = {DECLARED_MARK: expected.declared, OBSERVED_AT: expected.now.isoformat()}
        kept = {name: outputs[name] for name in ("changedAt",) if name in outputs}
        return Observed(
            id=resource_id,
            inputs={**settings, **seen.observed, **marks, FINDINGS: {one.path: one.text for one in found}},
            outputs=_outputs(settings, guarded, expected, seen) | kept,
        )

    def update(
        self, *, urn: str, resource_id: str, old_outputs: Properties, inputs: Properties, preview: bool
    ) -> Properties:
        """Take away what was not declared, or only say so: as the mode wants it."""
        leaving = pick(old_outputs.get(DECLARED_MARK) or {}, DECLARED)
        self._tell_rotation(leaving["certificates"], inputs.get("certificates"))
        if preview:
            return {**old_outputs, **inputs, DECLARED_MARK: pick(inputs, DECLARED)}
        guarded = _guarded(inputs, old_outputs)
        expected = _expected(inputs, declared=inputs, state=old_outputs)
        seen = self._look(guarded, expected)
        self._settle_owners(guarded, expected, seen.observed, leaving)
        findings = [one for one in _unexpected(seen, expected) if one.key not in leaving.get(one.name, {})]
        if inputs.get("guard") == GuardMode.ENFORCE:
            seen = self._enforce(urn, findings, guarded, expected, seen)
        else:
            self._warn(urn, findings, "not declared, and left alone because guard is `report`")
        outputs = _outputs(inputs, guarded, expected, _assume_declared(seen, expected, leaving))
        return outputs | pick(expected.observed, BASELINE) | {"changedAt": format_time(datetime.now(UTC))}

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Take nothing away: what the guard did not make is not the guard's to remove."""

    def _look(self, guarded: Guarded, expected: Expected, *, reader: str = "", just_changed: bool = False) -> Seen:
        shared = Shared(readings=self._connection.readings, kin=self._kin)
        return look(self._connection.graph, guarded, expected, shared, reader=reader, just_changed=just_changed)

    def _settle_owners(self, guarded: Guarded, expected: Expected, observed: Maps, leaving: Maps | None = None) -> None:
        """Add declared owners that are missing, and take off those that the program has just stopped declaring.

        Where the owners could not be read, all of them: Graph says which are there, or are gone, already.
        """
        for name, path in (
            ("owners", f"/applications/{guarded.application_object_id}"),
            ("servicePrincipalOwners", f"/servicePrincipals/{guarded.service_principal_object_id}"),
        ):
            if not PATHS[name].is_of(guarded.whose):
                continue
            (source,) = PATHS[name].sources
            declared, stopped = set(expected.declared[name]), set((leaving or {}).get(name, ()))
            stopped -= declared
            if source.read.name not in observed["unreadable"]:
                declared -= observed[name].keys()
                stopped &= observed[name].keys()
            add_owners(self._connection.graph, path, declared)
            remove_owners(self._connection.graph, path, stopped)

    def _enforce(self, urn: str, findings: list[Finding], guarded: Guarded, expected: Expected, seen: Seen) -> Seen:
        plan = plan_repair(findings, guarded, observation=seen.observation, expected=expected)
        for finding, reason in plan.left:
            self._connection.diagnostics.warn(f"{finding}. Left alone: {reason}", urn)
        if not plan.steps:
            return seen
        carry_out(plan.steps, guarded, self._connection.graph, self._connection.keys)
        for pause in (0.0, 1.0, 2.0, 4.0):
            if pause:
                self._connection.graph.sleep(pause)
            after = self._look(guarded, expected)
            still = [one.finding for one in plan.steps if one.finding.key in after.observed[one.finding.name]]
            if not still:
                return after
        paths = ", ".join(sorted(finding.path for finding in still))
        raise AssociationError(
            f"Microsoft Graph took the removal of {paths}, and still shows it.",
            hint="Run `pulumi up --refresh` again in a minute; if it stays, somebody or something puts it back.",
        )

    def _tell_rotation(self, before: Mapping[str, str], wanted: Any) -> None:
        """Say a change of certificates as a sentence: in the preview, before it happens."""
        if not before or not isinstance(wanted, dict) or set(before) == set(wanted):
            return
        old, new = set(before), set(wanted)
        groups = (("adds", new - old), ("keeps", new & old), ("removes", old - new))
        said = ", ".join(f"{verb} {_shorten(thumbprints)}" for verb, thumbprints in groups if thumbprints)
        self._connection.diagnostics.info(f"This rotation {said}")

    def _tell_left_out(self, guarded: Guarded) -> None:
        """Once, before the guard is made: what nobody will look at."""
        if guarded.whose is Whose.VENDOR:
            self._connection.diagnostics.info(
                f"The guard of a vendor's application leaves out {', '.join(LEFT_OUT[Whose.VENDOR])}: only an application of this tenant has "
                "these, and the vendor keeps its own in its own tenant"
            )

    def _warn(self, urn: str, findings: Iterable[Finding], remark: str) -> None:
        for finding in findings:
            self._connection.diagnostics.warn(f"{finding} ({remark})", urn)


def _shorten(thumbprints: Iterable[str]) -> str:
    return " and ".join(f"{thumbprint[:8]}…" for thumbprint in sorted(thumbprints))


def _describe_unreadable(unreadable: Mapping[str, str]) -> str:
    return (
        f"The guard cannot see {len(unreadable)} of its sources and reports them as `unreadable`: {', '.join(sorted(unreadable))}. "
        "docs/permissions.md says which permissions show them."
    )


def _guarded(inputs: Properties, state: Properties) -> Guarded:
    return Guarded(
        application_object_id=str(inputs.get("applicationId") or "").rpartition("/")[2],
        service_principal_object_id=str(inputs["servicePrincipalId"]),
        stack_tag=str(inputs.get("stackTag") or ""),
        app_role_ids=inputs.get("appRoleIds") or {},
        delegated_ids=inputs.get("delegatedIds") or {},
        expiry_warning_days=int(inputs.get("expiryWarningDays") or 0),
        locked=bool(state.get("locked")),
        maker=str(state.get("createdByAppId") or ""),
    )


def _expected(inputs: Properties, *, declared: Properties, state: Properties) -> Expected:
    """What program and state know; the state is empty for a new guard.

    An accepted holder or credential that was gone at the last look is accepted no longer.
    """
    observed = pick(state, tuple(PATHS)) if state else {}
    return Expected(
        declared=pick(declared, DECLARED),
        accepted=still_accepted(pick(state.get("accepted") or {}, PINNED), observed),
        observed=observed,
        exceptions=tuple(map(FindingException.of, inputs.get("exceptions") or ())),
        now=datetime.now(UTC),
    )


def _assume_declared(seen: Seen, expected: Expected, leaving: Maps | None = None) -> Seen:
    """The declared counts as there: its own resources make it in this very run, and a replica may lag behind them.

    What the program has just stopped declaring (`leaving`) counts as gone: its own resource takes it away right after.
    """
    observed = dict(seen.observed)
    for name in DECLARED:
        gone = set((leaving or {}).get(name, ())) - set(expected.declared[name])
        there = {key: text for key, text in observed[name].items() if key not in gone}
        observed[name] = {**there, **expected.declared[name]}
    return replace(seen, observed=observed)


def _outputs(settings: Properties, guarded: Guarded, expected: Expected, seen: Seen) -> Properties:
    """A new guard accepts what it sees."""
    accepted = {**expected.accepted, **pick(expected.observed, BASELINE)} if expected.observed else seen.observed
    return {
        **settings,
        **seen.observed,
        DECLARED_MARK: expected.declared,
        "accepted": {name: accepted[name] for name in (*PINNED, *BASELINE)},
        "locked": guarded.locked or seen.observation.locked,
        "createdByAppId": seen.observation.maker or guarded.maker,
    }


def _unexpected(seen: Seen, expected: Expected) -> list[Finding]:
    """Findings of this look, beside what is missing; a new guard accepts what no program lists."""
    accepted = expected.accepted if expected.observed else seen.observed
    findings = find_deviations(seen.observed, expected.declared, accepted, seen.observation)
    return [finding for finding in findings if finding.deviation is not Deviation.MISSING]
