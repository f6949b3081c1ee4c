"""Owns where login and Graph of a cloud are. It leaves out who logs in."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """Endpoints of one cloud."""

    login: str
    """Base URL of the login service, such as `https://login.microsoftonline.com`; no trailing slash."""
    graph: str
    """Base URL of Microsoft Graph and resource of its tokens; no trailing slash, no version."""


_GLOBAL: Final = Cloud(login="https://login.microsoftonline.com", graph="https://graph.microsoft.com")
_US_GOVERNMENT: Final = Cloud(login="https://login.microsoftonline.us", graph="https://graph.microsoft.us")
_US_DEFENSE: Final = Cloud(login="https://login.microsoftonline.us", graph="https://dod-graph.microsoft.us")
_CHINA: Final = Cloud(login="https://login.partner.microsoftonline.cn", graph="https://microsoftgraph.chinacloudapi.cn")

CLOUDS: Final[dict[str, Cloud]] = {
    "global": _GLOBAL,
    "public": _GLOBAL,
    "usgovernment": _US_GOVERNMENT,
    "usgovernmentl4": _US_GOVERNMENT,
    "usgovernmentl5": _US_DEFENSE,
    "dod": _US_DEFENSE,
    "china": _CHINA,
}
"""Clouds by the names that the azuread provider accepts.

Source: https://learn.microsoft.com/graph/deployments (checked 2026-11-24)."""
