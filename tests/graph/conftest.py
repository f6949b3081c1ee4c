"""One scripted Graph for all tests, and a client that never really sleeps."""

from collections.abc import Iterator

import pytest

from association.graph.client import GraphClient
from association.graph.patience import Patience
from tests.graph.server import GraphServer


class Token:
    """A login that counts how often it was renewed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.renewed = 0

    def base_url(self) -> str:
        return self._url

    def token(self, *, renew: bool = False) -> str:
        self.renewed += renew
        return f"token-{self.renewed}"


@pytest.fixture(scope="session")
def session_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphServer]:
    with GraphServer(tmp_path_factory.mktemp("graph")) as server:
        yield server


@pytest.fixture
def server(session_server: GraphServer) -> GraphServer:
    session_server.script()
    return session_server


@pytest.fixture
def token(server: GraphServer) -> Token:
    return Token(server.url)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def graph(server: GraphServer, token: Token, slept: list[float]) -> GraphClient:
    return GraphClient(
        token, verify=str(server.ca_file), patience=Patience(sleep=slept.append, clock=lambda: sum(slept))
    )
