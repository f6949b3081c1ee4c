"""What each permission of the guard's identity shows and repairs, against a tenant that enforces permissions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

import microsoft
from association.guard.access_path import Read
from association.guard.paths import NAMING, ONLY_READING, PATHS, READING, READS, REPORTED_READS
from sandbox.tenant import Tenant
from tests.guard.association import Association
from tests.guard.documents import WRITES_TO_READ
from tests.guard.harness import Plugin, Refused, State
from tests.guard.rows import ROWS

PluginAs = Callable[[str], AbstractContextManager[Plugin]]
REPAIRING = {name: path.repair_permissions for name, path in PATHS.items() if path.rank is not None}


ATTRIBUTES = "CustomSecAttributeAssignment.Read.All"
NOT_THE_LEAST = {
    "eligibleDirectoryRoles": "RoleManagement.Read.Directory, which the other roles need anyway, opens it too",
    "synchronizationJobs": "Synchronization.Read.All only reads; Microsoft's least, Application.ReadWrite.OwnedBy, also writes",
}
"""Reads that name more than Microsoft's least, with the reason."""


def path_of(read: Read) -> str:
    return ("/beta" if read.beta else "") + read.path.partition("?")[0]


def closed_to(*permissions: str) -> set[str]:
    """Names of the reads that Microsoft's map does not open to the permissions."""
    routes = {read: microsoft.find_route("GET", path_of(read)) for read in REPORTED_READS}
    return {
        read.name
        for read, route in routes.items()
        if not (route and route.opens(permissions))
        or ("customSecurityAttributes" in read.path and ATTRIBUTES not in permissions)
    }


@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
def test_a_read_names_the_least_permissions_of_microsofts_map(read: Read) -> None:
    named = frozenset(read.permissions) - {ATTRIBUTES}
    if read.name in NOT_THE_LEAST:
        route = microsoft.find_route("GET", path_of(read))
        assert route is not None
        assert named in route.more
    else:
        assert named in microsoft.least_permissions("GET", path_of(read))
    assert (ATTRIBUTES in read.permissions) == ("customSecurityAttributes" in read.path)


BESIDE_THE_MAP = {
    "groups": {"RoleManagement.ReadWrite.Directory"},  # the page's note about groups that can hold roles
    "customSecurityAttributes": {
        "CustomSecAttributeAssignment.ReadWrite.All"
    },  # a property, which the map does not know
}


@pytest.mark.parametrize("name", sorted(REPAIRING))
def test_a_repair_names_the_least_permissions_of_microsofts_map(name: str) -> None:
    named, useful = set(REPAIRING[name]), set(BESIDE_THE_MAP.get(name, ()))
    for source in PATHS[name].sources:
        assert source.removal is not None
        method = source.removal.method.replace("CUT", "PATCH").replace("SCOPE", "DELETE")
        opening = [
            chosen
            for chosen in microsoft.least_permissions(method, source.removal.path)
            if chosen <= named | set(source.read.permissions)
        ]
        assert opening, source.removal
        useful |= set().union(*opening)
    assert named <= useful


def test_the_smallest_identity_reads_everything(plugin_as: PluginAs, tenant: Tenant, association: Association) -> None:
    tenant.add_identity("reader", *READING)
    with plugin_as("reader") as plugin:
        state = plugin.create(association.inputs())
        assert state.outputs["unreadable"] == {}
        assert plugin.refresh(state)[1] == {}


def test_an_identity_that_only_reads_cannot_see_which_policies_are_assigned(
    plugin_as: PluginAs, tenant: Tenant, association: Association
) -> None:
    tenant.add_identity("only reading", *ONLY_READING)
    with plugin_as("only reading") as plugin:
        unreadable = plugin.create(association.inputs()).outputs["unreadable"]
    token = {"claimsMappingPolicies", "tokenLifetimePolicies", "tokenIssuancePolicies"}
    assert set(unreadable) == token | {"homeRealmDiscoveryPolicies", "applicationHomeRealmDiscoveryPolicies"}


def test_a_drift_check_that_only_reads_is_clean_with_exceptions_for_what_it_cannot_see(
    plugin_as: PluginAs, tenant: Tenant, association: Association
) -> None:
    assert set(WRITES_TO_READ) == closed_to(*ONLY_READING)
    tenant.add_identity("drift check", *ONLY_READING)
    until = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    unseen = [
        {"finding": f"unreadable.{name}", "reason": "the drift check must not write", "until": until}
        for name in WRITES_TO_READ
    ]
    with plugin_as("administrator") as deployer:
        bare = deployer.create(association.inputs())
        state = deployer.create(association.inputs(exceptions=unseen))
    with plugin_as("drift check") as plugin:
        assert set(plugin.refresh(bare)[1]) == {exception["finding"] for exception in unseen}
        assert plugin.refresh(state)[1] == {}
        secret = f"secrets.{association.add_secret()}"
        assert list(plugin.refresh(state)[1]) == [secret]


