"""An incident, played as docs/incident.md tells it: found, kept as evidence, closed, and proven to be closed."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
import requests

from sandbox.exchange import EWS_PATH
from sandbox.tenant import INITIAL_DOMAIN, Tenant
from sandbox.vendor import LoginRefusedError, MailboxRefusedError, Vendor, attempt, make_vendor, open_mailbox
from sandbox.vendor.proof import allow_client
from sandbox.workspace import ROOT
from tests.docs.markdown import Snippet, find_snippet, list_snippets
from tests.docs.test_snippets import play
from tests.engine.project import Finished, Project
from tests.engine.test_guard import association_of
from tests.guard.association import GRAPH, MAIL_READ_WRITE
from tests.sandbox.sign_in import sign_in, sign_in_by_assertion

INCIDENT = "docs/incident.md"
FIND = "$ pulumi refresh --preview-only --json > refresh.json"
KEEP = "$ python -m association report --format html refresh.json preview.json > report.html"
CLOSE = "$ rm certs/mimecast.pem"
DENY = "DeniedCertificate("
PROVE = "$ pulumi refresh --preview-only --expect-no-changes --diff"
NOT_PLAYED = {"graph=https://graph.microsoft.com", 'az ad sp update --id "$CLIENT_ID" --set accountEnabled=false'}
"""Azure CLI, which the sandbox does not have; what the second one sends is sent."""
SUBJECT = "repo:mallory/backdoor:ref:refs/heads/main"


def test_every_command_of_the_page_is_played_but_for_those_of_azure() -> None:
    played = {FIND, KEEP, CLOSE, DENY, PROVE} | NOT_PLAYED
    assert {snippet.key[1] for snippet in list_snippets(INCIDENT)} == played


@dataclass(frozen=True, kw_only=True)
class Intruder:
    """Whoever has the vendor's private key, and the three things left behind."""

    tenant: Tenant
    stolen: Vendor
    client_id: str
    secret: str
    http: requests.Session

    def ways_in(self) -> dict[str, str]:
        """For each access path, what a sign-in gives: the roles in the token, or the code of the refusal."""
        federated = self.tenant.pipeline_token(SUBJECT)
        return {
            "certificate": self.with_certificate(),
            "secret": answered(sign_in(self.tenant, self.http, self.client_id, client_secret=self.secret)),
            "federated": answered(
                sign_in_by_assertion(
                    self.tenant, self.http, self.client_id, federated, scope=f"{self.tenant.url}/.default"
                )
            ),
        }

    def with_certificate(self) -> str:
        try:
            tenant = self.tenant
            token = self.stolen.token(tenant.url, tenant.tenant_id, self.client_id, tenant.ca_file)
        except LoginRefusedError as refused:
            return refused.code
        return ", ".join(token.roles)


def answered(answer: requests.Response) -> str:
    """The roles in a token, or the code of the refusal."""
    body = answer.json()
    if not answer.ok:
        return str(body["error_description"]).partition(":")[0]
    return ", ".join(jwt.decode(body["access_token"], options={"verify_signature": False})["roles"])


def break_in(project: Project, stolen: Vendor, http: requests.Session) -> Intruder:
    """Leave a secret, a federated credential and an app role."""
    target = association_of(project)
    body = {"passwordCredential": {"displayName": "backup"}}
    secret = target.ask("POST", f"{target.application}/addPassword", body)["secretText"]
    credential = {
        "name": "pipeline",
        "issuer": f"{project.tenant.url}/pipeline",
        "subject": SUBJECT,
        "audiences": ["api://AzureADTokenExchange"],
    }
    target.ask("POST", f"{target.application}/federatedIdentityCredentials", credential)
    target.grant(GRAPH, MAIL_READ_WRITE)
    return Intruder(tenant=project.tenant, stolen=stolen, client_id=target.client_id, secret=secret, http=http)


