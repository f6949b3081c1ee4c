"""Brings a deleted application back with its service principal: with the same client ID and the same object IDs.

Application and service principal are two objects in the recycle bin. Texts of Microsoft's disagree on whether the first
brings the second back, so both are looked at. App role assignments end with the service principal and do not come back.
Source: https://learn.microsoft.com/graph/api/directory-deleteditems-restore and
https://learn.microsoft.com/entra/identity/enterprise-apps/restore-application (checked 2026-11-29).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote as percent_encode

from association.errors import AssociationError, GraphError
from association.graph.client import BatchAnswer, GraphClient, Json
from association.graph.failures import name_permission
from association.guard.audit import audit_query, read_audits
from association.guard.paths.tenant import TEMPORARY_NAME
from association.guard.text import quote, read_time, show_time

KEPT_FOR: Final = timedelta(days=30)
"""How long the recycle bin keeps an object. Source: the first page named above (checked 2026-11-29)."""
LOOKING: Final = name_permission("GET", "/directory/deletedItems/{id}")
RESTORING: Final = "Application.ReadWrite.OwnedBy"
"""For an owner of what was deleted; anybody else needs `Application.ReadWrite.All`. A test compares both with Microsoft's map."""
NAMING: Final = name_permission("GET", "/auditLogs/directoryAudits")

PATIENCE: Final = 30.0
"""Seconds to wait until what was restored is visible. Microsoft names no bound."""
_LONGEST_PAUSE: Final = 4.0
_SELECT: Final = "$select=id,appId,displayName,deletedDateTime,tags"
_SELECT_PRINCIPAL: Final = "$select=id,appId,displayName,deletedDateTime,appOwnerOrganizationId"
_BIN: Final = "/directory/deletedItems"
_NO_ANSWER, _BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 0, 400, 403, 404, 409


@dataclass(frozen=True, kw_only=True)
class Lost:
    """An application and what became of it and its service principal. Names are the tenant's: escape them."""

    client_id: str
    display_name: str
    application_id: str
    """Object ID; empty where the application is a vendor's, in the vendor's tenant."""
    application_deleted: datetime | None
    """None when it is there."""
    principal_id: str
    """Object ID of its service principal; empty when it is neither there nor in the recycle bin."""
    principal_deleted: datetime | None
    """None when it is there, or when there is none."""
    deleted_by: str = ""
    """Who deleted it, harmless to a terminal; empty when the audit log does not say."""
    unread: str = ""
    """Why the audit log could not be read."""
    twins: tuple[str, ...] = ()
    """Client IDs of other applications with this name, which may have been made after the deletion."""

    @property
    def is_there(self) -> bool:
        """Whether there is nothing to restore."""
        return self.application_deleted is None and self.principal_deleted is None

    @property
    def deleted(self) -> datetime | None:
        """When it was deleted; None when it is there."""
        return self.application_deleted or self.principal_deleted


def find_lost(graph: GraphClient, *, client_id: str = "", object_id: str = "", stack: str = "", name: str = "") -> Lost:
    """Look for one application in the recycle bin, and where it should be.

    Args:
        graph: Needs `Application.Read.All`; to say who deleted it, the permissions in `NAMING`.
        client_id: Application (client) ID, in lower case.
        object_id: Object ID of the application or its service principal, in lower case.
        stack: `project/stack`, whose tag the application carries.
        name: Display name that the stack declares, by which the application is found where it is not deleted.

    Raises:
        AssociationError: There is none, no longer, or more than one; with the next step.
    """
    applications, principals = _read_bin(graph)
    matching = _matching(applications, client_id=client_id, object_id=object_id, stack=stack)
    if len(matching) > 1:
        raise AssociationError(
            f"{len(matching)} deleted applications belong to the stack {stack}: {'; '.join(map(_describe, matching))}.",
            hint="Choose one with --client-id.",
        )
    if not client_id:
        known = matching or [one for one in principals if one["id"] == object_id and object_id]
        client_id = str(known[0]["appId"]).lower() if known else _client_id_of(graph, object_id, stack, name)
    deleted = matching[0] if matching else _by_client_id(applications, client_id)
    return _look_around(graph, client_id, deleted, _by_client_id(principals, client_id))


