"""Makes, finds and takes away app role assignments, by what they mean and not by their ids.

Graph knows at most one assignment of the same principal, resource and role, and refuses a second one. So whatever stands
there for these three is the declared one, whoever made it, and a POST whose answer was lost can be sent again without harm.
Source: https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto (checked 2026-11-29).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from association.errors import GraphError
from association.graph.client import GraphClient
from association.graph.shared_readings import SharedReadings

PATIENCE: Final = 30.0
"""Seconds to wait for a new principal, or for an assignment that Graph says is there, to be visible. Microsoft names no bound."""
_LONGEST_PAUSE: Final = 4.0
_NO_ANSWER, _BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 0, 400, 403, 404, 409

_LAG: Final = ("Not a valid reference update", "Permission being assigned already exists")
"""What Graph says with 400 while a replica does not know the principal yet, or does not show the assignment yet.

Source: reports of the azuread provider's users, and its own retries (checked 2026-11-24)."""

_HOW_TO_GRANT: Final = (
    "The deployer may not grant app roles. That needs the Microsoft Graph permissions AppRoleAssignment.ReadWrite.All and "
    "Application.Read.All (Application.ReadWrite.All is not enough, although the azuread provider's page says so). Two ways: (1) an "
    "administrator gives the deployer these two permissions and consents to them; or (2) a user with the role Cloud Application "
    "Administrator (for a role of Microsoft Graph: Privileged Role Administrator) signs in with {azure_login} and runs `pulumi up` once. "
    "What was made so far is in the state; the next `pulumi up` completes it."
)


@dataclass(frozen=True, kw_only=True)
class AppRoleAssignment:
    """An app role of one service principal, given to another one. All three are lower-case GUIDs."""

    principal_object_id: str
    """Who gets the role."""
    resource_object_id: str
    """The API that offers it."""
    app_role_id: str

    @property
    def request(self) -> dict[str, Any]:
        """As Graph takes and shows it."""
        return {
            "principalId": self.principal_object_id,
            "resourceId": self.resource_object_id,
            "appRoleId": self.app_role_id,
        }


class AppRoleAssignments:
    """App role assignments of any principal that the client may read and write. Safe to use from several threads."""

    def __init__(
        self,
        graph: GraphClient,
        *,
        readings: SharedReadings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._graph = graph
        self._readings = readings or SharedReadings(clock=clock)
        self._clock = clock

    def exists(self, assignment: AppRoleAssignment) -> bool:
        """Whether it stands in the tenant; False also where its principal is gone."""
        return bool(self._ids(assignment))

    def read(self, assignment: AppRoleAssignment, *, reader: str) -> bool:
        """As `exists`, content with what another reader just saw; the `reader` is a resource's URN."""
        self._graph.sign_in()
        with self._readings.turn(assignment.principal_object_id, reader) as turn:
            if turn.entries is None:
                turn.entries = self._list(assignment)
            return bool(_find(turn.entries, assignment))

    def ensure(self, assignment: AppRoleAssignment) -> None:
        """Make it, unless it is there. One request where nothing disturbs.

        Raises:
            GraphError: Graph refused, did not answer, or a replica lagged for too long.
        """
        self._readings.forget(assignment.principal_object_id)
        path = f"/servicePrincipals/{assignment.resource_object_id}/appRoleAssignedTo"
        start, pause = self._clock(), 0.5
        while True:
            try:
                self._graph.post(path, assignment.request)
            except GraphError as error:
                refusal = error
            else:
                return
            if refusal.status == _FORBIDDEN:
                raise refusal.with_hint(_HOW_TO_GRANT.format(azure_login=self._graph.cloud.azure_login)) from refusal
            if self._is_there_after(refusal, assignment):
                return
            if not _may_pass(refusal) or self._clock() - start >= PATIENCE:
                raise refusal
            self._graph.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def remove(self, assignment: AppRoleAssignment) -> None:
        """Take it away; nothing happens when it or its principal is gone already."""
        self._readings.forget(assignment.principal_object_id)
        for assignment_id in self._ids(assignment):
            path = f"/servicePrincipals/{assignment.resource_object_id}/appRoleAssignedTo/{assignment_id}"
            try:
                self._graph.delete(path)
            except GraphError as error:
                if error.status == _FORBIDDEN:
                    raise error.with_hint(_HOW_TO_GRANT.format(azure_login=self._graph.cloud.azure_login)) from error
                if error.status != _NOT_FOUND and self._is_there_after(error, assignment):
                    raise

    def _is_there_after(self, refusal: GraphError, assignment: AppRoleAssignment) -> bool:
        """Look, because a write that failed may have arrived. Where looking fails too, the first failure says more."""
        try:
            return self.exists(assignment)
        except GraphError:
            raise refusal from None

    def _ids(self, assignment: AppRoleAssignment) -> list[str]:
        return _find(self._list(assignment), assignment)

    def _list(self, assignment: AppRoleAssignment) -> list[Mapping[str, Any]]:
        """All of its principal; none where that is gone."""
        try:
            return list(self._graph.pages(f"/servicePrincipals/{assignment.principal_object_id}/appRoleAssignments"))
        except GraphError as error:
            if error.status == _NOT_FOUND:
                return []
            raise


def _find(listed: Iterable[Mapping[str, Any]], assignment: AppRoleAssignment) -> list[str]:
    """Graph's own ids of the assignment."""
    wanted = (assignment.resource_object_id, assignment.app_role_id)
    return [str(one["id"]) for one in listed if (_guid(one, "resourceId"), _guid(one, "appRoleId")) == wanted]


def _guid(listed: Mapping[str, Any], name: str) -> str:
    return str(listed.get(name)).lower()


def _may_pass(refusal: GraphError) -> bool:
    """Whether the same request can succeed a little later: a replica lags, or nobody knows what became of it."""
    lagging = refusal.status == _BAD_REQUEST and any(words in refusal.message for words in _LAG)
    return lagging or refusal.status in {_NO_ANSWER, _NOT_FOUND, _CONFLICT}
