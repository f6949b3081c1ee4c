"""The doctor says beforehand what the engine's tests see fail: no engine here, a real tenant behind real HTTP."""

import ast
import hashlib
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest

from association.cli import cli
from association.cli.doctor import describe
from association.doctor import Verdict, examine, read_stack
from association.doctor.permission_checks import check_permissions
from association.graph.deployer import Deployer
from association.stack import open_stack
from sandbox.workspace import ROOT
from tests.factories import certificate_pem
from tests.guard.association import ADELE, EXCHANGE, MALLORY, Association, ask
from tests.operate.operator import PROJECT, TAG, Operator, put_engine

NAME = "Mimecast O365 Server Connection"
LIMITED = {"restrictionType": "asymmetricKeyLifetime", "state": "enabled", "maxLifetime": "P90D"}

Change = Callable[[Operator], None]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A precondition that is broken, and the check that must say so."""

    check: str
    says: str
    code: int = 1
    mirrors: str = ""
    """The test with the engine in which `up` fails for it, or the test of the part that fails."""
    change: Change


CASES: dict[str, Case] = {}


def case(check: str, says: str, code: int = 1, mirrors: str = "") -> Callable[[Change], Change]:
    def add(change: Change) -> Change:
        CASES[change.__name__] = Case(check=check, says=says, code=code, mirrors=mirrors, change=change)
        return change

    return add


def deployer_of(operator: Operator) -> str:
    return operator.tenant.identity("deployer").object_id


@case(
    "permissions",
    "may not grant full_access_as_app: that needs AppRoleAssignment.ReadWrite.All together with Application.Read.All",
    3,
    "engine/test_failures.py::test_a_refused_grant_names_the_permission_and_two_ways_and_the_next_up_completes",
)
def no_right_to_grant(operator: Operator) -> None:
    operator.tenant.revoke("deployer", "AppRoleAssignment.ReadWrite.All")


@case(
    "permissions",
    "may not create and change application and service principal: that needs Application.ReadWrite.OwnedBy",
    3,
    "component/test_failures.py",
)
def no_right_to_create(operator: Operator) -> None:
    operator.tenant.revoke("deployer", "Application.ReadWrite.OwnedBy")


@case("permissions", "may not find Exchange Online's service principal", 3, "docs/test_exit_codes.py::test_a_missing_permission_is_1_of_pulumi_and_3_of_ours")  # fmt: skip
def no_right_to_read(operator: Operator) -> None:
    operator.tenant.revoke("deployer", *operator.tenant.identity("deployer").permissions)
    operator.tenant.permit("deployer", "AppRoleAssignment.ReadWrite.All")


@case("tenant", "initial domain cannot be read, and `up` ends with that", 3, "provider/test_deployer_check.py::test_a_domain_that_may_not_be_read_stops_everything_with_the_way_out")  # fmt: skip
def no_right_to_read_domains(operator: Operator) -> None:
    operator.tenant.revoke("deployer", "Domain.Read.All", "Directory.Read.All")


@case("tenant", "has no domain contoso.onmicrosoft.com; its initial domain is sandbox.onmicrosoft.com")
def another_tenants_domain(operator: Operator) -> None:
    operator.set(owners=[deployer_of(operator)], tenantDomain="contoso.onmicrosoft.com")


@case("settings", "'me' is not a valid object ID", 1, "engine/test_failures.py::test_settings_are_refused_all_at_once_before_anything_is_registered")  # fmt: skip
def wrong_settings(operator: Operator) -> None:
    operator.set(displayName="Bob's", owners=["me"], tenantDomain="contoso", expiryWarningDays=-1)
    (operator.folder / "certs" / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB!\n")


@case(
    "settings",
    "mimecast-association:tennantDomain: unknown setting; did you mean 'tenantDomain'?",
    1,
    "engine/test_arguments.py::test_an_unquoted_date_and_a_wrong_setting_name",
)
def an_unknown_setting(operator: Operator) -> None:
    operator.set(owners=[deployer_of(operator)], tennantDomain="contoso.onmicrosoft.com")


@case(
    "certificates",
    "certs/mimecast.pem: expired 1 day ago",
    1,
    "engine/test_rotation.py::test_the_old_file_deleted_by_mistake_is_refused_unless_a_valid_one_stays",
)
def an_expired_certificate(operator: Operator) -> None:
    pem = certificate_pem("old", begins=timedelta(days=-9), ends=timedelta(days=-1, seconds=-60))
    (operator.folder / "certs" / "mimecast.pem").write_text(pem)


@case(
    "certificates",
    "there is no certificate that can be used",
    1,
    "engine/test_rotation.py::test_the_old_file_deleted_by_mistake_is_refused_unless_a_valid_one_stays",
)
def no_certificate(operator: Operator) -> None:
    (operator.folder / "certs" / "mimecast.pem").unlink()


@case("credentialPolicy", "the tenant's app management policy allows 90 days", 1, "provider/test_tenant_policy.py")
def a_policy_that_allows_90_days(operator: Operator) -> None:
    rules = {"isEnabled": True, "applicationRestrictions": {"keyCredentials": [LIMITED], "passwordCredentials": []}}
    ask(operator.tenant, "PATCH", "/policies/defaultAppManagementPolicy", rules)


@case(
    "owners",
    f"may not add the owners {ADELE}",
    3,
    "engine/test_owners.py::test_a_deployer_that_may_not_add_owners_is_told_before_anything_is_made",
)
def another_owner(operator: Operator) -> None:
    operator.set(owners=[deployer_of(operator), ADELE])


@case("owners", "this deployment would lock it out", 3, "provider/test_deployer_check.py")
def the_deployer_is_no_owner(operator: Operator) -> None:
    operator.set(owners=[])


@case("owners", "no user or service principal of this tenant has this object ID")
def an_owner_that_does_not_exist(operator: Operator) -> None:
    operator.tenant.permit("deployer", "Application.ReadWrite.All")
    operator.set(owners=[deployer_of(operator), "d0000000-0000-4000-8000-0000000000ff"])


@case("owners", "does not own the application that this stack made", 3, "engine/test_guard.py::test_an_up_with_refresh_that_fails_half_way_silences_no_declared_finding")  # fmt: skip
def an_application_that_the_deployer_does_not_own(operator: Operator) -> None:
    ask(operator.tenant, "POST", "/applications", {"displayName": NAME, "tags": [TAG]})


@case("exchangeOnline", "This tenant has no service principal of Office 365 Exchange Online", 1, "component/test_azuread_reads.py")  # fmt: skip
def no_exchange_online(operator: Operator) -> None:
    ask(operator.tenant, "DELETE", f"/servicePrincipals/{EXCHANGE}")


@case("exchangeOnline", "is disabled: nobody gets a token for it")
def exchange_online_is_disabled(operator: Operator) -> None:
    ask(operator.tenant, "PATCH", f"/servicePrincipals/{EXCHANGE}", {"accountEnabled": False})


@case("exchangeOnline", "did you mean 'full_access_as_app'?", 1, "component/test_server_connection.py")
def a_role_that_there_is_not(operator: Operator) -> None:
    operator.set(owners=[deployer_of(operator)], permissions=["full_access_as_ap"])


@case("name", f"an application called '{NAME}' exists already", 1, "component/test_failures.py")
def an_application_of_that_name(operator: Operator) -> None:
    ask(operator.tenant, "POST", "/applications", {"displayName": NAME})


@case("name", "was left by an interrupted run of this stack", 0, "engine/test_killed_up.py::test_an_up_that_is_killed_heals_with_the_next_one")  # fmt: skip
def what_a_killed_run_left(operator: Operator) -> None:
    ask(operator.tenant, "POST", "/applications", {"displayName": "TERRAFORM_UPDATE_1", "tags": [TAG]})


@case(
    "name",
    "`pulumi up` makes another one, with another client ID",
    0,
    "engine/test_failures.py::test_an_application_deleted_by_hand_is_seen_and_comes_back_in_one_run",
)
def a_deleted_application(operator: Operator) -> None:
    made = ask(operator.tenant, "POST", "/applications", {"displayName": NAME, "tags": [TAG]})
    ask(operator.tenant, "DELETE", f"/applications/{made['id']}", user=MALLORY)


@case("sameCertificate", "has the certificate", 0)
def an_application_with_that_certificate(operator: Operator) -> None:
    pem = (operator.folder / "certs" / "mimecast.pem").read_text()
    Association.make(operator.tenant, pem, name="made by \x1b[2J\u202ehand")


@case("licences", "conditionalAccess is not licensed: the tenant has no Entra ID P1", 0, "guard/test_permissions.py")
def no_premium_licence(operator: Operator) -> None:
    operator.tenant.switches.premium = False


@case("clock", "behind the login service's: Entra refuses tokens and assertions")
def a_clock_that_is_ten_minutes_late(operator: Operator) -> None:
    operator.tenant.set_clock(lambda: datetime.now(UTC) + timedelta(minutes=10))


@case("versions", "engine v3.200.0, expected >=3.227.0")
def an_old_engine(operator: Operator) -> None:
    put_engine(operator.folder / "bin", "v3.200.0")


@case("permissions", "whoever steals the deployer can make anybody a Global Administrator", 0)
def a_dangerous_permission(operator: Operator) -> None:
    operator.tenant.permit("deployer", "RoleManagement.ReadWrite.Directory")


@case("tenant", "the tenant could not be read", 1)
def graph_is_down(operator: Operator) -> None:
    operator.tenant.faults.add("unavailable", method="POST", path="/v1.0/$batch")


@case("signIn", "azuread:clientSecret is encrypted in Pulumi.test.yaml", 3)
def an_encrypted_secret(operator: Operator) -> None:
    operator.set(owners=[deployer_of(operator)], **{"azuread:clientSecret": {"secure": "v1:abc"}})


@case(
    "signIn", "which is not plain UTF-8 text: the azuread provider cannot read it", 3, "component/test_value_files.py"
)
def a_secret_in_utf_16(operator: Operator) -> None:
    secret = operator.folder / "secret.txt"
    secret.write_text(operator.tenant.identity("deployer").client_secret, encoding="utf-16")
    operator.set(owners=[deployer_of(operator)], **{"azuread:clientSecretFilePath": str(secret)})


_ONE_REFUSAL = "one refusal of the service; a permission that is missing is `another_owner`"
_ASKED_FOR = "what the program or its policy pack asked for"
NOT_FORESEEN = {
    "test_failures.py::test_replication_lag_is_explained_and_the_next_up_completes": "nobody can know a lag beforehand",
    "test_owners.py::test_the_guard_brings_declared_owners_back_and_takes_others_off_only_where_it_is_told_to": _ONE_REFUSAL,
    "test_owners.py::test_without_the_guard_the_azuread_provider_keeps_the_list": _ONE_REFUSAL,
    "test_arguments.py::test_a_wrong_argument_in_somebodys_own_program_is_a_sentence": "the doctor runs no program",
    "test_example_tenant.py::test_one_allow_list_and_one_inventory_for_the_whole_tenant_and_what_cannot_be_used_is_refused": "a project that makes nothing",
    "test_two_tenants.py::test_an_azuread_provider_alone_stops_before_anything_is_made": "the doctor runs no program",
    "test_options.py::test_protect_protects_every_child_and_retain_on_delete_leaves_everything_in_the_tenant": _ASKED_FOR,
    "test_policy_pack.py::test_another_role_is_refused_until_the_pack_allows_it": _ASKED_FOR,
}
"""Tests with the engine in which a command fails, and why the doctor does not say so."""


@pytest.fixture
def operator(operator: Operator) -> Operator:
    operator.tenant.permit("deployer", "Synchronization.Read.All")
    put_engine(operator.folder / "bin")
    return operator


def diagnose(operator: Operator, **environment: str) -> dict[str, Any]:
    path = f"{operator.folder / 'bin'}{os.pathsep}{os.defpath}"
    done = operator.run("doctor", "--json", **{"PATH": path, **environment})
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["exitCode"] == done.exit_code
    return said


def results_of(said: dict[str, Any], check: str) -> list[dict[str, str]]:
    return next(one["results"] for one in said["checks"] if one["id"] == check)


@pytest.mark.parametrize("name", CASES)
def test_it_says_what_would_fail(operator: Operator, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("association.doctor.examination.PATIENCE", 1.0)
    known = CASES[name]
    before = len(operator.tenant.requests)
    known.change(operator)
    said = diagnose(operator, **({"ARM_CLIENT_SECRET": ""} if name == "an_encrypted_secret" else {}))
    results = results_of(said, known.check)
    (result,) = [one for one in results if known.says in one["reason"]] or [{"verdict": str(results)}]
    assert (result["verdict"], said["exitCode"]) == ("problem" if known.code else "warning", known.code)
    written = [one for one in operator.tenant.requests[before:] if one.method != "GET" and "token" not in one.path]
    assert {one.path for one in written} <= {"/v1.0/$batch"}
    assert "\x1b" not in json.dumps(said, ensure_ascii=False)
    assert "\u202e" not in json.dumps(said, ensure_ascii=False)


def test_a_good_stack_is_told_so(operator: Operator) -> None:
    said = diagnose(operator)
    verdicts = {one["id"]: one["verdict"] for one in said["checks"]}
    assert verdicts.pop("ews") == ("warning" if datetime.now(UTC) < datetime(2027, 4, 1, tzinfo=UTC) else "problem")
    assert set(verdicts.values()) == {"ok"}, said
    assert "client secret (ARM_CLIENT_SECRET); client certificate: not set. Signed in as 'deployer'" in str(said)


def test_a_program_that_is_of_neither_kind_gets_one_sentence(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    shutil.copy(ROOT / "examples" / "tenant" / "Pulumi.yaml", tmp_path / "other")
    (tmp_path / "other" / "Pulumi.test.yaml").write_text("config: {}")
    said = operator.run("doctor", "-C", str(tmp_path / "other"))
    assert (said.exit_code, said.stdout) == (1, "")
    assert "have no setting of a ServerConnection or a ConsentedApplication; the doctor reads settings" in said.stderr
    assert "pulumi preview" in said.stderr


SCHEMA = {
    "type": "object",
    "required": ["schemaVersion", "project", "stack", "verdict", "exitCode", "checks"],
    "additionalProperties": False,
    "properties": {
        "schemaVersion": {"const": 1},
        "project": {"type": "string"},
        "stack": {"type": "string"},
        "verdict": {"$ref": "#/$defs/verdict"},
        "exitCode": {"enum": [0, 1, 3]},
        "checks": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "title", "verdict", "results"],
                "additionalProperties": False,
                "properties": {
                    "id": {"pattern": "^[a-zA-Z]+$"},
                    "title": {"type": "string"},
                    "verdict": {"$ref": "#/$defs/verdict"},
                    "results": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/result"}},
                },
            },
        },
    },
    "$defs": {
        "verdict": {"enum": ["ok", "warning", "not checked", "problem"]},
        "result": {
            "type": "object",
            "required": ["verdict", "reason", "fix"],
            "additionalProperties": False,
            "properties": {
                "verdict": {"$ref": "#/$defs/verdict"},
                "reason": {"type": "string", "minLength": 1},
                "fix": {"type": "string"},
            },
        },
    },
}
CHECKS = [
    "settings", "certificates", "signIn", "tenant", "permissions", "owners", "exchangeOnline", "credentialPolicy", "name",
    "sameCertificate", "licences", "clock", "versions", "ews",
]  # fmt: skip


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_the_json_keeps_its_shape_whether_somebody_signed_in_or_not(operator: Operator, secret: str | None) -> None:
    said = diagnose(operator, **({"ARM_CLIENT_SECRET": secret} if secret else {}))
    jsonschema.validate(said, SCHEMA)
    assert [one["id"] for one in said["checks"]] == CHECKS


def test_progress_is_shown_on_a_terminal_and_taken_away(operator: Operator) -> None:
    controller, terminal = pty.openpty()
    environment = {"PATH": put_engine(operator.folder / "bin"), "HOME": str(operator.folder), "PYTHONPATH": str(ROOT)}
    finished = subprocess.run(
        [sys.executable, "-m", "association", "doctor"],
        cwd=operator.folder,
        env={**environment, **operator.tenant.environment()},
        stdout=subprocess.PIPE,
        stderr=terminal,
        check=False,
    )
    shown = os.read(controller, 4096).decode()
    os.close(terminal)
    os.close(controller)
    assert finished.returncode == 0
    assert shown.startswith("Signing in, and reading the tenant ...\r")
    assert shown.endswith(" \r")
    assert b"Signing in" not in finished.stdout


def test_a_persons_roles_are_in_no_token() -> None:
    person = Deployer(tenant_id="t", object_id="o", permissions=frozenset(), app_only=False)
    (line,) = check_permissions(None, None, person)  # type: ignore[arg-type]
    assert (line.verdict, "Cloud Application Administrator" in line.reason) == (Verdict.UNKNOWN, True)


def test_every_failing_test_of_the_engine_is_mirrored_or_says_why_not() -> None:
    mirrored = {case.mirrors for case in CASES.values()}
    missing = set(_failing()) - {one.removeprefix("engine/") for one in mirrored} - set(NOT_FORESEEN)
    assert missing == set(), "give it a case here, or say in NOT_FORESEEN why the doctor cannot know"
    files = {one.partition("::")[0] for one in mirrored if one} | {
        f"engine/{one.partition('::')[0]}" for one in NOT_FORESEEN
    }
    assert [file for file in sorted(files) if not (ROOT / "tests" / file).exists()] == []


def _failing() -> Iterator[str]:
    """Tests in tests/engine that expect exit code 1 of an `up` or a `preview`."""
    for path in sorted((ROOT / "tests" / "engine").glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and "expect=1" in ast.unparse(node):
                yield f"{path.name}::{node.name}"


def test_a_deployed_stack_needs_no_right_to_grant_any_more(operator: Operator) -> None:
    deployer = deployer_of(operator)
    pem = (operator.folder / "certs" / "mimecast.pem").read_text()
    made = Association.make(operator.tenant, pem, name=NAME, owners=(deployer,))
    made.ask("PATCH", made.application, {"tags": [TAG]})
    reference = {"@odata.id": f"{operator.tenant.url}/v1.0/directoryObjects/{deployer}"}
    made.ask("POST", f"{made.principal}/owners/$ref", reference)
    said = diagnose(operator)
    dangerous = [one["reason"] for one in results_of(said, "permissions") if one["verdict"] == "warning"]
    assert len(dangerous) == 1
    assert dangerous[0].startswith("AppRoleAssignment.ReadWrite.All is more than this configuration needs")
    operator.tenant.revoke("deployer", "AppRoleAssignment.ReadWrite.All")
    said = diagnose(operator)
    assert said["exitCode"] == 0
    assert {one["verdict"] for one in results_of(said, "permissions")} == {"ok"}
    assert {one["verdict"] for one in results_of(said, "sameCertificate")} == {"ok"}


def test_what_may_not_be_read_is_never_told_good(operator: Operator) -> None:
    operator.tenant.revoke("deployer", *operator.tenant.identity("deployer").permissions)
    needed = (
        "Application.ReadWrite.OwnedBy",
        "Application.Read.All",
        "AppRoleAssignment.ReadWrite.All",
        "Domain.Read.All",
    )
    operator.tenant.permit("deployer", *needed)
    said = diagnose(operator)
    assert said["exitCode"] == 0
    assert {one["verdict"] for one in results_of(said, "credentialPolicy")} == {"not checked"}
    assert "the guard will not see" in str(results_of(said, "permissions"))


def test_a_failed_sign_in_hides_no_other_check(operator: Operator) -> None:
    said = diagnose(operator, ARM_CLIENT_SECRET="wrong")
    verdicts = {one["id"]: one["verdict"] for one in said["checks"]}
    assert said["exitCode"] == 3
    assert verdicts["signIn"] == "problem"
    assert verdicts["tenant"] == verdicts["licences"] == "not checked"
    assert verdicts["settings"] == verdicts["certificates"] == verdicts["clock"] == verdicts["versions"] == "ok"


def test_round_trips_do_not_grow(operator: Operator) -> None:
    """Six, of which one goes beside the others: at 60 ms each, they take less than half a second."""
    ask(operator.tenant, "POST", "/applications", {"displayName": NAME, "tags": [TAG]})
    operator.tenant.requests.clear()
    diagnose(operator)
    assert len(operator.tenant.requests) <= 6, [one.path for one in operator.tenant.requests]


def test_the_text_says_the_same_and_moves_no_cursor(operator: Operator) -> None:
    an_application_with_that_certificate(operator)
    path = f"{operator.folder / 'bin'}{os.pathsep}{os.defpath}"
    done = operator.run("doctor", PATH=path)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert done.stdout.startswith(f"Stack test of {PROJECT}\nSettings\n  ok  ")
    assert done.stdout.rstrip().splitlines()[-1] == "Nothing was found that stops `pulumi up`; 2 warnings."
    assert r"made by \x1b[2J\u202ehand" in done.stdout
    assert all(line.isprintable() for line in done.stdout.splitlines())


def test_lines_end_where_the_terminal_ends(operator: Operator) -> None:
    stack = open_stack(operator.folder, "test", {})
    lines = [click.unstyle(line) for line in describe(examine(read_stack(stack), {"ARM_USE_CLI": "false"}), columns=70)]
    too_long = [line for line in lines[:-1] if len(line) > 70]
    assert any(line.startswith(" " * 15) for line in lines)
    assert [line for line in too_long if max(map(len, line.split())) < 50] == []  # a long path is one word


def test_which_stack_is_meant(operator: Operator) -> None:
    (operator.folder / "Pulumi.other.yaml").write_text("config: {}")
    unclear = operator.run("doctor")
    assert (unclear.exit_code, "here are other, test" in unclear.stderr) == (1, True)
    for named in (["--stack", "organization/mimecast-association/other"], ["--stack", "other"]):
        assert json.loads(operator.run("doctor", "--json", *named).stdout)["stack"] == "other"
    assert json.loads(operator.run("doctor", "--json", PULUMI_STACK="other").stdout)["stack"] == "other"


def test_the_selected_stack_of_the_backend_is_meant(operator: Operator) -> None:
    """The file is as engine 3.274 writes it; tests/engine/test_restore.py reads the engine's own."""
    (operator.folder / "Pulumi.other.yaml").write_text("config: {}")
    digest = hashlib.sha1(str((operator.folder / "Pulumi.yaml").resolve()).encode(), usedforsecurity=False).hexdigest()
    file = operator.folder / "home" / "workspaces" / f"{PROJECT}-{digest}-workspace.json"
    file.parent.mkdir(parents=True)
    selected = {"file:///a": f"organization/{PROJECT}/test", "file:///b": f"organization/{PROJECT}/other"}
    file.write_text(json.dumps({"stacks": selected}))
    assert json.loads(operator.run("doctor", "--json", PULUMI_BACKEND_URL="file:///b").stdout)["stack"] == "other"
    assert operator.run("doctor", PULUMI_BACKEND_URL="file:///c").exit_code == 1


def test_without_a_project_it_says_where_to_go(operator: Operator, tmp_path: Path) -> None:
    done = operator.run("doctor", "-C", str(tmp_path))
    assert (done.exit_code, "there is no Pulumi.yaml" in done.stderr) == (1, True)


def test_it_is_a_command() -> None:
    assert "doctor" in cli.list_commands(None)  # type: ignore[arg-type]
