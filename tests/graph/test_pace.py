"""How long to wait. The clock passes only by waiting."""

import pytest

from association.graph.pace import Pace, read_retry_after


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("value", "seconds"), [(None, None), ("", None), ("3", 3.0), ("0.5", 0.5), ("-1", 0.0), ("soon", None)]
)
def test_a_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value) == seconds


def test_a_date_in_the_past_asks_for_no_wait() -> None:
    assert read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


def test_requests_within_the_limit_are_not_held_up() -> None:
    clock = Clock()
    pace = Pace(3, 60.0, sleep=clock.sleep, clock=lambda: clock.now)
    for _ in range(3):
        pace.wait()
    assert clock.slept == []


def test_one_more_waits_until_the_oldest_is_out_of_the_window() -> None:
    clock = Clock()
    pace = Pace(2, 60.0, sleep=clock.sleep, clock=lambda: clock.now)
    pace.wait()
    clock.now = 20.0
    pace.wait()
    pace.wait()
    assert clock.slept == [40.0]
    assert clock.now == 60.0


def test_what_is_out_of_the_window_counts_no_more() -> None:
    clock = Clock()
    pace = Pace(1, 60.0, sleep=clock.sleep, clock=lambda: clock.now)
    pace.wait()
    clock.now = 61.0
    pace.wait()
    assert clock.slept == []
