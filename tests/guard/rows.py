"""The drift matrix: every way an association can change behind Pulumi's back, who sees it, and who repairs it.

Each row is played against the sandbox tenant by `test_matrix`; `docs/drift.md` is this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from tests.factories import certificate_pem
from tests.guard.association import (
    ADELE,
    EXCHANGE,
    FULL_ACCESS,
    GRAPH,
    MAIL_READ_WRITE,
    MALLORY,
    MANAGE_AS_APP,
    Association,
    thumbprint_of,
)


class Repair(StrEnum):
    """Who makes it as declared again."""

    AZUREAD = "`up --refresh` (azuread)"
    CREDENTIAL = "`up --refresh` (CertificateCredential)"
    GUARD = "`up --refresh` with `guard: enforce`"
    PERSON = "a person"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way."""

    id: str
    change: str
    attack: bool
    """Whether attackers use it to stay or to gain rights."""
    seen: tuple[str, ...]
    """`resource property`, in which the names of what `make` returns stand in braces; empty when nothing here sees it."""
    says: tuple[str, ...]
    """What the guard's sentence holds, as a person would look for it."""
    repair: Repair
    advice: str
    """What a person has to do, or why."""
    ends: timedelta
    """End of the declared certificate, from now."""
    make: Callable[[Association], Mapping[str, str] | None] | None
    """The change itself, made by Mallory; None where the sandbox cannot have it. Returns names for `seen`."""


ROWS: list[Row] = []
_Change = Callable[[Association], Mapping[str, str] | None]


def _row(  # noqa: PLR0913 - a row has that many columns
    row_id: str,
    change: str,
    *seen: str,
    attack: bool = False,
    says: tuple[str, ...] = (),
    repair: Repair = Repair.AZUREAD,
    advice: str = "",
    ends: timedelta = timedelta(days=364),
) -> Callable[[_Change], _Change]:
    def register(make: _Change) -> _Change:
        ROWS.append(
            Row(
                id=row_id,
                change=change,
                attack=attack,
                seen=seen,
                says=says,
                repair=repair,
                advice=advice,
                ends=ends,
                make=make,
            )
        )
        return make

    return register


def _set(path: str, **properties: Any) -> _Change:
    """A PATCH of the application (`application`) or the service principal (`principal`)."""

    def make(target: Association) -> None:
        target.ask("PATCH", getattr(target, path), properties)

    return make


ROLE = {"allowedMemberTypes": ["Application"], "description": "x", "displayName": "x", "isEnabled": True, "value": "x"}
SCOPE = {
    "adminConsentDescription": "x",
    "adminConsentDisplayName": "x",
    "isEnabled": True,
    "type": "Admin",
    "value": "x",
}
SOME_ID = "5f1d2a3b-0000-4000-8000-00000000abcd"
EXEMPT = {"@odata.type": "#microsoft.graph.customSecurityAttributeValue", "Exempt": "yes"}
GRAPH_ACCESS = {
    "resourceAppId": "00000003-0000-0000-c000-000000000000",
    "resourceAccess": [{"id": MAIL_READ_WRITE, "type": "Role"}],
}
EXCHANGE_ACCESS = {
    "resourceAppId": "00000002-0000-0ff1-ce00-000000000000",
    "resourceAccess": [{"id": FULL_ACCESS, "type": "Role"}],
}

_row("A1", "application renamed", "application displayName")(_set("application", displayName="something else"))
_row("A2", "audience changed to many tenants", "application signInAudience")(
    _set("application", signInAudience="AzureADMultipleOrgs")
)
_row("A3", "web redirect URI added", "application web.redirectUris[0]")(
    _set("application", web={"redirectUris": ["https://localhost/", "https://evil.example/"]})
)
_row("A4", "web redirect URI changed", "application web.redirectUris[0]")(
    _set("application", web={"redirectUris": ["https://evil.example/"]})
)
_row("A5", "single-page redirect URI added", "application singlePageApplication")(
    _set("application", spa={"redirectUris": ["https://evil.example/"]})
)
_row("A6", "native redirect URI added", "application publicClient")(
    _set("application", publicClient={"redirectUris": ["https://evil.example/"]})
)
_row("A7", "homepage or logout URL changed", "application web.homepageUrl")(
    _set("application", web={"homePageUrl": "https://evil.example/"})
)
_row("A8", "required permission added", "application requiredResourceAccesses[1]")(
    _set("application", requiredResourceAccess=[EXCHANGE_ACCESS, GRAPH_ACCESS])
)
_row("A9", "required permission removed", "application requiredResourceAccesses[0]")(
    _set("application", requiredResourceAccess=[])
)


