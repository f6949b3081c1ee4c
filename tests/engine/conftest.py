"""A project in a sandbox of its own for each test: no test sees what another one left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engine import Engine, prepare_engine
from sandbox.tenant import Tenant
from sandbox.vendor import Vendor, make_vendor
from sandbox.workspace import FOLDER, Workspace
from tests.engine.project import STACK, Project, make_project


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine that `python -m sandbox setup` prepared."""
    return prepare_engine(FOLDER / "engine", print)


@pytest.fixture(scope="session")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """One vendor with its private key and public certificate."""
    return make_vendor(tmp_path_factory.mktemp("vendor"))


@pytest.fixture
def project(tmp_path: Path, engine: Engine, vendor: Vendor) -> Iterator[Project]:
    """A project with the vendor's certificate, nothing deployed yet; its deployer may read all that the guard looks at."""
    (tmp_path / "state").mkdir()
    with Tenant(tmp_path / "tenant") as tenant:
        tenant.permit("deployer", *tenant.identity("auditor").permissions)
        workspace = Workspace(folder=tmp_path, tenant=tenant, vendor=vendor, engine=engine, stack=STACK)
        yield make_project(tmp_path / "project", workspace, [("mimecast.pem", vendor.certificate_path.read_text())])
