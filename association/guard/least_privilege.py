"""Owns which Microsoft Graph permissions the guard needs for what. It leaves asking for them out.

They follow Microsoft's map (the folder `microsoft`); `tests/guard/test_permissions.py` checks it.
"""

from collections.abc import Mapping
from typing import Final

ONLY_READING: Final = (
    "Application.Read.All",
    "CustomSecAttributeAssignment.Read.All",
    "Directory.Read.All",
    "Policy.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.Read.Exchange",
)
"""The smallest identity that only reads. It cannot see which policies change the tokens of the service principal."""

_OWN: Final = ("Application.ReadWrite.OwnedBy",)

READING: Final = (*ONLY_READING, *_OWN)
"""The smallest identity that sees every family: mode `report`, and the drift check.

Microsoft names no permission that only reads assigned policies. An identity that owns nothing can change nothing with
`Application.ReadWrite.OwnedBy`, but it can create applications.
"""

NAMING: Final = ("AuditLog.Read.All",)
"""With this too, findings say who made them and when."""


REPAIRING: Final[Mapping[str, tuple[str, ...]]] = {
    "owners": _OWN,
    "servicePrincipalOwners": _OWN,
    "secrets": _OWN,
    "certificates": _OWN,
    "federatedCredentials": _OWN,
    "servicePrincipalSecrets": _OWN,
    "servicePrincipalCertificates": _OWN,
    "preAuthorizedApplications": _OWN,
    "switches": _OWN,
    "appRoles": ("AppRoleAssignment.ReadWrite.All",),
    "delegatedGrants": ("DelegatedPermissionGrant.ReadWrite.All",),
    "directoryRoles": ("RoleManagement.ReadWrite.Directory",),
    "groups": ("GroupMember.ReadWrite.All", "RoleManagement.ReadWrite.Directory"),
    "policies": ("Policy.ReadWrite.ApplicationConfiguration", *_OWN),
    "customSecurityAttributes": ("CustomSecAttributeAssignment.ReadWrite.All", *_OWN),
}
"""Family to what taking its findings away needs, beside reading it; the families that are not here are left to people.

`Application.ReadWrite.OwnedBy` counts for an owner of application and service principal; for others it is
Application.ReadWrite.All. Groups need the second permission only where they can hold directory roles.
"""
