"""What an Exchange administrator must know and run so that the application may use Exchange Web Services (EWS).

The dates stand in `microsoft.ews`.
"""

from datetime import datetime
from typing import Any, Final

from association.graph.cloud import CLOUDS, GLOBAL, Cloud
from microsoft.ews import ALLOW_LIST_ENFORCED, ENDS, Phase, phase_at

_WORLDWIDE: Final = {
    Phase.BEFORE: (
        f"From {ALLOW_LIST_ENFORCED} Exchange Online lets only listed applications use EWS, and on {ENDS} it ends EWS for good: run the "
        "commands before the first date."
    ),
    Phase.DURING: (
        f"Exchange Online switches EWS off organization by organization, and ends it for good on {ENDS}. An organization that never set "
        "EwsEnabled keeps EWS until Microsoft switches it off, which is announced seven days before. EwsEnabled False, or an "
        "empty list of allowed applications, blocks every application."
    ),
    Phase.AFTER: (
        f"Exchange Online ended EWS on {ENDS}: full_access_as_app opens no mailbox any more. Grant the Microsoft Graph permissions that "
        "the vendor names, and take full_access_as_app out."
    ),
}
_OTHER_CLOUD: Final = f"This cloud switches EWS off by a calendar of its own; watch the Message Center of the tenant. Worldwide EWS ends on {ENDS}."
_GATES: Final = (
    " The client ID must be on the list EwsAllowedAppIDs, and the vendor's User-Agent must pass EwsApplicationAccessPolicy; "
    "a refusal does not say which of the two it was. No API shows EwsAllowedAppIDs, and without "
    "-RetrieveEwsOperationAccessPolicy it reads as empty."
)


def exchange_instructions(client_id: str, cloud_name: str, *, now: datetime) -> dict[str, Any]:
    """What to know (`notice`), the day EWS ends (`ewsEnds`, empty where it is not known) and the commands (`powershell`).

    The cloud is named as the azuread provider accepts it; `now` is timezone-aware.
    """
    cloud, phase = CLOUDS.get(cloud_name, GLOBAL), phase_at(now)
    if cloud is not GLOBAL:
        return {"notice": _OTHER_CLOUD + _GATES, "ewsEnds": "", "powershell": exchange_commands(client_id, cloud)}
    ended = phase is Phase.AFTER
    return {
        "notice": _WORLDWIDE[phase] + ("" if ended else _GATES),
        "ewsEnds": str(ENDS),
        "powershell": [] if ended else exchange_commands(client_id, cloud),
    }


def exchange_commands(client_id: str, cloud: Cloud) -> list[str]:
    """Exchange Online PowerShell that lets this application use EWS, in order; safe to run again.

    The list is one comma-joined string that is written whole: read, merge, write, and write it before EwsEnabled.

    Source: https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig and
    https://learn.microsoft.com/powershell/module/exchange/connect-exchangeonline (checked 2026-11-29).
    """
    environment = f" -ExchangeEnvironmentName {cloud.exchange_environment}" if cloud.exchange_environment else ""
    return [
        f"Connect-ExchangeOnline{environment}",
        "$current = (Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy).EwsAllowedAppIDs",
        "$ids = @($current -split ',' | ForEach-Object { $_.Trim() } | Where-Object { $_ })",
        (
            "if (-not $ids) { Write-Warning 'There is no list yet. Writing one blocks every application that is not on it: take their "
            "client IDs from Microsoft 365 admin center > Reports > EWS usage, and add them to $ids first.' }"
        ),
        f"if ($ids -notcontains '{client_id}') {{ $ids += '{client_id}' }}",
        "$ids -join ','  # look at it: every other application that needs EWS must be here",
        "Set-OrganizationConfig -EwsAllowedAppIDs ($ids -join ',')",
        "Set-OrganizationConfig -EwsEnabled $true",
        (
            "Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy | Format-List EwsEnabled, EwsAllowedAppIDs, "
            "EwsApplicationAccessPolicy, EwsAllowList, EwsBlockList"
        ),
    ]
