"""Owns `AccessGuard`: what a read, a diff and an update of the guard mean to Pulumi. It leaves looking to `association.guard`.

A read returns what was observed as inputs. Outputs repeat it, and hold beside it what the program declared last
(`declared`) and what the state had accepted before (`accepted`), so that a diff is honest in a preview and in a refresh,
also after a refresh that accepted a finding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from association.contract import ACCESS_GUARD, GuardMode
from association.errors import AssociationError
from association.graph.owners import add_owners
from association.guard.comparison import (
    Before,
    Deviation,
    Finding,
    find_deviations,
    pick_baseline,
    pick_declared,
)
from association.guard.exceptions import read_exceptions
from association.guard.families import BASELINE, DECLARED, Maps
from association.guard.inspection import Inspection, Order, inspect
from association.guard.reads import Subject
from association.guard.repair import carry_out, plan_repair
from association.guard.text import property_path, read_time
from association.text import format_time
from provider.access_guard_inputs import DECLARED_MARK, SCHEMA, SETTINGS, check_inputs
from provider.resource import UNKNOWN, Change, Checked, Created, Difference, Observed, Properties

if TYPE_CHECKING:
    from provider.connection import Connection

_LAG: Final = timedelta(minutes=1)
"""Time after a change of ours in which a missing entry may still be on its way to every replica."""


class AccessGuard:
    """The complete list of ways into one association."""

    pulumi_type: ClassVar[str] = ACCESS_GUARD
    schema: ClassVar[Mapping[str, Any]] = SCHEMA

    def __init__(self, connection: "Connection") -> None:
        """Contact nobody yet."""
        self._connection = connection

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Judge the inputs; the tenant is not asked."""
        self._tell_rotation(old_inputs, inputs)
        return check_inputs(old_inputs, inputs)

    def diff(
        self,
        *,
        resource_id: str,  # noqa: ARG002 - the protocol's signature
        old_inputs: Properties,  # noqa: ARG002 - outputs repeat them as observed
        old_outputs: Properties,
        inputs: Properties,
    ) -> Difference:
        """What was observed against what is declared, entry by entry, and against what the state had accepted."""
        changes = {
            name: Change.UPDATE for name in SETTINGS if inputs.get(name) != old_outputs.get(name) and name in inputs
        }
        wanted = inputs.get(DECLARED_MARK) or inputs
        accepted = {
            **(old_outputs.get("accepted") or {}),
            **{name: inputs[name] for name in BASELINE if name in inputs},
        }
        for name in DECLARED:
            changes |= _compare(name, old_outputs.get(name) or {}, wanted.get(name) or {})
        for name in BASELINE:
            changes |= _compare(name, old_outputs.get(name) or {}, accepted.get(name) or {})
        return Difference(changes=changes, replaces="applicationId" in changes)

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:
        """Look for the first time: what is there beside the declared is warned about, never taken away."""
        if preview:
            return Created(id="", outputs={**inputs, DECLARED_MARK: _declared_of(inputs)})
        order = _order(inputs, declared=pick_declared(inputs), before=Before(observed={}))
        inspection = inspect(self._connection.graph, order)
        self._complete_owners(inputs, inspection.observed)
        self._warn(urn, _unexpected(inspection, order.declared), "not declared, and left alone")
        if unreadable := inspection.observed["unreadable"]:
            self._connection.diagnostics.warn(_describe_unreadable(unreadable), urn)
        outputs = _outputs(inputs, _assume_declared(inspection, order), order, accepted=inspection.observed)
        return Created(id=order.subject.application_object_id, outputs=outputs | {"changedAt": format_time(order.now)})

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:
        """What the tenant shows, as inputs."""
        if "servicePrincipalId" not in inputs:
            raise AssociationError(
                "AccessGuard cannot be imported: it stands for nothing in the tenant.",
                hint="Run `pulumi up`: creating it only looks.",
            )
        declared = pick_declared(outputs.get(DECLARED_MARK) or inputs)
        accepted = pick_baseline(outputs)
        before = Before(observed=pick_declared(outputs) | accepted, locked=bool(outputs.get("locked")))
        changed_at = read_time(outputs.get("changedAt"))
        now = datetime.now(UTC)
        order = _order(
            inputs, declared=declared, before=before, just_changed=changed_at is not None and now - changed_at < _LAG
        )
        inspection = inspect(self._connection.graph, order, self._connection.keys.readings, urn)
        kept = {"changedAt": outputs["changedAt"]} if "changedAt" in outputs else {}
        settings = {name: inputs[name] for name in SETTINGS if name in inputs}
        return Observed(
            id=resource_id,
            inputs={**settings, **inspection.observed, DECLARED_MARK: declared},
            outputs=_outputs(settings, inspection, order, accepted=accepted) | kept,
        )

    def update(
        self,
        *,
        urn: str,
        resource_id: str,  # noqa: ARG002 - the protocol's signature
        old_outputs: Properties,
        inputs: Properties,
        preview: bool,
    ) -> Properties:
        """Take away what was not declared, or only say so: as the mode wants it."""
        if preview:
            return {**old_outputs, **inputs, DECLARED_MARK: _declared_of(inputs)}
        accepted = pick_baseline(old_outputs)
        before = Before(observed=pick_declared(old_outputs) | accepted, locked=bool(old_outputs.get("locked")))
        order = _order(inputs, declared=pick_declared(inputs), before=before)
        leaving = pick_declared(old_outputs.get(DECLARED_MARK) or {})
        inspection = inspect(self._connection.graph, order)
        self._complete_owners(inputs, inspection.observed)
        findings = [one for one in _unexpected(inspection, order.declared) if one.key not in leaving[one.family]]
        if inputs.get("mode") == GuardMode.ENFORCE:
            inspection = self._enforce(urn, findings, inspection, order)
        else:
            self._warn(urn, findings, "not declared, and left alone because guard is `report`")
        outputs = _outputs(inputs, _assume_declared(inspection, order, leaving), order, accepted=accepted)
        return outputs | accepted | {"changedAt": format_time(datetime.now(UTC))}

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Take nothing away: what the guard did not make is not the guard's to remove."""

    def _complete_owners(self, inputs: Properties, observed: Mapping[str, Mapping[str, str]]) -> None:
        """Add declared owners that are none: azuread keeps in its state what it failed to add, and adds it never again."""
        for name, path in (
            ("owners", str(inputs["applicationId"])),
            ("servicePrincipalOwners", f"/servicePrincipals/{inputs['servicePrincipalId']}"),
        ):
            missing = (inputs.get(name) or {}).keys() - observed[name].keys()
            if name not in observed["unreadable"]:
                add_owners(self._connection.graph, path, missing)

    def _enforce(self, urn: str, findings: list[Finding], inspection: Inspection, order: Order) -> Inspection:
        plan = plan_repair(
            findings,
            announced=order.before.observed,
            observation=inspection.observation,
            declared=order.declared,
            now=order.now,
        )
        for finding, reason in plan.left:
            self._connection.diagnostics.warn(f"{finding}. Left alone: {reason}", urn)
        if not plan.steps:
            return inspection
        carry_out(plan.steps, self._connection.graph, self._connection.keys)
        gone = {(step.finding.family, step.finding.key) for step in plan.steps}
        after = inspection
        for pause in (0.0, 1.0, 2.0, 4.0):
            if pause:
                self._connection.graph.sleep(pause)
            after = inspect(self._connection.graph, order)
            still = [name for name in sorted(gone) if name[1] in after.observed[name[0]]]
            if not still:
                return after
        paths = ", ".join(property_path(*name) for name in still)
        raise AssociationError(
            f"Microsoft Graph took the removal of {paths}, and still shows it.",
            hint="Run `pulumi up --refresh` again in a minute; if it stays, somebody or something puts it back.",
        )

    def _tell_rotation(self, old_inputs: Properties, inputs: Properties) -> None:
        """Say a change of certificates as a sentence, before it happens."""
        before = set((old_inputs.get(DECLARED_MARK) or old_inputs).get("certificates") or ())
        wanted = inputs.get("certificates")
        if not before or not isinstance(wanted, dict) or before == set(wanted):
            return
        groups = (("adds", set(wanted) - before), ("keeps", set(wanted) & before), ("removes", before - set(wanted)))
        said = ", ".join(f"{verb} {_shorten(thumbprints)}" for verb, thumbprints in groups if thumbprints)
        self._connection.diagnostics.info(f"This rotation {said}")

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


