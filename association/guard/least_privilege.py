"""Owns which Microsoft Graph permissions the guard needs for what. It leaves asking for them out.

Source: the permission table of each page below https://learn.microsoft.com/graph/api (checked 2026-11-24).
"""

from collections.abc import Mapping
from typing import Final

READING: Final = (
    "Application.Read.All",
    "CustomSecAttributeAssignment.Read.All",
    "DelegatedPermissionGrant.Read.All",
    "Policy.Read.All",
    "RoleManagement.Read.All",
)
"""The smallest identity that sees every family: mode `report`, and the drift check."""

NAMING: Final = ("AuditLog.Read.All", "Directory.Read.All")
"""With these too, findings name groups and people, and who made them when."""

_OWN: Final = ("Application.ReadWrite.OwnedBy",)
"""As an owner of application and service principal; without being one it is Application.ReadWrite.All."""

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
    "groups": ("Group.ReadWrite.All",),
    "policies": ("Policy.ReadWrite.ApplicationConfiguration",),
    "customSecurityAttributes": ("CustomSecAttributeAssignment.ReadWrite.All", *_OWN),
}
"""Family to what taking its findings away needs, beside reading it; the families that are not here are left to people."""
