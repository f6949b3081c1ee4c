"""The program: settings, one association, its outputs. Everything else is in `components` and `association`."""

from pathlib import Path

import pulumi

from association.outputs import SCHEMA_VERSION, console_instructions, exchange_instructions
from components import ServerConnection, plugin_options, read_settings

declared = read_settings(pulumi.Config(), Path(__file__).parent)
mimecast = ServerConnection("mimecast", declared, plugin_options())

pulumi.export("schemaVersion", SCHEMA_VERSION)
pulumi.export("clientId", mimecast.client_id)
pulumi.export("tenantId", mimecast.tenant_id)
pulumi.export("tenantDomain", mimecast.tenant_domain)
pulumi.export("applicationObjectId", mimecast.application_object_id)
pulumi.export("servicePrincipalObjectId", mimecast.service_principal_object_id)
pulumi.export("certificates", mimecast.certificates)
pulumi.export("permissions", mimecast.permissions)
pulumi.export("warnings", mimecast.warnings)
pulumi.export(
    "mimecastConsole",
    pulumi.Output.all(mimecast.client_id, mimecast.tenant_domain).apply(lambda ids: console_instructions(*ids)),
)
pulumi.export("exchangeOnline", mimecast.client_id.apply(exchange_instructions) if declared.uses_ews else {})
