"""The resource `mimecast-entra:index:AccessGuard` as a Pulumi program sees it. What it does is in the plugin."""

from collections.abc import Mapping, Sequence
from typing import Required, TypedDict, Unpack

import pulumi

from association.arguments import name_setting
from association.contract import ACCESS_GUARD


class AccessGuardInputs(TypedDict, total=False):
    """Every access path that is declared; what is not named here is a finding. The plugin has these names in camelCase."""

    application_id: pulumi.Input[str]
    """`/applications/{object id}`, the `id` of an `azuread.Application`; left out where the application is a vendor's."""
    service_principal_id: Required[pulumi.Input[str]]
    """Object ID of the service principal."""
    stack_tag: Required[str]
    """The tag that the application carries; others with it were lost by this stack."""
    guard: Required[str]
    """`report` or `enforce`."""
    exceptions: Required[Sequence[Mapping[str, str]]]
    """Findings that are accepted: `finding`, `reason`, `until` (`YYYY-MM-DD`)."""
    expiry_warning_days: int
    """Certificates that end within so many days are findings."""
    certificates: Mapping[str, str]
    """Thumbprint (SHA-1, upper-case hex) to a sentence; so are the next ones."""
    owners: pulumi.Input[Mapping[str, str]]
    """Object IDs of the application's owners."""
    service_principal_owners: Required[pulumi.Input[Mapping[str, str]]]
    """Object IDs of the service principal's owners."""
    app_roles: Required[Mapping[str, str]]
    """`API name/role`."""
    app_role_ids: Required[Mapping[str, pulumi.Input[str]]]
    """The same keys to `resource object ID/role id`."""
    delegated_grants: Mapping[str, str]
    """`everyone` or a user's object ID, API name and scope, with slashes between them."""
    delegated_ids: Mapping[str, pulumi.Input[str]]
    """The same keys with the API's object ID in place of its name."""
    publisher: Mapping[str, str]
    """Tenant ID that must own a vendor's application."""


class AccessGuard(pulumi.CustomResource):
    """The complete list of access paths of an association. It owns no object in the tenant; deleting it removes nothing."""

    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[AccessGuardInputs]
    ) -> None:
        super().__init__(ACCESS_GUARD, name, {name_setting(key): value for key, value in inputs.items()}, opts)
