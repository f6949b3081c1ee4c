"""What each finding about an access path means: what it is called, what it allows, its ATT&CK technique, and what removes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from association.report.model import Severity, Technique

CREDENTIALS: Final = Technique(id="T1098.001", name="Account Manipulation: Additional Cloud Credentials")
ROLES: Final = Technique(id="T1098.003", name="Account Manipulation: Additional Cloud Roles")
ACCOUNT: Final = Technique(id="T1098", name="Account Manipulation")
TOKENS: Final = Technique(id="T1528", name="Steal Application Access Token")
AUTHENTICATION: Final = Technique(id="T1556", name="Modify Authentication Process")
CONDITIONAL_ACCESS: Final = Technique(id="T1556.009", name="Modify Authentication Process: Conditional Access Policies")
POLICY: Final = Technique(id="T1484", name="Domain or Tenant Policy Modification")
REMOVAL: Final = Technique(id="T1531", name="Account Access Removal")
"""The technique of everything that was declared and is gone."""

_SIGN_IN: Final = "signs in as the application, with everything that it is granted"
_ADD: Final = "can add credentials to it, and so sign in as it"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One kind of finding."""

    noun: str
    """What one such thing is called, without an article."""
    severity: Severity
    allows: str
    """What an undeclared one lets somebody do."""
    technique: Technique | None = None
    missing: str = "What the program declares is not there."
    """What no longer works when a declared one is gone."""
    command: str = ""
    """The command that removes exactly one, with `{client_id}`, `{principal}` and `{key}`; empty where there is none."""
    advice: str = ""
    """What a person does, where no command is enough."""
    title: str = ""
    """What such a finding is called, where "Undeclared" and the noun do not say it."""


