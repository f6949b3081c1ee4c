"""The sandbox's Exchange Online: an EWS endpoint behind all of Exchange's gates, and the administrator's switches.

Whoever mounts these routes says how a token is verified, and keeps the organization. Graph shows almost nothing of
what is here, so only a proof can show that an association works.
"""

from sandbox.exchange.administrator import ORGANIZATION_PATH, RETRIEVE_APP_IDS, administrator_routes
from sandbox.exchange.ews import EWS_PATH, exchange_routes
from sandbox.exchange.mailboxes import Mailbox, sample_mailbox
from sandbox.exchange.organization import Organization, UserAgentPolicy, describe_organization, set_organization_config

__all__ = [
    "EWS_PATH",
    "ORGANIZATION_PATH",
    "RETRIEVE_APP_IDS",
    "Mailbox",
    "Organization",
    "UserAgentPolicy",
    "administrator_routes",
    "describe_organization",
    "exchange_routes",
    "sample_mailbox",
    "set_organization_config",
]
