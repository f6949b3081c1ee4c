"""The Pulumi plugin `mimecast-entra`: thin over `association`."""

from typing import Final

VERSION: Final = "0.1.0"
