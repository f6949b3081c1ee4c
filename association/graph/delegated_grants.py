"""Delegated permissions of a service principal: what it may do in the name of users.

Graph keeps one grant for each client, API and audience (every user, or one), with a text of scopes.
Source: https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant (checked 2026-11-29).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from association.errors import GraphError
from association.graph.client import GraphClient, Json

_PATIENCE: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 14.0)
"""Seconds between attempts while a replica does not know a new principal. Microsoft names no bound."""
_BAD_REQUEST, _NOT_FOUND, _CONFLICT = 400, 404, 409
_PASSING: Final = ("Not a valid reference update", "Permission entry already exists")
"""What Graph says with 400 while a replica lags."""


@dataclass(frozen=True, kw_only=True)
class DelegatedGrant:
    """Who may act for whom at which API. All are lower-case GUIDs."""

    principal_object_id: str
    """The client: object ID of its service principal."""
    resource_object_id: str
    """The API: object ID of its service principal."""
    user_object_id: str = ""
    """The one person; empty for every user of the tenant."""

    @property
    def request(self) -> dict[str, Any]:
        """As Graph takes it, without scopes."""
        return {
            "clientId": self.principal_object_id,
            "consentType": "Principal" if self.user_object_id else "AllPrincipals",
            "principalId": self.user_object_id or None,
            "resourceId": self.resource_object_id,
        }


def read_grant(shown: Mapping[str, Any]) -> DelegatedGrant:
    """A grant as Graph shows it."""
    return DelegatedGrant(
        principal_object_id=str(shown.get("clientId")).lower(),
        resource_object_id=str(shown.get("resourceId")).lower(),
        user_object_id=str(shown.get("principalId") or "").lower(),
    )


class DelegatedGrants:
    """Delegated grants of any principal that the client may read and write. Safe to use from several threads."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    def scopes(self, grant: DelegatedGrant) -> frozenset[str]:
        """What it allows; empty where it or its principal is not there."""
        found = self._find(grant)
        return _words(found) if found else frozenset()

    def add(self, grant: DelegatedGrant, scopes: Collection[str]) -> None:
        """Allow these too; what it allows already stays.

        Raises:
            GraphError: Graph refused, did not answer, or a replica lagged for too long.
        """
        self._write(lambda: self._add(grant, frozenset(scopes)))

    def remove(self, grant: DelegatedGrant, scopes: Collection[str]) -> None:
        """Allow these no longer; a grant that allows nothing any more goes. Nothing happens where they are gone already."""
        with self._graph.one_writer(grant.principal_object_id):
            found = self._find(grant)
            if found is None:
                return
            path, before = f"/oauth2PermissionGrants/{found['id']}", _words(found)
            left = before - frozenset(scopes)
            try:
                if not left:
                    self._graph.delete(path)
                elif left != before:
                    self._graph.patch(path, {"scope": " ".join(sorted(left))})
            except GraphError as error:
                if error.status != _NOT_FOUND:
                    raise

    def _add(self, grant: DelegatedGrant, scopes: frozenset[str]) -> None:
        with self._graph.one_writer(grant.principal_object_id):
            found = self._find(grant)
            if found is None:
                self._graph.post("/oauth2PermissionGrants", grant.request | {"scope": " ".join(sorted(scopes))})
            elif not scopes <= _words(found):
                path = f"/oauth2PermissionGrants/{found['id']}"
                self._graph.patch(path, {"scope": " ".join(sorted(_words(found) | scopes))})

    def _write(self, write: Callable[[], None]) -> None:
        for pause in (*_PATIENCE, None):
            try:
                write()
            except GraphError as error:
                if pause is None or not _may_pass(error):
                    raise
                self._graph.sleep(pause)
            else:
                return

    def _find(self, grant: DelegatedGrant) -> Json | None:
        path = f"/servicePrincipals/{grant.principal_object_id}/oauth2PermissionGrants"
        try:
            listed = list(self._graph.pages(path))
        except GraphError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        return next((one for one in listed if read_grant(one) == grant), None)


def _words(shown: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(shown.get("scope") or "").split())


def _may_pass(error: GraphError) -> bool:
    lagging = error.status == _BAD_REQUEST and any(words in error.message for words in _PASSING)
    return lagging or error.status in {_NOT_FOUND, _CONFLICT}
