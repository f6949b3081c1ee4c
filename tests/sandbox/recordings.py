"""Recorded requests of the real azuread provider, played to the sandbox with the ids that the sandbox gives."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from sandbox.tenant import INITIAL_DOMAIN, Tenant

RECORDINGS = Path(__file__).parents[1] / "contract" / "recordings"
RECORDED_HOST = "https://graph.example"
RECORDED_DOMAIN = "contoso.onmicrosoft.com"
RECORDED_NAME = '"name": "Scratch"'

_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_VOLATILE = re.compile(rf"{_GUID}|[A-Za-z0-9_-]{{43}}|\d{{4}}-\d\d-\d\dT[\d:.]+Z?|\b[0-9A-F]{{40}}\b")
_UNCOMPARED = {"appRoles", "oauth2PermissionScopes", "access_token", "hint"}
"""Microsoft's own principals have more roles here; tokens and secrets differ."""


@dataclass
class Playback:
    """Sends recorded requests; ids in recorded answers are mapped to those of the sandbox's answers."""

    tenant: Tenant
    http: requests.Session
    ids: dict[str, str] = field(default_factory=dict)

    def send(self, record: dict[str, Any]) -> requests.Response:
        """The sandbox's answer to a recorded request."""
        path = self.translate(record["path"])
        url = self.tenant.url + path
        if path.endswith("/token"):
            secret = self.tenant.identity("deployer").client_secret
            form = json.loads(self.translate(json.dumps(record["request"])).replace("<secret>", secret))
            return self.http.post(url, data=form)
        headers = {"Authorization": f"Bearer {self.tenant.token('deployer')}"}
        body = record["request"] and json.loads(self.translate(json.dumps(record["request"])))
        answer = self.http.request(record["method"], url, json=body, headers=headers)
        self.learn(record["response"], answer.json() if answer.content else None)
        return answer

    def translate(self, text: str) -> str:
        """Recorded ids and hosts become the sandbox's."""
        text = text.replace(RECORDED_HOST, self.tenant.url)
        for recorded, given in self.ids.items():
            text = text.replace(recorded, given)
        return text

    def learn(self, recorded: Any, given: Any) -> None:
        """Remember which id of the sandbox stands for a recorded one."""
        if isinstance(recorded, dict) and isinstance(given, dict):
            for name in recorded.keys() & given.keys():
                if name in ("id", "appId") and isinstance(recorded[name], str) and recorded[name] != given[name]:
                    self.ids[recorded[name]] = given[name]
                self.learn(recorded[name], given[name])
        elif isinstance(recorded, list) and isinstance(given, list):
            for pair in zip(recorded, given, strict=False):
                self.learn(*pair)


def records(scenario: str) -> Iterator[dict[str, Any]]:
    """The requests of a scenario, in order."""
    for line in (RECORDINGS / scenario / "http.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line.replace(RECORDED_NAME, '"name": "Sandbox"'))


def steady(value: Any) -> Any:
    """The value with everything volatile replaced by what it is."""
    if isinstance(value, dict):
        return {name: None if name in _UNCOMPARED else steady(part) for name, part in sorted(value.items())}
    if isinstance(value, list):
        return [steady(part) for part in value]
    if isinstance(value, str):
        text = re.sub(r"https://localhost:\d+", RECORDED_HOST, value).replace(RECORDED_DOMAIN, INITIAL_DOMAIN)
        return _VOLATILE.sub("<volatile>", text)
    return value
