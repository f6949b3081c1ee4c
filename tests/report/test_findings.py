"""What recorded runs of Pulumi are reported as."""

import json
import re

import pytest

from association.report import DocumentError
from association.report.as_text import render_text
from association.report.model import Deviation, Report, Severity, Verdict
from association.report.rules import FAMILY_RULES, RULES
from association.report.table import NAMES
from tests.report.made import association_of, guard_step, load, recorded, rename_stack, report_of, with_entry

ATTACKED = {
    ("certificates", Deviation.UNEXPECTED),
    ("federatedCredentials", Deviation.UNEXPECTED),
    ("secrets", Deviation.UNEXPECTED),
    ("appRoles", Deviation.UNEXPECTED),
    ("appRoles", Deviation.MISSING),
    ("owners", Deviation.UNEXPECTED),
    ("application", Deviation.CHANGED),
    ("otherHolders", Deviation.UNEXPECTED),
}


def told(report: Report) -> set[tuple[str, Deviation]]:
    return {(finding.rule, finding.deviation) for finding in association_of(report).findings}


@pytest.mark.parametrize("names", [("clean.refresh",), ("clean.preview",), ("clean.refresh", "clean.preview")])
def test_an_untouched_stack_has_no_drift(names: tuple[str, ...]) -> None:
    report = recorded(*names)
    assert (report.verdict, report.exit_code) == (Verdict.NO_DRIFT, 0)


def test_a_refresh_and_a_preview_tell_the_same_of_the_association() -> None:
    assert told(recorded("findings.preview")) == ATTACKED
    assert told(recorded("findings.refresh")) == ATTACKED


def test_what_both_commands_tell_is_one_finding() -> None:
    alone, both = recorded("findings.refresh"), recorded("findings.preview", "findings.refresh")
    assert len(association_of(both).findings) == len(association_of(alone).findings)
    assert both.exit_code == 7


def test_the_worst_comes_first() -> None:
    severities = [finding.severity.rank for finding in association_of(recorded("findings.refresh")).findings]
    assert severities == sorted(severities)
    assert severities[0] == Severity.CRITICAL.rank


def test_a_finding_says_what_who_when_what_it_allows_and_what_removes_it() -> None:
    findings = association_of(recorded("findings.refresh")).findings
    (secret,) = [finding for finding in findings if finding.rule == "secrets"]
    client_id = association_of(recorded("findings.refresh")).client_id
    key_id = secret.path.removeprefix("secrets.")
    assert secret.what.startswith("client secret 'backup'")
    assert secret.who == "mallory@sandbox.onmicrosoft.com"
    assert secret.when.endswith("Z")
    assert "signs in as the application" in secret.allows
    assert secret.command == f"az ad app credential delete --id {client_id} --key-id {key_id}"
    assert secret.technique is not None
    assert secret.technique.id == "T1098.001"


def test_what_the_guard_removes_is_removed_by_enforcing() -> None:
    findings = association_of(recorded("findings.refresh")).findings
    commands = {finding.command for finding in findings if finding.rule == "certificates"}
    assert commands == {"pulumi up --refresh --stack test --config guard=enforce"}


def test_a_program_without_that_setting_is_told_in_words() -> None:
    document = load("findings.refresh")
    document["config"] = {}
    (finding,) = [one for one in association_of(report_of(document)).findings if one.rule == "certificates"]
    assert (finding.command, "enforce" in finding.advice) == ("", True)


def test_the_same_difference_is_told_once_although_two_resources_show_it() -> None:
    paths = [finding.path for finding in association_of(recorded("findings.refresh", "findings.preview")).findings]
    assert [path for path in paths if path.startswith("owners")] == ["owners.d0000000-0000-4000-8000-000000000002"]
    assert "" not in paths  # the grant that is gone


def test_a_change_of_the_program_that_is_not_deployed_is_a_finding() -> None:
    document = load("findings.preview")
    guard = next(
        step for step in document["steps"] if step["urn"] == guard_step(document)["urn"] and step["detailedDiff"]
    )
    guard["detailedDiff"]["mode"] = {"kind": "update", "inputDiff": True}
    assert ("accessGuard", Deviation.CHANGED) in told(report_of(document))


