"""Guard, credentials and grants of one refresh share what they read: the service allows 150 readings of key bytes a minute."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from association.graph.shared_readings import SHARED_FOR, SharedReadings
from sandbox.tenant import FaultKind, Tenant
from tests.guard.association import EXCHANGE, FULL_ACCESS, Association
from tests.guard.harness import CREDENTIAL, Plugin, Refused, State

GRANT = "mimecast-entra:index:AppRoleAssignment"
Start = Callable[[str], AbstractContextManager[Plugin]]


def key_readings(tenant: Tenant) -> int:
    """Requests that select key credentials, alone or in a batch."""
    alone = [request for request in tenant.requests if "$select=" in request.path and "keyCredentials" in request.path]
    batched = [
        part
        for request in tenant.requests
        if request.path.endswith("/$batch")
        for part in request.request["requests"]
        if "keyCredentials" in part["url"].partition("?")[2]
    ]
    return len(alone) + len(batched)


@pytest.fixture
def credential(plugin: Plugin, association: Association, guard: State, tenant: Tenant) -> State:
    del guard
    state = plugin.of_type(CREDENTIAL).create(
        {"applicationId": association.application, "certificate": association.pem}
    )
    tenant.requests.clear()
    return state


@pytest.fixture
def grant(plugin: Plugin, association: Association, guard: State) -> State:
    del guard
    ids = {"principalObjectId": association.service_principal_id, "resourceObjectId": EXCHANGE}
    return plugin.of_type(GRANT).create(ids | {"appRoleId": FULL_ACCESS})


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 1, 0)])
def test_guard_credential_and_grant_of_one_refresh_ask_together(
    plugin_as: Start, tenant: Tenant, guard: State, credential: State, grant: State, order: tuple[int, ...]
) -> None:
    with plugin_as("administrator") as plugin:
        tenant.requests.clear()
        tenant.faults.latency_ms = 100  # the engine asks for all three while the first one still signs in
        refresh = [
            lambda: plugin.refresh(guard),
            lambda: plugin.of_type(CREDENTIAL).refresh(credential),
            lambda: plugin.of_type(GRANT).refresh(grant),
        ]
        with ThreadPoolExecutor(3) as engine:
            refreshed = [engine.submit(refresh[number]) for number in order]
    assert [one.result()[1] for one in refreshed] == [{}] * 3
    assert [request.path for request in tenant.requests if request.method == "GET"] == [
        "/metadata/endpoints?api-version=2022-09-01"
    ]
    assert key_readings(tenant) == 1


def test_what_the_guard_could_not_read_the_grant_reads_itself(
    plugin_as: Start, tenant: Tenant, guard: State, grant: State
) -> None:
    path = f"/v1.0/servicePrincipals/{grant.inputs['principalObjectId']}/appRoleAssignments"
    tenant.faults.add(FaultKind.DENY, method="GET", path=path)
    with plugin_as("administrator") as plugin:
        _, changes = plugin.refresh(guard)
        assert "unreadable.appRoles" in changes
        with pytest.raises(Refused, match="403"):
            plugin.of_type(GRANT).refresh(grant)


def test_a_grant_that_is_taken_away_is_gone_for_the_guards_reading_too(
    plugin: Plugin, tenant: Tenant, guard: State, grant: State, association: Association
) -> None:
    tenant.graph("DELETE", f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo/{association.grant_id}")
    plugin.refresh(replace(guard, outputs=guard.outputs | {"changedAt": "2026-01-01T00:00:00Z"}))
    tenant.requests.clear()
    assert plugin.of_type(GRANT).refresh(grant)[1] == {"": "gone"}
    assert tenant.requests == []
    plugin.of_type(GRANT).create(grant.inputs)
    assert plugin.of_type(GRANT).refresh(grant)[1] == {}


def test_one_refresh_reads_the_key_bytes_of_an_association_once(
    plugin: Plugin, tenant: Tenant, guard: State, credential: State
) -> None:
    with ThreadPoolExecutor(2) as engine:
        reads = engine.submit(plugin.refresh, guard), engine.submit(plugin.of_type(CREDENTIAL).refresh, credential)
    assert [read.result()[1] for read in reads] == [{}, {}]
    assert key_readings(tenant) == 1


def test_the_next_refresh_looks_anew(
    plugin: Plugin, guard: State, credential: State, association: Association, rogue_pem: str
) -> None:
    plugin.refresh(guard)
    plugin.of_type(CREDENTIAL).refresh(credential)
    association.add_certificate(rogue_pem)
    assert len(plugin.refresh(guard)[1]) == 1


def test_a_reader_gets_the_reading_of_another_one_once() -> None:
    readings = SharedReadings()
    with readings.turn("application", "guard") as turn:
        turn.entries = [{"keyId": "1"}]
    with readings.turn("application", "credential") as turn:
        assert turn.entries == [{"keyId": "1"}]
    for reader in ("guard", "credential"):
        with readings.turn("application", reader) as turn:
            assert turn.entries is None


def test_an_old_reading_and_one_from_before_a_write_are_not_shared() -> None:
    now = [0.0]
    readings = SharedReadings(clock=lambda: now[0])
    with readings.turn("application", "guard") as turn:
        turn.entries = []
    now[0] = SHARED_FOR
    with readings.turn("application", "credential") as turn:
        assert turn.entries is None
        turn.entries = []
    readings.forget("application")
    with readings.turn("application", "guard") as turn:
        assert turn.entries is None


def test_a_reading_that_failed_is_not_shared_and_blocks_nobody() -> None:
    readings = SharedReadings()
    with pytest.raises(OSError, match="no answer"), readings.turn("application", "guard"):
        raise OSError("no answer")
    with readings.turn("application", "credential") as turn:
        assert turn.entries is None
