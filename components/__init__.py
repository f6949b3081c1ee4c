"""The Pulumi component and its settings; nothing here talks to the network."""

from components.declaration import ArgumentsError, Declaration, ServerConnectionArgs
from components.providers import plugin_options, tenant_providers
from components.server_connection import ServerConnection
from components.settings import read_settings

__all__ = [
    "ArgumentsError",
    "Declaration",
    "ServerConnection",
    "ServerConnectionArgs",
    "plugin_options",
    "read_settings",
    "tenant_providers",
]
