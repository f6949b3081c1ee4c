"""Rows of the drift matrix about the application."""

from collections.abc import Mapping

from tests.factories import certificate_pem
from tests.guard.association import (
    ADELE,
    FULL_ACCESS,
    MAIL_READ_WRITE,
    MALLORY,
    Association,
    thumbprint_of,
)
from tests.guard.row import SOME_ID, Repair, add_owner, assign_policy, remove_owner, row, set_properties

ROLE = {"allowedMemberTypes": ["Application"], "description": "x", "displayName": "x", "isEnabled": True, "value": "x"}
SCOPE = {
    "adminConsentDescription": "x",
    "adminConsentDisplayName": "x",
    "isEnabled": True,
    "type": "Admin",
    "value": "x",
}
GRAPH_ACCESS = {
    "resourceAppId": "00000003-0000-0000-c000-000000000000",
    "resourceAccess": [{"id": MAIL_READ_WRITE, "type": "Role"}],
}
EXCHANGE_ACCESS = {
    "resourceAppId": "00000002-0000-0ff1-ce00-000000000000",
    "resourceAccess": [{"id": FULL_ACCESS, "type": "Role"}],
}

row("A1", "application renamed", "application displayName")(set_properties("application", displayName="something else"))
row("A2", "audience changed to many tenants", "application signInAudience")(
    set_properties("application", signInAudience="AzureADMultipleOrgs")
)
row("A3", "web redirect URI added", "application web.redirectUris[0]")(
    set_properties("application", web={"redirectUris": ["https://localhost/", "https://evil.example/"]})
)
row("A4", "web redirect URI changed", "application web.redirectUris[0]")(
    set_properties("application", web={"redirectUris": ["https://evil.example/"]})
)
row("A5", "single-page redirect URI added", "application singlePageApplication")(
    set_properties("application", spa={"redirectUris": ["https://evil.example/"]})
)
row("A6", "native redirect URI added", "application publicClient")(
    set_properties("application", publicClient={"redirectUris": ["https://evil.example/"]})
)
row("A7", "homepage or logout URL changed", "application web.homepageUrl")(
    set_properties("application", web={"homePageUrl": "https://evil.example/"})
)
row("A8", "required permission added", "application requiredResourceAccesses[1]")(
    set_properties("application", requiredResourceAccess=[EXCHANGE_ACCESS, GRAPH_ACCESS])
)
row("A9", "required permission removed", "application requiredResourceAccesses[0]")(
    set_properties("application", requiredResourceAccess=[])
)


