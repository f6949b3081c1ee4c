"""Owns what the guard asks Microsoft Graph, and which permission each question needs. It leaves the answers out.

One association costs one batch of 20 requests and one beta batch.
Permissions follow Microsoft's map (the folder `microsoft`); `tests/guard/test_permissions.py` checks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from association.contract import EXPIRY_WARNING_DAYS
from association.permissions import EXCHANGE_ONLINE


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The association that is guarded, and what the program says about reading it."""

    application_object_id: str
    service_principal_object_id: str
    client_id: str
    stack_tag: str
    """`pulumi:organization/project/stack/name`, as the application's tags have it; empty when there is none."""
    app_role_ids: Mapping[str, str] = field(default_factory=dict)
    """Declared app roles: the key in `appRoles` to `resource object id/role id`."""
    siblings: frozenset[str] = frozenset()
    """Service principals of the program's other associations, by object id."""
    expiry_warning_days: int = EXPIRY_WARNING_DAYS


@dataclass(frozen=True, kw_only=True)
class Read:
    """One question to Graph."""

    name: str
    """Key in `unreadable` when it cannot be answered."""
    path: str
    """Template of path and query below the version, not yet percent-encoded."""
    families: tuple[str, ...]
    """The families it fills; `family:prefix` when only its keys with this prefix."""
    permission: str
    """The least application permission that reads it."""
    feature: str = ""
    """The licence it needs, where not every tenant has it."""

    def url(self, subject: Subject, *, with_keys: bool = True) -> str:
        """Path and query for this association, percent-encoded; without the key bytes when somebody else has them."""
        path = (self.path if with_keys else self.path.replace("keyCredentials,", "")).format(
            application=subject.application_object_id,
            service_principal=subject.service_principal_object_id,
            exchange=EXCHANGE_ONLINE,
            tag=subject.stack_tag.replace("'", "''"),
        )
        return quote(path, safe="/?$=&'(),:")


PLACES: Final = {"application": "{application}", "servicePrincipal": "{service_principal}"}
"""The two objects that can be missing, and how the paths of their parts name them."""

_APPLICATIONS: Final = "Application.Read.All"
_POLICIES: Final = "Policy.Read.All"
_ROLES: Final = "RoleManagement.Read.Directory"
_ASSIGNED_POLICIES: Final = f"Application.ReadWrite.OwnedBy together with {_POLICIES}"
"""Microsoft names no permission that only reads what policies are assigned to a service principal."""

