"""What differs between what the guard saw and what it should see, in the words of a diff.

A refresh names each finding by its property: the engine shows `+ secrets.1f0c…`. A plan of the program would show the same
as `- secrets.1f0c…`, which reads as if `up` took it away. So it does so only where `up` will; whatever `up` leaves alone is
`+ findings["secrets.1f0c…"]`.
"""

from collections.abc import Iterator
from typing import Any

from association.contract import GuardMode
from association.guard.access_path import AccessPath, Kind, Maps
from association.guard.paths import BASELINE, PATHS, PINNED
from association.guard.text import property_path
from provider.access_guard_inputs import DECLARED_MARK, FINDINGS, OBSERVED_AT, SETTINGS
from provider.resource import UNKNOWN, Change, Difference, Properties


def diff_guard(old_inputs: Properties, old_outputs: Properties, inputs: Properties) -> Difference:
    """What was observed against what is declared and accepted, entry by entry."""
    changes = {name: Change.UPDATE for name in SETTINGS if inputs.get(name) != old_outputs.get(name) and name in inputs}
    declared = inputs.get(DECLARED_MARK) or inputs
    accepted = {
        **(old_outputs.get("accepted") or {}),
        **{name: inputs[name] for name in BASELINE if name in inputs},
    }
    planned = inputs.get(OBSERVED_AT) == old_inputs.get(OBSERVED_AT)
    enforced = inputs.get("guard") == GuardMode.ENFORCE
    for name, path in PATHS.items():
        wanted = (declared if path.kind is Kind.DECLARED else accepted).get(name) or {}
        was_declared = (old_outputs.get(DECLARED_MARK) or {}).get(name) or {}
        for key, change in _compare(old_outputs.get(name) or {}, wanted):
            shown = property_path(name, key) if key else name
            if (
                not planned
                or not key
                or path.kind is Kind.BASELINE
                or _will_happen(path, change, enforced=enforced, leaving=key in was_declared)
            ):
                changes[shown] = change
            elif change is not Change.ADD or path.valued:
                changes[property_path(FINDINGS, shown)] = Change.ADD
    return Difference(changes=changes, replaces="applicationId" in changes)


def _will_happen(path: AccessPath, change: Change, *, enforced: bool, leaving: bool) -> bool:
    """Whether the program's resources or the guard itself make it so: what left the program is taken away by its resource."""
    if path.kind is Kind.PINNED:
        return False
    return change is not Change.DELETE or leaving or (enforced and path.rank is not None)


def _compare(observed: Any, wanted: Any) -> Iterator[tuple[str, Change]]:
    """From what was observed to what should be, by key; an empty key where a preview cannot know yet."""
    if observed is UNKNOWN or wanted is UNKNOWN:
        yield "", Change.UPDATE
        return
    for key in sorted(set(observed) | set(wanted)):
        if observed.get(key) != wanted.get(key):
            yield key, Change.DELETE if key not in wanted else Change.ADD if key not in observed else Change.UPDATE


def list_accepted_changes(before: Maps, now: Maps) -> Iterator[str]:
    """What a refresh shows once and accepts: changes of the baseline, and accepted holders or credentials that are gone."""
    for name in (*PINNED, *BASELINE):
        for key, change in _compare(before.get(name, {}), now[name]):
            old, new = before.get(name, {}).get(key), now[name].get(key)
            lost = change is Change.DELETE
            if name in BASELINE or (lost and not PATHS[name].valued):
                said = f"it was {old!r} and is gone" if lost else f"it is now {new!r}"
                yield f"{property_path(name, key)}: {said}. A refresh that is not a preview accepts this and shows it no more"
