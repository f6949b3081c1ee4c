"""Rows of the drift matrix about what is around the association, what only other services show, and time."""

from collections.abc import Mapping
from datetime import timedelta

from tests.guard.association import (
    EXCHANGE,
    FULL_ACCESS,
    MALLORY,
    Association,
    thumbprint_of,
)
from tests.guard.row import ROWS, Repair, Row, as_vendors, row

row(
    "T1", "Exchange Online's service principal disabled", "guard exchangePrincipal.accountEnabled",
    says=("disabled: nobody gets tokens for Exchange Online",), repair=Repair.PERSON,
    advice="Enable it in the Entra admin center.",
)(lambda target: target.ask("PATCH", f"/servicePrincipals/{EXCHANGE}", {"accountEnabled": False}))  # fmt: skip


@row(
    "T2", "Conditional Access for workload identities names our service principal", "guard conditionalAccess.{id}",
    attack=True, says=("'Block' names this service principal: block, enabled",), repair=Repair.PERSON,
    advice="Look at the policy in the Entra admin center, or accept it with an exception.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    body = {
        "displayName": "Block",
        "state": "enabled",
        "conditions": {"clientApplications": {"includeServicePrincipals": [target.service_principal_id]}},
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    return {"id": target.ask("POST", "/identity/conditionalAccess/policies", body)["id"]}


@row(
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


row(
    "T6", "default app management policy changed", "guard defaultAppManagementPolicy.isEnabled",
    says=("enabled",), repair=Repair.PERSON, advice="Look at it in the Entra admin center; a refresh accepts it.",
)(lambda target: target.ask("PATCH", "/policies/defaultAppManagementPolicy", {"isEnabled": True}))  # fmt: skip


@row(
    "T7", "another principal gets the same app role", 'guard otherHolders["{id}/full_access_as_app"]',
    attack=True, says=("service principal 'nobody' holds full_access_as_app too, granted 20", "by mallory@"),
    repair=Repair.PERSON, advice="Ask its owner; remove the grant, or accept it with an exception.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    other = target.tenant.identity("nobody").object_id
    body = {"principalId": other, "resourceId": EXCHANGE, "appRoleId": FULL_ACCESS}
    target.ask("POST", f"/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)
    return {"id": other}


@row(
    "T8", "somebody gets a directory role over just our application or service principal",
    'guard scopedRoles["application/{application}"]', 'guard scopedRoles["servicePrincipal/{principal}"]',
    attack=True, says=("'Mallory Quinn' has the directory role 'Application Administrator' over this", "by mallory@"),
    repair=Repair.PERSON, advice="Entra admin center, Roles and administrators.",
    vendor=('guard scopedRoles["servicePrincipal/{principal}"]',),
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    given = {}
    over = {"application": target.application_id, "principal": target.service_principal_id}
    for name, object_id in over.items():
        if not object_id:
            continue
        body = {
            "principalId": MALLORY,
            "roleDefinitionId": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
            "directoryScopeId": f"/{object_id}",
        }
        given[name] = target.ask("POST", "/roleManagement/directory/roleAssignments", body)["id"]
    return given


@row(
    "T9", "credential put on Microsoft's Exchange Online principal", 'guard exchangePrincipalCredentials["passwordCredentials/{key}"]',
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
        "EWS switched off, or our client ID not on its allow list",
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
        vendor=as_vendors(row_id, (), Repair.PERSON),
        make=None,
    )
    for row_id, (change, attack, advice) in _UNSEEN.items()
]


@row(
    "C1", "certificate has expired", "guard expiring.{own}",
    says=("CN=Mimecast Services Limited", "expired on 20"), repair=Repair.PERSON, ends=timedelta(days=-1),
    advice="Get the vendor's next certificate, put its file into `certs/`, and deploy.",
)  # fmt: skip
@row(
    "C2", "certificate expires soon", "guard expiring.{own}",
    says=("CN=Mimecast Services Limited", "expires on 20"), repair=Repair.PERSON, ends=timedelta(days=30),
    advice="Get the vendor's next certificate, put its file into `certs/`, and deploy.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    return {"own": thumbprint_of(target.pem)}
