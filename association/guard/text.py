"""How tenant-controlled text becomes part of a sentence, and how a finding is named.

The engine prints property values raw, so nothing that could act on a terminal or turn the reading order may pass.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

from association.text import escape

LONGEST_NAME: Final = 120
"""Characters of a quoted name; the rest is cut."""

_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?")


def plain(text: Any) -> str:
    """Text from the tenant with control, bidi and other invisible characters written as escapes, cut to a line's length."""
    shown = escape(str(text or ""))
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def quote(text: Any) -> str:
    """A name from the tenant inside quotes; `(no name)` when it is empty."""
    return f"'{plain(text)}'" if str(text or "").strip() else "(no name)"


def show_time(value: Any) -> str:
    """A Graph timestamp as `2026-11-24 21:03Z`; `an unknown time` when it is none."""
    match = _DATE.match(value) if isinstance(value, str) else None
    return f"{match[1]} {match[2]}Z" if match else "an unknown time"


def show_day(value: Any) -> str:
    """The day of a Graph timestamp or a datetime, as `2026-11-24`."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d")
    match = _DATE.match(value) if isinstance(value, str) else None
    return match[1] if match else "an unknown day"


def read_time(value: Any) -> datetime | None:
    """A Graph timestamp as an aware datetime; None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"\.\d+", "", value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def property_path(family: str, key: str) -> str:
    """How the engine names an entry: `secrets.1f0c…`, or `appRoles["Microsoft Graph/Mail.ReadWrite"]`."""
    return f"{family}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{family}[{json.dumps(key, ensure_ascii=False)}]"
