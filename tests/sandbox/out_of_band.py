"""Every out-of-band change of the drift matrix that Graph can express, as somebody else would make it.

A1 to A35: the application; S1 to S22: its service principal; T1 to T9: the tenant around it. T3 and T5 exist only in
Exchange PowerShell, S19 only in Azure Resource Manager, C1 and C2 are made by time.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sandbox.tenant import Tenant
from tests.sandbox.association import (
    ADELE,
    EXCHANGE,
    FULL_ACCESS,
    GRAPH,
    MAIL_READ_WRITE,
    NOBODY,
    Association,
    made,
)
from tests.sandbox.certificates import key_credential, make_signer

Change = Callable[[Tenant, Association], None]

MANAGE_AS_APP = "dc50a0fb-09a3-484d-be87-e023b12c6440"
EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
EWS_ROLE = "f66ab1ee-3cac-4d03-8a64-dadc56e563f8"
OTHER_CLIENT = {"appId": NOBODY, "delegatedPermissionIds": []}
SCOPE = {"id": NOBODY, "isEnabled": True, "type": "Admin", "value": "rogue"}
ROLE = {"id": NOBODY, "isEnabled": True, "value": "r", "displayName": "r", "allowedMemberTypes": ["Application"]}
ACCESS = [{"resourceAppId": NOBODY, "resourceAccess": [{"id": NOBODY, "type": "Role"}]}]
LOCK = {"isEnabled": False}


def send(tenant: Tenant, method: str, path: str, body: dict[str, Any] | None = None) -> None:
    status, answer = tenant.graph(method, path, body)
    assert status < 300, answer


def application(**body: Any) -> Change:
    return lambda tenant, found: send(tenant, "PATCH", found.application_path, body)


def principal(**body: Any) -> Change:
    return lambda tenant, found: send(tenant, "PATCH", found.principal_path, body)


def post(path: str, **body: Any) -> Change:
    return lambda tenant, found: send(tenant, "POST", fill(path, tenant, found), filled(body, tenant, found))


def delete(path: str) -> Change:
    return lambda tenant, found: send(tenant, "DELETE", fill(path, tenant, found))


def fill(text: str, tenant: Tenant, found: Association) -> str:
    """Placeholders: {app}, {sp}, {grant}, {url}, {deployer}."""
    return text.format(
        app=found.application,
        sp=found.principal,
        grant=found.assignment,
        url=f"{tenant.url}/v1.0",
        deployer=tenant.identity("deployer").object_id,
    )


def filled(body: dict[str, Any], tenant: Tenant, found: Association) -> dict[str, Any]:
    return {name: fill(value, tenant, found) if isinstance(value, str) else value for name, value in body.items()}


def link_to(path: str, target: str) -> Change:
    """POST a reference to the target."""
    return lambda tenant, found: send(
        tenant, "POST", fill(path, tenant, found), {"@odata.id": fill(target, tenant, found)}
    )


def swap_certificate(tenant: Tenant, found: Association, *, same_id: bool) -> None:
    (entry,) = tenant.graph("GET", found.application_path)[1]["keyCredentials"]
    send(tenant, "PATCH", found.application_path, {"keyCredentials": []})
    rogue = key_credential(make_signer("rogue"), keyId=entry["keyId"] if same_id else NOBODY)
    send(tenant, "PATCH", found.application_path, {"keyCredentials": [rogue]})


def add_certificate(tenant: Tenant, path: str) -> None:
    kept = tenant.graph("GET", path)[1]["keyCredentials"]
    send(tenant, "PATCH", path, {"keyCredentials": [*kept, key_credential(make_signer("rogue"))]})


def restore_alone(tenant: Tenant, found: Association) -> None:
    send(tenant, "DELETE", found.application_path)
    send(tenant, "POST", f"/v1.0/directory/deletedItems/{found.application}/restore", {})


def grant_again(tenant: Tenant, found: Association) -> None:
    path = f"{found.principal_path}/appRoleAssignments"
    send(tenant, "DELETE", f"{path}/{found.assignment}")
    send(tenant, "POST", path, {"principalId": found.principal, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS})


def assign_policy(owner: str, kind: str) -> Change:
    def change(tenant: Tenant, found: Association) -> None:
        body = {"displayName": "exempt"} | ({"isEnabled": True} if kind == "appManagementPolicies" else {})
        policy = made(tenant, f"/v1.0/policies/{kind}", body, identity="administrator")
        link_to(f"/v1.0/{owner}/{kind}/$ref", f"{{url}}/policies/{kind}/{policy['id']}")(tenant, found)

    return change


def join_group(tenant: Tenant, found: Association) -> None:
    body = {"displayName": "tier 0", "mailNickname": "t", "mailEnabled": False, "securityEnabled": True}
    group = made(tenant, "/v1.0/groups", body | {"isAssignableToRole": True}, identity="administrator")
    link_to(f"/v1.0/groups/{group['id']}/members/$ref", "{url}/directoryObjects/{sp}")(tenant, found)


def grant_to_another(tenant: Tenant, _: Association) -> None:
    other = tenant.add_identity("another")
    body = {"principalId": other.object_id, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    send(tenant, "POST", f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)


def exclude_from_conditional_access(tenant: Tenant, found: Association) -> None:
    clients = {
        "includeServicePrincipals": ["ServicePrincipalsInMyTenant"],
        "excludeServicePrincipals": [found.principal],
    }
    body = {"displayName": "workloads", "state": "enabled", "conditions": {"clientApplications": clients}}
    send(tenant, "POST", "/v1.0/identity/conditionalAccess/policies", body)


def give_role(**body: str) -> Change:
    return post("/v1.0/roleManagement/directory/roleAssignments", roleDefinitionId=EXCHANGE_ADMINISTRATOR, **body)


ROWS: dict[str, Change] = {
    "A1": application(displayName="Renamed"),
    "A2": application(signInAudience="AzureADMultipleOrgs"),
    "A3": application(web={"redirectUris": ["https://localhost/", "https://evil.example/"]}),
    "A4": application(web={"redirectUris": []}),
    "A5": application(spa={"redirectUris": ["https://evil.example/"]}),
    "A6": application(publicClient={"redirectUris": ["https://evil.example/"]}),
    "A7": application(web={"homePageUrl": "https://evil.example/", "logoutUrl": "https://evil.example/"}),
    "A8": application(requiredResourceAccess=ACCESS),
    "A9": application(requiredResourceAccess=[]),
    "A10": post("/v1.0/applications/{app}/addPassword", passwordCredential={"displayName": "rogue"}),
    "A11": lambda tenant, found: add_certificate(tenant, found.application_path),
    "A12": application(keyCredentials=[]),
    "A13": lambda tenant, found: swap_certificate(tenant, found, same_id=False),
    "A14": lambda tenant, found: swap_certificate(tenant, found, same_id=True),
    "A15": post(
        "/v1.0/applications/{app}/federatedIdentityCredentials",
        name="rogue",
        issuer="https://issuer.example",
        subject="rogue",
        audiences=["api://AzureADTokenExchange"],
    ),
    "A16": link_to("/v1.0/applications/{app}/owners/$ref", f"{{url}}/directoryObjects/{ADELE}"),
    "A17": delete("/v1.0/applications/{app}/owners/{deployer}/$ref"),
    "A18": application(appRoles=[ROLE]),
    "A19": application(api={"oauth2PermissionScopes": [SCOPE]}),
    "A20": application(identifierUris=["api://rogue"]),
    "A21": application(web={"implicitGrantSettings": {"enableIdTokenIssuance": True}}),
    "A22": application(isFallbackPublicClient=True),
    "A23": application(tags=["HideApp"]),
    "A24": application(notes="mine", description="mine", info={"termsOfServiceUrl": "https://evil.example/"}),
    "A25": application(servicePrincipalLockConfiguration=LOCK),
    "A26": application(api={"acceptMappedClaims": True}),
    "A27": application(api={"preAuthorizedApplications": [OTHER_CLIENT]}),
    "A28": application(
        groupMembershipClaims="All", optionalClaims={"idToken": [{"name": "email", "essential": False}]}
    ),
    "A29": application(isDisabled=True),
    "A30": assign_policy("applications/{app}", "appManagementPolicies"),
    "A31": application(tokenEncryptionKeyId=NOBODY),
    "A32": delete("/v1.0/applications/{app}"),
    "A33": restore_alone,
    "A34": application(managerApplications=[NOBODY]),
    "A35": assign_policy("applications/{app}", "homeRealmDiscoveryPolicies"),
    "S1": principal(accountEnabled=False),
    "S2": delete("/v1.0/servicePrincipals/{sp}"),
    "S3": principal(appRoleAssignmentRequired=True),
    "S4": post("/v1.0/servicePrincipals/{sp}/addPassword", passwordCredential={"displayName": "rogue"}),
    "S5": lambda tenant, found: add_certificate(tenant, found.principal_path),
    "S6": link_to("/v1.0/servicePrincipals/{sp}/owners/$ref", f"{{url}}/directoryObjects/{ADELE}"),
    "S7": delete("/v1.0/servicePrincipals/{sp}/owners/{deployer}/$ref"),
    "S8": principal(tags=["HideApp"]),
    "S9": principal(notes="mine", loginUrl="https://evil.example/", preferredSingleSignOnMode="saml"),
    "S10": assign_policy("servicePrincipals/{sp}", "claimsMappingPolicies"),
    "S11": post(
        "/v1.0/servicePrincipals/{sp}/appRoleAssignments",
        principalId="{sp}",
        resourceId=GRAPH,
        appRoleId=MAIL_READ_WRITE,
    ),
    "S12": post(
        "/v1.0/servicePrincipals/{sp}/appRoleAssignments",
        principalId="{sp}",
        resourceId=EXCHANGE,
        appRoleId=MANAGE_AS_APP,
    ),
    "S13": delete("/v1.0/servicePrincipals/{sp}/appRoleAssignments/{grant}"),
    "S14": grant_again,
    "S15": post(
        "/v1.0/oauth2PermissionGrants",
        clientId="{sp}",
        consentType="AllPrincipals",
        resourceId=GRAPH,
        scope="Mail.Read",
    ),
    "S16": give_role(principalId="{sp}", directoryScopeId="/"),
    "S17": join_group,
    "S18": principal(customSecurityAttributes={"Access": {"Exempt": "yes"}}),
    "S20": post(
        "/v1.0/servicePrincipals/{sp}/federatedIdentityCredentials",
        name="rogue",
        issuer="https://issuer.example",
        subject="rogue",
        audiences=["api://AzureADTokenExchange"],
    ),
    "S21": assign_policy("servicePrincipals/{sp}", "homeRealmDiscoveryPolicies"),
    "S22": post("/v1.0/servicePrincipals/{sp}/synchronization/jobs", templateId="scim"),
    "T1": lambda tenant, _: send(tenant, "PATCH", f"/v1.0/servicePrincipals/{EXCHANGE}", {"accountEnabled": False}),
    "T2": exclude_from_conditional_access,
    "T4": post(
        "/beta/roleManagement/exchange/roleAssignments",
        principalId="/ServicePrincipals/{sp}",
        roleDefinitionId=EWS_ROLE,
        directoryScopeId="/",
    ),
    "T6": lambda tenant, _: send(tenant, "PATCH", "/v1.0/policies/defaultAppManagementPolicy", {"isEnabled": True}),
    "T7": grant_to_another,
    "T8": give_role(principalId=ADELE, directoryScopeId="/{app}"),
    "T9": post(f"/v1.0/servicePrincipals/{EXCHANGE}/addPassword", passwordCredential={"displayName": "rogue"}),
}


def expiring_certificate(days: int) -> dict[str, Any]:
    """For C1 and C2: a certificate that ends so many days from now; before now when negative."""
    return key_credential(make_signer("aging", starts=timedelta(days=-400), ends=timedelta(days=days)))
