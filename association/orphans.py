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


@dataclass(frozen=True, kw_only=True)
class TaggedPrincipal:
    """The service principal of a vendor's application that a stack made: it carries the stack's tag."""

    object_id: str
    client_id: str
    display_name: str
    """Controlled by the vendor, so escape it before a terminal sees it."""
    grants: int
    """App roles and delegated grants that it holds."""

    @property
    def left_behind(self) -> bool:
        """Whether nothing was ever granted to it, or no longer is: a deployment ended right after making it."""
        return self.grants == 0


def find_tagged_principals(graph: GraphClient, tag: str) -> list[TaggedPrincipal]:
    """Every service principal with the tag; the one in use is among them.

    Raises:
        GraphError: Graph refused or did not answer, also to the question what it holds, which needs Directory.Read.All.
    """
    condition = tag.replace("'", "''")
    query = f"$filter=tags/any(t:t eq '{condition}')&$select=id,appId,displayName"
    return [_parse_principal(graph, item) for item in graph.pages("/servicePrincipals", query=query)]


def remove_tagged_principal(graph: GraphClient, tag: str, object_id: str, *, display_name: str = "") -> TaggedPrincipal:
    """Delete one service principal with the tag; it stays in the recycle bin for 30 days.

    One that holds grants has to be named by its display name.

    Raises:
        AssociationError: There is none, or it may be in use.
    """
    found = next((one for one in find_tagged_principals(graph, tag) if one.object_id == object_id), None)
    if found is None:
        raise AssociationError(
            f"Neither an application nor a service principal with the object ID {object_id} carries the tag {tag}: nothing was removed.",
            hint="Without --remove the command lists those that carry it.",
        )
    if found.grants and found.display_name != display_name:
        raise AssociationError(
            f"Service principal {object_id} holds {found.grants} grants, so it may be the one in use: nothing was removed.",
            hint="Compare it with the stack output servicePrincipalObjectId; to remove it all the same, give its name with --name.",
        )
    graph.delete(f"/servicePrincipals/{object_id}")
    return found


def _parse_principal(graph: GraphClient, item: Json) -> TaggedPrincipal:
    path = f"/servicePrincipals/{item['id']}"
    held = [graph.pages(f"{path}/{relation}") for relation in ("appRoleAssignments", "oauth2PermissionGrants")]
    return TaggedPrincipal(
        object_id=str(item["id"]),
        client_id=str(item.get("appId")),
        display_name=str(item.get("displayName") or ""),
        grants=sum(len(list(entries)) for entries in held),
    )


def find_tagged_applications(graph: GraphClient, tag: str) -> list[TaggedApplication]:
    """Every application with the tag, oldest first; the one in use is among them."""
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
    """
    path = f"/applications/{object_id}"
    try:
        item = graph.get(path, query=_SELECT)
    except GraphError as error:
        if error.status != _NOT_FOUND:
            raise
        raise AssociationError(
            f"There is no application with the object ID {object_id}, and no service principal of it carries the tag {tag}: nothing was removed."
        ) from error
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
