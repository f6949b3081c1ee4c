"""The Exchange Online of this tenant: its organization and its users' mailboxes, kept and found in the store."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette

from sandbox.exchange import (
    Mailbox,
    Organization,
    administrator_routes,
    describe_organization,
    exchange_routes,
    sample_mailbox,
    set_organization_config,
)
from sandbox.tenant.store import Store

PREFIXES = ("/EWS/", "/sandbox/exchange/")
"""What the application answers."""

FIRST_ORGANIZATION = Organization(
    ews_enabled=True, ews_allowed_app_ids=frozenset({"cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"})
)
"""A tenant whose administrator kept EWS on before October 2026, for the Teams calendar and nothing else.
Source of the client id: https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange
(checked 2026-11-24)."""


def make_exchange(store: Store, verify_token: Callable[[str], Mapping[str, Any]]) -> Starlette:
    """The application to mount.

    Args:
        store: Keeps the organization; its users have the mailboxes.
        verify_token: The claims of a valid token for Exchange Online, or `jwt.InvalidTokenError`.
    """

    def organization() -> Organization:
        kept = store.find("exchange", "organization")
        return set_organization_config(Organization(), kept) if kept else FIRST_ORGANIZATION

    def replace_organization(changed: Organization) -> None:
        store.put("exchange", "organization", describe_organization(changed))

    def mailboxes() -> Sequence[Mailbox]:
        with store.lock:
            return [sample_mailbox(user["mail"], user["displayName"]) for user in store.all("users").values()]

    return Starlette(
        routes=[
            *exchange_routes(verify_token=verify_token, organization=organization, mailboxes=mailboxes),
            *administrator_routes(organization=organization, replace_organization=replace_organization),
        ]
    )