@pytest.mark.parametrize("missing", ONLY_READING)
def test_without_a_permission_exactly_what_needs_it_is_named_unreadable(
    plugin_as: PluginAs, tenant: Tenant, association: Association, missing: str
) -> None:
    held = set(ONLY_READING) - {missing}
    tenant.add_identity(f"without {missing}", *held)
    with plugin_as(f"without {missing}") as plugin:
        unreadable = plugin.create(association.inputs()).outputs["unreadable"]
    assert set(unreadable) == closed_to(*held) > closed_to(*ONLY_READING)
    assert all(text.startswith("not permitted: reading it needs ") for text in unreadable.values())


def test_an_identity_without_any_permission_is_told_what_every_part_needs(
    plugin_as: PluginAs, association: Association
) -> None:
    with plugin_as("nobody") as plugin:
        unreadable = plugin.create(association.inputs()).outputs["unreadable"]
    assert set(unreadable) == {read.name for read in REPORTED_READS}
    assert all(one in unreadable[read.name] for read in REPORTED_READS for one in read.permissions)


def test_a_finding_is_seen_without_the_permissions_that_only_name_people(
    plugin_as: PluginAs, tenant: Tenant, association: Association
) -> None:
    tenant.add_identity("reader without names", *READING)
    with plugin_as("reader without names") as plugin:
        state = plugin.create(association.inputs())
        path = f"secrets.{association.add_secret()}"
        _, shown = plugin.refresh(state)
    assert list(shown) == [path]
    assert "mallory" not in shown[path]


def test_the_naming_permissions_say_who_did_it(plugin_as: PluginAs, tenant: Tenant, association: Association) -> None:
    tenant.add_identity("reader with names", *READING, *NAMING)
    with plugin_as("reader with names") as plugin:
        state = plugin.create(association.inputs())
        path = f"secrets.{association.add_secret()}"
        assert "by mallory@" in plugin.refresh(state)[1][path]


def family_of(row_id: str) -> str:
    row = next(row for row in ROWS if row.id == row_id)
    place = next(place for place in row.seen if place.startswith("guard "))
    return place.split()[1].replace("[", ".").split(".")[0]


REPAIRED = {
    family_of(row_id): row_id
    for row_id in (
        "A10",
        "A11",
        "A15",
        "A16",
        "A25",
        "A27",
        "A30",
        "S4",
        "S5",
        "S6",
        "S11",
        "S15",
        "S17",
        "S18",
        "S20",
        "S22",
    )
}


def test_every_family_that_can_be_repaired_is_tried() -> None:
    assert set(REPAIRED) | {"directoryRoles", "servicePrincipalSwitches"} == set(REPAIRING)  # the last: test_vendor.py


@pytest.mark.parametrize("family", sorted(REPAIRED))
def test_repairing_takes_exactly_the_permission_of_the_table(
    plugin_as: PluginAs, tenant: Tenant, pem: str, family: str
) -> None:
    repairer = tenant.add_identity(f"repairer of {family}", *READING, *REPAIRING[family])
    association = Association.make(tenant, pem, owners=(repairer.object_id,))
    declared = {"owners": {repairer.object_id: "repairer"}, "servicePrincipalOwners": {repairer.object_id: "repairer"}}
    _own_principal(association, repairer.object_id)
    inputs = association.inputs(guard="enforce", **declared)
    with plugin_as("administrator") as other:
        state = other.create(inputs)
    row = next(row for row in ROWS if row.id == REPAIRED[family])
    assert row.make is not None
    row.make(association)
    tenant.add_identity(f"reader of {family}", *READING)
    with plugin_as(f"reader of {family}") as plugin:
        refreshed, shown = plugin.refresh(state)
        assert shown
        with pytest.raises(Refused, match="could not be removed"):
            plugin.up(refreshed, inputs)
    with plugin_as(f"repairer of {family}") as plugin:
        assert plugin.refresh(plugin.up(refreshed, inputs))[1] == {}


def test_both_kinds_of_directory_roles_are_repaired_with_one_permission(
    plugin_as: PluginAs, tenant: Tenant, association: Association
) -> None:
    tenant.add_identity("repairer of roles", *READING, *REPAIRING["directoryRoles"])
    inputs = association.inputs(guard="enforce")
    with plugin_as("repairer of roles") as plugin:
        state = plugin.create(inputs)
        make = next(row.make for row in ROWS if row.id == "S16")
        assert make is not None
        make(association)
        refreshed, shown = plugin.refresh(state)
        assert len(shown) == 2
        assert plugin.refresh(plugin.up(refreshed, inputs))[1] == {}


def _own_principal(association: Association, owner: str) -> None:
    reference = {"@odata.id": f"{association.tenant.url}/v1.0/directoryObjects/{owner}"}
    association.ask("POST", f"{association.principal}/owners/$ref", reference)


