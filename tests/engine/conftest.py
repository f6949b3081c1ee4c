"""A project in a sandbox of its own for each test: no test sees what another one left.

Each test gets a copy of a sandbox that is made once, so that it does not pay for what another test proves.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.engine import Engine, prepare_engine
from sandbox.tenant import Tenant
from sandbox.vendor import Vendor, make_vendor
from sandbox.workspace import FOLDER, Workspace
from tests.engine.project import STACK, Project, find_project, make_project
from tests.engine.sdk import install_python_sdk


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine that `python -m sandbox setup` prepared."""
    return prepare_engine(FOLDER / "engine", print)


@pytest.fixture(scope="session")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """One vendor with its private key and public certificate."""
    return make_vendor(tmp_path_factory.mktemp("vendor"))


@contextmanager
def open_project(folder: Path, engine: Engine, vendor: Vendor) -> Iterator[Project]:
    """The project in the folder, with its tenant; made when missing. Its deployer may read all that the guard looks at."""
    (folder / "state").mkdir(exist_ok=True)
    with Tenant(folder / "tenant") as tenant:
        workspace = Workspace(folder=folder, tenant=tenant, vendor=vendor, engine=engine, stack=STACK)
        if (folder / "project").exists():
            yield find_project(folder / "project", workspace)
        else:
            tenant.permit("deployer", *tenant.identity("auditor").permissions)
            certificates = [("mimecast.pem", vendor.certificate_path.read_text())]
            yield make_project(folder / "project", workspace, certificates)


@pytest.fixture(scope="session")
def undeployed(tmp_path_factory: pytest.TempPathFactory, engine: Engine, vendor: Vendor) -> Path:
    """A sandbox with a stack in which nothing is deployed, for tests to copy."""
    folder = tmp_path_factory.mktemp("undeployed")
    with open_project(folder, engine, vendor):
        return folder


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory, undeployed: Path, engine: Engine, vendor: Vendor) -> Path:
    """The same after `pulumi up`."""
    folder = tmp_path_factory.mktemp("deployed")
    shutil.copytree(undeployed, folder, dirs_exist_ok=True, symlinks=True)
    with open_project(folder, engine, vendor) as project:
        project.up()
        return folder


@pytest.fixture(scope="session")
def python_sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the generated Python SDK is installed, as in a virtual environment."""
    return install_python_sdk(tmp_path_factory.mktemp("python-sdk"))


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path, engine: Engine, vendor: Vendor) -> Iterator[Project]:
    """A project with the vendor's certificate; nothing is deployed yet, unless the test is marked `deployed`."""
    start = "deployed" if request.node.get_closest_marker("deployed") else "undeployed"
    shutil.copytree(request.getfixturevalue(start), tmp_path, dirs_exist_ok=True, symlinks=True)
    with open_project(tmp_path, engine, vendor) as project:
        yield project
