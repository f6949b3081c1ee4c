"""Which tenant, as whom: the provider's configuration and the ARM_* environment, in azuread's order.

Of azuread's ways to sign in it knows three and refuses the others.
Source: https://registry.terraform.io/providers/hashicorp/azuread/3.9.0/docs (checked 2026-11-24).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sandbox.azuread.problems import ProviderError


@dataclass(frozen=True, kw_only=True)
class ClientSecret:
    """A secret of the deployer's application."""

    value: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class ClientCertificate:
    """A PFX file with the deployer's certificate and private key."""

    path: Path
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class FederatedToken:
    """A token of another issuer that the deployer's application trusts."""

    value: bytes = field(repr=False)
    """As it came: azuread does not decode a file, so one in UTF-16 is refused by the login service."""


Credential = ClientSecret | ClientCertificate | FederatedToken


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything needed to sign in."""

    tenant_id: str
    client_id: str
    metadata_host: str
    """Host and port that describe the cloud; empty for Microsoft's public cloud."""
    credential: Credential
    ca_file: str
    """PEM file of the certificate authorities to trust, from SSL_CERT_FILE; empty for the usual ones."""

    @property
    def verify(self) -> str | bool:
        """As requests wants it. Given with every request, since REQUESTS_CA_BUNDLE would win over a session's."""
        return self.ca_file or True


def read_settings(arguments: Mapping[str, str], environment: Mapping[str, str]) -> Settings:
    """The settings; an argument of the provider wins over its environment variable."""
    setting = partial(_setting, arguments, environment)
    missing = [
        variable
        for name, variable in (("tenantId", "ARM_TENANT_ID"), ("clientId", "ARM_CLIENT_ID"))
        if not setting(name, variable)
    ]
    if missing:
        raise ProviderError(f"The stand-in azuread plugin cannot sign in: {' and '.join(missing)} must be set.")
    return Settings(
        tenant_id=setting("tenantId", "ARM_TENANT_ID"),
        client_id=setting("clientId", "ARM_CLIENT_ID"),
        metadata_host=setting("metadataHost", "ARM_METADATA_HOSTNAME"),
        credential=_read_credential(setting),
        ca_file=environment.get("SSL_CERT_FILE", ""),
    )


def _setting(arguments: Mapping[str, str], environment: Mapping[str, str], name: str, variable: str) -> str:
    return arguments.get(name) or environment.get(variable, "")


def _read_credential(setting: Callable[[str, str], str]) -> Credential:
    if path := setting("clientCertificatePath", "ARM_CLIENT_CERTIFICATE_PATH"):
        password = setting("clientCertificatePassword", "ARM_CLIENT_CERTIFICATE_PASSWORD")
        return ClientCertificate(path=Path(path), password=password)
    if secret := setting("clientSecret", "ARM_CLIENT_SECRET"):
        return ClientSecret(value=secret)
    if setting("useOidc", "ARM_USE_OIDC").lower() in ("true", "1"):
        if token := setting("oidcToken", "ARM_OIDC_TOKEN"):
            return FederatedToken(value=token.encode())
        if file := setting("oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH"):
            return FederatedToken(value=_read_token(Path(file)))
    raise ProviderError(
        "The stand-in azuread plugin cannot sign in: it takes a client certificate (ARM_CLIENT_CERTIFICATE_PATH), a client "
        "secret (ARM_CLIENT_SECRET), or ARM_USE_OIDC=true with ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH, and none is "
        "set. The official plugin knows more ways."
    )


def _read_token(file: Path) -> bytes:
    try:
        return file.read_bytes().strip()
    except OSError as error:
        raise ProviderError(f"The OIDC token file {file} cannot be read: {error.strerror}.") from None
