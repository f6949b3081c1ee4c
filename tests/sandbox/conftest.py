"""A running tenant per test, and clients that talk to it over real TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.tenant import Tenant


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    with Tenant(tmp_path / "tenant") as running:
        yield running


@pytest.fixture
def http(tenant: Tenant) -> Iterator[requests.Session]:
    """A client that trusts the tenant's authority and looks at no variable of this machine."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(tenant.ca_file)
        yield session
