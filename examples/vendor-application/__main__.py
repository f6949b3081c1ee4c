"""A vendor's own application in this tenant, declared and guarded: settings, one component, its outputs."""

import sys
from pathlib import Path

import pulumi

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from association.outputs import SCHEMA_VERSION
from components import ConsentedApplication, plugin_options, read_consent_settings

vendor = ConsentedApplication("vendor", read_consent_settings(pulumi.Config()), plugin_options())

pulumi.export("schemaVersion", SCHEMA_VERSION)
pulumi.export("clientId", vendor.client_id)
pulumi.export("tenantId", vendor.tenant_id)
pulumi.export("servicePrincipalObjectId", vendor.service_principal_object_id)
pulumi.export("permissions", vendor.permissions)
pulumi.export("delegated", vendor.delegated)
pulumi.export("warnings", vendor.warnings)
pulumi.export("exchangeOnline", vendor.exchange_online)
