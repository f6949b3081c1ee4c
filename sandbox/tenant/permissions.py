"""Which application permissions a request needs, and whether a caller has them.

The rules follow the permission table of each Microsoft Graph page (https://learn.microsoft.com/en-us/graph/api,
checked 2026-11-24); where Microsoft's pages and users disagree, what users observed counts. Tokens are read elsewhere.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from sandbox.tenant.problems import GraphError, denied
from sandbox.tenant.store import Json

OWNED = "Application.ReadWrite.OwnedBy"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sends a request: a service principal and the app roles in its token."""

    name: str
    """Display name of the service principal."""
    client_id: str
    object_id: str
    roles: frozenset[str]
    user: Json | None = None
    """The person on whose behalf a change out of band is recorded."""


@dataclass(frozen=True)
class Rule:
    """One permission out of each group is needed."""

    groups: tuple[frozenset[str], ...]
    owned: bool = False
    """`Application.ReadWrite.OwnedBy` is enough for an owner of the object."""
    refusal: GraphError = field(default_factory=denied)
    """How the service behind the route words a refusal."""

    def allows(self, caller: Caller, owners: Collection[str] | None = None) -> bool:
        """Whether the caller may go on.

        Args:
            caller: Who asks.
            owners: Object ids of the owners of the object that the request is about; None when there is no object yet.
        """
        if all(group & caller.roles for group in self.groups):
            return True
        return self.owned and OWNED in caller.roles and (owners is None or caller.object_id in owners)

    def check(self, caller: Caller, owners: Collection[str] | None = None) -> None:
        """Refuse the caller with 403 when the rule does not allow it."""
        if not self.allows(caller, owners):
            raise replace(self.refusal)


def one_of(*permissions: str) -> Rule:
    """A rule that any one of the permissions satisfies."""
    return Rule((frozenset(permissions),))


def each_of(*groups: frozenset[str], refusal: GraphError | None = None) -> Rule:
    """A rule that needs one permission out of every group."""
    return Rule(groups, refusal=refusal or denied())


NOBODY_NEEDS_ONE = Rule(())

READ_APPLICATIONS = one_of(
    "Application.Read.All", OWNED, "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"
)
WRITE_APPLICATIONS = Rule((frozenset({"Application.ReadWrite.All"}),), owned=True)
ADD_OWNERS = Rule(
    (frozenset({"Application.ReadWrite.All"}), frozenset({"Directory.Read.All", "Directory.ReadWrite.All"}))
)
READ_ASSIGNMENTS = one_of(
    "Application.Read.All",
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
WRITE_ASSIGNMENTS = Rule(
    (
        frozenset({"AppRoleAssignment.ReadWrite.All"}),
        frozenset({"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"}),
    )
)
READ_DOMAINS = one_of("Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")

_READ_APPLICATION = frozenset({"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"})
_READ_POLICY = frozenset({"Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration"})
_WRITE_POLICY = frozenset({"Policy.ReadWrite.ApplicationConfiguration"})
_MISSING_SCOPES = GraphError(
    403, "AccessDenied", "You cannot perform the requested operation, required scopes are missing in the token."
)

READ_POLICIES = each_of(_READ_POLICY)
WRITE_POLICIES = each_of(_WRITE_POLICY)
READ_ASSIGNED_POLICIES = each_of(_READ_POLICY, _READ_APPLICATION)
ASSIGN_POLICIES = each_of(_WRITE_POLICY, frozenset({"Application.ReadWrite.All", "Application.Read.All"}))
READ_CONDITIONAL_ACCESS = each_of(frozenset({"Policy.Read.All"}), refusal=_MISSING_SCOPES)
WRITE_CONDITIONAL_ACCESS = each_of(
    frozenset({"Policy.Read.All"}),
    frozenset({"Policy.ReadWrite.ConditionalAccess"}),
    frozenset({"Application.Read.All"}),
    refusal=_MISSING_SCOPES,
)
READ_GRANTS = one_of(
    "DelegatedPermissionGrant.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
WRITE_GRANTS = one_of("DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All")
READ_GROUPS = one_of("Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
WRITE_GROUPS = one_of("Group.ReadWrite.All", "Directory.ReadWrite.All")
READ_USERS = one_of("User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All")
READ_DIRECTORY_ROLES = one_of(
    "RoleManagement.Read.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
)
WRITE_DIRECTORY_ROLES = one_of("RoleManagement.ReadWrite.Directory")
READ_ELIGIBLE_ROLES = each_of(
    frozenset(
        {
            "RoleManagement.Read.Directory",
            "RoleManagement.Read.All",
            "RoleManagement.ReadWrite.Directory",
            "RoleEligibilitySchedule.ReadWrite.Directory",
        }
    ),
    refusal=GraphError(
        403,
        "PermissionScopeNotGranted",
        "Authorization failed due to missing permission scope RoleEligibilitySchedule.Read.Directory,"
        "RoleEligibilitySchedule.ReadWrite.Directory,RoleManagement.Read.Directory,RoleManagement.Read.All,"
        "RoleManagement.ReadWrite.Directory.",
    ),
)
WRITE_ELIGIBLE_ROLES = one_of("RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")
READ_EXCHANGE_ROLES = one_of("RoleManagement.Read.All", "RoleManagement.ReadWrite.Exchange")
WRITE_EXCHANGE_ROLES = one_of("RoleManagement.ReadWrite.Exchange")
READ_AUDITS = each_of(
    frozenset({"AuditLog.Read.All"}),
    frozenset({"Directory.Read.All", "Directory.ReadWrite.All"}),
    refusal=GraphError(
        403,
        "Authentication_MSGraphPermissionMissing",
        "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
    ),
)
READ_SECURITY_ATTRIBUTES = one_of("CustomSecAttributeAssignment.Read.All", "CustomSecAttributeAssignment.ReadWrite.All")
WRITE_SECURITY_ATTRIBUTES = one_of("CustomSecAttributeAssignment.ReadWrite.All")

ALL_PERMISSIONS = (
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Application.ReadWrite.OwnedBy",
    "AppRoleAssignment.ReadWrite.All",
    "AuditLog.Read.All",
    "CustomSecAttributeAssignment.Read.All",
    "CustomSecAttributeAssignment.ReadWrite.All",
    "DelegatedPermissionGrant.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Domain.Read.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Policy.Read.All",
    "Policy.ReadWrite.ApplicationConfiguration",
    "Policy.ReadWrite.ConditionalAccess",
    "RoleEligibilitySchedule.ReadWrite.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "RoleManagement.ReadWrite.Exchange",
    "User.Read.All",
)
"""What the administrator of the sandbox holds: every permission that a rule of the sandbox names."""
