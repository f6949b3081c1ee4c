"""Service principals of applications that other organizations own: found, judged, made and taken away.

Source: https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals (checked 2026-11-29).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from association.contract import MICROSOFT_TENANTS, PORTAL_TAG
from association.errors import AssociationError, GraphError
from association.graph.owners import add_owners
from association.text import escape

if TYPE_CHECKING:
    from association.graph.client import GraphClient, Json

_BAD_REQUEST, _NOT_FOUND, _CONFLICT = 400, 404, 409
_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 14.0)
"""Seconds between attempts while a replica does not know a new principal. Microsoft names no bound."""
_SELECT: Final = "$select=id,appId,displayName,appOwnerOrganizationId,tags"


@dataclass(frozen=True, kw_only=True)
class VendorPrincipal:
    """A service principal, and whose application is behind it."""

    object_id: str
    client_id: str
    display_name: str
    """Whatever the application's owner calls it: escape it."""
    publisher: str
    """Tenant ID (`appOwnerOrganizationId`) in lower case; empty where Graph names none."""
    tags: frozenset[str]


def refuse_publisher(publisher: str) -> str:
    """Why no vendor can have this tenant ID; empty where one can."""
    if publisher in MICROSOFT_TENANTS:
        return (
            f"publisher: {publisher} is Microsoft's own tenant; expected the vendor's tenant ID: Microsoft's applications are "
            "Microsoft's to manage, and granting them more here is never what a vendor asks for"
        )
    return ""


def refuse_principal(principal: VendorPrincipal, publisher: str, *, own_tenant: str) -> str:
    """Why nothing may be granted to it unless this publisher (tenant ID) owns its application, in one sentence; empty where something may."""
    named = f"clientId: {principal.client_id} is the application '{escape(principal.display_name)}'"
    if principal.publisher in MICROSOFT_TENANTS:
        return f"{named} of Microsoft, which nobody else manages: nothing was granted"
    if principal.publisher == own_tenant:
        return f"{named} of this very tenant: declare it as a ServerConnection; nothing was granted"
    if principal.publisher != publisher:
        owner = principal.publisher or "nobody that Microsoft Graph names"
        return f"{named} of {owner}, expected the publisher {publisher}: the name alone proves nothing, so nothing was granted"
    return ""


class VendorPrincipals:
    """Service principals by client ID. Safe to use from several threads."""

    def __init__(self, graph: "GraphClient") -> None:
        self._graph = graph

    def find(self, client_id: str) -> VendorPrincipal | None:
        """The service principal of the application in this tenant."""
        query = f"$filter=appId eq '{client_id}'&{_SELECT}"
        return next((read_principal(one) for one in self._graph.pages("/servicePrincipals", query=query)), None)

    def read(self, object_id: str) -> VendorPrincipal | None:
        """The service principal of this object ID; None where it is gone."""
        try:
            return read_principal(self._graph.get(f"/servicePrincipals/{object_id}", query=_SELECT))
        except GraphError as error:
            if error.status == _NOT_FOUND:
                return None
            raise

    def make(self, client_id: str, *, tag: str) -> tuple[VendorPrincipal, bool]:
        """Make it, which grants nothing; False where somebody else made it in this very moment.

        Raises:
            AssociationError: There is no application that this tenant can use; or Graph refused or did not answer.
        """
        body = {"appId": client_id, "tags": [*([tag] if tag else []), PORTAL_TAG]}
        try:
            return read_principal(self._graph.post("/servicePrincipals", body)), True
        except GraphError as error:
            if error.status == _BAD_REQUEST and error.code == "NoBackingApplicationObject":
                raise AssociationError(
                    f"clientId: no application that this tenant can use has the client ID {client_id}.",
                    hint="Take it from the vendor's console or its consent page, and check the cloud that you sign in to.",
                ) from error
            if error.status not in {0, _CONFLICT} or (found := self.find(client_id)) is None:
                raise
            return found, bool(tag) and tag in found.tags

    def settle_owners(self, object_id: str, owners: Collection[str], *, maker: str) -> None:
        """Make the declared owners its owners, and whoever made it none unless it is declared.

        Raises:
            GraphError: Graph refused, did not answer, or a replica lagged for too long.
        """
        path = f"/servicePrincipals/{object_id}"
        there = {str(owner["id"]).lower() for owner in self._when_visible(f"{path}/owners")}
        add_owners(self._graph, path, set(owners) - there)
        if maker in there - set(owners):
            self._graph.delete(f"{path}/owners/{maker}/$ref")

    def remove(self, object_id: str) -> None:
        """Take it away; nothing happens when it is gone."""
        try:
            self._graph.delete(f"/servicePrincipals/{object_id}")
        except GraphError as error:
            if error.status != _NOT_FOUND:
                raise

    def _when_visible(self, path: str) -> "list[Json]":
        for pause in _PAUSES:
            try:
                return list(self._graph.pages(path))
            except GraphError as error:
                if error.status != _NOT_FOUND:
                    raise
            self._graph.sleep(pause)
        return list(self._graph.pages(path))


def read_principal(shown: "Json") -> VendorPrincipal:
    """A service principal as Graph shows it."""
    return VendorPrincipal(
        object_id=str(shown["id"]).lower(),
        client_id=str(shown.get("appId")).lower(),
        display_name=str(shown.get("displayName") or ""),
        publisher=str(shown.get("appOwnerOrganizationId") or "").lower(),
        tags=frozenset(map(str, shown.get("tags") or ())),
    )
