"""Owns the choice of identity and cloud, made as the azuread provider 3.9 makes it. It leaves the login out.

A setting comes from the provider inputs (stack configuration `azuread:<key>`), else from the environment; an input that
is present wins even when it is empty. The first complete method wins, in the order of `Method`. Where the provider would
go on to another identity because a setting is incomplete or has no equivalent here, this is an error instead.

Source: https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/auth/auth.go and
https://github.com/hashicorp/terraform-provider-azuread/tree/main/internal/provider (checked 2026-11-24).
"""

import base64
import binascii
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from association.errors import SettingsError
from association.graph.cloud import CLOUDS, Cloud
from association.graph.method import Login, Method
from association.graph.settings import PROVIDER_SETTINGS, Setting

_FOREIGN_IDENTITY: Final = ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_FEDERATED_TOKEN_FILE")
"""With these set, azure-identity asks another place for a managed identity than the azuread provider does.

Source: https://learn.microsoft.com/python/api/azure-identity/azure.identity.managedidentitycredential (checked 2026-11-24)."""

_TRUE: Final = frozenset({"1", "t", "true"})
_FALSE: Final = frozenset({"0", "f", "false", ""})
_SETTINGS: Final = {setting.key: setting for setting in PROVIDER_SETTINGS}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One identity in one cloud, complete."""

    login: Login
    """How it proves itself."""
    tenant_id: str
    """Tenant id or domain; may be empty for managed identity and the Azure CLI."""
    client_id: str
    """Client id; may be empty for managed identity and the Azure CLI."""
    cloud: Cloud | None
    """Endpoints of the cloud; None: `metadata_host` tells them."""
    metadata_host: str
    """Host and optional port; empty when `cloud` is known."""
    verify: str | bool
    """File with the trusted certificate authorities; True for the ones that come with Python."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One wrong setting."""

    key: str
    """The provider input it is about."""
    reason: str
    """One sentence that names the setting as the user wrote it."""


def choose_identity(inputs: Mapping[str, object], environment: Mapping[str, str]) -> Identity:
    """Decide who logs in, and where.

    Args:
        inputs: Provider inputs by camelCase key; booleans as such or as text. A key whose value is None counts as absent.
        environment: Environment variables.

    Raises:
        SettingsError: Naming every setting that is wrong, incomplete or cannot be honoured.
    """
    identity, problems = examine_settings(inputs, environment)
    if identity is None:
        raise SettingsError.of_all([problem.reason for problem in problems])
    return identity


def examine_settings(
    inputs: Mapping[str, object], environment: Mapping[str, str]
) -> tuple[Identity | None, list[Problem]]:
    """As `choose_identity`, with the problems as values for whoever can show them one by one; no identity with problems."""
    choice = _Choice(inputs, environment)
    identity = choice.make()
    return (None if choice.problems else identity), choice.problems