FAMILY_RULES: Final[Mapping[str, Rule]] = {
    "certificates": Rule(
        noun="certificate on the application",
        severity=Severity.CRITICAL,
        allows=f"Whoever holds its private key {_SIGN_IN}.",
        technique=CREDENTIALS,
        missing="The vendor cannot sign in with it.",
    ),
    "secrets": Rule(
        noun="client secret on the application",
        severity=Severity.CRITICAL,
        allows=f"Whoever knows it {_SIGN_IN}.",
        technique=CREDENTIALS,
        command="az ad app credential delete --id {client_id} --key-id {key}",
    ),
    "federatedCredentials": Rule(
        noun="federated credential on the application",
        severity=Severity.CRITICAL,
        allows=f"Whoever its issuer calls by its subject {_SIGN_IN}, and changing secrets does not stop it.",
        technique=CREDENTIALS,
        command="az ad app federated-credential delete --id {client_id} --federated-credential-id {key}",
    ),
    "owners": Rule(
        noun="owner of the application",
        severity=Severity.HIGH,
        allows=f"An owner of the application {_ADD}.",
        technique=ACCOUNT,
        command="az ad app owner remove --id {client_id} --owner-object-id {key}",
    ),
    "managerApplications": Rule(
        noun="manager of the application",
        severity=Severity.HIGH,
        allows=f"Whoever signs in as this other application {_ADD}.",
        technique=ACCOUNT,
        advice="Ask who designated it, and take it out of the application's property `managerApplications` with Microsoft Graph.",
    ),
    "servicePrincipalFederatedCredentials": Rule(
        noun="federated credential on the service principal",
        severity=Severity.CRITICAL,
        allows=f"Whoever its issuer calls by its subject {_SIGN_IN}; the portal does not show it.",
        technique=CREDENTIALS,
    ),
    "synchronizationJobs": Rule(
        noun="provisioning job of the service principal",
        severity=Severity.HIGH,
        allows="It can copy users and groups of the directory to an address of its maker's choice.",
    ),
    "servicePrincipalCertificates": Rule(
        noun="certificate on the service principal",
        severity=Severity.CRITICAL,
        allows=f"Whoever holds its private key {_SIGN_IN}; the portal does not show it.",
        technique=CREDENTIALS,
        command="az ad sp credential delete --id {principal} --cert --key-id {key}",
    ),
    "servicePrincipalSecrets": Rule(
        noun="client secret on the service principal",
        severity=Severity.CRITICAL,
        allows=f"Whoever knows it {_SIGN_IN}; the portal does not show it.",
        technique=CREDENTIALS,
        command="az ad sp credential delete --id {principal} --key-id {key}",
    ),
    "servicePrincipalOwners": Rule(
        noun="owner of the service principal",
        severity=Severity.HIGH,
        allows=f"An owner of the service principal {_ADD}.",
        technique=ACCOUNT,
    ),
    "appRoles": Rule(
        noun="app role",
        severity=Severity.HIGH,
        allows="Whoever signs in as the application may do this too, in the whole tenant.",
        technique=ROLES,
        missing="The vendor signs in, and then may not open the mailboxes.",
    ),
    "delegatedGrants": Rule(
        noun="delegated permission",
        severity=Severity.HIGH,
        allows="The application may do this in the name of users.",
        technique=TOKENS,
    ),
    "directoryRoles": Rule(
        noun="directory role of the service principal",
        severity=Severity.CRITICAL,
        allows="Whoever signs in as the application administers the directory with this role.",
        technique=ROLES,
    ),
    "groups": Rule(
        noun="group membership of the service principal",
        severity=Severity.HIGH,
        allows="Whoever signs in as the application has the rights of this group.",
        technique=ROLES,
        command="az ad group member remove --group {key} --member-id {principal}",
    ),
    "scopedRoles": Rule(
        noun="directory role over the association",
        severity=Severity.HIGH,
        allows=f"Whoever has it {_ADD}.",
        technique=ROLES,
        advice="Remove the role in the Entra admin center, Roles and administrators.",
    ),
    "policies": Rule(
        noun="policy assigned to the association",
        severity=Severity.HIGH,
        allows="It changes which credentials may be added, or what the application's tokens say.",
        technique=POLICY,
    ),
    "preAuthorizedApplications": Rule(
        noun="pre-authorized client",
        severity=Severity.MEDIUM,
        allows="This client may call the application's API without anybody's consent.",
        technique=TOKENS,
    ),
    "switches": Rule(
        noun="setting of the application",
        title="Setting that opens the application or breaks it",
        severity=Severity.HIGH,
        allows="It opens the application, or breaks it.",
        technique=AUTHENTICATION,
    ),
    "customSecurityAttributes": Rule(
        noun="custom security attribute",
        severity=Severity.MEDIUM,
        allows="Conditional Access and other policies can treat the application differently because of it.",
        technique=CONDITIONAL_ACCESS,
    ),
    "expiring": Rule(
        noun="certificate that expires",
        title="Certificate that has expired or expires soon",
        severity=Severity.MEDIUM,
        allows="When it ends, the vendor cannot sign in.",
        advice="Get the vendor's next certificate, put its file into certs/, and run `pulumi up`.",
    ),
    "publisher": Rule(
        noun="owner of the vendor's application",
        title="Another organization owns the vendor's application",
        severity=Severity.CRITICAL,
        allows="Whoever runs that tenant signs in as the application, with everything that it is granted.",
        technique=ACCOUNT,
        missing="The declared publisher does not own the application.",
        advice="Take its grants away, and ask the vendor.",
    ),
    "servicePrincipalSwitches": Rule(
        noun="setting of the vendor's service principal",
        title="Setting that breaks the vendor's service principal",
        severity=Severity.HIGH,
        allows="While it is disabled, the vendor gets no token.",
        technique=REMOVAL,
    ),
    "vendorApplication": Rule(
        noun="change of the vendor's application",
        title="Change of the vendor's application",
        severity=Severity.MEDIUM,
        allows="The vendor changed its application, or somebody else did in the vendor's tenant.",
        advice="Ask the vendor; where it is meant to be, `pulumi refresh` accepts it.",
    ),
    "servicePrincipalSettings": Rule(
        noun="setting of the vendor's service principal",
        title="Changed setting of the vendor's service principal",
        severity=Severity.LOW,
        allows="It decides who of this tenant can sign in to the application, and what they see of it.",
        advice="Look at it in the Entra admin center; where it is meant to be, `pulumi refresh` accepts it.",
    ),
    "deleted": Rule(
        noun="deletion",
        title="Deleted in the tenant",
        severity=Severity.HIGH,
        allows="The vendor cannot sign in.",
        technique=REMOVAL,
        advice="Restoring it within 30 days keeps the client ID; `pulumi up --refresh` makes a new one.",
    ),
    "orphans": Rule(
        noun="application left behind by an interrupted deployment",
        title="Application left behind by an interrupted deployment",
        severity=Severity.MEDIUM,
        allows="Nobody watches it, and it carries this stack's name.",
        advice="List and remove it with `python -m association orphans --tag …`, as the finding says.",
    ),
    "expiredExceptions": Rule(
        noun="exception that has expired",
        title="Expired exception",
        severity=Severity.MEDIUM,
        allows="The finding that it accepted is a finding again.",
        advice="Remove it from the configuration, or renew it.",
    ),
    "otherHolders": Rule(
        noun="other holder of the same app role",
        severity=Severity.HIGH,
        allows="It reaches the same mailboxes.",
        technique=ROLES,
        advice="Ask its owner; remove the grant. Where it is meant to be, name it in an exception.",
    ),
    "exchangePrincipal": Rule(
        noun="setting of Microsoft's Exchange Online principal",
        severity=Severity.HIGH,
        allows="Disabled, nobody gets tokens for Exchange Online.",
        advice="Enable the principal in the Entra admin center; treat a credential there as an attack on the tenant.",
    ),
    "exchangePrincipalCredentials": Rule(
        noun="credential on Microsoft's Exchange Online principal",
        severity=Severity.CRITICAL,
        allows="It signs in as Exchange Online itself.",
        technique=CREDENTIALS,
        advice="Treat it as an attack on the tenant.",
    ),
    "exchangeRoles": Rule(
        noun="Exchange role held by a service principal",
        severity=Severity.HIGH,
        allows="It opens mailboxes without any app role.",
        technique=ROLES,
        advice="Remove it in Exchange Online PowerShell with Remove-ManagementRoleAssignment; where it is meant to be, "
        "name it in an exception.",
    ),
    "conditionalAccess": Rule(
        noun="Conditional Access policy that names the service principal",
        severity=Severity.MEDIUM,
        allows="It decides from where the application may sign in: it can lock the vendor out, or let others in.",
        technique=CONDITIONAL_ACCESS,
        advice="Look at it in the Entra admin center; where it is meant to be, name it in an exception.",
    ),
    "defaultAppManagementPolicy": Rule(
        noun="tenant rule for credentials",
        severity=Severity.MEDIUM,
        allows="It decides which credentials may be added to applications.",
        technique=POLICY,
        advice="Look at it in the Entra admin center; where it is meant to be, `pulumi refresh` accepts it.",
    ),
    "unreadable": Rule(
        noun="source that could not be read",
        title="Source that could not be read",
        severity=Severity.MEDIUM,
        allows="Changes there are not seen.",
        advice="docs/permissions.md says which permissions show it.",
    ),
}
"""By family of the guard."""