def test_an_exception_that_holds_is_accepted_and_one_that_is_over_has_expired() -> None:
    association = association_of(recorded("exceptions.refresh", "exceptions.preview"))
    assert [one.reason for one in association.accepted] == ["migration of the archive"]
    assert list(association.expired) == ["owners.d0000000-0000-4000-8000-000000000002"]
    assert not [one for one in association.findings if one.rule in ("secrets", "expiredExceptions")]


def test_nothing_but_accepted_findings_is_exit_code_0() -> None:
    document = load("exceptions.refresh")
    guard = next(step for step in document["steps"] if "AccessGuard" in step["urn"])
    guard["op"], guard["detailedDiff"] = "refresh", None
    guard["newState"]["inputs"]["expiredExceptions"] = {}
    document["changeSummary"] = {"same": len(document["steps"])}
    report = report_of(document)
    assert (report.verdict, report.exit_code) == (Verdict.ACCEPTED, 0)


def test_an_expired_exception_alone_is_exit_code_7() -> None:
    document = load("exceptions.refresh")
    guard = next(step for step in document["steps"] if "AccessGuard" in step["urn"])
    guard["detailedDiff"] = {path: kind for path, kind in guard["detailedDiff"].items() if "expired" in path}
    report = report_of(document)
    assert guard["detailedDiff"]
    assert (report.verdict, report.exit_code) == (Verdict.EXPIRED, 7)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("unreadable.refresh", "conditionalAccess"),
        ("failed.refresh", "mimecast-guard"),
        ("undeployed.preview", "nothing is deployed"),
        ("unrefreshed.preview", "without --refresh"),
    ],
)
def test_a_partial_read_is_never_clean(name: str, what: str) -> None:
    report = recorded(name)
    unread = [*report.stacks[0].unreadable, *(one for part in report.stacks[0].associations for one in part.unreadable)]
    assert (report.verdict, report.exit_code) == (Verdict.UNREADABLE, 1)
    assert any(what in one.what or what in one.why for one in unread)
    assert all(part.verdict is Verdict.UNREADABLE for part in report.stacks[0].associations)


def test_a_failed_command_is_not_made_good_by_the_other_one() -> None:
    report = recorded("clean.preview", "failed.refresh")
    assert (report.verdict, report.exit_code) == (Verdict.UNREADABLE, 1)


def test_unread_sources_that_the_state_has_accepted_are_still_unread() -> None:
    document = load("unreadable.refresh")
    for step in document["steps"]:
        step["op"], step["detailedDiff"] = "refresh", None
    document["changeSummary"] = {"same": len(document["steps"])}
    assert recorded("unreadable.refresh").exit_code == report_of(document).exit_code == 1


@pytest.mark.parametrize(("accepted", "code"), [(True, 0), (False, 1)], ids=["accepted by the state", "new"])
def test_a_licence_that_the_tenant_lacks_is_accepted_as_the_state_has_it(*, accepted: bool, code: int) -> None:
    why = "not licensed: the tenant has no Entra ID P1, so there is nothing of this kind to see (403 Forbidden)"
    document = with_entry("unreadable", "conditionalAccess", why, path="unreadable.conditionalAccess")
    if accepted:
        for step in document["steps"]:
            step["op"], step["detailedDiff"] = "refresh", None
        document["changeSummary"] = {"same": len(document["steps"])}
    report = report_of(document)
    assert (report.verdict, report.exit_code) == (Verdict.ACCEPTED if accepted else Verdict.UNREADABLE, code)
    told = {one.finding: one.reason for one in association_of(report).accepted}
    assert told == ({"unreadable.conditionalAccess": why} if accepted else {})


def test_changes_that_pulumi_counts_and_does_not_show_are_unread() -> None:
    document = load("clean.refresh")
    document["changeSummary"] = {"same": 7, "update": 1}
    assert report_of(document).verdict is Verdict.UNREADABLE


