"""Settings and arguments as people write them, through the real engine: what YAML makes of them, Outputs, and wrong ones."""

import textwrap
from datetime import UTC, datetime, timedelta

import pytest

from tests.engine.project import Project

pytestmark = pytest.mark.engine

GRAPH_ID = "a0000000-0000-4000-8000-000000000009"


def write_program(project: Project, arguments: str) -> None:
    """Put a program of somebody's own in the place of ours."""
    program = f"""
        from pathlib import Path
        import pulumi
        import pulumi_azuread as azuread
        from components import ServerConnection
        certificates = {{"eu.pem": Path("certs/mimecast.pem").read_text()}}
        ServerConnection("mimecast", {{"certificates": certificates, {arguments}}})
    """
    (project.folder / "__main__.py").unlink(missing_ok=True)
    (project.folder / "__main__.py").write_text(textwrap.dedent(program))


def test_the_deployer_may_be_named_as_the_azuread_provider_names_it(project: Project) -> None:
    write_program(project, '"owners": [azuread.get_client_config_output().object_id]')
    project.up()
    project.refreshed_preview()
    (application,) = project.resources("azuread:index/application:Application")
    assert application["outputs"]["owners"] == [project.tenant.identity("deployer").object_id]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ('"displayname": "a", "guard": "on"', "displayname: unknown argument; did you mean 'display_name'?"),
        ('"display_name": pulumi.Output.from_input("Bob\'s")', 'displayName: "Bob\'s" has an apostrophe'),
    ],
    ids=["known at once", "known later"],
)
def test_a_wrong_argument_in_somebodys_own_program_is_a_sentence(
    project: Project, arguments: str, problem: str
) -> None:
    write_program(project, arguments)
    failed = project.pulumi("preview", expect=1)
    assert problem in failed.output
    assert "Traceback" not in failed.output


def test_an_unquoted_date_and_a_wrong_setting_name(project: Project) -> None:
    until = (datetime.now(UTC) + timedelta(days=30)).date()
    exceptions = [{"finding": f"owners.{GRAPH_ID}", "reason": 42, "until": until}]
    project.set(exceptions=exceptions, tennantDomain="contoso.onmicrosoft.com")
    failed = project.pulumi("preview", expect=1)
    assert "mimecast-association:tennantDomain: unknown setting; did you mean 'tenantDomain'?" in failed.output
    assert "Traceback" not in failed.output

    project.set(tennantDomain=None)
    project.up()

    (guard,) = project.resources("mimecast-entra:index:AccessGuard")
    assert guard["inputs"]["exceptions"] == [
        {"finding": f"owners.{GRAPH_ID}", "reason": "42", "until": f"{until:%Y-%m-%d}"}
    ]
