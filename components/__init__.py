"""The Pulumi component and its settings; nothing here talks to the network."""

from components.server_connection import ServerConnection, ServerConnectionArgs
from components.settings import plugin_options, read_settings

__all__ = ["ServerConnection", "ServerConnectionArgs", "plugin_options", "read_settings"]
