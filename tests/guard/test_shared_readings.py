"""Guard and credentials of one refresh share one reading of the key bytes: the service allows 150 a minute."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from association.graph.shared_readings import SHARED_FOR, SharedReadings
from sandbox.tenant import Tenant
from tests.guard.association import Association
from tests.guard.harness import CREDENTIAL, Plugin, State


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
