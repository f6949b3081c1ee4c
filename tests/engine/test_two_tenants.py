"""Two tenants at once: the azuread provider and the plugin must mean the same one, and one call hands both over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.tenant import TENANT_ID, Tenant
from tests.docs.markdown import find_snippet
from tests.engine.project import Project

pytestmark = pytest.mark.engine

CUSTOMER_ID = "7e6a0000-0000-4000-8000-0000000000ee"

AZUREAD_ALONE = """
import pulumi
import pulumi_azuread as azuread

from components import ServerConnection

customer = azuread.Provider("contoso", tenant_id=tenant, client_id=client, client_secret=secret, metadata_host=host)
ServerConnection(
    "contoso", {"certificates": {"eu.pem": text}, "owners": [deployer]}, pulumi.ResourceOptions(providers=[customer])
)
"""


@pytest.fixture
def customer(tmp_path: Path) -> Iterator[Tenant]:
    with Tenant(tmp_path / "customer", tenant_id=CUSTOMER_ID) as tenant:
        tenant.permit("deployer", *tenant.identity("auditor").permissions)
        yield tenant


def write_program(project: Project, customer: Tenant, program: str) -> dict[str, str]:
    """A program of somebody's own for the customer's tenant, and an environment that trusts both tenants' certificates."""
    deployer = customer.identity("deployer")
    path = project.folder / "__main__.py"
    path.unlink()
    variables = {
        "tenant": CUSTOMER_ID,
        "client": deployer.client_id,
        "secret": deployer.client_secret,
        "host": customer.url.removeprefix("https://"),
        "deployer": deployer.object_id,
        "text": (project.folder / "certs" / "mimecast.pem").read_text(),
    }
    path.write_text("\n".join([*(f"{name} = {value!r}" for name, value in variables.items()), program]))
    bundle = project.workspace.folder / "both.pem"
    bundle.write_text(project.tenant.ca_file.read_text() + customer.ca_file.read_text())
    return {"SSL_CERT_FILE": str(bundle), "REQUESTS_CA_BUNDLE": str(bundle)}


def names(tenant: Tenant) -> list[str]:
    _, found = tenant.graph("GET", "/v1.0/applications")
    return [application["displayName"] for application in found["value"] if "Mimecast" in application["displayName"]]


@pytest.mark.parametrize("command", [["preview"], ["up", "--yes", "--skip-preview"]], ids=lambda command: command[0])
def test_an_azuread_provider_alone_stops_before_anything_is_made(
    project: Project, customer: Tenant, command: list[str]
) -> None:
    environment = write_program(project, customer, AZUREAD_ALONE)
    stopped = project.run("pulumi", *command, "--non-interactive", environment=environment)
    assert stopped.code == 1
    assert f"signs in to the tenant {CUSTOMER_ID}, and mimecast-entra to {TENANT_ID}" in stopped.output
    assert "tenant_providers(" in stopped.output
    assert "Traceback" not in stopped.output
    writes = [
        request for tenant in (project.tenant, customer) for request in tenant.requests if request.method != "GET"
    ]
    assert [request.path for request in writes if not request.path.endswith("/token")] == []


def test_the_readmes_call_hands_both_providers_over(project: Project, customer: Tenant) -> None:
    environment = write_program(project, customer, find_snippet("README.md", "import pulumi").text)
    environment["ARM_METADATA_HOSTNAME"] = customer.url.removeprefix("https://")
    made = project.run("pulumi", "up", "--yes", "--skip-preview", "--non-interactive", environment=environment)
    assert made.code == 0, made.output
    assert (names(project.tenant), names(customer)) == ([], ["Mimecast O365 Server Connection"])
    (component,) = project.resources("mimecast-entra:index:ServerConnection")
    assert component["outputs"]["tenantId"] == CUSTOMER_ID
    drift = ("pulumi", "refresh", "--preview-only", "--expect-no-changes", "--non-interactive")
    clean = project.run(*drift, environment=environment)
    assert clean.code == 0, clean.output
    providers = project.resources("pulumi:providers:mimecast-entra") + project.resources("pulumi:providers:azuread")
    assert len(providers) == 2
    assert customer.identity("deployer").client_secret not in str(providers)
