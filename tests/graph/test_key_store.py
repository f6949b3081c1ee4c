"""Adding and removing key credentials while others write and replicas lag. The clock is not real."""

from functools import cache

import pytest

from association.certificates import Certificate, read_certificate
from association.errors import GraphError
from association.graph.key_credentials import make_entry
from association.graph.key_store import KeyStore
from association.graph.key_store_errors import ApplicationGoneError, UnconfirmedError
from tests.factories import certificate_pem
from tests.graph.replicas import OBJECT_ID, Replicas

THEIRS = "7b1e0000-0000-4000-8000-00000000000a"


@cache
def certificate(name: str) -> Certificate:
    return read_certificate(certificate_pem(name).encode(), source=name)


@pytest.fixture
def graph() -> Replicas:
    return Replicas()


def open_store(graph: Replicas, *in_state: str) -> KeyStore:
    """The memory of one process, and the key ids that its state has."""
    known = {f"{OBJECT_ID}/{key_id}" for key_id in in_state}
    return KeyStore(graph, in_state=known, clock=lambda: graph.now)


def put_theirs(graph: Replicas, key_id: str = THEIRS) -> None:
    graph.truth = [*(graph.truth or ()), make_entry(certificate("theirs"), key_id)]


def test_a_new_entry_stands_beside_the_others_after_four_requests(graph: Replicas) -> None:
    put_theirs(graph)
    added = open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert graph.key_ids() == {THEIRS, added.key_id}
    assert graph.asked == ["GET v1.0 $select=keyCredentials", "GET v1.0", "PATCH v1.0", "GET v1.0"]


def test_an_identical_entry_is_taken_over_without_a_write(graph: Replicas) -> None:
    put_theirs(graph)
    assert open_store(graph).add(OBJECT_ID, certificate("theirs")).key_id == THEIRS
    assert graph.asked == ["GET v1.0 $select=keyCredentials"]


def test_foreign_bytes_under_the_usual_key_id_lead_to_another_key_id(graph: Replicas) -> None:
    usual = open_store(graph).add(OBJECT_ID, certificate("ours")).key_id
    graph.truth = [make_entry(certificate("swapped"), usual)]
    added = open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert added.key_id != usual
    assert graph.key_ids() == {usual, added.key_id}


@pytest.mark.parametrize("lag", [0.2, 3.0, 20.0])
def test_lag_does_not_lose_what_this_process_added_before(graph: Replicas, lag: float) -> None:
    store = open_store(graph)
    graph.lag = lag
    first, second = store.add(OBJECT_ID, certificate("first")), store.add(OBJECT_ID, certificate("second"))
    assert graph.key_ids() == {first.key_id, second.key_id}


def test_lag_does_not_lose_what_the_state_knows(graph: Replicas) -> None:
    store = open_store(graph, THEIRS)
    graph.lag = 2.0
    put_theirs(graph)
    added = store.add(OBJECT_ID, certificate("ours"))
    assert graph.key_ids() == {THEIRS, added.key_id}


def test_what_the_state_knows_may_have_been_removed_by_somebody(graph: Replicas) -> None:
    store = open_store(graph, THEIRS)
    added = store.add(OBJECT_ID, certificate("ours"))
    assert graph.key_ids() == {added.key_id}
    assert 3 <= graph.now < 10


def test_an_entry_that_only_the_second_reading_shows_is_kept(graph: Replicas) -> None:
    graph.lag = 0.3
    put_theirs(graph)
    real_get = graph.get

    def fresh_second_reading(path: str, *, query: str = "", version: str = "v1.0") -> dict[str, object]:
        graph.lag = 0.3 if query else 0.0
        return real_get(path, query=query, version=version)

    graph.get = fresh_second_reading  # type: ignore[method-assign]
    added = open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert graph.key_ids() == {THEIRS, added.key_id}


def test_an_echo_of_a_removed_entry_is_not_written_again(graph: Replicas) -> None:
    store = open_store(graph)
    first, second = store.add(OBJECT_ID, certificate("first")), store.add(OBJECT_ID, certificate("second"))
    graph.now += 100
    store.remove(OBJECT_ID, first.key_id)
    graph.lag = 20.0  # reads show the first one again
    graph.now += 1
    store.remove(OBJECT_ID, second.key_id)
    assert graph.key_ids() == set()


def test_a_foreign_entry_that_disappears_during_our_write_is_reported_with_our_key_id(graph: Replicas) -> None:
    put_theirs(graph)

    def lose_theirs() -> None:
        graph.truth = [entry for entry in graph.truth or () if entry["keyId"] != THEIRS]

    graph.after_patch = lose_theirs
    with pytest.raises(UnconfirmedError, match=f"that were there before: {THEIRS}") as lost:
        open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert graph.key_ids() == {lost.value.key_id}


