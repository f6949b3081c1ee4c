"""Every Graph request that any test sends to a sandbox tenant in this process, and every answer, is judged."""

import os
from collections.abc import Iterator

import pytest

from sandbox.azuread.clock import FASTER
from sandbox.tenant.service import Service
from tests.watch import serve_and_judge, take_complaints


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a test of the engine waits for many processes."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _judged() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Service, "_reply", serve_and_judge)
        patch.setenv(FASTER, "10")  # what azuread waits for, and how long, is held by tests/contract
        yield


@pytest.fixture(autouse=True)
def _verdict(_judged: None) -> Iterator[None]:
    yield
    found = take_complaints()
    assert not found, "Microsoft's description of Graph disagrees:\n" + "\n".join(found)
