"""What people read when the key credentials of an application cannot be written, or are not what they should be afterwards."""

from typing import Final

from association.errors import GraphError
from association.graph.key_credentials import KeyCredential
from association.text import escape

PATIENCE: Final = 30.0
"""Seconds to wait for a write of ours, or for a new application, to be visible. Microsoft names no bound."""


class ApplicationGoneError(GraphError):
    """The application does not exist, or cannot be seen yet."""


class UnconfirmedError(GraphError):
    """Graph took a change of the list, and what is read afterwards is not what it should be."""

    def __init__(self, message: str, *, path: str, hint: str, key_id: str) -> None:
        """Hold the key ID of the entry that was added or removed, so that an added one can be kept track of."""
        super().__init__(message, method="GET", path=path, status=200, hint=hint)
        self.key_id = key_id


def describe_gone(error: GraphError) -> ApplicationGoneError:
    """The error for a 404."""
    hint = "The application was deleted, or is too new to be seen: run `pulumi up --refresh`."
    return ApplicationGoneError(**vars(error) | {"hint": hint})


def describe_lag(application_object_id: str, missing: set[str]) -> GraphError:
    """The error for answers that disagree about these key ids for too long."""
    path = f"/applications/{application_object_id}"
    return GraphError(
        f"Answers of Microsoft Graph contradict each other about the key credentials of {path}: {', '.join(sorted(missing))} "
        f"is shown by some answers only, after {PATIENCE:.0f} s. Nothing was changed.",
        method="GET",
        path=path,
        status=200,
        hint="Replication lags: run again in a minute.",
    )


def describe_unconfirmed(path: str, key_id: str, *, added: bool) -> UnconfirmedError:
    """The error for an accepted change that does not show."""
    what, shown = ("the new key credential", "not shown") if added else ("the removal of key credential", "still shown")
    return UnconfirmedError(
        f"Microsoft Graph accepted {what} {key_id} of {path}, but {PATIENCE:.0f} s later it is {shown}.",
        path=path,
        key_id=key_id,
        hint="Replication lags, or somebody else wrote the list at the same moment: run `pulumi up --refresh`.",
    )


def describe_lost(path: str, lost: list[KeyCredential], key_id: str) -> UnconfirmedError:
    """The error for entries of somebody else that a change took along."""
    names = ", ".join(f"{entry.key_id} ({escape(entry.display_name)})" for entry in lost)
    return UnconfirmedError(
        f"This change lost key credentials of {path} that were there before: {names}.",
        path=path,
        key_id=key_id,
        hint="Somebody else wrote the list at the same moment. Unless they meant to remove these, add them again.",
    )
