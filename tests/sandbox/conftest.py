"""A running tenant per test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.tenant import Tenant
from tests.sandbox.association import Association, make_association


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenant's folder with keys and certificates only: making them for every test would take longer than the tests."""
    folder = tmp_path_factory.mktemp("keys") / "tenant"
    with Tenant(folder) as made:
        made.token("deployer")
    for left in folder.glob("state.*"):
        left.unlink()
    return folder


@pytest.fixture
def tenant(tmp_path: Path, keys: Path) -> Iterator[Tenant]:
    with Tenant(shutil.copytree(keys, tmp_path / "tenant")) as running:
        yield running


@pytest.fixture
def http(tenant: Tenant) -> Iterator[requests.Session]:
    """A client that trusts the tenant's authority and looks at no variable of this machine."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(tenant.ca_file)
        yield session


@pytest.fixture
def association(tenant: Tenant) -> Association:
    """An application with a certificate, its service principal, and the Exchange role."""
    return make_association(tenant)
