"""Owns the families of properties that the guard reports: their names, and who decides what belongs in them.

It leaves out where Graph shows them (`reads`) and what they hold now (`observation`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Maps = Mapping[str, Mapping[str, str]]
"""Family name to key to sentence: the shape of the guard's properties."""


class Kind(StrEnum):
    """Who says what belongs in a family."""

    DECLARED = "declared"
    """The program lists everything that may be there; the rest is a finding until it is gone."""
    BASELINE = "baseline"
    """The state holds what was there last; a change is a finding until a refresh accepts it."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """One property of the guard: a map from a stable key to a sentence."""

    name: str
    """Name of the property, camelCase."""
    kind: Kind
    description: str
    """What it holds, and what its keys are."""
    fixed: bool = False
    """Whether the sentence is a value of its own, so that a changed sentence is a change; otherwise only keys count."""


def _declared(name: str, description: str) -> Family:
    return Family(name=name, kind=Kind.DECLARED, description=description)


def _baseline(name: str, description: str, *, fixed: bool = False) -> Family:
    return Family(name=name, kind=Kind.BASELINE, description=description, fixed=fixed)


FAMILIES: Final[Mapping[str, Family]] = {
    family.name: family
    for family in (
        _declared("certificates", "Certificates of the application, by SHA-1 thumbprint of the real key bytes."),
        _declared("secrets", "Client secrets of the application, by key id."),
        _declared("federatedCredentials", "Federated identity credentials of the application, by id."),
        _declared("owners", "Owners of the application, by object id."),
        _declared("servicePrincipalCertificates", "Certificates of the service principal, by key id."),
        _declared("servicePrincipalSecrets", "Client secrets of the service principal, by key id."),
        _declared("servicePrincipalOwners", "Owners of the service principal, by object id."),
        _declared("appRoles", "App roles that the service principal holds, by `API name/role`."),
        _declared("delegatedGrants", "Delegated permissions that the service principal holds, by grant id."),
        _declared(
            "directoryRoles",
            "Directory roles of the service principal, by assignment id; `eligible/…` where it can activate the role.",
        ),
        _declared("groups", "Groups that the service principal is in, directly or through others, by object id."),
        _declared("scopedRoles", "Directory roles over just this application or service principal, by assignment id."),
        _declared("policies", "Policies assigned to application or service principal, by `kind/id`."),
        _declared("preAuthorizedApplications", "Clients that need no consent for the application's API, by client id."),
        _declared("switches", "Settings of the application that open or break it, by name."),
        _declared("customSecurityAttributes", "Custom security attributes of the service principal, by `set/name`."),
        _declared("expiring", "Certificates of the application that have ended or end soon, by thumbprint."),
        _declared("deleted", "The application or its service principal where somebody deleted it, by object id."),
        _declared("orphans", "Applications with this stack's tag that the stack does not know, by object id."),
        _declared("expiredExceptions", "Exceptions of the configuration whose end has passed, by finding."),
        _baseline("otherHolders", "Other principals with the same app role of Exchange Online, by `object id/role`."),
        _baseline(
            "exchangePrincipal",
            "State and credentials of Microsoft's own Exchange Online service principal.",
            fixed=True,
        ),
        _baseline("exchangeRoles", "Exchange RBAC roles held by service principals, by assignment id."),
        _baseline(
            "conditionalAccess", "Conditional Access policies that name the service principal, by id.", fixed=True
        ),
        _baseline("defaultAppManagementPolicy", "The tenant's rules for credentials, by restriction.", fixed=True),
        _baseline("unreadable", "What could not be read, with what reading it needs.", fixed=True),
    )
}
"""Every family by name, in the order of reports."""

DECLARED: Final = tuple(family.name for family in FAMILIES.values() if family.kind is Kind.DECLARED)
BASELINE: Final = tuple(family.name for family in FAMILIES.values() if family.kind is Kind.BASELINE)