def test_an_association_without_a_guard_is_unread() -> None:
    document = load("clean.refresh")
    document["steps"] = [step for step in document["steps"] if "AccessGuard" not in step["urn"]]
    report = report_of(document)
    assert report.exit_code == 1
    assert "no guard" in association_of(report).unreadable[0].why


def test_a_stack_without_an_association_is_unread() -> None:
    document = load("clean.refresh")
    document["steps"] = [step for step in document["steps"] if "::pulumi:pulumi:Stack::" in step["urn"]]
    assert report_of(document).stacks[0].unreadable[0].why == "there is no association in this stack"


def test_a_deleted_application_is_one_finding_and_not_one_for_each_resource() -> None:
    report = recorded("deleted.refresh", "deleted.preview")
    assert told(report) == {("deleted", Deviation.UNEXPECTED), ("otherHolders", Deviation.UNEXPECTED)}


def test_two_runs_of_one_command_are_refused() -> None:
    with pytest.raises(DocumentError, match="the second `pulumi refresh --preview-only` of the stack"):
        recorded("clean.refresh", "findings.refresh")


def test_the_same_stack_of_another_organization_is_another_stack() -> None:
    other = json.loads(json.dumps(load("clean.refresh")).replace("pulumi:organization/", "pulumi:other/"))
    assert len(report_of(load("findings.refresh"), other).stacks) == 2


@pytest.mark.parametrize("turn", [1, -1], ids=["refresh first", "preview first"])
def test_a_stack_that_was_deployed_in_part_is_told_once(turn: int) -> None:
    refresh, preview = load("clean.refresh"), load("clean.preview")  # `up` made no guard, the preview would
    refresh["steps"] = [step for step in refresh["steps"] if step["urn"] != guard_step(refresh)["urn"]]
    (stack,) = report_of(*[refresh, preview][::turn]).stacks
    assert len(stack.commands) == len([refresh, preview])


def test_the_worst_stack_comes_first_and_each_stack_is_told_once() -> None:
    documents = [
        rename_stack(load("clean.refresh"), "a"),
        rename_stack(load("unreadable.refresh"), "b"),
        rename_stack(load("findings.refresh"), "c"),
        rename_stack(load("clean.preview"), "a"),
    ]
    assert [stack.name for stack in report_of(*documents).stacks] == ["c", "b", "a"]


def test_fingerprints_are_the_same_in_every_run_and_differ_from_finding_to_finding() -> None:
    first, second = (
        association_of(recorded("findings.refresh", name)).findings for name in ("clean.preview", "findings.preview")
    )
    prints = [one.fingerprint for one in first]
    assert len(set(prints)) == len(prints)
    assert prints == [one.fingerprint for one in second]


@pytest.mark.parametrize(
    "sentence",
    [
        "client secret 'x; by alice 2026-01-01 00:00Z'; by mallory 2026-11-29 03:40Z",
        "client secret 'x'; by application y; by alice 2026-01-01 00:00Z 2026-11-29 03:40Z",
        "client secret 'x; by alice 2026-01-01 00:00Z'",
    ],
)
def test_a_name_cannot_put_the_blame_on_somebody_else(sentence: str) -> None:
    (finding,) = association_of(report_of(with_entry("secrets", "k", sentence))).findings
    assert (finding.what, finding.who, finding.when) == (sentence, "", "")


def test_a_key_cannot_add_to_the_command_that_removes_it() -> None:
    (finding,) = association_of(report_of(with_entry("secrets", "x; rm -rf ~ #", "client secret"))).findings
    assert finding.command.endswith("--key-id 'x; rm -rf ~ #'")


def test_every_family_of_the_guard_has_a_rule() -> None:
    assert set(NAMES) <= set(FAMILY_RULES) < set(RULES)


@pytest.mark.parametrize("family", sorted(set(NAMES) - {"expiredExceptions", "unreadable"}))
def test_a_new_entry_of_each_family_says_what_it_allows_and_what_to_do(family: str) -> None:
    report = report_of(with_entry(family, "some/key", "something"))
    (finding,) = association_of(report).findings
    assert report.exit_code == 7
    assert finding.allows
    assert finding.command or finding.advice


