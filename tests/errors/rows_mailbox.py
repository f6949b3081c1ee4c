"""Errors of Exchange: EWS explains itself in a header, Graph in the body."""

from sandbox.exchange import EWS_PATH
from sandbox.tenant import INITIAL_DOMAIN, TENANT_ID
from sandbox.vendor import MailboxRefusedError, open_mailbox
from tests.errors.row import Stage, Where, known, reproduced

EWS_ACCESS = "https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange"
BLOCKED = "403 EWS is blocked by policy for this user or tenant"
HEADER = "(header `X-EWS-Policy-Reason`)"


def with_token_for(stage: Stage, resource: str) -> str:
    """EWS with a token for another API."""
    tenant = stage.tenant
    token = stage.vendor.token(tenant.url, TENANT_ID, stage.association.client_id, tenant.ca_file, resource=resource)
    url, address = f"{tenant.url}{EWS_PATH}", f"adele@{INITIAL_DOMAIN}"
    try:
        open_mailbox(token.access_token, ews_url=url, address=address, ca_file=tenant.ca_file)
    except MailboxRefusedError as refused:
        return str(refused)
    raise AssertionError("the mailbox opened")


@reproduced(
    Where.MAILBOX,
    '403 2000008;reason="The token contains not enough scope to make this call."',
    cause="The token has no `full_access_as_app`: the grant is gone, or only roles of Microsoft Graph are granted (header `x-ms-diagnostics`)",
    fix="`pulumi up --refresh`; the vendor's next token has the role. After the [way out of EWS](ews.md): the vendor still uses EWS.",
    source="https://github.com/ecederstrand/exchangelib/issues/1321",
)
def _(stage: Stage) -> str:
    grants = f"{stage.association.principal}/appRoleAssignments"
    stage.association.ask("DELETE", f"{grants}/{stage.association.grant_id}")
    return stage.vendor_reads()


@reproduced(
    Where.MAILBOX,
    "403 EWS is disabled for this user or tenant",
    cause=f"`EwsEnabled` is False for the organization, by an administrator or by Microsoft's switch-off, or for this mailbox {HEADER}",
    fix="The PowerShell in the output `exchangeOnline`; for one mailbox `Set-CASMailbox -EwsEnabled $true`. [The dates](../README.md).",
    source=EWS_ACCESS,
)
def _(stage: Stage) -> str:
    stage.set_organization(EwsEnabled=False)
    return stage.vendor_reads()


@reproduced(
    Where.MAILBOX,
    BLOCKED,
    cause=f"The client ID is not on the organization's list `EwsAllowedAppIDs`, or the list is empty {HEADER}",
    fix="The PowerShell in the output `exchangeOnline`; it can take up to 24 hours.",
    source=EWS_ACCESS,
)
def _(stage: Stage) -> str:
    stage.set_organization(EwsAllowedAppIDs="cc15fd57-2c6c-4117-a88c-83b1d56b4bbe")
    return stage.vendor_reads()


@reproduced(
    Where.MAILBOX,
    BLOCKED,
    cause="The same header also when `EwsApplicationAccessPolicy` and its lists refuse the vendor's User-Agent: it does not say which of the two it was",
    fix="`Get-OrganizationConfig | Format-List Ews*`, then `Set-OrganizationConfig -EwsAllowList` with the vendor's User-Agent added.",
    source=EWS_ACCESS,
)
def _(stage: Stage) -> str:
    stage.set_organization(EwsApplicationAccessPolicy="EnforceAllowList", EwsAllowList=["OWA/*"])
    return stage.vendor_reads()


@reproduced(
    Where.MAILBOX,
    "401 2000003;reason=\"The audience claim value is invalid 'aud'.\"",
    cause="The vendor sends EWS a token for another API (header `x-ms-diagnostics`)",
    fix="Tell the vendor; nothing in the tenant causes it.",
    source="reports from the field",
)
def _(stage: Stage) -> str:
    return with_token_for(stage, stage.tenant.url)


@reproduced(
    Where.MAILBOX,
    "403 ErrorAccessDenied: Access is denied. Check credentials and try again.",
    cause="Microsoft Graph: the token has no role for mail, and no role of Exchange covers this mailbox",
    fix="The vendor reads over Graph: declare the role it needs ([ews.md](ews.md)). With a scope: is the mailbox in it?",
    source="https://learn.microsoft.com/graph/errors",
)
def _(stage: Stage) -> str:
    return stage.vendor_reads(over="Graph")


known(
    Where.MAILBOX,
    f"{BLOCKED} …, for a client ID that is on the list",
    cause="The list was written less than 24 hours ago",
    fix="Wait; `Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy` shows what was written.",
    why_not="the sandbox has no such cache",
    source=EWS_ACCESS,
)
known(
    Where.MAILBOX,
    "403 for some mailboxes only",
    cause="Mailboxes with only a Kiosk or frontline licence (Message Center MC1191578), `EwsEnabled` False on the mailbox, or a scope that does not hold them",
    fix="`Get-CASMailbox` of one that fails and one that works.",
    why_not="the sandbox has no licences, and no command for one mailbox",
    source="Message Center MC1191578",
)
