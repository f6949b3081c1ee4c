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
from sandbox.tenant.directory import Directory
from sandbox.tenant.exchange_roles import covers
from sandbox.tenant.people_and_groups import find_person

PREFIXES = ("/EWS/", "/sandbox/exchange/")

EWS_ROLE = "Application EWS.AccessAsApp"

FIRST_ORGANIZATION = Organization(
    ews_enabled=True, ews_allowed_app_ids=frozenset({"cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"})
)
"""A tenant whose administrator kept EWS on before October 2026, for the Teams calendar and nothing else.
Source of the client id: https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange
(checked 2026-11-24)."""


def make_exchange(directory: Directory, verify_token: Callable[[str], Mapping[str, Any]]) -> Starlette:
    """The application to mount; `verify_token` gives the claims of a valid token for Exchange Online, or raises `jwt.InvalidTokenError`."""
    store = directory.store

    def organization() -> Organization:
        kept = store.find("exchange", "organization")
        return set_organization_config(Organization(), kept) if kept else FIRST_ORGANIZATION

    def replace_organization(changed: Organization) -> None:
        store.put("exchange", "organization", describe_organization(changed))

    def mailboxes() -> Sequence[Mailbox]:
        with store.lock:
            return [sample_mailbox(user["mail"], user["displayName"]) for user in store.all("users").values()]

    def covered_by_exchange_role(service_principal: str, address: str) -> bool:
        with store.lock:
            person = find_person(directory, address)
            return person is not None and covers(directory, service_principal, person["id"], (EWS_ROLE,))

    return Starlette(
        routes=[
            *exchange_routes(
                verify_token=verify_token,
                organization=organization,
                mailboxes=mailboxes,
                covered_by_exchange_role=covered_by_exchange_role,
            ),
            *administrator_routes(organization=organization, replace_organization=replace_organization),
        ]
    )