@pytest.fixture
def http(project: Project) -> Iterator[requests.Session]:
    """A session that trusts the tenant."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(project.tenant.ca_file)
        yield session


PREVIEWS = frozenset({"pulumi preview --refresh --diff", "pulumi preview --refresh --expect-no-changes --diff"})
"""They change nothing, and each takes as long as a deployment: only `make nightly` plays them."""


@pytest.mark.deployed
@pytest.mark.engine
@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param(PREVIEWS, id="without-previews"),
        pytest.param(frozenset(), id="every-command", marks=pytest.mark.nightly),
    ],
)
def test_an_intruder_is_found_closed_out_and_proven_to_be(
    project: Project, vendor: Vendor, tmp_path: Path, http: requests.Session, left_out: frozenset[str]
) -> None:
    prepare(project)
    intruder = break_in(project, vendor, http)
    assert intruder.ways_in() == {
        "certificate": "full_access_as_app",
        "secret": "Mail.ReadWrite",
        "federated": "Mail.ReadWrite",
    }
    held = vendor.token(project.tenant.url, project.tenant.tenant_id, intruder.client_id, project.tenant.ca_file)
    find(project)
    keep_evidence(project, intruder)
    stop(project, intruder)
    next_vendor = make_vendor(tmp_path / "next-vendor")
    close(project, next_vendor, left_out)
    play_most(project, PROVE, left_out)
    assert intruder.ways_in() == {
        "certificate": "AADSTS700027",
        "secret": "AADSTS7000215",
        "federated": "AADSTS700213",
    }
    assert attempt(next_vendor, project.tenant, intruder.client_id).newest_subject == "Lunch on Friday?"
    a_token_of_before_lives_until_it_expires(project, held.access_token)
    the_stolen_certificate_does_not_come_back(project, vendor)


def prepare(project: Project) -> None:
    """Give the project a certificate deny list of its own, and let the association into Exchange."""
    own = project.folder / "association"
    own.unlink()
    shutil.copytree(ROOT / "association", own, ignore=shutil.ignore_patterns("__pycache__"))
    project.pulumi("stack", "select", "test")
    allow_client(project.tenant, project.outputs()["clientId"])


def find(project: Project) -> None:
    *looks, report = commands(find_snippet(INCIDENT, FIND))
    for look in looks:
        play(project, look)
    (shown,) = play(project, report, expect=7)
    for word in ("client secret 'backup'", "federated", "Mail.ReadWrite", "mallory@"):
        assert word in shown.output, shown.output


def commands(snippet: Snippet) -> list[Snippet]:
    """One snippet for each command: their exit codes differ."""
    return [Snippet(page=snippet.page, language=snippet.language, text=f"$ {one}") for one in snippet.commands]


def keep_evidence(project: Project, intruder: Intruder) -> None:
    html, as_json, *rest = commands(find_snippet(INCIDENT, KEEP))
    for snippet, code in ((html, 7), (as_json, 7), *((one, 0) for one in rest)):
        play(project, snippet, expect=code)
    checked = project.run("sha256sum", "--check", "evidence.sha256")
    assert (checked.code, checked.output.count(": OK")) == (0, 5)
    kept = {line.split()[1]: (project.folder / line.split()[1]).read_text() for line in evidence(project)}
    assert json.loads(kept["report.json"])["verdict"] == "findings"
    assert [name for name, text in kept.items() if intruder.secret in text] == []


def evidence(project: Project) -> list[str]:
    return (project.folder / "evidence.sha256").read_text().splitlines()


def stop(project: Project, intruder: Intruder) -> None:
    """What `az ad sp update` sends."""
    path = f"/v1.0/servicePrincipals/{project.outputs()['servicePrincipalObjectId']}"
    project.graph("PATCH", path, {"accountEnabled": False})
    assert set(intruder.ways_in().values()) == {"AADSTS7000112"}


def play_most(project: Project, first_line: str, left_out: frozenset[str]) -> list[Finished]:
    """Play a snippet of the page but for these commands."""
    kept = [f"$ {command}" for command in find_snippet(INCIDENT, first_line).commands if command not in left_out]
    return play(project, Snippet(page=INCIDENT, language="console", text="\n".join(kept)))


def close(project: Project, next_vendor: Vendor, left_out: frozenset[str]) -> None:
    project.put_certificate("mimecast-next.pem", next_vendor.certificate_path.read_text())
    *_, preview, _ = play_most(project, CLOSE, left_out)
    if left_out:
        return
    going = [line for line in preview.output.splitlines() if re.match(r" +- ", line)]
    for words in ("client secret 'backup'", "federated credential 'pipeline'", "Mail.ReadWrite of Microsoft Graph"):
        assert any(words in line for line in going), preview.output


def a_token_of_before_lives_until_it_expires(project: Project, token: str) -> None:
    tenant = project.tenant

    def opened() -> str:
        url, address = f"{tenant.url}{EWS_PATH}", f"adele@{INITIAL_DOMAIN}"
        return open_mailbox(token, ews_url=url, address=address, ca_file=tenant.ca_file).newest_subject

    assert opened() == "Lunch on Friday?"
    tenant.set_clock(lambda: datetime.now(UTC) + timedelta(minutes=90))
    with pytest.raises(MailboxRefusedError) as refused:
        opened()
    assert refused.value.status == 401
    tenant.set_clock(lambda: datetime.now(UTC))


def the_stolen_certificate_does_not_come_back(project: Project, stolen: Vendor) -> None:
    file = project.put_certificate("mimecast.pem", stolen.certificate_path.read_text())
    shown = project.run("python", "-m", "association", "certificate", str(file))
    entry = find_snippet(INCIDENT, DENY).text
    for placeholder, value in values_of(shown).items():
        assert f'"<{placeholder}>"' in entry
        entry = entry.replace(f"<{placeholder}>", value)
    deny_list = project.folder / "association" / "certificates" / "deny_list.py"
    before, mark, after = deny_list.read_text().partition("DENIED_CERTIFICATES = (\n")
    deny_list.write_text(f"{before}{mark}{entry.rstrip()},\n{after}")
    refused = project.run("python", "-m", "association", "certificate", str(file))
    assert refused.code == 1
    assert "its private key was stolen from the vendor" in " ".join(refused.output.split())


def values_of(shown: Finished) -> dict[str, str]:
    """What the certificate command prints, by the placeholders of the page."""
    (thumbprint,) = re.findall(r"Thumbprint +(\w{40})", shown.output)
    certificate, key = re.findall(r" SHA-256 +(\w{64})", shown.output)
    return {"Thumbprint": thumbprint, "SHA-256 below Thumbprint": certificate, "SHA-256 below Key": key}
