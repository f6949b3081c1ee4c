"""The pure comparison: declared, known and observed entries, without any tenant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from association.guard.access_path import Entry, Guarded, Removal
from association.guard.compare import Deviation, Expected, Observation, find_deviations, merge
from association.guard.exceptions import FindingException
from association.guard.paths import PATHS
from association.guard.repair import plan_repair

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
DECLARED = {"certificates": {"AB": "the vendor's"}}


def observe(
    unreadable: dict[str, str] | None = None, missing: frozenset[str] = frozenset(), **families: Any
) -> Observation:
    """Families by name, each a map from key to sentence; secrets and certificates can be taken away."""
    entries = {
        family: {
            key: Entry(key=key, id=key, sentence=text, removal=Removal("DELETE", f"/{family}/{key}"))
            for key, text in keys.items()
        }
        for family, keys in families.items()
    }
    ends = dict.fromkeys(families.get("certificates", ()), NOW + timedelta(days=1))
    return Observation(entries=entries, unreadable=unreadable or {}, missing=missing, certificate_ends=ends)


def merged(
    observation: Observation,
    before: dict[str, dict[str, str]] | None = None,
    exceptions: tuple[FindingException, ...] = (),
    accepted: dict[str, dict[str, str]] | None = None,
) -> dict[str, dict[str, str]]:
    return merge(observation, expected(before, exceptions, accepted))


def expected(
    before: dict[str, dict[str, str]] | None = None,
    exceptions: tuple[FindingException, ...] = (),
    accepted: dict[str, dict[str, str]] | None = None,
) -> Expected:
    return Expected(declared=DECLARED, accepted=accepted or {}, observed=before or {}, exceptions=exceptions, now=NOW)


def test_every_family_is_in_the_result_also_when_it_is_empty() -> None:
    assert list(merged(observe())) == list(PATHS)


def test_a_declared_entry_reads_as_declared_whatever_the_tenant_calls_it() -> None:
    assert merged(observe(certificates={"AB": "something else"}))["certificates"] == DECLARED["certificates"]


def test_an_undeclared_entry_reads_as_observed_and_a_missing_one_is_absent() -> None:
    assert merged(observe(certificates={"CD": "rogue"}))["certificates"] == {"CD": "rogue"}


def test_findings_are_the_undeclared_and_the_missing() -> None:
    observation = observe(certificates={"CD": "rogue"})
    findings = find_deviations(merged(observation), DECLARED, {}, observation)
    assert [(one.path, one.deviation) for one in findings] == [
        ("certificates.CD", Deviation.UNEXPECTED),
        ("certificates.AB", Deviation.MISSING),
    ]
    assert str(findings[1]) == "certificates.AB: declared and not there: the vendor's"


def test_of_an_unreadable_part_the_last_reading_counts() -> None:
    observation = observe(unreadable={"application": "not permitted"})
    result = merged(observation, {"certificates": {"AB": "the vendor's"}, "secrets": {"1": "rogue"}})
    assert (result["certificates"], result["secrets"]) == (DECLARED["certificates"], {"1": "rogue"})


def test_of_a_part_that_never_was_readable_the_declared_counts() -> None:
    assert merged(observe(unreadable={"application": "x"}))["certificates"] == DECLARED["certificates"]


def test_two_reads_of_one_family_are_carried_over_apart() -> None:
    known = {"directoryRoles": {"1": "active", "eligible/2": "eligible"}}
    assert merged(observe(unreadable={"eligibleDirectoryRoles": "x"}), known)["directoryRoles"] == {
        "eligible/2": "eligible"
    }
    assert merged(observe(unreadable={"directoryRoles": "x"}), known)["directoryRoles"] == {"1": "active"}


def test_of_a_deleted_application_only_the_deletion_is_reported() -> None:
    observation = observe(missing=frozenset({"application", "servicePrincipal"}), deleted={"a": "gone"})
    result = merged(observation, {"secrets": {"1": "went with it"}})
    assert (result["certificates"], result["secrets"], result["deleted"]) == (
        DECLARED["certificates"],
        {},
        {"a": "gone"},
    )


def test_a_known_holder_keeps_its_sentence_and_a_value_does_not() -> None:
    observation = observe(otherHolders={"1": "new name"}, exchangePrincipal={"accountEnabled": "disabled"})
    known = {"exchangePrincipal": {"accountEnabled": "enabled"}}
    result = merged(observation, known, accepted={"otherHolders": {"1": "old name"}})
    assert result["otherHolders"] == {"1": "old name"}
    assert result["exchangePrincipal"] == {"accountEnabled": "disabled"}


@pytest.mark.parametrize(("days", "shown"), [(0, {}), (1, {}), (-1, {"1": "rogue"})])
def test_an_exception_holds_through_its_last_day(days: int, shown: dict[str, str]) -> None:
    exception = FindingException(name="secrets", key="1", reason="migration", until=TODAY + timedelta(days=days))
    result = merged(observe(secrets={"1": "rogue"}), exceptions=(exception,))
    assert result["secrets"] == shown
    assert list(result["expiredExceptions"]) == (["secrets.1"] if days < 0 else [])


def test_an_exception_for_something_declared_does_not_hide_it() -> None:
    exception = FindingException(name="certificates", key="AB", reason="x", until=TODAY)
    assert (
        merged(observe(certificates={"AB": "x"}), exceptions=(exception,))["certificates"] == DECLARED["certificates"]
    )


def plan(observation: Observation, announced: dict[str, dict[str, str]]) -> Any:
    result = merged(observation)
    findings = find_deviations(result, DECLARED, {}, observation)
    guarded = Guarded(application_object_id="app", service_principal_object_id="sp", stack_tag="pulumi:o/p/s/n")
    return plan_repair(findings, guarded, observation=observation, expected=expected(announced))


def test_only_what_was_announced_is_taken_away() -> None:
    observation = observe(certificates={"AB": "x"}, secrets={"1": "old", "2": "new"})
    planned = plan(observation, {"secrets": {"1": "old"}})
    assert [step.finding.key for step in planned.steps] == ["1"]
    assert [finding.key for finding, _ in planned.left] == ["2"]


def test_credentials_stay_while_no_declared_one_works() -> None:
    observation = observe(secrets={"1": "rogue"}, appRoles={"x": "rogue"})
    planned = plan(observation, {"secrets": {"1": ""}, "appRoles": {"x": ""}})
    assert [step.finding.name for step in planned.steps] == ["appRoles"]


def test_what_has_no_removal_is_left_with_its_advice() -> None:
    entry = Entry(key="1", sentence="left behind")
    observation = Observation(entries={"orphans": {"1": entry}})
    (reason,) = [reason for _, reason in plan(observation, {"orphans": {"1": ""}}).left]
    assert reason == "run `python -m association orphans --tag pulumi:o/p/s/n --remove 1`"


def test_administrators_go_before_credentials_and_the_application_opens_last() -> None:
    switches = {"acceptMappedClaims": "on", "instanceLock": "off", "isDisabled": "off"}
    families: dict[str, dict[str, str]] = {"certificates": {"AB": "x"}, "switches": switches}
    families |= {name: {"1": "rogue"} for name in ("appRoles", "secrets", "owners", "directoryRoles")}
    planned = plan(observe(None, frozenset(), **families), {**families, "certificates": {}})
    assert [(step.finding.name, step.finding.key) for step in planned.steps] == [
        ("directoryRoles", "1"),
        ("owners", "1"),
        ("secrets", "1"),
        ("appRoles", "1"),
        ("switches", "acceptMappedClaims"),
        ("switches", "instanceLock"),
        ("switches", "isDisabled"),
    ]
