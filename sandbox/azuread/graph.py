"""Calls to Microsoft Graph with azuread's headers, retries and error texts.

Source: https://github.com/hashicorp/go-azure-sdk, `sdk/client`; observed with the real provider (checked 2026-11-24).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import requests

from sandbox.azuread.clock import Clock
from sandbox.azuread.login import Cloud, Tokens, find_cloud
from sandbox.azuread.problems import GraphError, ProviderError
from sandbox.azuread.settings import Settings

Json = dict[str, Any]
RetryRule = Callable[[GraphError], bool]
"""Whether an error, beyond throttling and outages, means that the directory has not caught up yet."""

_HEADERS = {
    "Accept": "application/json; charset=utf-8; IEEE754Compatible=false",
    "Content-Type": "application/json; charset=utf-8",
    "Odata-Maxversion": "4.0",
    "Odata-Version": "4.0",
    "User-Agent": "pulumi-resource-azuread (stand-in)",
}
_RETRIED = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.FAILED_DEPENDENCY, HTTPStatus.TOO_MANY_REQUESTS}
_MAX_BACKOFF = 61.0
_REQUEST_TIMEOUT = 60
_LOOKS_IN_A_ROW = 5
_GONE_INTERVAL = 5.0
"""Seconds between two looks whether an object is gone: at least 20 seconds in all."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """One signed-in deployer; keeps connections open and may be used by many threads."""

    settings: Settings
    cloud: Cloud
    tokens: Tokens
    caller_object_id: str
    http: requests.Session
    clock: Clock

    def within(self, seconds: float) -> "Graph":
        """Calls that, with all their waits, take no longer than that."""
        return Graph(self, deadline=self.clock.now() + seconds)


def sign_in(settings: Settings, clock: Clock) -> Session:
    """Ask the metadata host where Graph is, and get the first token."""
    http = requests.Session()
    cloud = find_cloud(http, settings)
    tokens = Tokens(http, settings, cloud, clock)
    return Session(
        settings=settings,
        cloud=cloud,
        tokens=tokens,
        caller_object_id=tokens.caller_object_id(),
        http=http,
        clock=clock,
    )


class Graph:
    """The calls of one operation on one resource, which share its deadline."""

    def __init__(self, session: Session, *, deadline: float) -> None:
        self.caller_object_id = session.caller_object_id
        self._session = session
        self._deadline = deadline

    def get(self, path: str, query: dict[str, str] | None = None, *, version: str = "v1.0") -> Json:
        """One object. Paths start after the version."""
        suffix = f"?{urlencode(query)}" if query else ""
        return self._call("GET", f"{self._session.cloud.graph_url}/{version}{path}{suffix}")

    def find(self, path: str) -> Json | None:
        """One object, or None when it is not there."""
        try:
            return self.get(path)
        except GraphError as error:
            if error.is_not_found:
                return None
            raise

    def list_all(self, path: str, query: dict[str, str] | None = None) -> list[Json]:
        found: list[Json] = []
        page = self.get(path, query)
        while True:
            found += page.get("value", [])
            if not (link := page.get("@odata.nextLink")):
                return found
            page = self._call("GET", link)

    def post(self, path: str, body: Json, *, retry: RetryRule | None = None) -> Json:
        """Create an object, or add a reference; the answer is empty for a reference."""
        return self._call("POST", f"{self._session.cloud.graph_url}/v1.0{path}", body, retry=retry)

    def patch(self, path: str, body: Json, *, version: str = "v1.0", retry: RetryRule | None = None) -> None:
        self._call("PATCH", f"{self._session.cloud.graph_url}/{version}{path}", body, retry=retry)

    def delete(self, path: str) -> None:
        self._call("DELETE", f"{self._session.cloud.graph_url}/v1.0{path}")

    def reference(self, object_id: str) -> str:
        """A directory object as `@odata.bind` and `$ref` name it."""
        return f"{self._session.cloud.graph_url}/v1.0/directoryObjects/{object_id}"

    def wait_until_gone(self, path: str) -> None:
        """Wait until an object has been gone five times in a row."""
        self.wait_until(lambda: self.find(path) is None, _GONE_INTERVAL)

    def wait_until(self, look: Callable[[], bool], interval: float) -> None:
        """Wait until five looks, so many seconds apart, say yes in a row, as replicas of the directory may disagree."""
        in_a_row = 0
        while True:
            in_a_row = in_a_row + 1 if look() else 0
            if in_a_row == _LOOKS_IN_A_ROW:
                return
            self.pause(interval)

    def pause(self, seconds: float) -> None:
        """Wait, unless the deadline comes first: then fail."""
        if self._session.clock.now() + seconds > self._deadline:
            raise ProviderError("context deadline exceeded")
        self._session.clock.sleep(seconds)

    def _call(self, method: str, url: str, body: Json | None = None, *, retry: RetryRule | None = None) -> Json:
        backoff = 1.0
        while True:
            try:
                answer = self._send(method, url, body)
            except requests.RequestException as problem:
                # only a GET may be repeated when nobody knows whether it was carried out
                error, again, wait = ProviderError(f"{method} {url}: {problem}"), method == "GET", backoff
            else:
                if answer.ok:
                    return answer.json() if answer.content else {}
                refusal = _graph_error(answer)
                again = _is_retried(refusal.status) or (retry is not None and retry(refusal))
                error, wait = refusal, _retry_after(answer) or backoff
            if not again or self._session.clock.now() + wait > self._deadline:
                raise error
            self._session.clock.sleep(wait)
            backoff = min(backoff * 2, _MAX_BACKOFF)

    def _send(self, method: str, url: str, body: Json | None) -> requests.Response:
        headers = {**_HEADERS, "Authorization": f"Bearer {self._session.tokens.get()}"}
        verify = self._session.settings.verify
        return self._session.http.request(
            method, url, json=body, headers=headers, timeout=_REQUEST_TIMEOUT, verify=verify
        )


def _is_retried(status: int) -> bool:
    is_outage = status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
    return is_outage or status in _RETRIED


def _retry_after(answer: requests.Response) -> float | None:
    """Seconds; a fraction or a date is ignored, as azuread ignores it."""
    value = answer.headers.get("Retry-After", "")
    return float(value) if re.fullmatch(r"[0-9]+", value) else None


def _graph_error(answer: requests.Response) -> GraphError:
    try:
        error = answer.json()["error"]
        return GraphError(answer.status_code, error["code"], error["message"])
    except (ValueError, KeyError, TypeError):
        return GraphError(answer.status_code, "", "")
