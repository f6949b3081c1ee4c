"""The doctor in a stack of a vendor's own application: whose it is, what is granted, and what the deployer may do."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.tenant import Tenant
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from sandbox.workspace import ROOT
from tests.factories import certificate_pem
from tests.guard.association import ADELE, EXCHANGE, MALLORY, ask
from tests.operate.operator import STACK, Operator, put_engine

PROJECT = "mimecast-vendor-application"
EXCHANGE_API, GRAPH_API = "00000002-0000-0ff1-ce00-000000000000", "00000003-0000-0000-c000-000000000000"
FULL_ACCESS, USER_READ = "full_access_as_app", "Microsoft Graph/User.Read"
CHECKS = [
    "settings", "signIn", "tenant", "permissions", "owners", "publisher", "exchangeOnline", "licences", "clock", "versions", "ews",
]  # fmt: skip


def publish(tenant: Tenant, **more: Any) -> str:
    """An application of the vendor's, or of another owner, whose consent page asks for what the stack declares."""
    roles, scopes = {EXCHANGE_API: [FULL_ACCESS]}, {GRAPH_API: ["User.Read"]}
    return tenant.elsewhere.publish(
        "Mimecast", certificate=certificate_pem("theirs"), roles=roles, scopes=scopes, **more
    )


@pytest.fixture
def client_id(tenant: Tenant) -> str:
    return publish(tenant)


