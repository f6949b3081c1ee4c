"""A Graph over real TLS that plays the answers of an evidence file. It shares nothing with the sandbox."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from association.graph.client import GraphClient
from association.graph.patience import Patience
from tests.graph.server import Answer, GraphServer

Json = dict[str, Any]

OBJECT_ID = "3f1d2a3b-1111-4222-8333-44445555abcd"
ORDINARY_HEADERS = {"content-type", "content-length", "date", "transfer-encoding", "server"}
LOOKUP = re.compile(r"/v1\.0/\w+\(appId='[^']*'\)\?\$select=id.*")


class Player(GraphServer):
    """Answers each question with what the file has for it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._known: list[tuple[re.Pattern[str], Json]] = []

    def play(self, evidence: Json) -> None:
        """From now on; a path without ids counts before one with them."""
        exchanges = sorted(evidence["exchanges"], key=lambda one: str(one["path"]).count("{"))
        self._known = [(self._pattern(one), one) for one in exchanges]

    @staticmethod
    def _pattern(exchange: Json) -> re.Pattern[str]:
        parts = re.split(r"(\{\w+\})", f"/{exchange['version']}{exchange['path']}")
        filled = {"{tag}": "[^']*"}
        return re.compile(
            "".join(filled.get(part, "[^'/?&]*") if part[:1] == "{" else re.escape(part) for part in parts)
        )

    def next_answer(self) -> Answer | str:
        request = self.requests[-1]
        if not request.path.endswith("/$batch"):
            return self._answer(request.path)
        version = request.path.split("/")[1]
        items = [(item["id"], self._answer(f"/{version}{item['url']}")) for item in request.body["requests"]]
        answers = [{"id": id_, "status": one.status, "headers": one.headers, "body": one.body} for id_, one in items]
        return Answer(body={"responses": answers})

    def _answer(self, url: str) -> Answer:
        plain = unquote(url)
        if LOOKUP.fullmatch(plain):
            return Answer(body={"id": OBJECT_ID, "tags": ["pulumi:organization/project/stack/name"]})
        one = next(exchange for pattern, exchange in self._known if pattern.fullmatch(plain))
        headers = {name: value for name, value in one["headers"].items() if name.lower() not in ORDINARY_HEADERS}
        return Answer(status=one["status"], body=one["body"], headers=headers)


class _Token:
    def __init__(self, url: str) -> None:
        self._url = url

    def base_url(self) -> str:
        return self._url

    def token(self, *, renew: bool = False) -> str:
        return "token"


def client_of(player: Player) -> GraphClient:
    """A client that never really sleeps."""
    slept: list[float] = []
    patience = Patience(sleep=slept.append, clock=lambda: sum(slept))
    return GraphClient(_Token(player.url), verify=str(player.ca_file), patience=patience)


def copy_of(evidence: Json) -> Json:
    document: Json = json.loads(json.dumps(evidence))
    return document
