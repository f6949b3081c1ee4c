"""`python -m association evidence`: says what it will send, sends only that, reads only, and ends as the other commands do."""

import json
import re
from pathlib import Path

import pytest

from association.evidence.questions import LOOKUPS, QUESTIONS
from association.guard.paths import READS
from sandbox.tenant import Tenant
from tests.evidence.conftest import Command
from tests.guard.association import Association

PARITY = (Path(__file__).parents[2] / "sandbox" / "PARITY.md").read_text(encoding="utf-8")
NEEDS_A_CHANGE = "needs a change"
OPEN = {
    "key bytes in lists (`keys_in_lists`)": "keysInLists",
    "who owns what `Application.ReadWrite.OwnedBy` creates without owners": "application",
    "App Instance Lock of new applications (`lock_new_applications`)": "applicationWithoutSelect",
    "who uses it beside agent identities": "servicePrincipalFederatedCredentials",
    "whether it lists application principals": "exchangeRoles",
    "whether the service principal comes back with its application (`restore_service_principal`), and its grants": NEEDS_A_CHANGE,
    "duplicates, expired entries, longest span": NEEDS_A_CHANGE,
    "effect of the App Instance Lock at home (`lock_holds_at_home`)": NEEDS_A_CHANGE,
    "its permissions": NEEDS_A_CHANGE,
    "which templates a service principal has": "synchronizationJobs",
    "whether `Application.ReadWrite.OwnedBy` makes the principal of another tenant's application: refused here": NEEDS_A_CHANGE,
}
"""What PARITY.md calls open, to the question whose answer tells something about it."""


@pytest.fixture(autouse=True)
def _fresh(tenant: Tenant) -> None:
    tenant.requests.clear()
    tenant.faults.clear()


def test_it_sends_what_it_said_and_only_reads(tenant: Tenant, association: Association, evidence: Command) -> None:
    result = evidence("--client-id", association.client_id.upper())
    assert result.exit_code == 0
    sent = [request for request in tenant.requests if request.path.startswith(("/v1.0", "/beta"))]
    assert {(one.method, one.path.endswith("/$batch")) for one in sent} == {("GET", False), ("POST", True)}
    items = [item for one in sent if one.path.endswith("/$batch") for item in one.request["requests"]]
    alone = [one for one in sent if one.method == "GET" and not one.out_of_band]
    assert len(items) == len(READS)
    assert {item["method"] for item in items} == {"GET"}
    announced = re.findall(r"^  /(?:v1\.0|beta)/\S.*: ", result.stderr, re.MULTILINE)
    assert len(announced) == len(items) + len([one for one in QUESTIONS if not one.batched]) + len(LOOKUPS)
    assert len(alone) >= len(LOOKUPS) + len([one for one in QUESTIONS if not one.batched])


def test_the_guards_table_is_where_its_reads_come_from() -> None:
    assert [(one.name, one.path) for one in QUESTIONS if one.batched] == [(read.name, read.path) for read in READS]


def test_everything_that_parity_calls_open_has_a_question_or_needs_a_change() -> None:
    said = {text.strip() for text in re.findall(r"open: ([^|;]+)", PARITY)}
    assert said == set(OPEN)
    assert {name for name in OPEN.values() if name != NEEDS_A_CHANGE} <= {one.name for one in QUESTIONS}


def test_the_list_is_printed_and_nothing_is_sent(tenant: Tenant, evidence: Command) -> None:
    result = evidence("--list")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == len(QUESTIONS) + len(LOOKUPS) + 2
    assert tenant.requests == []


def test_the_file_is_written_where_the_option_says(association: Association, evidence: Command, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    result = evidence("--client-id", association.client_id, "--output", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    assert [one["name"] for one in json.loads(file.read_text())["exchanges"]] == [one.name for one in QUESTIONS]


def test_a_refused_read_stands_in_the_file(tenant: Tenant, association: Association, evidence: Command) -> None:
    tenant.add_identity("applications only", "Application.Read.All")
    result = evidence("--client-id", association.client_id, identity="applications only")
    assert result.exit_code == 0
    by_name = {one["name"]: one for one in json.loads(result.stdout)["exchanges"]}
    assert by_name["conditionalAccess"]["status"] == 403
    assert by_name["conditionalAccess"]["code"]
    assert by_name["conditionalAccess"]["body"]["error"]["code"] == by_name["conditionalAccess"]["code"]
    assert by_name["application"]["status"] == 200
    assert f"  conditionalAccess: 403 {by_name['conditionalAccess']['code']}" in result.stderr


@pytest.mark.parametrize("path", ["/beta/$batch", "/v1.0/$batch"])
def test_a_batch_that_is_refused_leaves_the_rest(
    tenant: Tenant, association: Association, evidence: Command, path: str
) -> None:
    tenant.faults.add("deny", method="POST", path=path)
    result = evidence("--client-id", association.client_id)
    assert result.exit_code == 0
    lost = {one["name"] for one in json.loads(result.stdout)["exchanges"] if one["status"] == 403}
    version = path.split("/")[1]
    assert lost == {one.name for one in QUESTIONS if one.batched and one.version == version}


def test_without_a_service_principal_its_questions_are_not_sent(tenant: Tenant, evidence: Command) -> None:
    status, application = tenant.graph("POST", "/v1.0/applications", {"displayName": "alone"})
    assert status == 201
    result = evidence("--client-id", application["appId"])
    assert result.exit_code == 0
    unsent = {one["name"] for one in json.loads(result.stdout)["exchanges"] if one["status"] is None}
    assert unsent == {one.name for one in QUESTIONS if one.needs_principal}
    assert "  groups: not sent: there is no service principal\n" in result.stderr


def test_an_unknown_application_is_1_and_writes_nothing(evidence: Command, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    result = evidence("--client-id", "00000000-0000-4000-8000-000000000000", "--output", str(file))
    assert (result.exit_code, result.stdout, file.exists()) == (1, "", False)
    assert "error: Microsoft Graph answered GET /applications(appId=" in result.stderr


def test_who_may_not_read_applications_ends_with_3(association: Association, evidence: Command) -> None:
    result = evidence("--client-id", association.client_id, identity="nobody")
    assert (result.exit_code, result.stdout) == (3, "")


@pytest.mark.parametrize("arguments", [(), ("--client-id", "x"), ("--client-id", "<b>", "--list", "--no")])
def test_wrong_usage_is_2(evidence: Command, arguments: tuple[str, ...]) -> None:
    assert evidence(*arguments).exit_code == 2
