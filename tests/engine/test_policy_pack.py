"""policy/: the pack lets a good stack pass, and names each rule that a bad one breaks."""

import json
from datetime import timedelta

import pytest

from sandbox.workspace import ROOT
from tests.engine.project import Project
from tests.factories import certificate_pem

pytestmark = pytest.mark.engine

PACK = ("--policy-pack", str(ROOT / "policy"))


def test_a_good_stack_passes(project: Project) -> None:
    project.up(*PACK)


@pytest.mark.deployed
def test_a_bad_stack_is_refused_with_every_rule_it_breaks(project: Project) -> None:
    state = project.state()
    resources = state["deployment"]["resources"]
    resources.remove(next(one for one in resources if one["type"] == "mimecast-entra:index:AccessGuard"))
    application = next(one for one in resources if one["type"] == "azuread:index/application:Application")
    application["inputs"]["signInAudience"] = application["outputs"]["signInAudience"] = "AzureADMultipleOrgs"
    credential = next(one for one in resources if one["type"] == "mimecast-entra:index:CertificateCredential")
    weak = certificate_pem("old", bits=1024, begins=timedelta(days=-9), ends=timedelta(days=-1))
    credential["inputs"]["certificate"] = credential["outputs"]["certificate"] = weak
    password = "azuread:index/applicationPassword:ApplicationPassword"
    resources.append(
        {
            **application,
            "type": password,
            "urn": f"urn:pulumi:test::mimecast-association::{password}::mine",
            "parent": "",
        }
    )
    file = project.folder / "state.json"
    file.write_text(json.dumps(state))
    refused = project.run("pulumi", "policy", "analyze", *PACK, "--file", str(file))
    assert refused.code == 1, refused.output
    for said in (
        "signInAudience is 'AzureADMultipleOrgs', expected 'AzureADMyOrg'",
        "declares a client secret; expected certificates alone",
        "has no AccessGuard: guard is 'off', expected 'report' or 'enforce'",
        "grants an app role that no guard declares",
        "RSA key of 1024 bits, expected at least 2048",
        ", not today",
    ):
        assert said in refused.output, refused.output


def test_another_role_is_refused_until_the_pack_allows_it(project: Project) -> None:
    project.set(permissions=["full_access_as_app", "Microsoft Graph/Mail.ReadWrite"])
    refused = project.pulumi("preview", *PACK, expect=1).output
    assert "declares the app role 'Microsoft Graph/Mail.ReadWrite', expected only" in refused
    allowed = project.folder / "policy.json"
    roles = ["Office 365 Exchange Online/full_access_as_app", "Microsoft Graph/Mail.ReadWrite"]
    allowed.write_text(json.dumps({"allowed-roles": {"roles": roles}}))
    project.pulumi("preview", *PACK, "--policy-pack-config", str(allowed))