def _compare(name: str, observed: Any, wanted: Any) -> dict[str, Change]:
    """From what was observed to what should be, by property path."""
    if observed is UNKNOWN or wanted is UNKNOWN:
        return {name: Change.UPDATE}
    changes: dict[str, Change] = {}
    for key in sorted(set(observed) | set(wanted)):
        if observed.get(key) != wanted.get(key):
            kind = Change.DELETE if key not in wanted else Change.ADD if key not in observed else Change.UPDATE
            changes[property_path(name, key)] = kind
    return changes


def _order(inputs: Properties, *, declared: Maps, before: Before, just_changed: bool = False) -> Order:
    subject = Subject(
        application_object_id=str(inputs["applicationId"]).rpartition("/")[2],
        service_principal_object_id=str(inputs["servicePrincipalId"]),
        client_id=str(inputs["clientId"]),
        stack_tag=str(inputs.get("stackTag") or ""),
        app_role_ids=inputs.get("appRoleIds") or {},
        siblings=frozenset(inputs.get("siblings") or ()),
        expiry_warning_days=int(inputs.get("expiryWarningDays") or 0),
    )
    return Order(
        subject=subject,
        declared=declared,
        before=before,
        exemptions=read_exceptions(inputs.get("exceptions")),
        now=datetime.now(UTC),
        just_changed=just_changed,
    )


def _assume_declared(inspection: Inspection, order: Order, leaving: Maps | None = None) -> Inspection:
    """The declared counts as there: its own resources make it in this very run, and a replica may lag behind them.

    What the program has just stopped declaring (`leaving`) counts as gone: its own resource takes it away right after.
    """
    observed = dict(inspection.observed)
    for name in DECLARED:
        gone = set((leaving or {}).get(name, ())) - set(order.declared[name])
        there = {key: text for key, text in observed[name].items() if key not in gone}
        observed[name] = {**there, **order.declared[name]}
    return replace(inspection, observed=observed)


def _outputs(settings: Properties, inspection: Inspection, order: Order, *, accepted: Maps) -> Properties:
    return {
        **settings,
        **inspection.observed,
        DECLARED_MARK: order.declared,
        "accepted": {name: accepted.get(name, {}) for name in BASELINE},
        "locked": order.before.locked or inspection.observation.locked,
    }


def _unexpected(inspection: Inspection, declared: Maps) -> list[Finding]:
    findings = find_deviations(inspection.observed, declared, inspection.observation)
    return [finding for finding in findings if finding.deviation is Deviation.UNEXPECTED]


def _declared_of(inputs: Properties) -> Properties:
    return {name: inputs.get(name) or {} for name in DECLARED}
