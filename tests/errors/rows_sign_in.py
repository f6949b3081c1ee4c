"""Errors of the login service: for the deployer, and for the vendor."""

from datetime import UTC, datetime, timedelta

from tests.errors.row import Make, Stage, Where, known, reproduced
from tests.guard.association import EXCHANGE
from tests.guard.rows import ROWS as DRIFT

CODES = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"
(BLOCKING,) = (row for row in DRIFT if row.change.startswith("Conditional Access"))
NOBODY = "00000000-0000-4000-8000-0000000000ff"


def signing_in(**environment: str) -> Make:
    """The deployer asks for anything at all."""
    return lambda stage: stage.deployer_reads(lambda graph: graph.get("/domains"), **environment)


reproduced(
    Where.SIGN_IN,
    "AADSTS7000215: Invalid client secret provided.",
    cause="`ARM_CLIENT_SECRET` is wrong, often the secret's ID in place of its value; the message names the setting that decided",
    fix="Copy the value of a new secret, or sign in without one (`ARM_USE_OIDC`).",
)(signing_in(ARM_CLIENT_SECRET="wrong"))

reproduced(
    Where.SIGN_IN,
    "AADSTS700016: Application with identifier '…' was not found in the directory",
    cause="`ARM_CLIENT_ID` is not in this tenant: a typing error, the wrong `ARM_TENANT_ID`, or the deployer was deleted",
    fix="`az ad sp show --id $ARM_CLIENT_ID` in that tenant.",
)(signing_in(ARM_CLIENT_ID=NOBODY))


@reproduced(
    Where.SIGN_IN,
    "AADSTS700213: No matching federated identity record found for presented assertion subject '…'",
    cause="The pipeline's token has another issuer, subject or audience than the federated credential of the deployer",
    fix="Compare the subject in the message with the credential, letter by letter; a branch, an environment and a pull request have different ones.",
)
def _(stage: Stage) -> str:
    somebody_elses = stage.tenant.pipeline_token("repo:somebody/else:ref:refs/heads/main")
    return stage.deployer_reads(
        lambda graph: graph.get("/domains"), ARM_CLIENT_SECRET="", ARM_USE_OIDC="true", ARM_OIDC_TOKEN=somebody_elses
    )


@reproduced(
    Where.SIGN_IN,
    "AADSTS7000222: The provided client secret keys for app '…' are expired.",
    cause="The deployer's secret has expired",
    fix="Make a new one, or sign in without one (`ARM_USE_OIDC`).",
)
def _(stage: Stage) -> str:
    stage.tenant.set_clock(lambda: datetime.now(UTC) + timedelta(days=4000))
    return signing_in()(stage)


@reproduced(
    Where.VENDOR,
    "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application. "
    "[Reason - The key was not found.",
    cause="The application does not have the vendor's certificate: the vendor rotated, the file in `certs/` is another region's, or somebody took "
    "the certificate off. The thumbprint in the message is the vendor's",
    fix="Compare it with `pulumi stack output certificates`. Missing: `pulumi up --refresh`. Another one: ask the vendor for that file.",
)
def _(stage: Stage) -> str:
    stage.association.remove_certificate()
    return stage.vendor_reads()


@reproduced(
    Where.VENDOR,
    "AADSTS700027: …[Reason - The key used is expired.",
    cause="The certificate on the application has expired",
    fix="Ask the vendor for the next one; see Rotate a certificate in the README.",
)
def _(stage: Stage) -> str:
    stage.tenant.set_clock(lambda: datetime.now(UTC) + timedelta(days=400))
    return stage.vendor_reads()


@reproduced(
    Where.VENDOR,
    "AADSTS700016: Application with identifier '…' was not found in the directory",
    cause="The client ID or the tenant domain in the vendor's console is wrong, or the application was deleted",
    fix="Compare with `pulumi stack output mimecastConsole`. Deleted: `python -m association restore`.",
)
def _(stage: Stage) -> str:
    stage.association.ask("DELETE", stage.association.application)
    return stage.vendor_reads()


@reproduced(
    Where.VENDOR,
    "AADSTS7000112: Application '…'(…) is disabled.",
    cause="Somebody disabled the service principal or the application, perhaps to stop an [incident](incident.md)",
    fix="Ask who and why; `pulumi refresh --preview-only --diff` shows it. Then `pulumi up --refresh`.",
)
def _(stage: Stage) -> str:
    stage.association.ask("PATCH", stage.association.principal, {"accountEnabled": False})
    return stage.vendor_reads()


@reproduced(
    Where.VENDOR,
    "AADSTS53003: Access has been blocked by Conditional Access policies.",
    cause="A Conditional Access policy for workload identities blocks the service principal, mostly by location",
    fix=f"The drift check names the policy (row {BLOCKING.id} of [drift.md](drift.md)). Whoever owns it adds the vendor's addresses, or takes this application out.",
)
def _(stage: Stage) -> str:
    clients = {"includeServicePrincipals": [stage.association.service_principal_id]}
    policy = {
        "displayName": "block",
        "state": "enabled",
        "conditions": {"applications": {"includeApplications": ["All"]}, "clientApplications": clients},
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    stage.association.ask("POST", "/identity/conditionalAccess/policies", policy)
    return stage.vendor_reads()


@reproduced(
    Where.VENDOR,
    "AADSTS500014: The service principal for resource '…' is disabled.",
    cause="Exchange Online's own service principal is disabled: a licence has ended, or somebody did it",
    fix="An administrator enables it: `az ad sp update --id 00000002-0000-0ff1-ce00-000000000000 --set accountEnabled=true`.",
)
def _(stage: Stage) -> str:
    stage.association.ask("PATCH", f"/servicePrincipals/{EXCHANGE}", {"accountEnabled": False})
    try:
        return stage.vendor_reads()
    finally:
        stage.association.ask("PATCH", f"/servicePrincipals/{EXCHANGE}", {"accountEnabled": True})


@reproduced(
    Where.VENDOR,
    "AADSTS700024: Client assertion is not within its valid time range.",
    cause="The vendor's clock is wrong by more than five minutes",
    fix="Tell the vendor.",
)
def _(stage: Stage) -> str:
    stage.tenant.set_clock(lambda: datetime.now(UTC) + timedelta(hours=2))
    return stage.vendor_reads()


known(
    Where.SIGN_IN,
    "AADSTS90002: Tenant '…' not found.",
    cause="`ARM_TENANT_ID` is wrong, or the tenant is in another cloud",
    fix="Check the ID; in another cloud set `ARM_ENVIRONMENT`.",
    why_not="the sandbox is one tenant, and its address holds no other",
    source=CODES,
)
known(
    Where.VENDOR,
    "AADSTS65001: The user or administrator has not consented to use the application with ID '…'",
    cause="A sign-in with a user. This association has none: without a grant the vendor gets a token without roles, and Exchange refuses it",
    fix="Ask the vendor how its product signs in; it should be by certificate, as an application.",
    why_not="the sandbox has no sign-in of users",
    source=CODES,
)
known(
    Where.VENDOR,
    "AADSTS900382: Confidential Client is not supported in Cross Cloud request.",
    cause="The vendor asks the login service of another cloud than the tenant's",
    fix="Choose the tenant's cloud in the vendor's console.",
    why_not="the sandbox is one cloud",
    source=CODES,
)
