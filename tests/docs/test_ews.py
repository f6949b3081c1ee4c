"""The way out of EWS, played as docs/ews.md tells it: the vendor has access at every request of every command."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.tenant import INITIAL_DOMAIN, TENANT_ID
from sandbox.vendor import MailboxRefusedError, Vendor, attempt, attempt_over_graph
from sandbox.vendor.proof import allow_client
from tests.docs.markdown import find_snippet, list_snippets
from tests.docs.test_snippets import play
from tests.engine.project import Project
from tests.guard.association import ADELE

EWS = "docs/ews.md"
BOTH = "$ pulumi config set --path 'permissions[0]' full_access_as_app"
GRAPH_ALONE = "$ pulumi config set --path 'permissions[0]' 'Microsoft Graph/Mail.ReadWrite'"
NO_MAILBOX = "$ pulumi config set --path 'permissions[0]' 'Microsoft Graph/Domain.Read.All'"
EXCEPTION = """$ pulumi config set --path 'exceptions[0].finding' "exchangeRoles[\\"$ROLE_ASSIGNMENT_ID\\"]\""""


@dataclass(kw_only=True)
class Switching:
    """The vendor, which uses one of the two APIs, and every request of Pulumi's at which that one was closed to it."""

    project: Project
    vendor: Vendor
    client_id: str
    uses: str = "EWS"
    gaps: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, request: Any) -> None:
        """A hook of the tenant: at each request to Graph, a token for the API in use must hold its role."""
        if not request.path.startswith(("/v1.0/", "/beta/")):
            return
        tenant = self.project.tenant
        resource, role = {
            "EWS": ("https://outlook.office365.com", "full_access_as_app"),
            "Graph": (tenant.url, "Mail.ReadWrite"),
        }[self.uses]
        token = self.vendor.token(tenant.url, TENANT_ID, self.client_id, tenant.ca_file, resource=resource)
        self.asked += 1
        if role not in token.roles:
            self.gaps.append(f"{self.uses}: {request.method} {request.path}")

    def over(self, api: str, name: str = "adele") -> str:
        """What the vendor sees of a mailbox: its newest subject, or the refusal."""
        read = attempt if api == "EWS" else attempt_over_graph
        try:
            return read(
                self.vendor, self.project.tenant, self.client_id, address=f"{name}@{INITIAL_DOMAIN}"
            ).newest_subject
        except MailboxRefusedError as refused:
            return str(refused)


def switching(project: Project, vendor: Vendor) -> Switching:
    """A vendor that reads over EWS, through a deployed association with `full_access_as_app` alone."""
    project.pulumi("stack", "select", "test")
    made = Switching(project=project, vendor=vendor, client_id=project.outputs()["clientId"])
    allow_client(project.tenant, made.client_id)
    assert made.over("EWS") == "Lunch on Friday?"
    assert made.over("Graph").startswith("403 ErrorAccessDenied")
    return made


def test_every_command_of_the_page_is_played_but_for_those_in_powershell() -> None:
    played = {BOTH, GRAPH_ALONE, NO_MAILBOX, EXCEPTION}
    assert {snippet.key[1] for snippet in list_snippets(EWS) if snippet.language != "powershell"} == played


@pytest.mark.deployed
@pytest.mark.engine
def test_the_vendor_moves_to_graph_and_is_never_without_access(project: Project, vendor: Vendor) -> None:
    moving = switching(project, vendor)
    project.tenant.faults.hooks_after.append(moving.ask)
    play(project, find_snippet(EWS, BOTH))
    assert (moving.over("EWS"), moving.over("Graph")) == ("Lunch on Friday?", "Lunch on Friday?")
    moving.uses = "Graph"
    play(project, find_snippet(EWS, GRAPH_ALONE))
    assert moving.over("Graph") == "Lunch on Friday?"
    assert "403 2000008" in moving.over("EWS")
    assert "not enough scope to make this call" in moving.over("EWS")
    assert (moving.gaps, moving.asked > 20) == ([], True)
    moving.uses = "EWS"  # a vendor that had not switched would have been noticed
    project.tenant.graph("GET", "/v1.0/domains", out_of_band=False)
    assert moving.gaps == ["EWS: GET /v1.0/domains"]


@pytest.mark.nightly
@pytest.mark.engine
def test_a_scope_of_exchange_counts_once_the_app_role_is_gone(project: Project, vendor: Vendor) -> None:
    project.set(permissions=["Microsoft Graph/Mail.ReadWrite"])
    project.up()
    project.pulumi("stack", "select", "test")
    reading = Switching(project=project, vendor=vendor, client_id=project.outputs()["clientId"])
    assignment = give_exchange_role(project, f"/Users/{ADELE}")
    assert [reading.over("Graph", name) for name in ("adele", "mallory")] == ["Lunch on Friday?"] * 2
    play(project, find_snippet(EWS, NO_MAILBOX))
    assert reading.over("Graph") == "Lunch on Friday?"
    assert reading.over("Graph", "mallory").startswith("403 ErrorAccessDenied")
    assert assignment in project.refresh_preview(expect=7).output
    play(project, find_snippet(EWS, EXCEPTION), ROLE_ASSIGNMENT_ID=assignment)
    project.refresh_preview()
    project.refreshed_preview()


def give_exchange_role(project: Project, scope: str) -> str:
    """What New-ManagementRoleAssignment does, over the route of Graph beta; returns the id of the assignment."""
    roles = project.graph("GET", "/beta/roleManagement/exchange/roleDefinitions")["value"]
    (role,) = [role["id"] for role in roles if role["displayName"] == "Application Mail.ReadWrite"]
    body = {
        "principalId": f"/ServicePrincipals/{project.outputs()['servicePrincipalObjectId']}",
        "roleDefinitionId": role,
        "directoryScopeId": scope,
    }
    return str(project.graph("POST", "/beta/roleManagement/exchange/roleAssignments", body)["id"])
