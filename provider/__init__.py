"""The Pulumi plugin `mimecast-entra`: thin over `association`."""

from typing import Final

PACKAGE: Final = "mimecast-entra"
VERSION: Final = "0.1.0"