@row(
    "A10", "client secret added to the application", "guard secrets.{key}",
    attack=True, says=("client secret 'backup'", "by mallory@", "until 20"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"key": target.add_secret()}


@row(
    "A11", "certificate added to the application", "guard certificates.{rogue}",
    attack=True, says=("CN=Mimecast Services Limited rogue", "by mallory@", "until 20"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    rogue = certificate_pem("rogue")
    target.add_certificate(rogue)
    return {"rogue": thumbprint_of(rogue)}


@row("A12", "our certificate removed", "credential gone", "guard certificates.{own}", repair=Repair.CREDENTIAL)
def _(target: Association) -> Mapping[str, str]:
    target.remove_certificate()
    return {"own": thumbprint_of(target.pem)}


@row(
    "A13", "our certificate swapped for another one", "credential gone", "guard certificates.{own}",
    "guard certificates.{rogue}", attack=True, says=("rogue", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    rogue = certificate_pem("rogue 13")
    target.remove_certificate()
    target.add_certificate(rogue)
    return {"own": thumbprint_of(target.pem), "rogue": thumbprint_of(rogue)}


@row(
    "A14", "key bytes swapped under the same key id", "credential certificate", "guard certificates.{own}",
    "guard certificates.{rogue}", attack=True, says=("rogue", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    rogue = certificate_pem("rogue 14")
    target.swap_certificate(rogue)
    return {"own": thumbprint_of(target.pem), "rogue": thumbprint_of(rogue)}


@row(
    "A15", "federated identity credential added", "guard federatedCredentials.{id}",
    attack=True, says=("https://token.actions.githubusercontent.com", "repo:evil/x", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    body = {
        "name": "pipeline",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:evil/x:ref:refs/heads/main",
        "audiences": ["api://AzureADTokenExchange"],
    }
    return {"id": target.ask("POST", f"{target.application}/federatedIdentityCredentials", body)["id"]}


row(
    "A16", "owner of the application added", "guard owners.{owner}",
    attack=True, says=("user 'Mallory Quinn' (mallory@", "by mallory@"), repair=Repair.GUARD,
)(add_owner("application", MALLORY))  # fmt: skip
row("A17", "owner of the application removed", "guard owners.{owner}", repair=Repair.OWNERS)(
    remove_owner("application", ADELE)
)
row("A18", "app role exposed", "application appRoles")(
    set_properties("application", appRoles=[{"id": SOME_ID, **ROLE}])
)
row("A19", "OAuth2 scope exposed", "application api")(
    set_properties("application", api={"oauth2PermissionScopes": [{"id": SOME_ID, **SCOPE}]})
)
row("A20", "identifier URI added", "application identifierUris[0]")(
    set_properties("application", identifierUris=["api://sandbox.onmicrosoft.com/x"])
)
row("A21", "implicit grant switched on", "application web.implicitGrant")(
    set_properties(
        "application", web={"implicitGrantSettings": {"enableAccessTokenIssuance": True, "enableIdTokenIssuance": True}}
    )
)
row(
    "A22", "public client flows switched on", "application fallbackPublicClientEnabled",
    "guard switches.isFallbackPublicClient", says=("public client flows are on", "by mallory@"),
)(set_properties("application", isFallbackPublicClient=True))  # fmt: skip
row("A23", "tags changed", "application tags[0]")(
    set_properties("application", tags=["pulumi:organization/mimecast-entra/test", "HideApp"])
)
row("A24", "notes changed", "application notes")(set_properties("application", notes="do not touch"))
row(
    "A25", "App Instance Lock switched off", "guard switches.instanceLock",
    attack=True, says=("App Instance Lock is off", "by mallory@"), repair=Repair.GUARD,
)(set_properties("application", servicePrincipalLockConfiguration={"isEnabled": False}))  # fmt: skip
row(
    "A26", "mapped claims accepted", "application api", "guard switches.acceptMappedClaims",
    attack=True, says=("mapped claims are accepted", "by mallory@"),
)(set_properties("application", api={"acceptMappedClaims": True}))  # fmt: skip
row(
    "A27", "client pre-authorized", f"guard preAuthorizedApplications.{SOME_ID}",
    says=("without anybody's consent", "by mallory@"), repair=Repair.GUARD,
)(set_properties("application", api={"preAuthorizedApplications": [{"appId": SOME_ID, "delegatedPermissionIds": []}]}))  # fmt: skip
row("A28", "group or optional claims changed", "application groupMembershipClaims[0]")(
    set_properties("application", groupMembershipClaims="All")
)
row(
    "A29", "application deactivated", "guard switches.isDisabled",
    says=("deactivated", "by mallory@"), repair=Repair.GUARD,
)(set_properties("application", isDisabled=True))  # fmt: skip


row(
    "A30", "app management policy assigned: an exemption", 'guard policies["appManagementPolicy/{id}"]',
    attack=True, says=("appManagementPolicy 'loophole'", "by mallory@"), repair=Repair.GUARD,
)(assign_policy("appManagementPolicies", "application", isEnabled=True, restrictions={}))  # fmt: skip


@row(
    "A31", "token encryption key set", "guard switches.tokenEncryptionKeyId",
    says=("tokens are encrypted with key", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> None:
    target.ask("PATCH", target.application, {"tokenEncryptionKeyId": target.key_id})


@row(
    "A32", "application deleted", "application gone", "servicePrincipal gone", "credential gone", "grant gone",
    "guard deleted.{id}", says=("the application is deleted 20", "association restore", "by mallory@"), repair=Repair.CREDENTIAL,
    advice="The new application has a new client ID for the vendor's console; restoring it within 30 days keeps the old one.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    target.ask("DELETE", target.application)
    return {"id": target.application_id}


row(
    "A34", "another application designated as its manager", f"guard managerApplications.{SOME_ID}",
    attack=True, says=("is designated as a manager of this application",), repair=Repair.PERSON,
    advice="Ask who designated it; take it out of `managerApplications` with Microsoft Graph.",
)(set_properties("application", managerApplications=[SOME_ID]))  # fmt: skip
row(
    "A35", "home realm discovery policy assigned to the application",
    'guard policies["application/homeRealmDiscoveryPolicy/{id}"]',
    says=("homeRealmDiscoveryPolicy 'loophole'", "are sent", "by mallory@"), repair=Repair.GUARD,
)(assign_policy("homeRealmDiscoveryPolicies", "application", definition=["{}"]))  # fmt: skip


@row(
    "A33", "application deleted and restored without its service principal", "servicePrincipal gone", "grant gone",
    "guard deleted.{id}", says=("service principal is deleted 20",),
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    target.ask("DELETE", target.application)
    target.ask("POST", f"/directory/deletedItems/{target.application_id}/restore", {})
    return {"id": target.service_principal_id}