@_row(
    "A10", "client secret added to the application", "guard secrets.{key}",
    attack=True, says=("client secret 'backup'", "by mallory@", "until 20"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"key": target.add_secret()}


@_row(
    "A11", "certificate added to the application", "guard certificates.{rogue}",
    attack=True, says=("CN=Mimecast Services Limited rogue", "by mallory@", "until 20"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    rogue = certificate_pem("rogue")
    target.add_certificate(rogue)
    return {"rogue": thumbprint_of(rogue)}


@_row("A12", "our certificate removed", "credential gone", "guard certificates.{own}", repair=Repair.CREDENTIAL)
def _(target: Association) -> Mapping[str, str]:
    target.remove_certificate()
    return {"own": thumbprint_of(target.pem)}


@_row(
    "A13", "our certificate swapped for another one", "credential gone", "guard certificates.{own}",
    "guard certificates.{rogue}", attack=True, says=("rogue", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    rogue = certificate_pem("rogue 13")
    target.remove_certificate()
    target.add_certificate(rogue)
    return {"own": thumbprint_of(target.pem), "rogue": thumbprint_of(rogue)}


@_row(
    "A14", "key bytes swapped under the same key id", "credential certificate", "guard certificates.{own}",
    "guard certificates.{rogue}", attack=True, says=("rogue", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    rogue = certificate_pem("rogue 14")
    target.swap_certificate(rogue)
    return {"own": thumbprint_of(target.pem), "rogue": thumbprint_of(rogue)}


@_row(
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


def _own(path: str, owner: str) -> _Change:
    def make(target: Association) -> Mapping[str, str]:
        reference = {"@odata.id": f"{target.tenant.url}/v1.0/directoryObjects/{owner}"}
        target.ask("POST", f"{getattr(target, path)}/owners/$ref", reference)
        return {"owner": owner}

    return make


def _disown(path: str, owner: str) -> _Change:
    def make(target: Association) -> Mapping[str, str]:
        target.ask("DELETE", f"{getattr(target, path)}/owners/{owner}/$ref")
        return {"owner": owner}

    return make


_row(
    "A16", "owner of the application added", "application owners[1]", "guard owners.{owner}",
    attack=True, says=("user 'Mallory Quinn' (mallory@", "by mallory@"),
)(_own("application", MALLORY))  # fmt: skip
_row("A17", "owner of the application removed", "application owners[0]", "guard owners.{owner}")(
    _disown("application", ADELE)
)
_row("A18", "app role exposed", "application appRoles")(_set("application", appRoles=[{"id": SOME_ID, **ROLE}]))
_row("A19", "OAuth2 scope exposed", "application api")(
    _set("application", api={"oauth2PermissionScopes": [{"id": SOME_ID, **SCOPE}]})
)
_row("A20", "identifier URI added", "application identifierUris")(
    _set("application", identifierUris=["api://sandbox.onmicrosoft.com/x"])
)
_row("A21", "implicit grant switched on", "application web.implicitGrant")(
    _set(
        "application", web={"implicitGrantSettings": {"enableAccessTokenIssuance": True, "enableIdTokenIssuance": True}}
    )
)
_row(
    "A22", "public client flows switched on", "application fallbackPublicClientEnabled",
    "guard switches.isFallbackPublicClient", says=("public client flows are on", "by mallory@"),
)(_set("application", isFallbackPublicClient=True))  # fmt: skip
_row("A23", "tags changed", "application tags[0]")(
    _set("application", tags=["pulumi:organization/mimecast-entra/test", "HideApp"])
)
_row("A24", "notes changed", "application notes")(_set("application", notes="do not touch"))
_row(
    "A25", "App Instance Lock switched off", "guard switches.instanceLock",
    attack=True, says=("App Instance Lock is off", "by mallory@"), repair=Repair.GUARD,
)(_set("application", servicePrincipalLockConfiguration={"isEnabled": False}))  # fmt: skip
_row(
    "A26", "mapped claims accepted", "application api", "guard switches.acceptMappedClaims",
    attack=True, says=("mapped claims are accepted", "by mallory@"),
)(_set("application", api={"acceptMappedClaims": True}))  # fmt: skip
_row(
    "A27", "client pre-authorized", f"guard preAuthorizedApplications.{SOME_ID}",
    says=("without anybody's consent", "by mallory@"), repair=Repair.GUARD,
)(_set("application", api={"preAuthorizedApplications": [{"appId": SOME_ID, "delegatedPermissionIds": []}]}))  # fmt: skip
_row("A28", "group or optional claims changed", "application groupMembershipClaims")(
    _set("application", groupMembershipClaims="All")
)
_row(
    "A29", "application deactivated", "guard switches.isDisabled",
    says=("deactivated", "by mallory@"), repair=Repair.GUARD,
)(_set("application", isDisabled=True))  # fmt: skip


def _assign_policy(kind: str, path: str, **body: Any) -> _Change:
    def make(target: Association) -> Mapping[str, str]:
        policy = target.ask("POST", f"/policies/{kind}", {"displayName": "loophole", **body})
        reference = {"@odata.id": f"{target.tenant.url}/v1.0/policies/{kind}/{policy['id']}"}
        target.ask("POST", f"{getattr(target, path)}/{kind}/$ref", reference)
        return {"id": policy["id"]}

    return make


_row(
    "A30", "app management policy assigned: an exemption", 'guard policies["appManagementPolicy/{id}"]',
    attack=True, says=("appManagementPolicy 'loophole'", "by mallory@"), repair=Repair.GUARD,
)(_assign_policy("appManagementPolicies", "application", isEnabled=True, restrictions={}))  # fmt: skip


@_row(
    "A31", "token encryption key set", "guard switches.tokenEncryptionKeyId",
    says=("tokens are encrypted with key", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> None:
    target.ask("PATCH", target.application, {"tokenEncryptionKeyId": target.key_id})


@_row(
    "A32", "application deleted", "application gone", "servicePrincipal gone", "credential gone", "grant gone",
    "guard deleted.{id}", says=("the application is deleted 20", "restored", "by mallory@"), repair=Repair.CREDENTIAL,
    advice="The new application has a new client id for the vendor's console; restoring it within 30 days keeps the old one.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    target.ask("DELETE", target.application)
    return {"id": target.application_id}


@_row(
    "A33", "application deleted and restored without its service principal", "servicePrincipal gone", "grant gone",
    "guard deleted.{id}", says=("service principal is deleted 20",),
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    target.ask("DELETE", target.application)
    target.ask("POST", f"/directory/deletedItems/{target.application_id}/restore", {})
    return {"id": target.service_principal_id}


_row("S1", "service principal disabled", "servicePrincipal accountEnabled")(_set("principal", accountEnabled=False))


@_row(
    "S2", "service principal deleted", "servicePrincipal gone", "grant gone", "guard deleted.{id}",
    says=("service principal is deleted 20", "by mallory@"),
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    target.ask("DELETE", target.principal)
    return {"id": target.service_principal_id}


_row("S3", "assignment required", "servicePrincipal appRoleAssignmentRequired")(
    _set("principal", appRoleAssignmentRequired=True)
)


@_row(
    "S4", "client secret on the service principal", "guard servicePrincipalSecrets.{key}",
    attack=True, says=("client secret 'backup'", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"key": target.add_secret(path=target.principal)}


@_row(
    "S5", "certificate on the service principal", "guard servicePrincipalCertificates.{key}",
    attack=True, says=("on the service principal", "by mallory@", "until 20"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"key": target.add_certificate(certificate_pem("rogue"), target.principal)}


_row(
    "S6", "owner of the service principal added", "servicePrincipal owners[1]", "guard servicePrincipalOwners.{owner}",
    attack=True, says=("user 'Mallory Quinn' (mallory@", "by mallory@"),
)(_own("principal", MALLORY))  # fmt: skip
_row(
    "S7", "owner of the service principal removed", "servicePrincipal owners[0]", "guard servicePrincipalOwners.{owner}"
)(_disown("principal", ADELE))
_row("S8", "tags of the service principal changed", "servicePrincipal tags[0]")(_set("principal", tags=["HideApp"]))
_row("S9", "notes, login URL or sign-on mode changed", "servicePrincipal notes")(_set("principal", notes="x"))
_row(
    "S10", "claims or token policy assigned", 'guard policies["claimsMappingPolicy/{id}"]',
    attack=True, says=("claimsMappingPolicy 'loophole'", "changes what its tokens say", "by mallory@"), repair=Repair.GUARD,
)(_assign_policy("claimsMappingPolicies", "principal", definition=["{}"]))  # fmt: skip


@_row(
    "S11", "app role of Microsoft Graph granted", 'guard appRoles["Microsoft Graph/Mail.ReadWrite"]',
    attack=True, says=("Mail.ReadWrite of Microsoft Graph, granted 20", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> None:
    target.grant(GRAPH, MAIL_READ_WRITE)


@_row(
    "S12", "another app role of Exchange Online granted",
    'guard appRoles["Office 365 Exchange Online/Exchange.ManageAsApp"]',
    attack=True, says=("Exchange.ManageAsApp of Office 365 Exchange Online, granted 20", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> None:
    target.grant(EXCHANGE, MANAGE_AS_APP)


_OWN_ROLE = 'guard appRoles["Office 365 Exchange Online/full_access_as_app"]'


@_row("S13", "our grant revoked", "grant gone", _OWN_ROLE)
def _(target: Association) -> None:
    target.ask("DELETE", f"{target.principal}/appRoleAssignments/{target.grant_id}")


@_row(
    "S14", "our grant revoked and given again by hand", "grant gone", repair=Repair.PERSON,
    advice="`pulumi import` the grant under its new id (the error of `up` names the command), "
    "or take it away and run `up` again.",
)  # fmt: skip
def _(target: Association) -> None:
    target.ask("DELETE", f"{target.principal}/appRoleAssignments/{target.grant_id}")
    target.grant(EXCHANGE, FULL_ACCESS)


@_row(
    "S15", "delegated permission granted", "guard delegatedGrants.{id}",
    attack=True, says=("Mail.Read of Microsoft Graph on behalf of every user", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    body = {
        "clientId": target.service_principal_id,
        "consentType": "AllPrincipals",
        "resourceId": GRAPH,
        "scope": "Mail.Read",
    }
    return {"id": target.ask("POST", "/oauth2PermissionGrants", body)["id"]}


@_row(
    "S16", "directory role given, active or eligible", "guard directoryRoles.{id}", 'guard directoryRoles["eligible/{eligible}"]',
    attack=True, says=("Application Administrator", "the whole tenant", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    body = {
        "principalId": target.service_principal_id,
        "roleDefinitionId": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "directoryScopeId": "/",
    }
    active = target.ask("POST", "/roleManagement/directory/roleAssignments", body)
    target.ask("POST", "/roleManagement/directory/roleEligibilityScheduleRequests", {**body, "action": "adminAssign"})
    path = f"/roleManagement/directory/roleEligibilityScheduleInstances?$filter=principalId eq '{target.service_principal_id}'"
    return {"id": active["id"], "eligible": target.ask("GET", path)["value"][0]["id"]}


@_row(
    "S17", "put into a group", "guard groups.{id}",
    attack=True, says=("member of the group 'Helpdesk' that can hold directory roles", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    body = {
        "displayName": "Helpdesk",
        "mailNickname": "helpdesk",
        "mailEnabled": False,
        "securityEnabled": True,
        "isAssignableToRole": True,
    }
    group = target.ask("POST", "/groups", body)
    reference = {"@odata.id": f"{target.tenant.url}/v1.0/directoryObjects/{target.service_principal_id}"}
    target.ask("POST", f"/groups/{group['id']}/members/$ref", reference)
    return {"id": group["id"]}


_row(
    "S18",
    "custom security attribute set",
    'guard customSecurityAttributes["Engineering/Exempt"]',
    attack=True,
    says=("Exempt of Engineering is 'yes'", "by mallory@"),
    repair=Repair.GUARD,
)(_set("principal", customSecurityAttributes={"Engineering": EXEMPT}))  # fmt: skip

_row(
    "T1", "Exchange Online's service principal disabled", "guard exchangePrincipal.accountEnabled",
    says=("disabled: nobody gets tokens for Exchange Online",), repair=Repair.PERSON,
    advice="Enable it in the Entra admin center.",
)(lambda target: target.ask("PATCH", f"/servicePrincipals/{EXCHANGE}", {"accountEnabled": False}))  # fmt: skip


@_row(
    "T2", "Conditional Access for workload identities names us", "guard conditionalAccess.{id}",
    attack=True, says=("'Block' names this service principal: block, enabled",), repair=Repair.PERSON,
    advice="Look at the policy in the Entra admin center; a refresh accepts it.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    body = {
        "displayName": "Block",
        "state": "enabled",
        "conditions": {"clientApplications": {"includeServicePrincipals": [target.service_principal_id]}},
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    return {"id": target.ask("POST", "/identity/conditionalAccess/policies", body)["id"]}


@_row(
    "T4", "Exchange RBAC role given", "guard exchangeRoles.{id}",
    attack=True, says=("this service principal holds the Exchange role Application EWS.AccessAsApp over every mailbox",),
    repair=Repair.PERSON, advice="Exchange Online PowerShell: Remove-ManagementRoleAssignment.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    body = {
        "principalId": f"/ServicePrincipals/{target.service_principal_id}",
        "roleDefinitionId": "f66ab1ee-3cac-4d03-8a64-dadc56e563f8",
        "directoryScopeId": "/",
    }
    answer = target.ask("POST", "/roleManagement/exchange/roleAssignments", body, version="beta")
    return {"id": answer["id"]}


_row(
    "T6", "default app management policy changed", "guard defaultAppManagementPolicy.isEnabled",
    says=("enabled",), repair=Repair.PERSON, advice="Look at it in the Entra admin center; a refresh accepts it.",
)(lambda target: target.ask("PATCH", "/policies/defaultAppManagementPolicy", {"isEnabled": True}))  # fmt: skip


@_row(
    "T7", "another principal gets the same app role", 'guard otherHolders["{id}/full_access_as_app"]',
    attack=True, says=("service principal 'nobody' holds full_access_as_app too, granted 20", "by mallory@"),
    repair=Repair.PERSON, advice="Ask its owner; a refresh accepts it.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    other = target.tenant.identity("nobody").object_id
    body = {"principalId": other, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    target.ask("POST", f"/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)
    return {"id": other}


@_row(
    "T8", "directory role over just our application or service principal given to a person",
    'guard scopedRoles["application/{application}"]', 'guard scopedRoles["servicePrincipal/{principal}"]',
    attack=True, says=("'Mallory Quinn' has the directory role 'Application Administrator' over this", "by mallory@"),
    repair=Repair.PERSON, advice="Entra admin center, Roles and administrators.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    given = {}
    for name, object_id in (("application", target.application_id), ("principal", target.service_principal_id)):
        body = {
            "principalId": MALLORY,
            "roleDefinitionId": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
            "directoryScopeId": f"/{object_id}",
        }
        given[name] = target.ask("POST", "/roleManagement/directory/roleAssignments", body)["id"]
    return given


@_row(
    "T9", "credential put on Microsoft's Exchange Online principal", 'guard exchangePrincipal["passwordCredentials/{key}"]',
    attack=True, says=("client secret 'backup' on Microsoft's own Exchange Online principal", "until 20"),
    repair=Repair.PERSON, advice="Treat it as an attack on the tenant.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"key": target.add_secret(path=f"/servicePrincipals/{EXCHANGE}")}


_UNSEEN = {
    "T3": (
        "application access policy removed or added",
        True,
        "Exchange Online PowerShell: Get-ApplicationAccessPolicy.",
    ),
    "T5": (
        "EWS switched off, or our client id not on its allow list",
        False,
        "Exchange Online PowerShell: Get-OrganizationConfig.",
    ),
    "S19": (
        "Azure RBAC role given to the service principal",
        True,
        "`az role assignment list --assignee <object id>`.",
    ),
}
ROWS += [
    Row(
        id=row_id,
        change=change,
        attack=attack,
        seen=(),
        says=(),
        repair=Repair.PERSON,
        advice=advice,
        ends=timedelta(days=364),
        make=None,
    )
    for row_id, (change, attack, advice) in _UNSEEN.items()
]


@_row(
    "C1", "certificate has ended", "guard expiring.{own}",
    says=("CN=Mimecast Services Limited", "ended on 20"), repair=Repair.PERSON, ends=timedelta(days=-1),
    advice="Get the vendor's next certificate, put its file into `certs/`, deploy.",
)  # fmt: skip
@_row(
    "C2", "certificate ends soon", "guard expiring.{own}",
    says=("CN=Mimecast Services Limited", "ends on 20"), repair=Repair.PERSON, ends=timedelta(days=30),
    advice="Get the vendor's next certificate, put its file into `certs/`, deploy.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"own": thumbprint_of(target.pem)}


ROWS.sort(key=lambda row: ("ASTC".index(row.id[0]), int(row.id[1:])))
