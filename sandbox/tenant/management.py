"""The sandbox's own controls over HTTP, below `/sandbox/`, for commands that run beside it: faults, switches, requests.

No sign-in: whoever reaches the loopback port of this machine may use them. Nothing of it exists at Microsoft.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from sandbox.tenant.directory import Switches
from sandbox.tenant.faults import Faults
from sandbox.tenant.problems import GraphError, bad_request
from sandbox.tenant.recording import RecordedRequest
from sandbox.tenant.routing import NO_CONTENT, Reply
from sandbox.tenant.store import Json

PREFIX = "/sandbox/"
_FAULT = {"kind", "method", "path", "count", "retry_after"}
_SETTINGS = {"latency_ms", "token_lifetime", "replication_lag", "stale_credentials"}


class Management:
    """Reads and changes what the tenant does beside Graph."""

    def __init__(self, faults: Faults, switches: Switches, requests: list[RecordedRequest]) -> None:
        self._faults = faults
        self._switches = switches
        self._requests = requests
        self._routes: dict[tuple[str, str], Callable[[Any], Reply]] = {
            ("GET", "faults"): self._list_faults,
            ("POST", "faults"): self._add_fault,
            ("PATCH", "faults"): self._set_faults,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "switches"): self._list_switches,
            ("PATCH", "switches"): self._set_switches,
            ("GET", "requests"): self._list_requests,
            ("DELETE", "requests"): self._clear_requests,
        }

    def answer(self, method: str, path: str, body: Any) -> Reply:
        """Serve one request.

        Raises:
            GraphError: There is no such control, or the body does not fit.
        """
        handler = self._routes.get((method, path.removeprefix(PREFIX)))
        if handler is None:
            raise GraphError(404, "NotFound", f"The sandbox has no control {method} {path}.")
        return handler(body)

    def _list_faults(self, _body: Any) -> Reply:
        active = [dataclasses.asdict(fault) for fault in self._faults.active]
        return Reply(status=200, body={"active": active} | {name: getattr(self._faults, name) for name in _SETTINGS})

    def _add_fault(self, body: Any) -> Reply:
        fields = _checked(body, _FAULT)
        try:
            fault = self._faults.add(**fields)
        except (TypeError, ValueError) as error:
            raise bad_request(str(error)) from None
        return Reply(status=201, body=dataclasses.asdict(fault))

    def _set_faults(self, body: Any) -> Reply:
        for name, value in _checked(body, _SETTINGS).items():
            setattr(self._faults, name, value)
        return NO_CONTENT

    def _clear_faults(self, _body: Any) -> Reply:
        self._faults.clear()
        return NO_CONTENT

    def _list_switches(self, _body: Any) -> Reply:
        return Reply(status=200, body=dataclasses.asdict(self._switches))

    def _set_switches(self, body: Any) -> Reply:
        for name, value in _checked(body, {field.name for field in dataclasses.fields(Switches)}).items():
            setattr(self._switches, name, value)
        return NO_CONTENT

    def _list_requests(self, _body: Any) -> Reply:
        return Reply(status=200, body={"value": [dataclasses.asdict(record) for record in self._requests]})

    def _clear_requests(self, _body: Any) -> Reply:
        self._requests.clear()
        return NO_CONTENT


def _checked(body: Any, known: set[str]) -> Json:
    if not isinstance(body, dict) or set(body) - known:
        raise bad_request(f"Expected a JSON object with some of: {', '.join(sorted(known))}.")
    return body
