"""The ways to sign in, and what each needs."""

from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """How to log in, in the order in which the azuread provider tries them."""

    CLIENT_CERTIFICATE = "client certificate"
    CLIENT_SECRET = "client secret"  # noqa: S105 - the name of a method
    OIDC_TOKEN = "OIDC token"  # noqa: S105 - the name of a method
    AZURE_DEVOPS = "Azure DevOps OIDC"
    GITHUB = "GitHub OIDC"
    MANAGED_IDENTITY = "managed identity"
    AZURE_CLI = "Azure CLI"


@dataclass(frozen=True, kw_only=True)
class Login:
    """One way to log in, with what it needs. Nothing secret is ever printed."""

    method: Method
    """How to log in."""
    source: str
    """Name of the setting or variable that decided, such as `ARM_CLIENT_SECRET`; never its value."""
    unused: str = ""
    """What stands ready for another method, and the setting that would allow it; empty when there is nothing."""
    secret: str = field(default="", repr=False)
    """Client secret, ID token, password of the PKCS#12 archive or the pipeline's token, as the method needs."""
    certificate: bytes = field(default=b"", repr=False)
    """PKCS#12 archive with certificate and private key."""
    token_file: str = ""
    """File that holds the ID token; read again for every login, as it rotates."""
    request_url: str = ""
    """Where the pipeline hands out ID tokens."""
    service_connection_id: str = ""
    """Azure DevOps service connection."""
