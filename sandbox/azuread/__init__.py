"""A stand-in for the azuread plugin (`pulumi-resource-azuread`), for machines that cannot install the official one.

It has the three resources and three functions that this project uses, and answers as the recordings in
`tests/contract/recordings` show. For everything else use the official plugin.
"""

VERSION = "6.11.1"
"""The pulumi-azuread release that the recordings were made with; the engine compares it with the Python package's."""