class _Choice:
    """Collects every problem on the way to one identity."""

    def __init__(self, inputs: Mapping[str, object], environment: Mapping[str, str]) -> None:
        self._inputs = inputs
        self._environment = environment
        self.problems: list[Problem] = []

    def make(self) -> Identity | None:
        """The first complete method, or None when there are problems."""
        cloud = self._cloud()
        use_aks = self._flag("useAksWorkloadIdentity")
        use_oidc = self._flag("useOidc") or use_aks
        use_msi, use_cli = self._flag("useMsi"), self._flag("useCli", default=True)
        tenant_id = self._tenant_id(use_aks=use_aks)
        client_id = self._client_id(use_aks=use_aks)
        login = (
            self._client_certificate()
            or self._client_secret()
            or (self._oidc(use_aks=use_aks) if use_oidc else None)
            or (self._managed_identity() if use_msi else None)
            or (Login(method=Method.AZURE_CLI, source=self._name("useCli")) if use_cli else None)
        )
        if login is None:
            if not self.problems:
                self._problem("useCli", "no way to log in: set clientId, tenantId and clientSecret (or another method)")
            return None
        if login.method not in {Method.MANAGED_IDENTITY, Method.AZURE_CLI}:
            for key, value in (("tenantId", tenant_id), ("clientId", client_id)):
                if not value:
                    self._problem(key, f"missing, and login by {login.method} ({login.source}) needs it")
        return Identity(
            login=login,
            tenant_id=tenant_id,
            client_id=client_id,
            cloud=cloud,
            metadata_host=self._text("metadataHost"),
            verify=self._verify(),
        )

    def _cloud(self) -> Cloud | None:
        if self._text("metadataHost"):
            return None
        name = self._text("environment") or "global"
        cloud = CLOUDS.get(name.lower())
        if cloud is None:
            self._problem("environment", f"is {name!r}, expected one of {', '.join(CLOUDS)}")
        return cloud

    def _verify(self) -> str | bool:
        file = self._environment.get("SSL_CERT_FILE", "")
        if file and not Path(file).is_file():
            self.problems.append(
                Problem(key="metadataHost", reason=f"SSL_CERT_FILE names {file!r}, which is not a file")
            )
        return file or ssl.get_default_verify_paths().cafile or True

    def _tenant_id(self, *, use_aks: bool) -> str:
        return self._agreed("tenantId", {"AZURE_TENANT_ID": self._aks("AZURE_TENANT_ID", use_aks=use_aks)})

    def _client_id(self, *, use_aks: bool) -> str:
        others = {
            self._name("clientIdFilePath"): self._file("clientIdFilePath"),
            "AZURE_CLIENT_ID": self._aks("AZURE_CLIENT_ID", use_aks=use_aks),
        }
        return self._agreed("clientId", others)

    def _client_certificate(self) -> Login | None:
        if encoded := self._text("clientCertificate"):
            source = self._name("clientCertificate")
            try:
                archive = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                self._problem("clientCertificate", "is not base64; expected a PKCS#12 archive as base64 on one line")
                archive = b""
        elif path := self._text("clientCertificatePath"):
            source = self._name("clientCertificatePath")
            archive = self._bytes("clientCertificatePath", path)
        else:
            return None
        password = self._text("clientCertificatePassword", strip=False)
        if archive and (reason := _refuse_archive(archive, password)):
            self.problems.append(Problem(key="clientCertificate", reason=f"{source} {reason}"))
        return Login(method=Method.CLIENT_CERTIFICATE, source=source, certificate=archive, secret=password)

    def _client_secret(self) -> Login | None:
        file = self._file("clientSecretFilePath")
        secret = self._agreed("clientSecret", {self._name("clientSecretFilePath"): file})
        if not secret:
            return None
        source = self._name("clientSecretFilePath" if file else "clientSecret")
        return Login(method=Method.CLIENT_SECRET, source=source, secret=secret)

    def _oidc(self, *, use_aks: bool) -> Login | None:
        aks_file = self._aks("AZURE_FEDERATED_TOKEN_FILE", use_aks=use_aks)
        files = {
            self._name("oidcTokenFilePath"): self._text("oidcTokenFilePath"),
            "AZURE_FEDERATED_TOKEN_FILE": aks_file,
        }
        named = {name: path for name, path in files.items() if path}
        contents = {name: self._bytes("oidcTokenFilePath", path, name).decode().strip() for name, path in named.items()}
        if token := self._agreed("oidcToken", contents):
            source, path = next(iter(named.items()), (self._name("oidcToken"), ""))
            return Login(method=Method.OIDC_TOKEN, source=source, token_file=path, secret="" if path else token)
        url, token = self._text("oidcRequestUrl"), self._text("oidcRequestToken")
        if not (url and token):
            missing = "oidcRequestToken" if url else "oidcRequestUrl" if token else "oidcToken"
            self._problem(missing, f"missing, and {self._name('useOidc')} asks for OpenID Connect")
            return None
        connection = self._text("adoPipelineServiceConnectionId")
        return Login(
            method=Method.AZURE_DEVOPS if connection else Method.GITHUB,
            source=self._name("adoPipelineServiceConnectionId" if connection else "oidcRequestUrl"),
            request_url=url,
            secret=token,
            service_connection_id=connection,
        )

    def _managed_identity(self) -> Login:
        if self._text("msiEndpoint"):
            self._problem(
                "msiEndpoint", "cannot be honoured: azure-identity takes no endpoint; unset it, or log in another way"
            )
        for variable in _FOREIGN_IDENTITY:
            if self._environment.get(variable):
                reason = (
                    f"cannot be honoured while {variable} is set: it leads to another identity than azuread's; unset it"
                )
                self._problem("useMsi", reason)
        return Login(method=Method.MANAGED_IDENTITY, source=self._name("useMsi"))

    def _aks(self, variable: str, *, use_aks: bool) -> str:
        return self._environment.get(variable, "").strip() if use_aks else ""

    def _agreed(self, key: str, others: Mapping[str, str]) -> str:
        """The one value that the setting and its stand-ins agree on; the provider refuses a mismatch too."""
        values = {self._name(key): self._text(key), **others}
        given = {name: value for name, value in values.items() if value}
        if len(set(given.values())) > 1:
            self.problems.append(Problem(key=key, reason=f"{' and '.join(given)} differ: remove all but one"))
        return next(reversed(given.values()), "")

    def _file(self, key: str) -> str:
        path = self._text(key)
        return self._bytes(key, path).decode(errors="replace").strip() if path else ""

    def _bytes(self, key: str, path: str, name: str = "") -> bytes:
        try:
            return Path(path).read_bytes()
        except OSError as error:
            reason = f"{name or self._name(key)} names {path!r}, which cannot be read: {error.strerror}"
            self.problems.append(Problem(key=key, reason=reason))
            return b""

    def _flag(self, key: str, *, default: bool = False) -> bool:
        value = self._inputs.get(key)
        text = str(value) if value is not None else self._variable(_SETTINGS[key])[1]
        if value is None and not text:
            return default
        if text.lower() not in _TRUE | _FALSE:
            self._problem(key, f"is {text!r}, expected true or false")
        return text.lower() in _TRUE

    def _text(self, key: str, *, strip: bool = True) -> str:
        value = self._inputs.get(key)
        text = str(value) if value is not None else self._variable(_SETTINGS[key])[1]
        return text.strip() if strip else text

    def _variable(self, setting: Setting) -> tuple[str, str]:
        """Name and value of the variable that counts; the first name and "" when none is set."""
        set_ones = ((name, self._environment[name]) for name in setting.variables if self._environment.get(name))
        return next(set_ones, (setting.variables[0], ""))

    def _name(self, key: str) -> str:
        """The setting as the user wrote it: `azuread:clientId` or `ARM_CLIENT_ID`."""
        return f"azuread:{key}" if self._inputs.get(key) is not None else self._variable(_SETTINGS[key])[0]

    def _problem(self, key: str, reason: str) -> None:
        name = self._name(key)
        also = f" (azuread:{key})" if not name.startswith("azuread:") else ""
        self.problems.append(Problem(key=key, reason=f"{name}{also}: {reason}"))


def _refuse_archive(archive: bytes, password: str) -> str:
    """Why this is not a PKCS#12 archive with a key that opens with this password; empty when it is one."""
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415 - costs start-up, rarely needed

    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(archive, password.encode() or None)
    except ValueError:
        return "is not a PKCS#12 archive that opens with clientCertificatePassword"
    return "" if key and certificate else "holds no private key with its certificate"