def test_a_permission_that_is_taken_away_is_a_finding_and_what_it_showed_stays(
    plugin_as: PluginAs, tenant: Tenant, association: Association
) -> None:
    tenant.add_identity("auditor in trouble", *ONLY_READING)
    with plugin_as("auditor in trouble") as plugin:
        state = plugin.create(association.inputs())
        secret = f"secrets.{association.add_secret()}"
        state, _ = plugin.refresh(state)
    tenant.revoke("auditor in trouble", "Application.Read.All")
    with plugin_as("auditor in trouble") as plugin:
        _, shown = plugin.refresh(state)
    assert shown[secret].startswith("client secret")
    assert {path for path in shown if path != secret} == {
        f'unreadable["{name}"]' if "." in name else f"unreadable.{name}"
        for name in closed_to(*set(ONLY_READING) - {"Application.Read.All"}) - closed_to(*ONLY_READING)
    }


def test_a_permission_that_is_given_is_shown_until_a_refresh_accepts_it(
    plugin_as: PluginAs, tenant: Tenant, association: Association
) -> None:
    tenant.add_identity("growing auditor", "Application.Read.All")
    with plugin_as("growing auditor") as plugin:
        state = plugin.create(association.inputs())
    tenant.permit("growing auditor", *READING)
    with plugin_as("growing auditor") as plugin:
        accepted, shown = plugin.refresh(state)
        assert "unreadable.conditionalAccess" in shown
        assert plugin.refresh(accepted)[1] == {}


def test_a_licence_that_the_tenant_lacks_is_told_apart_from_a_permission(
    plugin: Plugin, tenant: Tenant, association: Association
) -> None:
    tenant.switches.premium = False
    unreadable = plugin.create(association.inputs()).outputs["unreadable"]
    tenant.switches.premium = True
    assert set(unreadable) == {"conditionalAccess", "eligibleDirectoryRoles"}
    assert unreadable["conditionalAccess"].startswith("not licensed: the tenant has no Entra ID P1")
    assert unreadable["eligibleDirectoryRoles"].startswith("not licensed: the tenant has no Entra ID P2")


def test_a_query_that_graph_does_not_take_is_told_apart_from_a_permission_and_a_licence(
    plugin: Plugin, tenant: Tenant, association: Association
) -> None:
    tenant.faults.add("reject", method="GET", path="*/identity/conditionalAccess/policies")
    tenant.faults.add("deny", method="GET", path="*/oauth2PermissionGrants")
    unreadable = plugin.create(association.inputs()).outputs["unreadable"]
    assert set(unreadable) == {"conditionalAccess", "delegatedGrants"}
    refused = "refused: Microsoft Graph does not take this query (400 BadRequest); no permission changes that"
    assert unreadable["conditionalAccess"].startswith(refused)
    assert unreadable["delegatedGrants"].startswith("not permitted: reading it needs ")


@pytest.mark.parametrize("kind", ["unavailable", "deny", "reject"])
def test_a_part_that_fails_is_a_finding_and_the_rest_is_still_compared(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association, kind: str
) -> None:
    secret = f"secrets.{association.add_secret()}"
    tenant.faults.add(kind, method="GET", path="*/applications/*/federatedIdentityCredentials")
    _, shown = plugin.refresh(guard)
    assert set(shown) == {secret, "unreadable.federatedCredentials"}


def test_without_the_beta_version_the_rest_is_still_compared(
    plugin: Plugin, tenant: Tenant, guard: State, association: Association
) -> None:
    secret = f"secrets.{association.add_secret()}"
    tenant.faults.add("deny", method="POST", path="/beta/$batch")
    _, shown = plugin.refresh(guard)
    beta = {f"unreadable.{read.name}" for read in REPORTED_READS if read.beta}
    assert len(beta) == 5
    assert set(shown) == {secret, *beta}


def test_a_throttled_part_is_asked_again_alone_after_the_time_it_names(
    plugin: Plugin, tenant: Tenant, guard: State
) -> None:
    tenant.faults.add("throttle", method="GET", path="*/owners*", count=1, retry_after="1")
    tenant.faults.add("throttle", method="GET", path="*/federatedIdentityCredentials", count=1, retry_after="1")
    _, shown = plugin.refresh(guard)
    sizes = [len(request.request["requests"]) for request in tenant.requests if request.path == "/v1.0/$batch"]
    assert (shown, sizes) == ({}, [20, 1])


def test_a_refresh_fails_when_nothing_can_be_read_at_all(plugin: Plugin, tenant: Tenant, guard: State) -> None:
    tenant.faults.add("deny", method="POST", path="/v1.0/$batch")
    with pytest.raises(Refused, match=r"POST /\$batch with 403"):
        plugin.refresh(guard)
