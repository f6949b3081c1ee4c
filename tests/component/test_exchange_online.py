"""What the output `exchangeOnline` says: the dates by the time that is passed in, and commands that fit the cloud."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from association.exchange_online import exchange_instructions
from microsoft.ews import Phase, phase_at

CLIENT_ID = "5c9a0000-0000-4000-8000-000000000001"
DURING = datetime(2026, 11, 29, tzinfo=UTC)
LIST_ENFORCED = datetime(2026, 10, 10, tzinfo=UTC)
ENDED = datetime(2027, 4, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (LIST_ENFORCED - SECOND, Phase.BEFORE),
        (LIST_ENFORCED, Phase.DURING),
        (ENDED - SECOND, Phase.DURING),
        (ENDED, Phase.AFTER),
        (datetime(2027, 3, 31, 20, tzinfo=timezone(timedelta(hours=-5))), Phase.AFTER),
    ],
)
def test_a_phase_begins_at_midnight_utc(moment: datetime, phase: Phase) -> None:
    assert phase_at(moment) is phase


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (LIST_ENFORCED - SECOND, "From 2026-10-10 Exchange Online lets only listed applications use EWS"),
        (DURING, "until Microsoft switches it off, which is announced seven days before"),
        (ENDED, "Exchange Online ended EWS on 2027-04-01: full_access_as_app opens no mailbox any more"),
    ],
)
def test_the_notice_follows_the_time(moment: datetime, said: str) -> None:
    instructions = exchange_instructions(CLIENT_ID, "global", now=moment)
    assert said in instructions["notice"]
    assert instructions["ewsEnds"] == "2027-04-01"
    assert bool(instructions["powershell"]) is (moment < ENDED)


@pytest.mark.parametrize(
    ("cloud", "connect"),
    [
        ("global", "Connect-ExchangeOnline"),
        ("usgovernmentl4", "Connect-ExchangeOnline -ExchangeEnvironmentName O365USGovGCCHigh"),
        ("usgovernmentl5", "Connect-ExchangeOnline -ExchangeEnvironmentName O365USGovDoD"),
        ("china", "Connect-ExchangeOnline -ExchangeEnvironmentName O365China"),
    ],
)
def test_the_commands_connect_to_the_cloud(cloud: str, connect: str) -> None:
    assert exchange_instructions(CLIENT_ID, cloud, now=DURING)["powershell"][0] == connect


@pytest.mark.parametrize("moment", [DURING, ENDED])
def test_other_clouds_have_a_calendar_of_their_own(moment: datetime) -> None:
    instructions = exchange_instructions(CLIENT_ID, "usgovernmentl4", now=moment)
    assert "by a calendar of its own" in instructions["notice"]
    assert instructions["ewsEnds"] == ""
    assert instructions["powershell"]


def test_the_list_is_read_with_the_switch_without_which_it_reads_as_empty_and_written_before_ews_is_enabled() -> None:
    commands = exchange_instructions(CLIENT_ID, "global", now=DURING)["powershell"]
    reads = [command for command in commands if "EwsAllowedAppIDs" in command and "Get-OrganizationConfig" in command]
    assert all("-RetrieveEwsOperationAccessPolicy" in command for command in reads)
    written = commands.index("Set-OrganizationConfig -EwsAllowedAppIDs ($ids -join ',')")
    assert commands.index("Set-OrganizationConfig -EwsEnabled $true") > written
    assert any("if (-not $ids)" in command for command in commands[:written])
