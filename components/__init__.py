"""The Pulumi component and its settings; nothing here talks to the network."""

from components.consent import ConsentedApplicationArgs
from components.consented_application import ConsentedApplication
from components.declaration import ArgumentsError, Declaration, ServerConnectionArgs
from components.providers import plugin_options, tenant_providers
from components.server_connection import ServerConnection
from components.settings import read_consent_settings, read_settings

__all__ = [
    "ArgumentsError",
    "ConsentedApplication",
    "ConsentedApplicationArgs",
    "Declaration",
    "ServerConnection",
    "ServerConnectionArgs",
    "plugin_options",
    "read_consent_settings",
    "read_settings",
    "tenant_providers",
]
