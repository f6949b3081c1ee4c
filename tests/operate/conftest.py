"""A tenant, and the commands as an operator calls them there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import Association
from tests.operate.operator import Operator, lay_out_project


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    """Its deployer may read all that is looked at."""
    with Tenant(tmp_path / "tenant") as tenant:
        tenant.permit("deployer", *tenant.identity("auditor").permissions)
        yield tenant


@pytest.fixture
def operator(tenant: Tenant, tmp_path: Path) -> Operator:
    """The deployer, in the folder of a project that was never deployed."""
    return Operator(tenant=tenant, folder=lay_out_project(tmp_path / "project", tenant))


@pytest.fixture
def association(tenant: Tenant) -> Association:
    """An association that the deployer owns."""
    deployer = tenant.identity("deployer").object_id
    made = Association.make(tenant, certificate_pem("made"), owners=(deployer,))
    made.ask("POST", f"{made.principal}/owners/$ref", {"@odata.id": f"{tenant.url}/v1.0/directoryObjects/{deployer}"})
    return made
