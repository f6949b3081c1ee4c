"""What people read when Microsoft Graph refuses or stays silent."""

from collections.abc import Mapping
from typing import Any, Final

from association.errors import GraphError
from association.text import escape
from microsoft import least_permissions

_READS: Final = frozenset({"GET", "HEAD"})
_OWNED: Final = "Application.ReadWrite.OwnedBy"
_ALL: Final = "Application.ReadWrite.All"


def name_permission(method: str, path: str) -> str:
    """The least Microsoft Graph application permissions that a request needs by Microsoft's map; empty for an unknown path."""
    least = least_permissions(method, path) or least_permissions(method, f"/beta{path}")
    named = " or ".join(" together with ".join(sorted(chosen, key=_writing_first)) for chosen in least)
    if method in _READS or _OWNED not in named:
        return named
    return f"{named.replace(_OWNED, f'{_OWNED} (for what the deployer owns)')}; or {_ALL} in its place"


def _writing_first(permission: str) -> tuple[bool, str]:
    return ".ReadWrite." not in permission, permission


def describe_refusal(
    method: str, path: str, status: int, headers: Mapping[str, str], body: Any, waited: float = 0.0
) -> GraphError:
    """The error for an answer that is not 2xx, to a request that was asked again and again for `waited` seconds."""
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    code, text = str(error.get("code") or ""), str(error.get("message") or "")
    inner = error.get("innerError")
    request_id = headers.get("request-id") or (str(inner.get("request-id") or "") if isinstance(inner, dict) else "")
    said = escape(": ".join(part for part in (code, text) if part)) or "no reason given"
    mark = f" (request id {escape(request_id)})" if request_id else ""
    return GraphError(
        f"Microsoft Graph answered {method} {path} with {status} {said}{mark}",
        method=method,
        path=path,
        status=status,
        code=code,
        request_id=request_id,
        hint=_hint(method, path, status, code) + (_describe_wait(waited) if status in _OUTAGES else ""),
    )


def describe_network_failure(method: str, path: str, host: str, error: Exception) -> GraphError:
    """The error for a request without an answer."""
    text = escape(" ".join(str(error).split()))
    hint = "Check the network, HTTPS_PROXY and NO_PROXY."
    if "CERTIFICATE_VERIFY_FAILED" in text:
        hint = "If a private certificate authority signs this host's certificate, name its file in SSL_CERT_FILE."
    return GraphError(
        f"No answer from {host} to {method} {path}: {text}", method=method, path=path, status=0, hint=hint
    )


def _describe_wait(seconds: float) -> str:
    if seconds < 1:
        return ""
    return f" It was asked again for {seconds:.0f} s; the resource option customTimeouts changes how long."


_OUTAGES: Final = frozenset({429, 500, 502, 503, 504})
_UNAVAILABLE: Final = "Microsoft Graph is unavailable: run again; nothing is lost."
_HINTS: Final = {
    401: "The access token was refused: check the deployer's tenant, the cloud, and this machine's clock.",
    429: "Microsoft Graph throttles this tenant or application: wait a minute and run again.",
    500: _UNAVAILABLE,
    502: _UNAVAILABLE,
    503: _UNAVAILABLE,
    504: _UNAVAILABLE,
}
_FORBIDDEN: Final = 403


def _hint(method: str, path: str, status: int, code: str) -> str:
    if "AsPerAppPolicy" in code:
        return "The tenant's app management policy forbids this credential: ask for an exception for this application."
    if status != _FORBIDDEN:
        return _HINTS.get(status, "")
    permission = name_permission(method, path)
    if not permission:
        return "The deployer lacks a Microsoft Graph application permission for this."
    return (
        f"The deployer needs the Microsoft Graph application permission {permission}. Grant it with admin consent "
        "(Entra admin center, App registrations, the deployer, API permissions), or run as an identity that has it."
    )
