"""Errors of Microsoft Graph while Pulumi deploys: from the plugin, and from the azuread provider as it was recorded."""

import json
from datetime import UTC, datetime, timedelta

import pulumi

from association.certificates import read_certificate
from association.certificates.judgement import judge_certificates
from association.graph.app_role_assignments import AppRoleAssignment, AppRoleAssignments
from association.graph.key_store import KeyStore
from association.permissions import EXCHANGE_ONLINE
from components import ServerConnection
from sandbox.tenant import FaultKind
from tests.component.recorder import record
from tests.contract.replay import RECORDINGS
from tests.errors.row import Make, Stage, Where, known, reproduced
from tests.factories import certificate_pem
from tests.guard.association import GRAPH, MAIL_READ_WRITE

GRAPH_ERRORS = "https://learn.microsoft.com/graph/errors"
OWNED = "Application.ReadWrite.OwnedBy"


def adding_a_certificate(stage: Stage, *, valid: timedelta = timedelta(days=100)) -> str:
    """What `CertificateCredential` does."""
    certificate = read_certificate(certificate_pem("next", ends=valid).encode(), source="certs/next.pem")
    return stage.deployer_reads(lambda graph: KeyStore(graph).add(stage.association.application_id, certificate))


def reading(path: str) -> Make:
    return lambda stage: stage.deployer_reads(lambda graph: graph.get(path))


def recorded(scenario: str) -> Make:
    """The one error that the official azuread provider gave in a recording."""

    def read(_: Stage) -> str:
        lines = (RECORDINGS / scenario / "grpc.jsonl").read_text(encoding="utf-8").splitlines()
        (text,) = {
            " ".join(call["errors"])
            for call in map(json.loads, lines)
            if call["method"].endswith("Create") and call.get("errors")
        }
        return str(text)

    return read


@reproduced(
    Where.DEPLOY,
    "403 Authorization_RequestDenied: Insufficient privileges to complete the operation.",
    cause="The deployer lacks a permission; the sentence behind the request says which one is the least for it",
    fix="Grant what the message names (README, What the deployer may do). With `Application.ReadWrite.OwnedBy` the deployer must be in `owners`.",
)
def _(stage: Stage) -> str:
    stage.tenant.revoke(stage.deployer.name, "Application.ReadWrite.All", OWNED)
    return adding_a_certificate(stage)


@reproduced(
    Where.DEPLOY,
    "403 Authorization_RequestDenied: …\n  The deployer may not grant app roles.",
    cause="`AppRoleAssignment.ReadWrite.All` is missing; `Application.ReadWrite.All` is not enough",
    fix="One of the two ways in the message; the next `pulumi up` completes.",
)
def _(stage: Stage) -> str:
    stage.tenant.revoke(stage.deployer.name, "AppRoleAssignment.ReadWrite.All")
    grant = AppRoleAssignment(
        principal_object_id=stage.association.service_principal_id,
        resource_object_id=GRAPH,
        app_role_id=MAIL_READ_WRITE,
    )
    return stage.deployer_reads(lambda graph: AppRoleAssignments(graph).ensure(grant))


@reproduced(
    Where.DEPLOY,
    "400 KeyCredentialsInvalidEndDate: Key credential end date is invalid.",
    cause="The certificate has expired by the tenant's clock. This program refuses one that has expired by this machine's clock before it asks, so the clocks differ",
    fix="Set this machine's clock.",
    source="https://github.com/Azure/azure-cli/issues/11146",
)
def _(stage: Stage) -> str:
    stage.tenant.set_clock(lambda: datetime.now(UTC) + timedelta(days=20))
    return adding_a_certificate(stage, valid=timedelta(days=10))


@reproduced(
    Where.DEPLOY,
    "400 CredentialInvalidLifetimeAsPerAppPolicy: Credential lifetime exceeds the max value allowed as per assigned policy",
    cause="The tenant's app management policy limits how long certificates may be valid, and the vendor's is valid for longer",
    fix="Ask whoever owns the policy for an exception for this application (`appManagementPolicies`), or the vendor for a shorter certificate.",
    source="https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy",
)
def _(stage: Stage) -> str:
    limit = {"restrictionType": "asymmetricKeyLifetime", "maxLifetime": "P30D", "state": "enabled"}
    restrictions = {"keyCredentials": [limit | {"restrictForAppsCreatedAfterDateTime": "2000-01-01T00:00:00Z"}]}
    policy = {"isEnabled": True, "applicationRestrictions": restrictions}
    stage.association.ask("PATCH", "/policies/defaultAppManagementPolicy", policy)
    try:
        return adding_a_certificate(stage)
    finally:
        stage.association.ask("PATCH", "/policies/defaultAppManagementPolicy", {"isEnabled": False})


