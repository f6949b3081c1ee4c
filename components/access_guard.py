"""The resource `mimecast-entra:index:AccessGuard` as a Pulumi program sees it. What it does is in the plugin."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from association.contract import ACCESS_GUARD


class AccessGuard(pulumi.CustomResource):
    """The complete list of access paths of an association. It owns no object in the tenant; deleting it takes nothing away."""

    def __init__(  # noqa: PLR0913 - one argument for each thing that is declared about access paths
        self,
        name: str,
        *,
        application_id: pulumi.Input[str] | None = None,
        service_principal_id: pulumi.Input[str],
        stack_tag: str,
        guard: str,
        exceptions: Sequence[Mapping[str, str]],
        expiry_warning_days: int | None = None,
        certificates: Mapping[str, str] | None = None,
        owners: pulumi.Input[Mapping[str, str]],
        app_roles: Mapping[str, str],
        app_role_ids: Mapping[str, pulumi.Input[str]],
        delegated: Mapping[str, str] | None = None,
        delegated_ids: Mapping[str, pulumi.Input[str]] | None = None,
        publisher: str = "",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare every access path; what is not named here is a finding.

        Args:
            name: Logical name.
            application_id: `/applications/{object id}`, the `id` of an `azuread.Application`; None where the application is a vendor's.
            service_principal_id: Object id of the service principal.
            stack_tag: The tag that the application carries; others with it were lost by this stack.
            guard: `report` or `enforce`.
            exceptions: Findings that are accepted: `finding`, `reason`, `until` (`YYYY-MM-DD`).
            expiry_warning_days: Certificates that end within so many days are findings.
            certificates: Thumbprint (SHA-1, upper-case hex) to a sentence.
            owners: Object id to a sentence; of application and service principal alike.
            app_roles: `API name/role` to a sentence.
            app_role_ids: The same keys to `resource object id/role id`.
            delegated: `everyone` or a user's object id, API name and scope, with slashes between them, to a sentence.
            delegated_ids: The same keys with the API's object id in place of its name.
            publisher: Tenant id that must own a vendor's application; empty for one of this tenant.
            opts: Resource options.
        """
        inputs: dict[str, Any] = {
            "applicationId": application_id,
            "servicePrincipalId": service_principal_id,
            "stackTag": stack_tag,
            "guard": guard,
            "exceptions": exceptions,
            "expiryWarningDays": expiry_warning_days,
            "certificates": certificates,
            "owners": owners if application_id is not None else None,
            "servicePrincipalOwners": owners,
            "appRoles": app_roles,
            "appRoleIds": app_role_ids,
            "delegatedGrants": delegated,
            "delegatedIds": delegated_ids,
            "publisher": {publisher: "declared publisher"} if publisher else None,
        }
        super().__init__(ACCESS_GUARD, name, inputs, opts)