def restore(graph: GraphClient, lost: Lost, *, clock: Callable[[], float] = time.monotonic) -> Iterator[str]:
    """Restore what is in the recycle bin; safe to run again. Yields what was done, as it is done.

    Raises:
        AssociationError: It was purged meanwhile.
    """
    if lost.application_deleted:
        _restore(graph, lost.application_id, f"/applications/{lost.application_id}", clock)
        yield f"restored the application {lost.application_id}"
    if not lost.principal_deleted:
        return
    path = f"/servicePrincipals/{lost.principal_id}"
    if _exists(graph, path):
        yield f"its service principal {lost.principal_id} came back with it"
        return
    _restore(graph, lost.principal_id, path, clock)
    yield f"restored its service principal {lost.principal_id}"


def _restore(graph: GraphClient, object_id: str, path: str, clock: Callable[[], float]) -> None:
    """Ask until it shows where it belongs: a write that got no answer may have arrived, and replicas lag."""
    start, pause, asked = clock(), 0.5, False
    while True:
        if not asked:
            try:
                graph.post(f"{_BIN}/{object_id}/restore", {})
                asked = True
            except GraphError as error:
                refusal = error
                if refusal.status == _FORBIDDEN:
                    raise _explain(refusal, graph) from refusal
        if _exists(graph, path):
            return
        late = clock() - start >= PATIENCE
        if asked and late:
            raise GraphError(
                f"Microsoft Graph restored {path}, and {PATIENCE:.0f} s later does not show it.",
                method="GET",
                path=path,
                status=_NOT_FOUND,
                hint="Replication lags: run `pulumi up --refresh` in a few minutes.",
            )
        if not asked and (late or refusal.status not in {_NO_ANSWER, _BAD_REQUEST, _NOT_FOUND, _CONFLICT}):
            raise refusal
        graph.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _explain(refusal: GraphError, graph: GraphClient) -> GraphError:
    return GraphError(
        refusal.message,
        method=refusal.method,
        path=refusal.path,
        status=refusal.status,
        code=refusal.code,
        request_id=refusal.request_id,
        hint=(
            f"An owner of the deleted object restores it with the Microsoft Graph permission {RESTORING}; anybody else needs "
            f"Application.ReadWrite.All, or signs in with {graph.cloud.azure_login} as a user with the role Cloud Application Administrator."
        ),
    )


def _exists(graph: GraphClient, path: str) -> bool:
    try:
        graph.get(path, query="$select=id")
    except GraphError as error:
        if error.status == _NOT_FOUND:
            return False
        raise
    return True


def _read_bin(graph: GraphClient) -> tuple[list[Json], list[Json]]:
    """Deleted applications and service principals. Graph's pages do not say that these lists can be filtered."""
    paths = [f"{_BIN}/microsoft.graph.application", f"{_BIN}/microsoft.graph.servicePrincipal"]
    answers = graph.batch(
        [f"{path}?{select}" for path, select in zip(paths, (_SELECT, _SELECT_PRINCIPAL), strict=True)]
    )
    for answer in answers:
        if answer.error:
            raise answer.error
    first, second = (list(graph.rest_of(answer.body or {}, path)) for answer, path in zip(answers, paths, strict=True))
    return first, second


def _matching(applications: Sequence[Json], *, client_id: str, object_id: str, stack: str) -> list[Json]:
    if client_id:
        return [one for one in applications if str(one["appId"]).lower() == client_id]
    if object_id:
        return [one for one in applications if one["id"] == object_id]
    return [
        one
        for one in applications
        if belongs_to(one, stack) and not str(one.get("displayName")).startswith(TEMPORARY_NAME)
    ]


def belongs_to(application: Json, stack: str) -> bool:
    """Whether an application carries the tag of a stack `project/stack`, of whatever organization."""
    return any(
        str(tag).startswith("pulumi:") and str(tag).split("/")[1:3] == stack.split("/")
        for tag in application.get("tags") or ()
    )


