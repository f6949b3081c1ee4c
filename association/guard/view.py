"""Owns what helps to read an answer: the association, the time, and the names that other answers gave. It reads nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from association.guard.entries import Json, Lookup
from association.guard.reads import Subject
from association.guard.text import escape, quote

MICROSOFT_TENANTS: Final = frozenset({"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"})
"""Tenants that own Microsoft's applications.

Source: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in (checked 2026-11-24)."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What an observer may look at beside its own answer."""

    subject: Subject
    now: datetime
    """Timezone-aware."""
    exchange: Json
    """Exchange Online's service principal as Graph sent it; empty when it could not be read."""
    exchange_roles: Mapping[str, str] = field(default_factory=dict)
    """Names of Exchange roles by id."""
    found: Mapping[Lookup, Json] = field(default_factory=dict)
    """Answers to lookups; empty in the first pass."""

    def resource(self, object_id: str) -> Json:
        """An API's service principal, as far as it is known."""
        if self.exchange and object_id == self.exchange.get("id"):
            return self.exchange
        return self.found.get(find_resource(object_id), {})

    def resource_name(self, object_id: str, said: Any) -> str:
        """An API's name; one that is not Microsoft's own is marked, as anybody can call an API `Microsoft Graph`."""
        known = self.resource(object_id)
        name = escape(known.get("displayName") or said or object_id)
        foreign = known and known.get("appOwnerOrganizationId") not in MICROSOFT_TENANTS
        return f"{name} (not Microsoft's, object id {object_id})" if foreign else name

    def role_name(self, object_id: str, role_id: str) -> str:
        """An app role's value, or its id while the API is unknown."""
        roles = self.resource(object_id).get("appRoles") or ()
        value = next((role.get("value") for role in roles if role.get("id") == role_id), None)
        return escape(value or role_id)

    def name_of(self, otherwise: str, *lookups: Lookup) -> str:
        """The display name that the first of these lookups found, in quotes."""
        names = (self.found.get(lookup, {}).get("displayName") for lookup in lookups)
        return next((quote(name) for name in names if name), otherwise)

    def exchange_role(self, role_id: str) -> str:
        """An Exchange role's name, or its id while the name is unknown."""
        return escape(self.exchange_roles.get(role_id, role_id))


def find_resource(object_id: str) -> Lookup:
    """Where an API's name and roles are read."""
    return Lookup(path=f"/servicePrincipals/{object_id}?$select=id,appId,displayName,appOwnerOrganizationId,appRoles")


def find_user(object_id: str) -> Lookup:
    """Where a person's name is read."""
    return Lookup(path=f"/users/{object_id}")