def test_what_up_leaves_alone_and_what_it_removes_is_told_alike() -> None:
    document = load("findings.preview")
    (guard,) = [step for step in document["steps"] if "AccessGuard::" in step["urn"] and step["op"] == "update"]
    left_alone = [path for path in guard["detailedDiff"] if path.startswith("findings[")]
    assert len(left_alone) == 6
    for path in left_alone:
        del guard["detailedDiff"][path]
        guard["detailedDiff"][json.loads(path[len("findings[") : -1])] = {"kind": "delete", "inputDiff": True}
    assert told(report_of(document)) == ATTACKED
    both = association_of(report_of(load("findings.refresh"), document)).findings
    assert len(both) == len(association_of(recorded("findings.refresh")).findings)


def test_the_client_id_is_known_from_the_application_too() -> None:
    document = load("findings.refresh")
    for step in document["steps"]:
        if "AccessGuard::" in step["urn"]:
            for place in ("inputs", "outputs"):
                step["newState"][place].pop("clientId", None)
    association = association_of(report_of(document))
    assert association.client_id == association_of(recorded("findings.refresh")).client_id != ""
    assert any(f"--id {association.client_id} " in finding.command for finding in association.findings)


def test_an_exception_for_good_is_accepted_for_good() -> None:
    document = load("exceptions.refresh")
    for step in document["steps"]:
        for one in (step.get("newState") or {}).get("outputs", {}).get("exceptions", []):
            one.pop("until")
    report = report_of(document)
    assert {one.until for one in association_of(report).accepted} == {""}
    assert "for good: migration of the archive" in render_text(report)


def test_associations_of_one_stack_are_told_apart() -> None:
    document = load("clean.refresh")
    other = json.loads(re.sub("::mimecast(?!-entra|-association)", "::second", json.dumps(load("findings.refresh"))))
    document["steps"] += [step for step in other["steps"] if "::second" in step["urn"]]
    document["changeSummary"] = {}
    (stack,) = report_of(document).stacks
    verdicts = {association.name: association.verdict for association in stack.associations}
    assert verdicts == {"second": Verdict.FINDINGS, "mimecast": Verdict.NO_DRIFT}


def test_other_resources_of_the_stack_are_findings_of_their_own() -> None:
    document = load("clean.refresh")
    bucket = {"urn": "urn:pulumi:test::mimecast-association::aws:s3:Bucket::logs", "type": "aws:s3:Bucket"}
    states = {"oldState": bucket | {"outputs": {"acl": "private"}}, "newState": bucket | {"outputs": {"acl": "public"}}}
    diff = {"detailedDiff": {"acl": {"kind": "update"}}}
    document["steps"].append({"op": "update", "urn": bucket["urn"]} | states | diff)
    (stack,) = report_of(document).stacks
    (other,) = [association for association in stack.associations if not association.name]
    assert [finding.what for finding in other.findings] == ["Bucket logs, acl: is 'public', recorded as 'private'"]


def test_a_secret_value_is_never_shown() -> None:
    document = load("clean.refresh")
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    for step in document["steps"]:
        if "application:Application::" in step["urn"]:
            step["op"], step["detailedDiff"] = "update", {"notes": {"kind": "update"}, "web": {"kind": "update"}}
            step["newState"]["outputs"] |= {"notes": secret, "web": {"deep": [secret]}}
    text = render_text(report_of(document))
    assert "hunter2" not in text
    assert text.count("[secret]") == 2


def test_a_changed_sentence_says_what_it_was() -> None:
    document = with_entry("exchangePrincipal", "accountEnabled", "disabled: nobody gets tokens")
    for step in document["steps"]:
        if "AccessGuard::" in step["urn"]:
            step["detailedDiff"] = {"exchangePrincipal.accountEnabled": {"kind": "update"}}
    (finding,) = association_of(report_of(document)).findings
    assert finding.what == "disabled: nobody gets tokens; before: enabled"