@reproduced(
    Where.DEPLOY,
    "404 Request_ResourceNotFound: Resource '…' does not exist or one of its queried reference-property objects are not present.",
    cause="The application was deleted, or is seconds old and not everywhere yet",
    fix="Deleted: `python -m association restore` first. Else `pulumi up --refresh`.",
    source=GRAPH_ERRORS,
)
def _(stage: Stage) -> str:
    stage.association.ask("DELETE", stage.association.application)
    return stage.deployer_reads(lambda graph: graph.get(stage.association.application))


def disturbed(kind: FaultKind) -> Make:
    def make(stage: Stage) -> str:
        stage.tenant.faults.add(kind, retry_after="1", path="/v1.0/*")
        return reading("/domains")(stage)

    return make


reproduced(
    Where.DEPLOY,
    "429 TooManyRequests: …\n  Microsoft Graph throttles this tenant or application",
    cause="Too many requests from this tenant or application, by whomever; the plugin has waited as Graph asked",
    fix="Run again in a minute. If it stays: the resource option `customTimeouts`, and fewer stacks at once.",
    source=GRAPH_ERRORS,
)(disturbed(FaultKind.THROTTLE))
reproduced(
    Where.DEPLOY,
    "503 ServiceUnavailable: …\n  Microsoft Graph is unavailable: run again; nothing is lost.",
    cause="Graph stays down. The plugin waits two minutes per operation, azuread 5 to read or delete and 10 to create or update; both follow `customTimeouts`",
    fix="Run again; nothing is lost.",
    source=GRAPH_ERRORS,
)(disturbed(FaultKind.UNAVAILABLE))


@reproduced(
    Where.DEPLOY,
    "No answer from … to GET /domains",
    cause="Network, proxy, or a firewall that breaks TLS",
    fix="`HTTPS_PROXY`, `NO_PROXY`; the file of a private certificate authority in `SSL_CERT_FILE`.",
)
def _(stage: Stage) -> str:
    stage.tenant.faults.add(FaultKind.RESET, path="/v1.0/*")
    return reading("/domains")(stage)


reproduced(
    Where.DEPLOY,
    'An existing "azuread_application" with name "…" (ID: "…") was found and `prevent_duplicate_names` was specified',
    cause="An application of this name was made by hand, or left by a run that was killed",
    fix="The message below it has the command: adopt it, or remove what the killed run left.",
    source="recording of azuread 6.11.1",
)(recorded("19-duplicate-name"))
reproduced(
    Where.DEPLOY,
    "Timed out whilst waiting for new service principal to be replicated in Azure AD",
    cause="The directory is slow",
    fix="`pulumi up` again; it completes.",
    source="recording of azuread 6.11.1",
)(recorded("17-lag-3s"))


@reproduced(
    Where.DEPLOY,
    "expired … ago, on …",
    cause="The file in `certs/` is an old one; nothing was touched",
    fix="Ask the vendor for the certificate of your region.",
)
def _(_: Stage) -> str:
    pem = certificate_pem("old", begins=timedelta(days=-9), ends=timedelta(days=-1))
    certificate = read_certificate(pem.encode(), source="certs/old.pem")
    (judgement,) = [
        one
        for one in judge_certificates([certificate], now=datetime.now(UTC), expiry_warning_days=60)
        if one.code == "expired"
    ]
    return judgement.message


@reproduced(
    Where.DEPLOY,
    "This tenant has no service principal of Office 365 Exchange Online",
    cause="No licence with Exchange Online, or somebody deleted its service principal; nothing was made",
    fix="The message has the command for an administrator.",
)
def _(_: Stage) -> str:
    def program() -> None:
        ServerConnection("mimecast", {"certificates": {"eu.pem": certificate_pem("eu")}})

    try:
        record(program, missing_apis=frozenset({EXCHANGE_ONLINE}))
    except pulumi.RunError as refused:
        return str(refused)
    raise AssertionError("it was not refused")


known(
    Where.DEPLOY,
    "400 KeyCredentialsInvalidStartDate: Key credential start date is invalid.",
    cause="A start before the certificate's own, from another tool that writes to the application",
    fix="Let this program write the certificate: it sends the certificate's own dates.",
    why_not="this program cannot send such a date",
    source="https://github.com/hashicorp/terraform-provider-azuread/issues/1582",
)
known(
    Where.DEPLOY,
    "400 Request_BadRequest: Permission being assigned already exists on the object",
    cause="azuread's own AppRoleAssignment meets a grant that is there",
    fix="Use this component's: it takes over a grant that is there.",
    why_not="this program does not use that resource",
    source="https://github.com/hashicorp/terraform-provider-azuread/issues/1661",
)
known(
    Where.DEPLOY,
    "failed to load checkpoint: EOF",
    cause="A run was killed while Pulumi wrote the small `.attrs` file beside a state in a file backend; the state itself is whole",
    fix="Remove the empty `.attrs` files in the backend's folder. With `?metadata=skip` behind the address of the backend there are none.",
    why_not="it is Pulumi's own file; `tests/engine/test_killed_up.py` does",
    source="https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go",
)
