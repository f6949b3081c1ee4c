"""What each finding about a resource of the program means: the same words as for access paths."""

from collections.abc import Mapping
from typing import Final

from association.report.model import Severity
from association.report.rules import ACCOUNT, AUTHENTICATION, FAMILY_RULES, REMOVAL, ROLES, TOKENS, Rule

_REDIRECT: Final = Rule(
    noun="redirect address",
    severity=Severity.HIGH,
    allows="Sign-ins can be sent to an address that nobody declared.",
    technique=TOKENS,
)
_EXPOSED: Final = Rule(
    noun="API of the application",
    severity=Severity.MEDIUM,
    allows="Other applications can call it or be called by it.",
    technique=ACCOUNT,
)

RESOURCE_RULES: Final[Mapping[str, Rule]] = {
    "application": Rule(
        noun="setting of the application", severity=Severity.LOW, allows="It is not as the program declares it."
    ),
    "application.gone": Rule(
        noun="application",
        severity=Severity.HIGH,
        allows="The vendor cannot sign in.",
        missing="The vendor cannot sign in.",
        technique=REMOVAL,
    ),
    "servicePrincipal.gone": Rule(
        noun="service principal",
        severity=Severity.HIGH,
        allows="The vendor cannot sign in.",
        missing="The vendor cannot sign in.",
        technique=REMOVAL,
    ),
    "accessGuard.gone": Rule(
        noun="guard",
        severity=Severity.HIGH,
        allows="Nobody looks for undeclared access paths.",
        missing="Nobody looks for undeclared access paths.",
    ),
    "application.signInAudience": Rule(
        noun="audience of the application",
        severity=Severity.HIGH,
        allows="Accounts of other tenants can use the application.",
        technique=AUTHENTICATION,
    ),
    "application.web": _REDIRECT,
    "application.singlePageApplication": _REDIRECT,
    "application.publicClient": _REDIRECT,
    "application.api": _EXPOSED,
    "application.appRoles": _EXPOSED,
    "application.identifierUris": _EXPOSED,
    "application.requiredResourceAccesses": Rule(
        noun="permission that the application asks for",
        severity=Severity.MEDIUM,
        allows="An administrator who consents grants it.",
        technique=ROLES,
    ),
    "application.owners": FAMILY_RULES["owners"],
    "servicePrincipal": Rule(
        noun="setting of the service principal", severity=Severity.LOW, allows="It is not as the program declares it."
    ),
    "servicePrincipal.accountEnabled": Rule(
        noun="state of the service principal",
        severity=Severity.HIGH,
        allows="While it is disabled, the vendor gets no token.",
        technique=REMOVAL,
    ),
    "servicePrincipal.owners": FAMILY_RULES["servicePrincipalOwners"],
    "consentedPrincipal": Rule(
        noun="setting of the vendor's service principal",
        severity=Severity.LOW,
        allows="It is not as the program declares it.",
    ),
    "consentedPrincipal.gone": Rule(
        noun="service principal of the vendor's application",
        severity=Severity.HIGH,
        allows="The vendor cannot sign in.",
        missing="The vendor cannot sign in.",
        technique=REMOVAL,
    ),
    "consentedPrincipal.publisher": FAMILY_RULES["publisher"],
    "delegatedGrant": FAMILY_RULES["delegatedGrants"],
    "certificateCredential": FAMILY_RULES["certificates"],
    "appRoleAssignment": FAMILY_RULES["appRoles"],
    "accessGuard": Rule(
        noun="setting of the guard",
        severity=Severity.LOW,
        allows="The program was changed and not deployed yet: the guard still works with the old settings.",
    ),
    "resource": Rule(
        noun="resource of the stack", severity=Severity.LOW, allows="It is not as the program declares it."
    ),
}
"""By kind of resource, and by kind and property where that says more."""

RULES: Final[Mapping[str, Rule]] = {
    **FAMILY_RULES,
    **RESOURCE_RULES,
}
"""Every rule by its stable id."""
