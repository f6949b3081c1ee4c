"""The gates before EWS, as values: who is refused, with which status and which headers.

A request that passes the gates may still fail as SOAP. The token gates come first, because Exchange's
OAuth module runs before its EWS policies; which of the two 403s wins where both apply is not documented.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.exchange.mailboxes import Mailbox
from sandbox.exchange.organization import Organization

FULL_ACCESS = "full_access_as_app"
"""The app role of Office 365 Exchange Online that opens every mailbox over EWS.
Source: https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-authenticate-an-ews-application-by-using-oauth
(checked 2026-11-24)."""

EWS_DISABLED = "EWS is disabled for this user or tenant"
EWS_BLOCKED = "EWS is blocked by policy for this user or tenant"
"""The only two values of `X-EWS-Policy-Reason`; application and User-Agent blocks share the second.
Source: https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange
(checked 2026-11-24)."""

NOT_ENOUGH_SCOPE = (
    '2000008;reason="The token contains not enough scope to make this call.";error_category="invalid_grant"'
)
"""`x-ms-diagnostics` of a token without the role. Source: https://github.com/ecederstrand/exchangelib/issues/1321 and
https://github.com/OfficeDev/hands-on-labs/issues/118 (checked 2026-11-24)."""

WRONG_AUDIENCE = '2000003;reason="The audience claim value is invalid \'aud\'.";error_category="invalid_resource"'
"""`x-ms-diagnostics` of a token for another API, as Exchange Online has answered in the field."""

_CHALLENGE = (
    'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", '
    'trusted_issuers="00000001-0000-0000-c000-000000000000@*", '
    'token_types="app_asserted_user_v1 service_asserted_app_v1", '
    'authorization_uri="https://login.windows.net/common/oauth2/authorize"'
)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An answer without a body: Exchange explains itself in headers."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


NO_TOKEN = Refusal(status=401, headers={"WWW-Authenticate": _CHALLENGE})


def refuse_token(diagnostics: str = "") -> Refusal:
    """The 401 for a token that Exchange does not believe, with `x-ms-diagnostics` where its text is known."""
    headers = {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'}
    return Refusal(status=401, headers=headers | ({"x-ms-diagnostics": diagnostics} if diagnostics else {}))


def check_token(
    claims: Mapping[str, Any], mailbox_address: str, covered_by_exchange_role: Callable[[str, str], bool]
) -> Refusal | None:
    """Whether a verified token holds enough for EWS, in the mailbox that it wants to impersonate (empty when it names none)."""
    if FULL_ACCESS in claims.get("roles", []):
        return None
    if covered_by_exchange_role(str(claims.get("oid", "")), mailbox_address):
        return None
    return Refusal(status=403, headers={"x-ms-diagnostics": NOT_ENOUGH_SCOPE})


def check_policy(
    claims: Mapping[str, Any], user_agent: str, organization: Organization, mailbox: Mailbox | None
) -> Refusal | None:
    """Whether the organization and the mailbox (None when there is no such mailbox) let this application use EWS."""
    if organization.ews_enabled is False or (mailbox is not None and mailbox.ews_enabled is False):
        return Refusal(status=403, headers={"X-EWS-Policy-Reason": EWS_DISABLED})
    client_id = str(claims.get("appid") or claims.get("azp") or "")
    if organization.allows_application(client_id) and organization.allows_user_agent(user_agent):
        return None
    return Refusal(status=403, headers={"X-EWS-Policy-Reason": EWS_BLOCKED})
