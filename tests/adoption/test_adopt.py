"""`python -m association adopt`: the import file on standard output, everything a person should know on standard error."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.tenant import Tenant
from sandbox.workspace import ROOT
from tests.factories import certificate_pem
from tests.guard.association import ADELE, GRAPH, MAIL_READ_WRITE, Association, ask, thumbprint_of

EXIT_ERROR = 1


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with Tenant(tmp_path_factory.mktemp("tenant")) as tenant:
        tenant.permit("deployer", *tenant.identity("auditor").permissions)
        yield tenant


@pytest.fixture
def made(tenant: Tenant) -> Association:
    """An association that no stack manages."""
    made = Association.make(tenant, certificate_pem("adopted"), owners=(ADELE,))
    made.ask("PATCH", made.application, {"tags": [], "web": {"redirectUris": ["https://localhost"]}})
    return made


def adopt(tenant: Tenant, client_id: str, *flags: str, code: int = 0) -> tuple[Any, str]:
    """The document, and what was said."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    finished = subprocess.run(
        [sys.executable, "-m", "association", "adopt", client_id, *flags],
        cwd=ROOT,
        env={**inherited, **tenant.environment()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == code, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stderr
    return json.loads(finished.stdout or "null"), finished.stderr


def test_the_file_names_application_and_principal_alone(tenant: Tenant, made: Association) -> None:
    document, _ = adopt(tenant, made.client_id.upper(), "--name", "eu")
    assert document["resources"] == [
        {"type": "mimecast-entra:index:ServerConnection", "name": "eu", "component": True},
        {
            "type": "azuread:index/application:Application",
            "name": "eu-application",
            "id": f"/applications/{made.application_id}",
            "parent": "eu",
        },
        {
            "type": "azuread:index/servicePrincipal:ServicePrincipal",
            "name": "eu-service-principal",
            "id": f"/servicePrincipals/{made.service_principal_id}",
            "parent": "eu",
        },
    ]


def test_it_says_what_is_there_and_which_settings_declare_it(tenant: Tenant, made: Association) -> None:
    made.grant(GRAPH, MAIL_READ_WRITE)
    _, said = adopt(tenant, made.client_id)
    assert f"certificate {thumbprint_of(made.pem)} " in said
    for command in (
        f"pulumi config set displayName '{made.name}'",
        "pulumi config set --path 'permissions[0]' full_access_as_app",
        "pulumi config set --path 'permissions[1]' 'Microsoft Graph/Mail.ReadWrite'",
        f"pulumi config set --path 'owners[0]' {ADELE}",
    ):
        assert command in said


def test_it_says_what_no_setting_declares(tenant: Tenant, made: Association) -> None:
    secret = made.add_secret("backup")
    of_principal = made.add_secret("hidden", made.principal)
    _, said = adopt(tenant, made.client_id)
    assert f"client secret 'backup {secret}'" in said
    assert f"client secret of the service principal 'hidden {of_principal}'" in said


def test_it_says_what_up_changes(tenant: Tenant, made: Association) -> None:
    made.ask("PATCH", made.application, {"tags": ["finance"], "notes": "ask Bob"})
    made.ask("PATCH", made.principal, {"tags": ["HideApp", "WindowsAzureActiveDirectoryIntegratedApp"]})
    _, said = adopt(tenant, made.client_id)
    changes = said.partition("`pulumi up` changes:")[2].partition("\n\n")[0]
    assert "redirect URIs: https://localhost become https://localhost/" in changes
    assert "tags of the application: finance go" in changes
    assert "tags of the service principal: HideApp go" in changes
    assert "notes: 'ask Bob' become" in changes
    assert "with `guard: off` only: owners that the setting `owners` does not name are taken off" in changes


def test_what_it_may_not_read_is_said_and_not_taken_for_nothing(tenant: Tenant, made: Association) -> None:
    tenant.revoke("deployer", "Directory.Read.All", "DelegatedPermissionGrant.Read.All")
    _, said = adopt(tenant, made.client_id)
    tenant.permit("deployer", *tenant.identity("auditor").permissions)
    assert "Could not be read: delegated permissions: Microsoft Graph answered" in said


@pytest.mark.parametrize(
    "sign", [{"tags": ["pulumi:acme/mail/prod/mimecast"]}, {"notes": "Managed by Terraform, ask the platform team"}]
)
def test_an_application_that_another_stack_manages_is_adopted_only_after_a_warning(
    tenant: Tenant, made: Association, sign: dict[str, Any]
) -> None:
    made.ask("PATCH", made.application, sign)
    document, said = adopt(tenant, made.client_id, code=EXIT_ERROR)
    assert document is None
    words = "pulumi:acme/mail/prod/mimecast" if "tags" in sign else "Managed by Terraform"
    assert f"another stack manages this application: {words}" in said
    assert "--managed" in said
    document, said = adopt(tenant, made.client_id, "--managed")
    assert f"Warning: another stack manages it: {words}" in said
    assert len(document["resources"]) == 3


def test_an_application_without_a_principal_is_adopted_without_it(tenant: Tenant, made: Association) -> None:
    made.ask("DELETE", made.principal)
    document, said = adopt(tenant, made.client_id)
    assert [one["name"] for one in document["resources"]] == ["mimecast", "mimecast-application"]
    assert "`pulumi up` makes one. One is in the recycle bin since 20" in said


def application(tenant: Tenant) -> dict[str, Any]:
    return dict(ask(tenant, "POST", "/applications", {"displayName": f"alone {uuid.uuid4()}"}))


def test_one_that_never_had_a_principal_is_not_said_to_be_in_the_recycle_bin(tenant: Tenant) -> None:
    _, said = adopt(tenant, application(tenant)["appId"])
    assert "It has no service principal" in said
    assert "recycle bin" not in said


def deleted(tenant: Tenant) -> str:
    made = application(tenant)
    ask(tenant, "DELETE", f"/applications/{made['id']}")
    return str(made["appId"])


@pytest.mark.parametrize(
    ("find", "words"),
    [
        pytest.param(deleted, "is in the recycle bin since 20", id="deleted"),
        pytest.param(lambda tenant: application(tenant)["id"], "the object ID of an application", id="object id"),
        pytest.param(lambda _: "00000003-0000-0000-c000-000000000000", "is Microsoft's own application", id="foreign"),
        pytest.param(lambda _: str(uuid.uuid4()), "no application of this tenant has this client ID", id="unknown"),
    ],
)
def test_where_there_is_nothing_to_adopt_one_sentence_says_why_and_what_to_do(
    tenant: Tenant, find: Any, words: str
) -> None:
    _, said = adopt(tenant, find(tenant), code=EXIT_ERROR)
    error, hint = said.strip().splitlines()
    assert words in error
    assert hint.strip().endswith(".")


def test_names_that_act_on_a_terminal_are_shown_harmless(tenant: Tenant) -> None:
    made = ask(tenant, "POST", "/applications", {"displayName": "\x1b[2Jevil\u202e"})
    _, said = adopt(tenant, made["appId"])
    assert r"\x1b[2Jevil\u202e" in said
    assert "config set displayName" not in said
    assert all(line.isprintable() for line in said.splitlines())
