"""A running tenant per test, whose every answer is held against the schema of what it shows."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.tenant import Tenant
from sandbox.tenant.routing import Reply
from tests.sandbox.association import Association, make_association
from tests.sandbox.schemas import check_answer


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
    running = Tenant(shutil.copytree(keys, tmp_path / "tenant"))
    answers = keep_answers(running)
    with running:
        yield running
    for body in answers:
        check_answer(body)


def keep_answers(tenant: Tenant) -> list[Any]:
    """Keep every body that the tenant answers from now on, out of band or not."""
    answers: list[Any] = []
    serve: Callable[..., Reply] = tenant._service._reply

    def serve_and_keep(*arguments: Any) -> Reply:
        reply = serve(*arguments)
        answers.append(reply.body)
        return reply

    setattr(tenant._service, "_reply", serve_and_keep)  # noqa: B010 - mypy forbids to assign a method
    return answers


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