def test_an_entry_of_ours_that_somebody_overwrites_is_reported(graph: Replicas) -> None:
    put_theirs(graph)

    def overwrite() -> None:
        graph.truth = [entry for entry in graph.truth or () if entry["keyId"] == THEIRS]

    graph.after_patch = overwrite
    with pytest.raises(UnconfirmedError, match="30 s later it is not shown"):
        open_store(graph).add(OBJECT_ID, certificate("ours"))


def test_an_entry_that_somebody_removes_meanwhile_does_not_stop_ours(graph: Replicas) -> None:
    put_theirs(graph)

    def remove_theirs() -> None:
        graph.truth = [entry for entry in graph.truth or () if entry["keyId"] != THEIRS]

    graph.before_patch = remove_theirs  # Graph then refuses the list that still has it
    added = open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert graph.key_ids() == {added.key_id}


def test_a_refusal_that_is_not_about_the_list_is_passed_on(graph: Replicas) -> None:
    refusal = GraphError("end date", method="PATCH", path="/x", status=400, code="KeyCredentialsInvalidEndDate")
    graph.refusals = [refusal] * 3
    with pytest.raises(GraphError) as refused:
        open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert refused.value is refusal
    assert graph.asked.count("PATCH v1.0") == 1


def test_a_write_without_an_answer_is_not_repeated_when_it_arrived(graph: Replicas) -> None:
    def no_answer() -> None:
        graph.after_patch = lambda: None
        raise GraphError("connection reset", method="PATCH", path="/x", status=0)

    graph.after_patch = no_answer
    added = open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert graph.key_ids() == {added.key_id}
    assert graph.asked.count("PATCH v1.0") == 1


@pytest.mark.parametrize("gone", ["entry", "application"])
def test_removing_what_is_gone_writes_nothing(graph: Replicas, gone: str) -> None:
    graph.truth = None if gone == "application" else []
    open_store(graph).remove(OBJECT_ID, THEIRS)
    assert "PATCH v1.0" not in graph.asked


def test_lag_does_not_leave_an_entry_that_is_to_be_removed(graph: Replicas) -> None:
    graph.lag = 2.0
    put_theirs(graph)
    open_store(graph).remove(OBJECT_ID, THEIRS)
    assert graph.key_ids() == set()


def test_a_new_application_is_waited_for_and_a_missing_one_reported(graph: Replicas) -> None:
    graph.truth = None
    with pytest.raises(ApplicationGoneError):
        open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert 30 <= graph.now < 40


def test_reading_says_when_the_application_is_gone(graph: Replicas) -> None:
    graph.truth = None
    assert open_store(graph).read(OBJECT_ID) is None


def test_an_application_that_disappears_before_the_write_is_reported(graph: Replicas) -> None:
    def delete() -> None:
        graph.truth = None

    graph.before_patch = delete
    with pytest.raises(ApplicationGoneError, match="PATCH"):
        open_store(graph).add(OBJECT_ID, certificate("ours"))


def test_an_application_that_disappears_during_a_removal_is_fine(graph: Replicas) -> None:
    def delete() -> None:
        graph.truth = None

    put_theirs(graph)
    graph.after_patch = delete
    open_store(graph).remove(OBJECT_ID, THEIRS)
    assert graph.truth is None


def test_an_application_that_disappears_after_an_addition_is_reported(graph: Replicas) -> None:
    def delete() -> None:
        graph.truth = None

    graph.after_patch = delete
    with pytest.raises(UnconfirmedError):
        open_store(graph).add(OBJECT_ID, certificate("ours"))


def test_nothing_is_written_while_an_entry_of_ours_is_not_shown(graph: Replicas) -> None:
    store = open_store(graph)
    first = store.add(OBJECT_ID, certificate("first"))
    graph.truth = []  # somebody removed it, or every replica lags
    with pytest.raises(
        GraphError, match=f"{first.key_id} is shown by some answers only, after 30 s. Nothing was changed"
    ):
        store.add(OBJECT_ID, certificate("second"))
    assert graph.key_ids() == set()


def test_a_write_that_never_gets_an_answer_is_given_up(graph: Replicas) -> None:
    graph.refusals = [GraphError("reset", method="PATCH", path="/x", status=0) for _ in range(9)]
    with pytest.raises(GraphError, match="reset"):
        open_store(graph).add(OBJECT_ID, certificate("ours"))
    assert graph.asked.count("PATCH v1.0") == 3


@pytest.mark.parametrize("status", [401, 403, 503])
def test_a_refused_read_is_passed_on_and_never_taken_for_gone(graph: Replicas, status: int) -> None:
    def refuse(path: str, *, query: str = "", version: str = "v1.0") -> dict[str, object]:
        raise GraphError(f"{query} {version}", method="GET", path=path, status=status)

    graph.get = refuse  # type: ignore[method-assign]
    with pytest.raises(GraphError) as refused:
        open_store(graph).read(OBJECT_ID)
    assert refused.value.status == status
