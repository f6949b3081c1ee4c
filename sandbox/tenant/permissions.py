"""Which application permissions a request needs, and whether a caller has them.

The rules follow the permission table of each Microsoft Graph page (https://learn.microsoft.com/en-us/graph/api,
checked 2026-11-24); where Microsoft's pages and users disagree, what users observed counts. Tokens are read elsewhere.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sandbox.tenant.problems import denied

OWNED = "Application.ReadWrite.OwnedBy"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sends a request: a service principal and the app roles in its token."""

    name: str
    """Display name of the service principal."""
    client_id: str
    object_id: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Rule:
    """One permission out of each group is needed."""

    groups: tuple[frozenset[str], ...]
    owned: bool = False
    """`Application.ReadWrite.OwnedBy` is enough for an owner of the object."""

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
            raise denied()


def one_of(*permissions: str) -> Rule:
    """A rule that any one of the permissions satisfies."""
    return Rule((frozenset(permissions),))


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