@pytest.fixture
def operator(tenant: Tenant, tmp_path: Path, client_id: str) -> Operator:
    """The deployer in the example's folder, with all that it needs."""
    for more in ("Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "Synchronization.Read.All"):
        tenant.permit("deployer", more)
    folder = tmp_path / "vendor-application"
    put_engine(tmp_path / "bin")
    folder.mkdir()
    shutil.copy(ROOT / "examples" / "vendor-application" / "Pulumi.yaml", folder)
    operator = Operator(tenant=tenant, folder=folder)
    declare(operator, client_id)
    return operator


def declare(operator: Operator, client_id: str, **changes: Any) -> None:
    settings: dict[str, Any] = {"clientId": client_id, "publisher": VENDOR_TENANT_ID, "permissions": [FULL_ACCESS]}
    settings |= {"delegated": {"everyone": [USER_READ]}, **changes}
    operator.set(**{name if ":" in name else f"{PROJECT}:{name}": value for name, value in settings.items()})


def diagnose(operator: Operator, **environment: str) -> dict[str, Any]:
    path = f"{operator.folder.parent / 'bin'}{os.pathsep}{os.defpath}"
    done = operator.run("doctor", "--json", **{"PATH": path, **environment})
    assert done.stdout, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["exitCode"] == done.exit_code
    return said


def lines_of(said: dict[str, Any], check: str) -> dict[str, str]:
    """Reason and fix to the verdict."""
    results = next(one["results"] for one in said["checks"] if one["id"] == check)
    return {f"{one['reason']} -> {one['fix']}": one["verdict"] for one in results}


def verdicts_of(said: dict[str, Any]) -> dict[str, str]:
    """All but that of EWS, which the calendar decides."""
    return {one["id"]: one["verdict"] for one in said["checks"] if one["id"] != "ews"}


def test_before_the_first_up_all_is_known_but_whose_application_it_is(operator: Operator, client_id: str) -> None:
    said = diagnose(operator)
    assert [one["id"] for one in said["checks"]] == CHECKS
    assert said["exitCode"] == 0
    assert {id_ for id_, verdict in verdicts_of(said).items() if verdict != "ok"} == {"publisher"}, said
    (line,) = lines_of(said, "publisher")
    assert (
        f"the application {client_id} is not in this tenant yet: whose it is shows only when `pulumi up` makes" in line
    )
    settings = " ".join(lines_of(said, "settings"))
    assert (
        f"client ID {client_id} of the publisher {VENDOR_TENANT_ID}, {FULL_ACCESS}, 0 owners, guard report" in settings
    )
    assert f"delegated: {USER_READ} for everyone" in settings
    assert "are in the vendor's tenant, and left out here" in settings
    assert lines_of(said, "ews").popitem()[1] == (
        "warning" if datetime.now(UTC) < datetime(2027, 4, 1, tzinfo=UTC) else "problem"
    )


def test_a_consent_given_by_hand_is_whose_it_should_be_and_needs_no_right_to_grant(
    operator: Operator, client_id: str
) -> None:
    tenant = operator.tenant
    principal = tenant.elsewhere.consent(client_id)
    said = diagnose(operator)
    assert set(verdicts_of(said)) - {id_ for id_, verdict in verdicts_of(said).items() if verdict == "ok"} == {
        "permissions"
    }
    assert f"application 'Mimecast', object ID {principal}, is of the declared publisher" in str(
        lines_of(said, "publisher")
    )
    dangerous = [line.partition(" is more than")[0] for line in lines_of(said, "permissions") if "is more than" in line]
    assert dangerous == [
        "AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"
    ]  # fmt: skip
    tenant.revoke("deployer", *dangerous)
    assert set(verdicts_of(diagnose(operator)).values()) == {"ok"}
    ask(tenant, "PATCH", f"/servicePrincipals/{principal}", {"accountEnabled": False})
    assert "its service principal is disabled: the vendor gets no token" in str(
        lines_of(diagnose(operator), "publisher")
    )


Change = Callable[[Operator, str], None]


def a_look_alike(operator: Operator, _: str) -> None:
    """The right name, of another tenant."""
    client_id = publish(operator.tenant, owner="bad00000-0000-4000-8000-000000000001")
    operator.tenant.elsewhere.consent(client_id)
    declare(operator, client_id)


def microsofts_own(operator: Operator, _: str) -> None:
    declare(operator, EXCHANGE_API)


def microsoft_as_publisher(operator: Operator, client_id: str) -> None:
    declare(operator, client_id, publisher="f8cdef31-a31e-4b4a-93e4-5f571e91255a")


def this_tenant_as_publisher(operator: Operator, client_id: str) -> None:
    declare(operator, client_id, publisher=operator.tenant.tenant_id)


def a_role_that_there_is_not(operator: Operator, client_id: str) -> None:
    declare(operator, client_id, permissions=["full_access_as_ap"])


def a_scope_that_there_is_not(operator: Operator, client_id: str) -> None:
    declare(operator, client_id, delegated={"everyone": ["Microsoft Graph/User.Reed"]})


def nothing_to_grant(operator: Operator, client_id: str) -> None:
    declare(operator, client_id, permissions=[], delegated={})


def wrong_settings(operator: Operator, _: str) -> None:
    declare(operator, "mimecast", publsher="x", guard="on")


def no_exchange_online(operator: Operator, _: str) -> None:
    ask(operator.tenant, "DELETE", f"/servicePrincipals/{EXCHANGE}")


def no_right_to_make_it(operator: Operator, _: str) -> None:
    operator.tenant.revoke("deployer", "Application.ReadWrite.All")


def no_right_to_grant(operator: Operator, _: str) -> None:
    operator.tenant.revoke("deployer", "AppRoleAssignment.ReadWrite.All")


def no_right_to_grant_delegated(operator: Operator, _: str) -> None:
    operator.tenant.revoke("deployer", "DelegatedPermissionGrant.ReadWrite.All")


def an_owner_whom_it_may_not_add(operator: Operator, client_id: str) -> None:
    operator.tenant.revoke("deployer", "Directory.Read.All")
    declare(operator, client_id, owners=[ADELE])


@pytest.mark.parametrize(
    ("change", "check", "says", "code"),
    [
        (a_look_alike, "publisher", "the name alone proves nothing", 1),
        (microsofts_own, "publisher", "of Microsoft, which nobody else manages", 1),
        (microsoft_as_publisher, "settings", "is Microsoft's own tenant; expected the vendor's tenant ID", 1),
        (this_tenant_as_publisher, "publisher", "is this very tenant", 1),
        (a_role_that_there_is_not, "exchangeOnline", "did you mean 'full_access_as_app'?", 1),
        (a_scope_that_there_is_not, "exchangeOnline", "did you mean 'User.Read'?", 1),
        (nothing_to_grant, "settings", "neither permissions nor delegated names anything to grant", 1),
        (wrong_settings, "settings", f"{PROJECT}:publsher: unknown setting; did you mean 'publisher'?", 1),
        (wrong_settings, "settings", "'mimecast' is not a valid client ID", 1),
        (no_exchange_online, "exchangeOnline", "This tenant has no service principal of Office 365 Exchange Online", 1),
        (no_right_to_make_it, "permissions", "not its own: that needs Application.ReadWrite.All", 3),
        (
            no_right_to_grant,
            "permissions",
            f"may not grant {FULL_ACCESS}: that needs AppRoleAssignment.ReadWrite.All",
            3,
        ),
        (no_right_to_grant_delegated, "permissions", "User.Read for everyone: that needs DelegatedPermissionGrant", 3),
        (an_owner_whom_it_may_not_add, "owners", f"may not add the owners {ADELE}", 3),
    ],
)
def test_it_says_what_would_fail(
    operator: Operator, client_id: str, change: Change, check: str, says: str, code: int
) -> None:
    change(operator, client_id)
    before = len(operator.tenant.requests)
    said = diagnose(operator)
    found = [verdict for line, verdict in lines_of(said, check).items() if says in line]
    assert (found, said["exitCode"]) == (["problem"], code), said
    asked = operator.tenant.requests[before:]
    assert {one.path for one in asked if one.method != "GET" and "token" not in one.path} <= {"/v1.0/$batch"}
    assert len(asked) <= 6, [one.path for one in asked]


def test_what_only_pulumi_knows_is_named_and_not_guessed(operator: Operator, client_id: str) -> None:
    declare(operator, client_id, publisher={"secure": "v1:abc"})
    said = diagnose(operator)
    assert (
        lines_of(said, "settings")[f"{PROJECT}:publisher: encrypted, and taken here for the default -> "]
        == "not checked"
    )
    assert "cannot be checked without both clientId and publisher" in str(lines_of(said, "publisher"))
    assert said["exitCode"] == 0
    file = operator.folder / f"Pulumi.{STACK}.yaml"
    file.write_text("environment: [vendor]\n")
    said = diagnose(operator)
    assert said["exitCode"] == 0
    assert "what these Pulumi ESC environments set is not seen here: vendor" in str(lines_of(said, "settings"))


def test_a_deleted_principal_is_told_with_the_way_back(operator: Operator, client_id: str) -> None:
    principal = operator.tenant.elsewhere.consent(client_id)
    ask(operator.tenant, "DELETE", f"/servicePrincipals/{principal}", user=MALLORY)
    lines = lines_of(diagnose(operator), "publisher")
    (told,) = [line for line, verdict in lines.items() if verdict == "warning"]
    assert "`pulumi up` makes another one, with another object ID" in told
    assert f"python -m association restore --object-id {principal}" in told


def test_the_principal_of_another_stack_is_told(operator: Operator, client_id: str) -> None:
    principal = operator.tenant.elsewhere.consent(client_id)
    for stack, told in ((f"{PROJECT}/{STACK}", 0), ("other/stack", 1)):
        ask(
            operator.tenant,
            "PATCH",
            f"/servicePrincipals/{principal}",
            {"tags": [f"pulumi:organization/{stack}/vendor"]},
        )
        lines = lines_of(diagnose(operator), "publisher")
        assert sum("`pulumi destroy` there deletes it" in line for line in lines) == told
