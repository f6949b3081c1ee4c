"""A certificate that lives longer than the tenant's policy allows is told in the preview."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from sandbox.tenant import Tenant
from tests.component.recorder import Recording
from tests.provider.application import Application
from tests.provider.engine import run_engine
from tests.provider.harness import Plugin, run_plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]
POLICY = "/v1.0/policies/defaultAppManagementPolicy"


@pytest.fixture
def policy(tenant: Tenant) -> Iterator[None]:
    """Ninety days, and a deployer that may read so."""
    restriction = {"restrictionType": "asymmetricKeyLifetime", "maxLifetime": "P90D", "state": "enabled"}
    tenant.permit("deployer", "Policy.Read.All")
    body = {"isEnabled": True, "applicationRestrictions": {"keyCredentials": [restriction]}}
    assert tenant.graph("PATCH", POLICY, body)[0] < 300
    yield
    tenant.graph("PATCH", POLICY, {"isEnabled": False, "applicationRestrictions": {"keyCredentials": []}})
    tenant.revoke("deployer", "Policy.Read.All")


def preview(tenant: Tenant, application: Application, pem: str) -> list[str]:
    """The warnings of a preview that would add the certificate."""
    with run_engine() as (address, recording), run_plugin(tenant.environment(), engine=address) as plugin:
        plugin.configure()
        plugin.create(application.inputs(pem), preview=True)
        return warnings(recording)


def warnings(recording: Recording) -> list[str]:
    return [text for severity, text, _ in recording.logs if severity == "WARNING"]


@pytest.mark.usefixtures("policy")
def test_a_certificate_that_lives_too_long_is_warned_about(tenant: Tenant, application: Application, pem: str) -> None:
    (warning,) = preview(tenant, application, pem)
    assert "app management policy allows 90 days" in warning


def test_without_a_policy_nothing_is_said(tenant: Tenant, application: Application, pem: str) -> None:
    assert preview(tenant, application, pem) == []


def test_a_deployer_that_may_not_read_the_policy_is_told_nothing(
    tenant: Tenant, application: Application, pem: str
) -> None:
    tenant.revoke("deployer", "Policy.Read.All")
    assert preview(tenant, application, pem) == []
    assert [request.status for request in tenant.requests if request.path == POLICY] == [403]
