"""examples/two-tenants: one program, two providers of each kind, two sandbox tenants."""

from pathlib import Path

import pytest

from sandbox.tenant import TENANT_ID, Tenant
from tests.engine.examples import certificate_of, lay_out
from tests.engine.project import Project
from tests.engine.test_two_tenants import CUSTOMER_ID, names

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("python sdk")]


def sign_in(tenant: Tenant, tenant_id: str) -> dict[str, str]:
    """Settings of the azuread provider for the tenant's deployer."""
    deployer = tenant.identity("deployer")
    return {
        "tenant_id": tenant_id,
        "client_id": deployer.client_id,
        "client_secret": deployer.client_secret,
        "metadata_host": tenant.url.removeprefix("https://"),
    }


def test_each_customer_gets_an_association_in_its_own_tenant(
    project: Project, python_sdk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(python_sdk))
    with Tenant(tmp_path / "customer", tenant_id=CUSTOMER_ID) as fabrikam:
        fabrikam.permit("deployer", *fabrikam.identity("auditor").permissions)
        bundle = tmp_path / "both.pem"
        bundle.write_text(project.tenant.ca_file.read_text() + fabrikam.ca_file.read_text())
        trust = {"SSL_CERT_FILE": str(bundle), "REQUESTS_CA_BUNDLE": str(bundle)}
        example = lay_out(project, "two-tenants")
        customers = {"contoso": sign_in(project.tenant, TENANT_ID), "fabrikam": sign_in(fabrikam, CUSTOMER_ID)}
        example.set(certificate=str(certificate_of(project)), customers=customers)
        made = example.run("pulumi", "up", "--yes", "--skip-preview", "--non-interactive", environment=trust)
        assert made.code == 0, made.output
        said = example.outputs()
        assert (said["contosoTenantId"], said["fabrikamTenantId"]) == (TENANT_ID, CUSTOMER_ID)
        assert [len(names(tenant)) for tenant in (project.tenant, fabrikam)] == [1, 1]
        assert not any(customer["client_secret"] in str(example.state()) for customer in customers.values())
        drift = ("pulumi", "refresh", "--preview-only", "--expect-no-changes", "--non-interactive")
        clean = example.run(*drift, environment=trust)
        assert clean.code == 0, clean.output
