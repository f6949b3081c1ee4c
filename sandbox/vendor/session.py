"""HTTP sessions of the vendor's side: they trust one authority file and nothing from the environment."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests


def loopback_session(ca_file: Path) -> "requests.Session":
    """A session for servers whose TLS certificates come from this authority (PEM file); close it after use."""
    import requests  # noqa: PLC0415 - the sandbox's other commands start without it

    session = requests.Session()
    session.trust_env = False  # a REQUESTS_CA_BUNDLE in the environment would silently win over `verify`
    session.verify = str(ca_file)
    return session
