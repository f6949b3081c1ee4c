"""The Pulumi component and its settings; nothing here talks to the network."""

from components.declaration import ArgumentsError, Declaration, ServerConnectionArgs
from components.server_connection import ServerConnection
from components.settings import plugin_options, read_settings

__all__ = [
    "ArgumentsError",
    "Declaration",
    "ServerConnection",
    "ServerConnectionArgs",
    "plugin_options",
    "read_settings",
]
