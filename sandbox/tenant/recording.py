"""What the sandbox remembers of the requests it served."""

from dataclasses import dataclass
from typing import Any


@dataclass(kw_only=True)
class RecordedRequest:
    """One request and its answer; secrets and tokens are blanked."""

    method: str
    path: str
    """With its query, decoded."""
    request: Any
    """Decoded JSON or form; None without a body."""
    identity: str
    """Display name of the caller; empty before sign-in."""
    out_of_band: bool
    status: int = 0
    """0 until it is served, and when the connection was dropped."""
    response: Any = None


_BLANKED = {"client_secret": "<secret>", "client_assertion": "<assertion>", "access_token": "<token>"}


def blank(body: Any) -> Any:
    """The body of a token request or its answer without what would let anybody in."""
    if not isinstance(body, dict):
        return body
    return {name: _BLANKED.get(name, value) for name, value in body.items()}
