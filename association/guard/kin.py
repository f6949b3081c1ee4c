"""Proves that another holder of our role is an association that the same identity made (docs/adr/0008).

Tags prove nothing, because attackers choose tags too. `createdByAppId` does: Entra itself sets it to the application whose
token made the object, and nobody can change it.
Source: https://learn.microsoft.com/graph/api/resources/application#properties, and `Org.OData.Core.V1.Immutable` in the v1.0
metadata document (checked 2026-11-29).
"""

import threading
from collections.abc import Iterable, Sequence
from typing import Final

from association.errors import GraphError
from association.graph.client import GraphClient
from association.guard.access_path import Json

SHARED_CLIENTS: Final = frozenset(
    {
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46",  # Azure CLI
        "1950a258-227b-4e31-a9cf-717495945fc2",  # Azure PowerShell
        "14d82eec-204b-4c2f-b7e8-296a70dab67e",  # Microsoft Graph PowerShell
        "74658136-14ec-4630-ad9b-26e160ff0fc6",  # the Entra admin center
        "de8bc8b5-d9f9-48b1-a8ad-b748da725064",  # Graph Explorer
    }
)
"""Public clients with which every person of every tenant signs in: what one of them made, anybody may have made.

Source: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in (checked 2026-11-29)."""


class Kin:
    """What is known about other holders, shared by all guards of one plugin process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._applications: dict[str, Json] = {}

    def prove(self, graph: GraphClient, principal_ids: Iterable[str], *, made_by: str) -> frozenset[str]:
        """The service principals, by object ID, that are associations made by whoever made our own.

        Args:
            graph: Signed in; each principal is asked about once in the life of the process, 20 in two requests.
            principal_ids: Object IDs of service principals.
            made_by: `createdByAppId` of the guarded application; empty where it is not known.
        """
        if not made_by or made_by.lower() in SHARED_CLIENTS:
            return frozenset()
        wanted = sorted(set(principal_ids))
        with self._lock:
            self._ask(graph, [principal_id for principal_id in wanted if principal_id not in self._applications])
            return frozenset(one for one in wanted if _is_association_of(made_by, self._applications.get(one, {})))

    def _ask(self, graph: GraphClient, principal_ids: Sequence[str]) -> None:
        """What cannot be read proves nothing, and is asked for again next time."""
        if not principal_ids:
            return
        try:
            principals = graph.batch([f"/servicePrincipals/{one}?$select=appId" for one in principal_ids])
            client_ids = {
                principal_id: str(answer.body.get("appId"))
                for principal_id, answer in zip(principal_ids, principals, strict=True)
                if answer.error is None and answer.body
            }
            select = "$select=appId,createdByAppId,signInAudience,tags"
            answers = graph.batch([f"/applications(appId='{one}')?{select}" for one in client_ids.values()])
        except GraphError:
            return
        for principal_id, answer in zip(client_ids, answers, strict=True):
            if answer.error is None or answer.status == 404:  # noqa: PLR2004 - it is an application of another tenant
                self._applications[principal_id] = (answer.error is None and answer.body) or {}


def _is_association_of(maker: str, application: Json) -> bool:
    return (
        application.get("createdByAppId") == maker
        and application.get("signInAudience") == "AzureADMyOrg"
        and any(str(tag).startswith("pulumi:") for tag in application.get("tags") or ())
    )
