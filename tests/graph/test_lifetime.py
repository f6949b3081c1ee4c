"""Durations as the tenant's policy writes them."""

from datetime import timedelta

import pytest

from association.graph.lifetime import parse_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P90D", timedelta(days=90)),
        ("P1Y", timedelta(days=365)),
        ("P6M", timedelta(days=180)),
        ("P2W", timedelta(days=14)),
        ("P4DT12H30M5S", timedelta(days=4, hours=12, minutes=30, seconds=5)),
        ("PT0.5S", timedelta(0)),
        ("P", None),
        ("90 days", None),
        ("None", None),
    ],
)
def test_a_duration_is_read_or_nothing(text: str, expected: timedelta | None) -> None:
    assert parse_duration(text) == expected
