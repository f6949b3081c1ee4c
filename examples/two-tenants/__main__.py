"""The associations of several customers' tenants in one program: two providers of each kind."""

from pathlib import Path

import pulumi
import pulumi_azuread as azuread
import pulumi_mimecast_entra as mimecast_entra

config = pulumi.Config()
certificate = Path(config.require("certificate"))
for name, sign_in in config.require_object("customers").items():
    tenant = [azuread.Provider(name, **sign_in), mimecast_entra.Provider(name, **sign_in)]  # the same settings for both
    deployer = azuread.get_client_config_output(opts=pulumi.InvokeOutputOptions(provider=tenant[0]))
    mimecast = mimecast_entra.ServerConnection(
        name,
        certificates={certificate.name: certificate.read_text()},
        owners=[deployer.object_id],
        opts=pulumi.ResourceOptions(providers=tenant),
    )
    pulumi.export(f"{name}ClientId", mimecast.client_id)
    pulumi.export(f"{name}TenantId", mimecast.tenant_id)
