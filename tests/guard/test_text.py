"""Tenant-controlled text in sentences, and the names of findings."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.errors import SettingsError
from association.guard.exceptions import read_path
from association.guard.paths import PATHS
from association.guard.text import (
    LONGEST_NAME,
    plain,
    property_path,
    quote,
    read_time,
    show_day,
    show_time,
)


@given(st.text())
def test_nothing_in_an_escaped_text_acts_on_a_terminal(text: str) -> None:
    assert plain(text).isprintable()
    assert len(plain(text)) <= LONGEST_NAME


@given(st.sampled_from(sorted(PATHS)), st.text(min_size=1))
def test_every_finding_is_found_again_under_the_name_it_is_shown_by(family: str, key: str) -> None:
    assert read_path(property_path(family, key)) == (family, key)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("secrets.1f0c", ("secrets", "1f0c")),
        ('appRoles["Microsoft Graph/Mail.Read"]', ("appRoles", "Microsoft Graph/Mail.Read")),
        ("appRoles.Microsoft Graph/Mail.Read", ("appRoles", "Microsoft Graph/Mail.Read")),
        (" secrets.1f0c ", ("secrets", "1f0c")),
        ('expiredExceptions["secrets.\\"x\\""]', ("expiredExceptions", 'secrets."x"')),
    ],
)
def test_a_finding_is_read_as_people_write_it(path: str, found: tuple[str, str]) -> None:
    assert read_path(path) == found


@pytest.mark.parametrize("path", ["", "secrets", "secrets.", "nothing.x", 'secrets["x', 'secrets["x\\q"]'])
def test_what_names_no_finding_is_refused(path: str) -> None:
    with pytest.raises(SettingsError, match="names no finding"):
        read_path(path)


def test_an_empty_name_is_told_as_such() -> None:
    assert (quote(""), quote(None), quote(" "), quote("x")) == ("(no name)", "(no name)", "(no name)", "'x'")


@pytest.mark.parametrize(
    "text", ["2026-11-24T21:03:04Z", "2026-11-24T21:03:04.1234567Z", "2026-11-24T21:03:04+00:00", "2026-11-24T21:03:04"]
)
def test_every_form_of_a_timestamp_is_read_and_shown_in_utc(text: str) -> None:
    assert read_time(text) in (datetime(2026, 11, 24, 21, 3, 4, tzinfo=UTC), None)
    assert (show_time(text), show_day(text)) == ("2026-11-24 21:03Z", "2026-11-24")


@pytest.mark.parametrize("value", [None, "", "soon", 7, "0000-00-00T00:00:00Z"])
def test_what_is_no_timestamp_is_an_unknown_time(value: object) -> None:
    assert read_time(value) is None
    assert "unknown" in show_time(value) or show_time(value).startswith("0000")
