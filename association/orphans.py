"""Applications that an interrupted deployment left behind: found by the stack's tag, and removed one at a time.

A deployment that is killed after the azuread provider's first request leaves an application called `TERRAFORM_UPDATE_<uuid>`
that no state knows; the next deployment makes another one.
"""

from dataclasses import dataclass

from association.errors import AssociationError, GraphError
from association.graph.client import GraphClient, Json
from association.guard.paths.tenant import TEMPORARY_NAME

_SELECT = "$select=id,appId,displayName,createdDateTime,tags,keyCredentials,passwordCredentials"
_NOT_FOUND = 404


@dataclass(frozen=True, kw_only=True)
class TaggedApplication:
    """One application that carries the tag."""

    object_id: str
    client_id: str
    display_name: str
    """Controlled by the tenant, so escape it before a terminal sees it."""
    created: str
    """As Graph wrote it; UTC."""
    credentials: int
    """Certificates and secrets that it has."""

    @property
    def left_behind(self) -> bool:
        """Whether its own look says that it is not in use: it has its temporary name, and nobody could sign in as it."""
        return self.display_name.startswith(TEMPORARY_NAME) and self.credentials == 0


def find_tagged_applications(graph: GraphClient, tag: str) -> list[TaggedApplication]:
    """Every application with the tag, oldest first; the one in use is among them.

    Raises:
        GraphError: Graph refused or did not answer.
    """
    condition = tag.replace("'", "''")
    items = graph.pages("/applications", query=f"$filter=tags/any(t:t eq '{condition}')&{_SELECT}")
    return sorted(
        (_parse(item) for item in items), key=lambda application: (application.created, application.object_id)
    )


def remove_orphan(graph: GraphClient, tag: str, object_id: str, *, display_name: str = "") -> TaggedApplication:
    """Delete one application with the tag; it stays in the recycle bin for 30 days.

    One with a service principal or credentials has to be named by its display name.

    Raises:
        AssociationError: It is not there, or not certainly left behind.
        GraphError: Graph refused or did not answer.
    """
    path = f"/applications/{object_id}"
    try:
        item = graph.get(path, query=_SELECT)
    except GraphError as error:
        if error.status != _NOT_FOUND:
            raise
        raise AssociationError(f"There is no application with the object id {object_id}.") from error
    if tag not in (item.get("tags") or ()):
        raise AssociationError(
            f"Application {object_id} does not carry the tag {tag}: nothing was removed.",
            hint="Without --remove the command lists the applications that carry it.",
        )
    found = _parse(item)
    if found.display_name != display_name and not (found.left_behind or _never_used(graph, found)):
        raise AssociationError(
            f"Application {object_id} has a service principal or {found.credentials} credentials, so it may be the one in use: "
            "nothing was removed.",
            hint="Compare it with the stack output applicationObjectId; to remove it all the same, give its name with --name.",
        )
    graph.delete(path)
    return found


def _never_used(graph: GraphClient, application: TaggedApplication) -> bool:
    """Whether nobody can have signed in as it: a deployment that died before its service principal was made."""
    query = f"$filter=appId eq '{application.client_id}'&$select=id"
    return application.credentials == 0 and not list(graph.pages("/servicePrincipals", query=query))


def _parse(item: Json) -> TaggedApplication:
    return TaggedApplication(
        object_id=str(item.get("id")),
        client_id=str(item.get("appId")),
        display_name=str(item.get("displayName") or ""),
        created=str(item.get("createdDateTime") or ""),
        credentials=len(item.get("keyCredentials") or ()) + len(item.get("passwordCredentials") or ()),
    )
