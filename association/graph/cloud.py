"""The clouds: where login and Graph of each are, and what its tools call it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """One cloud."""

    name: str
    """The name that the azuread provider's documentation gives it, such as `usgovernmentl4`."""
    login: str
    """Base URL of the login service, such as `https://login.microsoftonline.com`; no trailing slash."""
    graph: str
    """Base URL of Microsoft Graph and resource of its tokens; no trailing slash, no version."""
    admin_center: str
    """Base URL of the Entra admin center; no trailing slash."""
    exchange_environment: str = ""
    """`-ExchangeEnvironmentName` of Connect-ExchangeOnline; empty for the worldwide cloud, its default."""
    azure_cli: str = ""
    """`--name` of `az cloud set`; empty for the worldwide cloud, its default."""

    @property
    def azure_login(self) -> str:
        """The commands that sign a person in with the Azure CLI, as a sentence has them."""
        return f"`az cloud set --name {self.azure_cli}` and `az login`" if self.azure_cli else "`az login`"


GLOBAL: Final = Cloud(
    name="global",
    login="https://login.microsoftonline.com",
    graph="https://graph.microsoft.com",
    admin_center="https://entra.microsoft.com",
)
_US_GOVERNMENT: Final = Cloud(
    name="usgovernmentl4",
    login="https://login.microsoftonline.us",
    graph="https://graph.microsoft.us",
    admin_center="https://entra.microsoft.us",
    exchange_environment="O365USGovGCCHigh",
    azure_cli="AzureUSGovernment",
)
_US_DEFENSE: Final = Cloud(
    name="usgovernmentl5",
    login="https://login.microsoftonline.us",
    graph="https://dod-graph.microsoft.us",
    admin_center="https://entra.microsoft.us",
    exchange_environment="O365USGovDoD",
    azure_cli="AzureUSGovernment",
)
_CHINA: Final = Cloud(
    name="china",
    login="https://login.partner.microsoftonline.cn",
    graph="https://microsoftgraph.chinacloudapi.cn",
    admin_center="https://entra.microsoftonline.cn",
    exchange_environment="O365China",
    azure_cli="AzureChinaCloud",
)

CLOUDS: Final[dict[str, Cloud]] = {
    "global": GLOBAL,
    "public": GLOBAL,
    "usgovernment": _US_GOVERNMENT,
    "usgovernmentl4": _US_GOVERNMENT,
    "usgovernmentl5": _US_DEFENSE,
    "dod": _US_DEFENSE,
    "china": _CHINA,
}
"""Clouds by the names that the azuread provider accepts.

Source: https://learn.microsoft.com/graph/deployments (checked 2026-11-24),
https://learn.microsoft.com/entra/fundamentals/faq, https://learn.microsoft.com/powershell/module/exchange/connect-exchangeonline and
https://learn.microsoft.com/cli/azure/manage-clouds-azure-cli (checked 2026-11-29)."""
