"""What accepting with `pulumi refresh` means: nothing for what is declared or pinned, everything for the baseline."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from association.guard.text import property_path
from sandbox.tenant import Tenant
from sandbox.tenant.conditional_access import KIND
from tests.guard.association import EXCHANGE, FULL_ACCESS, Association, ask, thumbprint_of
from tests.guard.harness import Plugin, Refused, State

TODAY = datetime.now(UTC).date()


@pytest.fixture
def holder(tenant: Tenant) -> Iterator[str]:
    """Another principal that gets the same role; taken away after the test."""
    other = tenant.identity("nobody").object_id
    yield other
    revoke_role(tenant, other)


def revoke_role(tenant: Tenant, other: str) -> None:
    for assignment in ask(tenant, "GET", f"/servicePrincipals/{other}/appRoleAssignments")["value"]:
        if assignment["resourceId"] == EXCHANGE:
            ask(tenant, "DELETE", f"/servicePrincipals/{other}/appRoleAssignments/{assignment['id']}")


def left_alone(path: str) -> str:
    """How a preview names a finding that `up` will not take away."""
    return property_path("findings", path)


def give_role(tenant: Tenant, other: str) -> None:
    body = {"principalId": other, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    ask(tenant, "POST", f"/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)


def test_a_refresh_that_accepts_a_finding_does_not_silence_the_next_refresh(
    plugin: Plugin, guard: State, association: Association
) -> None:
    path = f"secrets.{association.add_secret()}"
    accepted, first = plugin.refresh(guard)
    accepted, second = plugin.refresh(accepted)
    _, third = plugin.refresh(accepted)
    assert list(first) == list(second) == list(third) == [path]


def test_a_refresh_that_accepts_a_finding_does_not_silence_the_preview(
    plugin: Plugin, guard: State, association: Association
) -> None:
    path = f"secrets.{association.add_secret()}"
    accepted, _ = plugin.refresh(guard)
    assert plugin.preview(accepted, association.inputs()) == {left_alone(path): "add"}
    assert plugin.preview(accepted, association.inputs(guard="enforce"))[path] == "delete"


def test_an_accepted_finding_and_a_new_one_are_both_shown(
    plugin: Plugin, guard: State, association: Association
) -> None:
    old = association.add_secret()
    accepted, _ = plugin.refresh(guard)
    new = association.add_secret()
    assert set(plugin.refresh(accepted)[1]) == {f"secrets.{old}", f"secrets.{new}"}


def test_an_accepted_loss_stays_a_finding(plugin: Plugin, guard: State, association: Association) -> None:
    guard.outputs["changedAt"] = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    association.remove_certificate()
    accepted, _ = plugin.refresh(guard)
    path = f"certificates.{thumbprint_of(association.pem)}"
    assert list(plugin.refresh(accepted)[1]) == [path]
    assert plugin.preview(accepted, association.inputs()) == {path: "add"}


def test_a_cleaned_tenant_is_quiet_again(plugin: Plugin, guard: State, association: Association) -> None:
    key_id = association.add_secret()
    accepted, _ = plugin.refresh(guard)
    association.ask("POST", f"{association.application}/removePassword", {"keyId": key_id})
    assert plugin.refresh(accepted)[1] == {}


def test_declaring_a_finding_makes_it_quiet(plugin: Plugin, guard: State, association: Association) -> None:
    key_id = association.add_secret()
    accepted, _ = plugin.refresh(guard)
    declared = association.inputs(secrets={key_id: "kept for the migration"})
    state = plugin.up(accepted, declared)
    assert plugin.refresh(state)[1] == plugin.preview(state, declared) == {}


def test_in_report_an_update_warns_once_for_each_finding_and_the_next_refresh_shows_the_same(
    plugin: Plugin, guard: State, association: Association
) -> None:
    paths = {f"secrets.{association.add_secret()}", f"secrets.{association.add_secret()}"}
    refreshed, shown = plugin.refresh(guard)
    state = plugin.up(refreshed, association.inputs())
    assert {warning.partition(": ")[0] for warning in plugin.engine.warnings} == paths
    assert len(plugin.engine.warnings) == len(paths)
    assert plugin.refresh(state)[1] == shown


def test_in_report_an_update_changes_nothing_in_the_tenant(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association
) -> None:
    association.add_secret()
    refreshed, _ = plugin.refresh(guard)
    tenant.requests.clear()
    plugin.up(refreshed, association.inputs())
    batches = [request.request["requests"] for request in tenant.requests if request.path.endswith("/$batch")]
    assert len(batches) == len(tenant.requests) == 3
    assert {part["method"] for batch in batches for part in batch} == {"GET"}


@pytest.fixture
def strict_policy(tenant: Tenant) -> Iterator[str]:
    """Switches the tenant's default app management policy on for the test; gives the finding's path."""
    ask(tenant, "PATCH", "/policies/defaultAppManagementPolicy", {"isEnabled": True})
    yield "defaultAppManagementPolicy.isEnabled"
    ask(tenant, "PATCH", "/policies/defaultAppManagementPolicy", {"isEnabled": False})


def test_a_change_of_the_baseline_is_shown_and_warned_about_until_a_refresh_accepts_it(
    plugin: Plugin, guard: State, strict_policy: str
) -> None:
    assert list(plugin.refresh(guard)[1]) == [strict_policy]
    plugin.engine.warnings.clear()
    accepted, shown = plugin.refresh(guard)
    assert list(shown) == [strict_policy]
    (warning,) = plugin.engine.warnings
    assert warning.startswith(f"{strict_policy}: it is now 'enabled'. A refresh that is not a preview accepts this")
    assert plugin.refresh(accepted)[1] == {}
    assert plugin.engine.warnings == [warning]


def test_an_update_neither_shows_nor_accepts_a_change_of_the_baseline(
    plugin: Plugin, guard: State, association: Association, strict_policy: str
) -> None:
    assert plugin.preview(guard, association.inputs()) == {}
    state = plugin.up(guard, association.inputs(expiryWarningDays=30))
    assert plugin.engine.warnings == []
    assert list(plugin.refresh(state)[1]) == [strict_policy]


def test_a_later_holder_of_the_same_role_stays_a_finding_of_both_commands_after_every_command(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association, holder: str
) -> None:
    give_role(tenant, holder)
    path = f'otherHolders["{holder}/full_access_as_app"]'
    state = guard
    for _ in range(2):
        state, shown = plugin.refresh(state)
        assert list(shown) == [path]
        for mode in ("report", "enforce"):
            assert plugin.preview(state, association.inputs(guard=mode)).get(left_alone(path)) == "add"
            state = plugin.up(state, association.inputs(guard=mode))
            assert [line for line in plugin.engine.warnings if line.startswith(f"{path}: ")]
            plugin.engine.warnings.clear()


def test_a_holder_from_before_the_guard_is_accepted_by_its_creation(
    plugin: Plugin, tenant: Tenant, association: Association, holder: str
) -> None:
    give_role(tenant, holder)
    state = plugin.create(association.inputs())
    assert plugin.engine.warnings == []
    assert plugin.refresh(state)[1] == plugin.preview(state, association.inputs()) == {}


def test_an_accepted_holder_that_went_away_and_came_back_is_a_finding(
    plugin: Plugin, tenant: Tenant, association: Association, holder: str
) -> None:
    give_role(tenant, holder)
    state = plugin.create(association.inputs())
    revoke_role(tenant, holder)
    state, shown = plugin.refresh(state)
    assert list(shown) == [f'otherHolders["{holder}/full_access_as_app"]']
    assert plugin.preview(state, association.inputs()) == plugin.refresh(state)[1] == {}
    give_role(tenant, holder)
    state, shown = plugin.refresh(plugin.refresh(state)[0])
    assert list(shown) == [f'otherHolders["{holder}/full_access_as_app"]']
    assert plugin.refresh(state)[1] == shown


def test_an_exception_without_an_end_covers_a_later_holder_for_good(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association, holder: str
) -> None:
    give_role(tenant, holder)
    exception = {
        "finding": f'otherHolders["{holder}/full_access_as_app"]',
        "reason": "the archive, ticket 12, for good",
    }
    inputs = association.inputs(exceptions=[exception])
    state = plugin.up(plugin.refresh(guard)[0], inputs)
    assert plugin.refresh(state)[1] == plugin.preview(state, inputs) == {}
    without = plugin.up(state, association.inputs())
    assert list(plugin.refresh(without)[1]) == [exception["finding"]]


def test_a_conditional_access_policy_that_is_changed_or_lost_stays_a_finding(
    plugin: Plugin, association: Association
) -> None:
    body = {
        "displayName": "Workloads",
        "state": "enabled",
        "conditions": {"clientApplications": {"includeServicePrincipals": [association.service_principal_id]}},
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    policy = association.ask("POST", "/identity/conditionalAccess/policies", body)
    store = association.tenant._store  # the sandbox serves no route that changes a policy
    state, path = plugin.create(association.inputs()), f"conditionalAccess.{policy['id']}"
    store.put(KIND, policy["id"], {**(store.find(KIND, policy["id"]) or {}), "state": "disabled"})
    for _ in range(2):
        state, shown = plugin.refresh(state)
        assert "disabled" in shown[path]
        assert plugin.preview(state, association.inputs()) == {left_alone(path): "add"}
    store.drop(KIND, policy["id"])
    for _ in range(2):
        state, shown = plugin.refresh(state)
        assert list(shown) == [path]
        assert state.inputs["findings"][path].startswith("no longer there: Conditional Access policy 'Workloads'")
        assert plugin.preview(state, association.inputs()) == {left_alone(path): "add"}


def test_a_holder_that_went_away_is_shown_too(plugin: Plugin, tenant: Tenant, holder: str, pem: str) -> None:
    give_role(tenant, holder)
    state = plugin.create(Association.make(tenant, pem).inputs())
    revoke_role(tenant, holder)
    _, shown = plugin.refresh(state)
    assert list(shown) == [f'otherHolders["{holder}/full_access_as_app"]']


def accept(path: str, *, days: int) -> dict[str, list[dict[str, str]]]:
    until = (TODAY + timedelta(days=days)).isoformat()
    return {"exceptions": [{"finding": path, "reason": "vendor rotation", "until": until}]}


def test_an_exception_accepts_one_finding_until_its_end(plugin: Plugin, guard: State, association: Association) -> None:
    path = f"secrets.{association.add_secret()}"
    other = f"secrets.{association.add_secret()}"
    inputs = association.inputs(**accept(path, days=0))
    state = plugin.up(plugin.refresh(guard)[0], inputs)
    assert list(plugin.refresh(state)[1]) == [other]
    assert plugin.preview(plugin.refresh(state)[0], inputs) == {left_alone(other): "add"}


def test_an_expired_exception_is_a_finding_beside_the_one_it_accepted(
    plugin: Plugin, guard: State, association: Association
) -> None:
    path = f"secrets.{association.add_secret()}"
    state = plugin.up(plugin.refresh(guard)[0], association.inputs(**accept(path, days=-1)))
    _, shown = plugin.refresh(state)
    assert set(shown) == {path, f'expiredExceptions["{path}"]'}
    assert "because vendor rotation" in shown[f'expiredExceptions["{path}"]']


def test_an_exception_may_be_written_as_the_report_shows_it_or_without_brackets(
    plugin: Plugin, guard: State, association: Association
) -> None:
    association.grant("e0000000-0000-4000-8000-000000000002", "e2a3a72e-5f79-4c64-b1b1-878b674786c9")
    for path in ('appRoles["Microsoft Graph/Mail.ReadWrite"]', "appRoles.Microsoft Graph/Mail.ReadWrite"):
        state = plugin.up(plugin.refresh(guard)[0], association.inputs(**accept(path, days=1)))
        assert plugin.refresh(state)[1] == {}


@pytest.mark.parametrize(
    ("exception", "said"),
    [
        ({"finding": "sekrets.x", "reason": "r", "until": "2027-01-01"}, "names no finding"),
        ({"finding": "secrets", "reason": "r", "until": "2027-01-01"}, "names no finding"),
        ({"finding": "secrets.x", "reason": " ", "until": "2027-01-01"}, "reason is missing"),
        ({"finding": "secrets.x", "reason": "r", "until": "soon"}, "until is 'soon'"),
        ({"finding": "secrets.x", "until": "2027-01-01"}, "reason is missing"),
        (
            {"finding": "secrets.x", "reason": "for good"},
            "until is missing; expected the last day it holds, for example 2027-01-31",
        ),
        (
            {"finding": "otherHolders.x", "reason": "the archive"},
            "until is missing; expected the last day it holds, for example 2027-01-31, or a reason that says `for good` or `permanent`",
        ),
    ],
)
def test_an_exception_that_says_too_little_is_refused(
    plugin: Plugin, association: Association, exception: dict[str, str], said: str
) -> None:
    _, failures = plugin.check(association.inputs(exceptions=[exception]))
    assert said in failures["exceptions"]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"applicationId": "x"}, "applicationId"),
        ({"servicePrincipalId": ""}, "servicePrincipalId"),
        ({"guard": "repair"}, "guard"),
        ({"stackTag": "x"}, "stackTag"),
        ({"expiryWarningDays": -1}, "expiryWarningDays"),
        ({"secrets": ["x"]}, "secrets"),
        ({"appRoleIds": "x"}, "appRoleIds"),
        ({"sekrets": {}}, "sekrets"),
    ],
)
def test_a_wrong_input_is_refused_under_its_name(
    plugin: Plugin, association: Association, changed: dict[str, object], name: str
) -> None:
    _, failures = plugin.check(association.inputs(**changed))
    assert list(failures) == [name]


def test_another_application_replaces_the_guard(plugin: Plugin, guard: State, association: Association) -> None:
    other = association.inputs(applicationId="/applications/5f1d2a3b-0000-4000-8000-00000000abcd")
    assert plugin.preview(guard, other) == {"applicationId": "replace"}


def test_deleting_the_guard_takes_nothing_away(plugin: Plugin, tenant: Tenant, guard: State) -> None:
    plugin.delete(guard)
    assert tenant.requests == []


def test_a_guard_cannot_be_imported(plugin: Plugin, guard: State) -> None:
    with pytest.raises(Refused, match="cannot be imported"):
        plugin.read(guard.id)