def _client_id_of(graph: GraphClient, object_id: str, stack: str, name: str) -> str:
    """The client ID of an object that is not in the recycle bin."""
    if object_id:
        for kind in ("applications", "servicePrincipals"):
            for found in graph.pages(f"/{kind}", query=f"$filter=id eq '{object_id}'&$select=id,appId"):
                return str(found["appId"]).lower()
        raise _nothing_left(object_id)
    query = f"$filter=displayName eq '{_literal(name)}'&{_SELECT}"
    there = [one for one in graph.pages("/applications", query=query) if belongs_to(one, stack)]
    if len(there) == 1:
        return str(there[0]["appId"]).lower()
    raise _nothing_left(f"the stack {stack}")


def _nothing_left(what: str) -> AssociationError:
    return AssociationError(
        f"{what}: nothing of it is in this tenant or in its recycle bin. It is too late: the recycle bin keeps an application for "
        f"{KEPT_FOR.days} days unless somebody purges it; or this is another tenant.",
        hint="`pulumi up --refresh` makes anew what is declared. A new client ID goes to the vendor (output `mimecastConsole`) and to an "
        "Exchange administrator (output `exchangeOnline`).",
    )


def _look_around(graph: GraphClient, client_id: str, deleted: Json | None, deleted_principal: Json | None) -> Lost:
    """What stands where it should be, who deleted the rest, and what else has its name."""
    gone = deleted or deleted_principal
    named = f"(appId='{client_id}')"
    paths = [f"/applications{named}?{_SELECT}", f"/servicePrincipals{named}?{_SELECT_PRINCIPAL}"]
    if gone:
        same_name = percent_encode(f"displayName eq '{_literal(str(gone.get('displayName') or ''))}'")
        paths += [audit_query(str(gone["id"])), f"/applications?$filter={same_name}&$select=id,appId"]
    answers = graph.batch(paths)
    application, principal = (_answer_or_none(answer) for answer in answers[:2])
    about = application or deleted or _of_vendor(principal or deleted_principal, graph)
    if about is None:
        raise _nothing_left(client_id)
    by, unread = _read_actor(answers[2], str(gone["id"])) if gone else ("", "")
    twins = (answers[3].body or {}).get("value") or () if gone and answers[3].error is None else ()
    return Lost(
        client_id=client_id,
        display_name=str(about.get("displayName") or ""),
        application_id=str(about["id"]) if application or deleted else "",
        application_deleted=None if application or not deleted else _moment(deleted),
        principal_id=str((principal or deleted_principal or {}).get("id") or ""),
        principal_deleted=None if principal or not deleted_principal else _moment(deleted_principal),
        deleted_by=by,
        unread=unread,
        twins=tuple(str(one["appId"]) for one in twins if str(one["appId"]).lower() != client_id),
    )


def _of_vendor(principal: Json | None, graph: GraphClient) -> Json | None:
    """A service principal whose application is not this tenant's: where that is gone, the vendor has it."""
    owner = str((principal or {}).get("appOwnerOrganizationId") or "").lower()
    return principal if owner and owner != graph.tenant_id() else None


def _literal(text: str) -> str:
    """Text between the quotes of an OData filter."""
    return text.replace("'", "''")


def _answer_or_none(answer: BatchAnswer) -> Json | None:
    if answer.status == _NOT_FOUND:
        return None
    if answer.error:
        raise answer.error
    return dict(answer.body or {})


def _read_actor(answer: BatchAnswer, object_id: str) -> tuple[str, str]:
    if answer.error:
        return "", f"reading the audit log needs {NAMING} ({answer.status})"
    for record in read_audits([answer.body or {}]):
        if record.removes and object_id in record.text:
            return record.who, ""
    return "", "the audit log has no record of it (records take minutes to appear, and stay 7 to 30 days)"


def _by_client_id(items: Sequence[Json], client_id: str) -> Json | None:
    return next((one for one in items if str(one["appId"]).lower() == client_id), None)


def _moment(item: Json) -> datetime:
    moment = read_time(item.get("deletedDateTime"))
    if moment is None:
        path = f"{_BIN}/{item['id']}"
        raise GraphError(
            f"Microsoft Graph answered GET {path} without a deletion date", method="GET", path=path, status=200
        )
    return moment


def _describe(item: Json) -> str:
    return f"{item['appId']} {quote(item.get('displayName'))}, deleted {show_time(item.get('deletedDateTime'))}"
