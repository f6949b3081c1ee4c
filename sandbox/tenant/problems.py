"""Errors exactly as Microsoft Graph words them: whatever Graph refuses, at any depth, is raised as a GraphError.

Statuses, codes and texts: the azuread provider's recordings and the Microsoft Graph error reference
(https://learn.microsoft.com/en-us/graph/errors, checked 2026-11-24). Login errors stand in `login.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(eq=False)
class GraphError(Exception):
    """A refusal that becomes Graph's error body."""

    status: int
    code: str
    message: str
    details: tuple[Mapping[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, request_id: str, client_request_id: str) -> dict[str, Any]:
        """The JSON body; `date` is UTC in whole seconds without a zone, as Graph sends it."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = [dict(detail) for detail in self.details]
        error["innerError"] = {
            "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": request_id,
            "client-request-id": client_request_id,
        }
        return {"error": error}


def not_found(resource: str) -> GraphError:
    """404 for an object, or a reference, that does not exist."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{resource}' does not exist or one of its queried reference-property objects are not present.",
    )


def denied() -> GraphError:
    """403: the permissions in the token do not allow the request."""
    return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def bad_request(message: str) -> GraphError:
    return GraphError(400, "Request_BadRequest", message)


def bad_query(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def unsupported_query(message: str) -> GraphError:
    """400 for a query that is valid OData and not supported by the directory."""
    return GraphError(400, "Request_UnsupportedQuery", message)


def unauthorized(message: str) -> GraphError:
    """401: the token is missing, malformed, expired or for somebody else."""
    return GraphError(401, "InvalidAuthenticationToken", message)
