"""The requests of an evidence file: the guard's own reads, and a few that settle what no public source does."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote as percent_encode
from urllib.parse import unquote

from association.guard.access_path import Guarded
from association.guard.audit import audit_query
from association.guard.paths import READS

_NOBODY: Final = "ffffffff-ffff-4fff-8fff-ffffffffffff"
"""An object ID that no directory gives out."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One GET; its path is a template, so a file can hold it as it is."""

    name: str
    path: str
    """Template of path and query below the version, not yet percent-encoded; `{client}` is the client ID."""
    version: str = "v1.0"
    batched: bool = True
    """Whether it goes in a batch with the others, as the guard asks, or alone."""
    why: str = "the guard reads it"
    """What the answer is for."""

    @property
    def needs_principal(self) -> bool:
        """Whether it cannot be asked without a service principal."""
        return "{service_principal}" in self.path

    def url(self, guarded: Guarded, client_id: str) -> str:
        """Path and query for this association, percent-encoded."""
        return percent_encode(guarded.fill(self.path, client=client_id), safe="/?$=&'(),:")


PROBES: Final = (
    Question(
        name="keysInLists",
        path="/applications?$filter=appId eq '{client}'&$select=id,appId,keyCredentials",
        batched=False,
        why="whether a list shows key bytes, and with which headers Graph answers",
    ),
    Question(
        name="applicationWithoutSelect",
        path="/applications/{application}",
        batched=False,
        why="what an application shows unasked: the App Instance Lock of new ones, and who made and owns it",
    ),
    Question(
        name="servicePrincipalWithoutSelect",
        path="/servicePrincipals/{service_principal}",
        batched=False,
        why="what a service principal shows unasked",
    ),
    Question(
        name="notFound",
        path=f"/applications/{_NOBODY}",
        batched=False,
        why="how Graph says that there is nothing",
    ),
    Question(
        name="audits",
        path=unquote(audit_query("{application}")),
        batched=False,
        why="how the audit log calls what was done, and under which permissions it opens",
    ),
    Question(
        name="deletedApplications",
        path="/directory/deletedItems/microsoft.graph.application",
        batched=False,
        why="what the recycle bin shows of an application, and of its service principal beside it",
    ),
    Question(
        name="deletedServicePrincipals",
        path="/directory/deletedItems/microsoft.graph.servicePrincipal",
        batched=False,
        why="whether a service principal goes to the recycle bin with its application",
    ),
)
"""Reads beside the guard's own; sandbox/PARITY.md says what is open."""

QUESTIONS: Final = (
    *(Question(name=read.name, path=read.path, version="beta" if read.beta else "v1.0") for read in READS),
    *PROBES,
)

LOOKUPS: Final = (
    "/applications(appId='{client}')?$select=id,tags",
    "/servicePrincipals(appId='{client}')?$select=id",
)
"""What is asked first: the object IDs behind the client ID."""
