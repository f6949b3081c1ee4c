"""Fixtures of the Exchange tests: a running Exchange, and an environment without certificate settings."""

import socket
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
import trustme
from starlette.applications import Starlette

from sandbox.exchange import Organization, administrator_routes, exchange_routes
from tests.exchange.server import SIGNING_KEY, Exchange, serve


@pytest.fixture(autouse=True)
def no_certificates_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    ca = trustme.CA()
    ca_file = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(ca_file)
    return ca, ca_file


@pytest.fixture(scope="session")
def running_exchange(authority: tuple[trustme.CA, Path]) -> Iterator[Exchange]:
    ca, ca_file = authority
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Exchange(url=f"https://localhost:{listener.getsockname()[1]}", ca_file=ca_file)

        def replace_organization(organization: Organization) -> None:
            server.organization = organization

        routes = exchange_routes(
            verify_token=lambda token: jwt.decode(
                token, SIGNING_KEY, algorithms=["HS256"], audience="https://outlook.office365.com"
            ),
            organization=lambda: server.organization,
            mailboxes=lambda: server.mailboxes,
            covered_by_exchange_role=lambda principal, address: (principal, address) in server.covered,
        ) + administrator_routes(organization=lambda: server.organization, replace_organization=replace_organization)
        with serve(Starlette(routes=routes), ca, listener):
            yield server


@pytest.fixture
def exchange(running_exchange: Exchange) -> Exchange:
    untouched = Exchange(url=running_exchange.url, ca_file=running_exchange.ca_file)
    vars(running_exchange).update(vars(untouched))
    return running_exchange
