"""Replicas that lag behind the deployment: nothing of it is reported as lost. A tenant of its own, as others' changes lag too."""

import pytest

from sandbox.tenant import Tenant
from tests.guard.association import Association
from tests.guard.harness import Plugin


@pytest.mark.parametrize("fault", ["replication_lag", "stale_credentials"])
def test_five_seconds_of_lag_after_a_deployment_report_nothing(
    plugin: Plugin, tenant: Tenant, pem: str, fault: str
) -> None:
    setattr(tenant.faults, fault, 5)
    plugin.engine.warnings.clear()
    association = Association.make(tenant, pem)
    state = plugin.create(association.inputs())
    assert plugin.engine.warnings == []
    assert plugin.preview(state, association.inputs()) == plugin.refresh(state)[1] == {}


def test_an_update_in_the_lag_warns_about_nothing(plugin: Plugin, tenant: Tenant, pem: str) -> None:
    tenant.faults.stale_credentials = 5
    association = Association.make(tenant, pem)
    state = plugin.create(association.inputs())
    plugin.engine.warnings.clear()
    plugin.up(state, association.inputs(guard="enforce"))
    assert plugin.engine.warnings == []
