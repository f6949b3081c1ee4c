"""The resource `mimecast-entra:index:DeployerCheck` as a Pulumi program sees it. What it does is in the plugin."""

from collections.abc import Sequence
from typing import Final

import pulumi

from association.contract import DEPLOYER_CHECK
from components.azuread_reads import read_client_config

_WIRE_NAMES: Final = {
    "owners": "owners",
    "azuread_tenant_id": "azureadTenantId",
    "azuread_object_id": "azureadObjectId",
    "of_vendor": "ofVendor",
    "read_tenant_domain": "readTenantDomain",
    "tenant_id": "tenantId",
    "tenant_domain": "tenantDomain",
    "cloud": "cloud",
}
_ATTRIBUTES: Final = {wire_name: attribute for attribute, wire_name in _WIRE_NAMES.items()}


class DeployerCheck(pulumi.CustomResource):
    """Stops a deployment that cannot work, or would lock its deployer out, before anything is made."""

    owners: pulumi.Output[Sequence[str]]
    """The declared owners, once it is known that they can be made."""
    tenant_id: pulumi.Output[str]
    """Tenant ID (GUID) that the azuread provider and this plugin both sign in to."""
    tenant_domain: pulumi.Output[str]
    """The tenant's initial domain, where it was to be read."""
    cloud: pulumi.Output[str]
    """The tenant's cloud: global, usgovernmentl4, usgovernmentl5 or china."""

    def __init__(
        self,
        name: str,
        *,
        owners: pulumi.Input[Sequence[pulumi.Input[str]]],
        azuread_tenant_id: pulumi.Input[str],
        azuread_object_id: pulumi.Input[str],
        of_vendor: bool,
        read_tenant_domain: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the check.

        Args:
            name: Logical name.
            owners: Object IDs of the declared owners.
            azuread_tenant_id: Tenant ID or domain that the azuread provider signs in to.
            azuread_object_id: Object ID as which the azuread provider signs in.
            of_vendor: Whether the application is a vendor's, which the deployer need not own.
            read_tenant_domain: Whether the tenant's initial domain is wanted.
            opts: Resource options.
        """
        inputs = dict.fromkeys(_WIRE_NAMES) | {
            "owners": owners,
            "azuread_tenant_id": azuread_tenant_id,
            "azuread_object_id": azuread_object_id,
            "of_vendor": of_vendor or None,
            "read_tenant_domain": read_tenant_domain or None,
        }
        super().__init__(DEPLOYER_CHECK, name, inputs, opts)

    def translate_input_property(self, prop: str) -> str:
        """From this class's attributes to the wire's camelCase."""
        return _WIRE_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """From the wire's camelCase to this class's attributes."""
        return _ATTRIBUTES.get(prop, prop)


def declare_deployer_check(
    component: pulumi.Resource,
    name: str,
    owners: pulumi.Input[Sequence[pulumi.Input[str]]],
    opts: pulumi.ResourceOptions,
    *,
    of_vendor: bool = False,
    read_tenant_domain: bool = False,
) -> DeployerCheck:
    """The check of a component's deployer, as whom the azuread provider signs in.

    Args:
        component: Whose azuread provider.
        name: Logical name of the component.
        owners: Object IDs of the declared owners.
        opts: Resource options of a child.
        of_vendor: As for `DeployerCheck`.
        read_tenant_domain: Whether the tenant's initial domain is wanted.
    """
    azuread_config = read_client_config(component)
    return DeployerCheck(
        f"{name}-deployer",
        owners=owners,
        azuread_tenant_id=azuread_config.apply(lambda config: config["tenantId"]),
        azuread_object_id=azuread_config.apply(lambda config: config["objectId"]),
        of_vendor=of_vendor,
        read_tenant_domain=read_tenant_domain,
        opts=opts,
    )