READS: Final[tuple[Read, ...]] = (
    Read(
        name="application",
        path="/applications/{application}?$select=id,appId,displayName,createdDateTime,keyCredentials,passwordCredentials,"
        "servicePrincipalLockConfiguration,isDisabled,tokenEncryptionKeyId,isFallbackPublicClient,api&$expand=owners",
        families=("certificates", "secrets", "owners", "preAuthorizedApplications", "switches", "expiring", "deleted"),
        permission=_APPLICATIONS,
    ),
    Read(
        name="federatedCredentials",
        path="/applications/{application}/federatedIdentityCredentials",
        families=("federatedCredentials",),
        permission=_APPLICATIONS,
    ),
    Read(
        name="appManagementPolicies",
        path="/applications/{application}/appManagementPolicies",
        families=("policies:appManagementPolicy/",),
        permission=f"{_APPLICATIONS} together with {_POLICIES}",
    ),
    Read(
        name="servicePrincipal",
        path="/servicePrincipals/{service_principal}?$expand=owners",
        families=("servicePrincipalCertificates", "servicePrincipalSecrets", "servicePrincipalOwners"),
        permission=_APPLICATIONS,
    ),
    Read(
        name="customSecurityAttributes",
        path="/servicePrincipals/{service_principal}?$select=customSecurityAttributes",
        families=("customSecurityAttributes",),
        permission=f"CustomSecAttributeAssignment.Read.All together with {_APPLICATIONS}",
    ),
    Read(
        name="appRoles",
        path="/servicePrincipals/{service_principal}/appRoleAssignments",
        families=("appRoles",),
        permission=_APPLICATIONS,
    ),
    Read(
        name="delegatedGrants",
        path="/servicePrincipals/{service_principal}/oauth2PermissionGrants",
        families=("delegatedGrants",),
        permission="Directory.Read.All",
    ),
    Read(
        name="groups",
        path="/servicePrincipals/{service_principal}/transitiveMemberOf",
        families=("groups",),
        permission=_APPLICATIONS,
    ),
    Read(
        name="claimsMappingPolicies",
        path="/servicePrincipals/{service_principal}/claimsMappingPolicies",
        families=("policies:claimsMappingPolicy/",),
        permission=_ASSIGNED_POLICIES,
    ),
    Read(
        name="tokenLifetimePolicies",
        path="/servicePrincipals/{service_principal}/tokenLifetimePolicies",
        families=("policies:tokenLifetimePolicy/",),
        permission=_ASSIGNED_POLICIES,
    ),
    Read(
        name="tokenIssuancePolicies",
        path="/servicePrincipals/{service_principal}/tokenIssuancePolicies",
        families=("policies:tokenIssuancePolicy/",),
        permission=_ASSIGNED_POLICIES,
    ),
    Read(
        name="directoryRoles",
        path="/roleManagement/directory/roleAssignments?$filter=principalId eq '{service_principal}'"
        "&$expand=roleDefinition",
        families=("directoryRoles",),
        permission=_ROLES,
    ),
    Read(
        name="eligibleDirectoryRoles",
        path="/roleManagement/directory/roleEligibilityScheduleInstances?$filter=principalId eq '{service_principal}'"
        "&$expand=roleDefinition",
        families=("directoryRoles:eligible/",),
        permission=_ROLES,
        feature="Entra ID P2",
    ),
    Read(
        name="scopedRoles.application",
        path="/roleManagement/directory/roleAssignments?$filter=directoryScopeId eq '/{application}'"
        "&$expand=roleDefinition",
        families=("scopedRoles:application/",),
        permission=_ROLES,
    ),
    Read(
        name="scopedRoles.servicePrincipal",
        path="/roleManagement/directory/roleAssignments?$filter=directoryScopeId eq '/{service_principal}'"
        "&$expand=roleDefinition",
        families=("scopedRoles:servicePrincipal/",),
        permission=_ROLES,
    ),
    Read(
        name="exchangePrincipal",
        path="/servicePrincipals(appId='{exchange}')",
        families=("exchangePrincipal",),
        permission=_APPLICATIONS,
    ),
    Read(
        name="otherHolders",
        path="/servicePrincipals(appId='{exchange}')/appRoleAssignedTo?$top=999",
        families=("otherHolders",),
        permission=_APPLICATIONS,
    ),
    Read(
        name="defaultAppManagementPolicy",
        path="/policies/defaultAppManagementPolicy",
        families=("defaultAppManagementPolicy",),
        permission=_POLICIES,
    ),
    Read(
        name="conditionalAccess",
        path="/identity/conditionalAccess/policies",
        families=("conditionalAccess",),
        permission=_POLICIES,
        feature="Entra ID P1",
    ),
    Read(
        name="orphans",
        path="/applications?$filter=tags/any(t:t eq '{tag}')&$select=id,appId,displayName,createdDateTime,tags",
        families=("orphans",),
        permission=_APPLICATIONS,
    ),
)
"""One batch of API version v1.0, which takes 20."""

BETA_READS: Final[tuple[Read, ...]] = (
    Read(
        name="exchangeRoles",
        path="/roleManagement/exchange/roleAssignments",
        families=("exchangeRoles",),
        permission="RoleManagement.Read.Exchange",
    ),
    Read(
        name="exchangeRoleNames",
        path="/roleManagement/exchange/roleDefinitions",
        families=(),
        permission="RoleManagement.Read.Exchange",
    ),
)
"""One batch of the beta version, the only one that has these.

Source: https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments (checked 2026-11-24)."""

EVERY_READ: Final = (*READS, *BETA_READS)
