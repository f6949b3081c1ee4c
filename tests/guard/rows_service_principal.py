"""Rows of the drift matrix about the service principal and its grants."""

from collections.abc import Mapping

from tests.factories import certificate_pem
from tests.guard.association import (
    ADELE,
    EXCHANGE,
    FULL_ACCESS,
    GRAPH,
    MAIL_READ_WRITE,
    MALLORY,
    MANAGE_AS_APP,
    PORTAL_TAG,
    TAG,
    Association,
)
from tests.guard.row import Repair, add_owner, assign_policy, remove_owner, row, set_properties

EXEMPT = {"@odata.type": "#microsoft.graph.customSecurityAttributeValue", "Exempt": "yes"}


row(
    "S1",
    "service principal disabled",
    "servicePrincipal accountEnabled",
    vendor=("guard servicePrincipalSwitches.accountEnabled",),
)(set_properties("principal", accountEnabled=False))


@row(
    "S2", "service principal deleted", "servicePrincipal gone", "grant gone", "guard deleted.{id}",
    says=("service principal is deleted 20", "by mallory@"), vendor_repair=Repair.PRINCIPAL,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    target.ask("DELETE", target.principal)
    return {"id": target.service_principal_id}


row(
    "S3",
    "assignment required",
    "servicePrincipal appRoleAssignmentRequired",
    vendor=("guard servicePrincipalSettings.appRoleAssignmentRequired",),
    vendor_repair=Repair.ACCEPTED,
)(set_properties("principal", appRoleAssignmentRequired=True))


@row(
    "S4", "client secret on the service principal", "guard servicePrincipalSecrets.{key}",
    attack=True, says=("client secret 'backup'", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"key": target.add_secret(path=target.principal)}


@row(
    "S5", "certificate on the service principal", "guard servicePrincipalCertificates.{key}",
    attack=True, says=("on the service principal", "by mallory@", "until 20"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"key": target.add_certificate(certificate_pem("rogue"), target.principal)}


row(
    "S6", "owner of the service principal added", "guard servicePrincipalOwners.{owner}",
    attack=True, says=("user 'Mallory Quinn' (mallory@", "by mallory@"), repair=Repair.GUARD,
)(add_owner("principal", MALLORY))  # fmt: skip
row("S7", "owner of the service principal removed", "guard servicePrincipalOwners.{owner}", repair=Repair.OWNERS)(
    remove_owner("principal", ADELE)
)
row(
    "S8",
    "tags of the service principal changed",
    "servicePrincipal tags[0]",
    vendor=tuple(f'guard servicePrincipalSettings["tags/{tag}"]' for tag in ("HideApp", TAG, PORTAL_TAG)),
    vendor_repair=Repair.ACCEPTED,
)(set_properties("principal", tags=["HideApp"]))
row(
    "S9",
    "notes, login URL or sign-on mode changed",
    "servicePrincipal notes",
    vendor=("guard servicePrincipalSettings.notes",),
    vendor_repair=Repair.ACCEPTED,
)(set_properties("principal", notes="x"))
row(
    "S10", "claims or token policy assigned", 'guard policies["claimsMappingPolicy/{id}"]',
    attack=True, says=("claimsMappingPolicy 'loophole'", "changes what its tokens say", "by mallory@"), repair=Repair.GUARD,
)(assign_policy("claimsMappingPolicies", "principal", definition=["{}"]))  # fmt: skip


@row(
    "S11", "app role of Microsoft Graph granted", 'guard appRoles["Microsoft Graph/Mail.ReadWrite"]',
    attack=True, says=("Mail.ReadWrite of Microsoft Graph, granted 20", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> None:
    target.grant(GRAPH, MAIL_READ_WRITE)


@row(
    "S12", "another app role of Exchange Online granted",
    'guard appRoles["Office 365 Exchange Online/Exchange.ManageAsApp"]',
    attack=True, says=("Exchange.ManageAsApp of Office 365 Exchange Online, granted 20", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> None:
    target.grant(EXCHANGE, MANAGE_AS_APP)


_OWN_ROLE = 'guard appRoles["Office 365 Exchange Online/full_access_as_app"]'


@row("S13", "our grant revoked", "grant gone", _OWN_ROLE, repair=Repair.GRANT)
def _(target: Association) -> None:
    target.ask("DELETE", f"{target.principal}/appRoleAssignments/{target.grant_id}")


@row(
    "S14", "our grant revoked and given again by hand", repair=Repair.NONE,
    advice="The same role, of the same API, for the same principal: it is as declared, whoever gave it.",
)  # fmt: skip
def _(target: Association) -> None:
    target.ask("DELETE", f"{target.principal}/appRoleAssignments/{target.grant_id}")
    target.grant(EXCHANGE, FULL_ACCESS)


@row(
    "S15", "delegated permission granted", f'guard delegatedGrants["everyone/{GRAPH}/Mail.Read"]',
    attack=True, says=("Mail.Read of Microsoft Graph on behalf of every user", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> None:
    body = {
        "clientId": target.service_principal_id,
        "consentType": "AllPrincipals",
        "resourceId": GRAPH,
        "scope": "Mail.Read",
    }
    target.ask("POST", "/oauth2PermissionGrants", body)


@row(
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


@row(
    "S17", "added to a group", "guard groups.{id}",
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


row(
    "S18",
    "custom security attribute set",
    'guard customSecurityAttributes["Engineering/Exempt"]',
    attack=True,
    says=("Exempt of Engineering is 'yes'", "by mallory@"),
    repair=Repair.GUARD,
)(set_properties("principal", customSecurityAttributes={"Engineering": EXEMPT}))  # fmt: skip


@row(
    "S20", "federated credential on the service principal", "guard servicePrincipalFederatedCredentials.{id}",
    attack=True, says=("can sign in as this service principal", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    body = {"name": "ci", "issuer": "https://issuer.example", "subject": "repo:x/y", "audiences": ["api://x"]}
    return {"id": target.ask("POST", f"{target.principal}/federatedIdentityCredentials", body)["id"]}


row(
    "S21", "home realm discovery policy assigned to the service principal",
    'guard policies["homeRealmDiscoveryPolicy/{id}"]',
    says=("homeRealmDiscoveryPolicy 'loophole'", "are sent", "by mallory@"), repair=Repair.GUARD,
)(assign_policy("homeRealmDiscoveryPolicies", "principal", definition=["{}"]))  # fmt: skip


@row(
    "S22", "provisioning job made", 'guard synchronizationJobs["{id}"]',
    attack=True, says=("provisioning job of template 'scim'", "state Disabled", "by mallory@"), repair=Repair.GUARD,
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"id": target.ask("POST", f"{target.principal}/synchronization/jobs", {"templateId": "scim"})["id"]}
