"""The program: settings, one association, its outputs. Everything else is in `components` and `association`."""

from datetime import UTC, datetime
from pathlib import Path

import pulumi

from association.exchange_online import exchange_instructions
from association.outputs import SCHEMA_VERSION, console_instructions, portal_links
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
exchange_online = pulumi.Output.all(mimecast.client_id, mimecast.cloud).apply(
    lambda known: exchange_instructions(*known, now=datetime.now(UTC))
)
pulumi.export("exchangeOnline", exchange_online if declared.uses_ews else {})
pulumi.export(
    "portal",
    pulumi.Output.all(mimecast.client_id, mimecast.service_principal_object_id, mimecast.cloud).apply(
        lambda known: portal_links(*known)
    ),
)
