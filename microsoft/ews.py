"""When Exchange Online switches Exchange Web Services (EWS) off.

These are the dates of the worldwide cloud, GCC included. The government clouds and China follow a calendar of their own,
which no public source that was found gives.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

ALLOW_LIST_ENFORCED: Final = date(2026, 10, 10)
"""From this day an organization's list of allowed applications counts. One that never set anything keeps EWS until Microsoft
switches it off, which is announced to it seven days before.

Source: Exchange Team blog, "EWS Deprecation Is Here", https://techcommunity.microsoft.com/blog/exchange/4561431, as cited by
two independent tools (checked 2026-11-29)."""

ENDS: Final = date(2027, 4, 1)
"""From this day there is no EWS in Exchange Online, without exceptions.

Source: https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online
(checked 2026-11-29)."""


class Phase(StrEnum):
    """Where a moment stands in that calendar."""

    BEFORE = "before"
    """The list does not count yet."""
    DURING = "during"
    """The list counts, and organizations are switched off one by one."""
    AFTER = "after"
    """EWS is gone."""


def phase_at(moment: datetime) -> Phase:
    """The phase at a timezone-aware moment; a day begins at midnight UTC, as Microsoft names no hour."""
    today = moment.astimezone(UTC).date()
    if today < ALLOW_LIST_ENFORCED:
        return Phase.BEFORE
    return Phase.DURING if today < ENDS else Phase.AFTER
