"""The choice of identity and cloud, made as the azuread provider 3.9 makes it.

A setting comes from the provider inputs (stack configuration `azuread:<key>`), else from the environment. The first complete
method wins, in the order of `Method`. Where the provider would go on to another identity because a setting is incomplete or
has no equivalent here, this is an error instead.

Source: https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/auth/auth.go and
https://github.com/hashicorp/terraform-provider-azuread/tree/main/internal/provider (checked 2026-11-24).
"""

import base64
import binascii
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from association.errors import SettingsError
from association.graph.cloud import CLOUDS, GLOBAL, Cloud
from association.graph.method import Login, Method
from association.graph.setting_values import Problem, SettingValues

_FOREIGN_IDENTITY: Final = ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_FEDERATED_TOKEN_FILE")
"""With these set, azure-identity asks another place for a managed identity than the azuread provider does.

Source: https://learn.microsoft.com/python/api/azure-identity/azure.identity.managedidentitycredential (checked 2026-11-24)."""

_GITHUB_JOB: Final = "this GitHub job gets no ID token: give the job `permissions: id-token: write`"
"""Source: https://docs.github.com/actions/reference/security/oidc (checked 2026-11-29)."""
_AZURE_DEVOPS_JOB: Final = "missing: Azure Pipelines hands it to a step that asks for it, with `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`"
"""Source: https://learn.microsoft.com/azure/devops/pipelines/build/variables (checked 2026-11-29)."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One identity in one cloud, complete."""

    login: Login
    """How it proves itself."""
    tenant_id: str
    """Tenant ID or domain; may be empty for managed identity and the Azure CLI."""
    client_id: str
    """Client ID; may be empty for managed identity and the Azure CLI."""
    cloud: Cloud
    """The cloud that `environment` names, by default the worldwide one."""
    metadata_host: str
    """Host and optional port that tells the endpoints instead of the cloud; empty when the cloud's own count."""
    verify: str | bool
    """File with the trusted certificate authorities; True for the ones that come with Python."""


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
    choice = _Choice(SettingValues(inputs, environment))
    identity = choice.make()
    problems = choice.settings.problems
    return (None if problems else identity), problems


class _Choice:
    """One look at the settings, which collects every problem on the way to one identity."""

    def __init__(self, settings: SettingValues) -> None:
        self.settings = settings
        self._use_aks = settings.flag("useAksWorkloadIdentity")
        self._allows_oidc = settings.flag("useOidc")
        self._use_oidc = self._allows_oidc or self._use_aks
        self._use_msi = settings.flag("useMsi")

    def make(self) -> Identity | None:
        """The first complete method, or None when there are problems."""
        cloud = self._cloud()
        tenant_id, client_id = self._tenant_id(), self._client_id()
        login = (
            self._client_certificate()
            or self._client_secret()
            or (self._oidc() if self._use_oidc else None)
            or (self._managed_identity() if self._use_msi else None)
            or self._azure_cli()
        )
        if login is None:
            return None
        if login.method not in {Method.MANAGED_IDENTITY, Method.AZURE_CLI}:
            for key, value in (("tenantId", tenant_id), ("clientId", client_id)):
                if not value:
                    self.settings.report(key, f"missing, and sign-in by {login.method} ({login.source}) needs it")
        return Identity(
            login=login,
            tenant_id=tenant_id,
            client_id=client_id,
            cloud=cloud,
            metadata_host=self.settings.text("metadataHost"),
            verify=self._verify(),
        )

    def _cloud(self) -> Cloud:
        name = self.settings.text("environment")
        cloud = CLOUDS.get(name.lower(), GLOBAL)
        if name and name.lower() not in CLOUDS and not self.settings.text("metadataHost"):
            self.settings.report("environment", f"is {name!r}, expected one of {', '.join(CLOUDS)}")
        return cloud

    def _verify(self) -> str | bool:
        file = self._variable("SSL_CERT_FILE")
        if file and not Path(file).is_file():
            self._add("metadataHost", f"SSL_CERT_FILE names {file!r}, which is not a file")
        return file or ssl.get_default_verify_paths().cafile or True

    def _tenant_id(self) -> str:
        return self.settings.agreed("tenantId", {"AZURE_TENANT_ID": self._aks("AZURE_TENANT_ID")})

    def _client_id(self) -> str:
        file = {self.settings.name("clientIdFilePath"): self.settings.file("clientIdFilePath")}
        return self.settings.agreed("clientId", file | {"AZURE_CLIENT_ID": self._aks("AZURE_CLIENT_ID")})

    def _client_certificate(self) -> Login | None:
        if encoded := self.settings.text("clientCertificate"):
            source = self.settings.name("clientCertificate")
            archive = self._decode_archive(encoded)
        elif self.settings.text("clientCertificatePath"):
            source = self.settings.name("clientCertificatePath")
            archive = self.settings.read_bytes("clientCertificatePath")
        else:
            return None
        password = self.settings.text("clientCertificatePassword", strip=False)
        if archive and (reason := _refuse_archive(archive, password)):
            self._add("clientCertificate", f"{source} {reason}")
        return Login(method=Method.CLIENT_CERTIFICATE, source=source, certificate=archive, secret=password)

    def _decode_archive(self, encoded: str) -> bytes:
        """Strict base64, apart from line ends: Go's decoder, and so the azuread provider, ignores those."""
        try:
            return base64.b64decode(re.sub(r"[\r\n]", "", encoded), validate=True)
        except (binascii.Error, ValueError):
            self.settings.report("clientCertificate", "is not base64; expected a PKCS#12 archive as base64")
            return b""

    def _client_secret(self) -> Login | None:
        source = self.settings.name("clientSecretFilePath")
        secret = self.settings.agreed("clientSecret", {source: self.settings.file("clientSecretFilePath")})
        if not self.settings.text("clientSecretFilePath"):
            source = self.settings.name("clientSecret")
            if not secret:
                return None
        return Login(method=Method.CLIENT_SECRET, source=source, secret=secret)

    def _oidc(self) -> Login | None:
        files = {
            self.settings.name("oidcTokenFilePath"): self.settings.text("oidcTokenFilePath"),
            "AZURE_FEDERATED_TOKEN_FILE": self._aks("AZURE_FEDERATED_TOKEN_FILE"),
        }
        named = {name: path for name, path in files.items() if path}
        contents = {
            name: self.settings.read_text(path, key="oidcTokenFilePath", name=name) for name, path in named.items()
        }
        if token := self.settings.agreed("oidcToken", contents):
            source, path = next(iter(named.items()), (self.settings.name("oidcToken"), ""))
            return Login(method=Method.OIDC_TOKEN, source=source, token_file=path, secret="" if path else token)
        return None if named else self._pipeline()

    def _pipeline(self) -> Login | None:
        url, token = self.settings.text("oidcRequestUrl"), self.settings.text("oidcRequestToken")
        if not (url and token):
            self._report_missing_token(url, token)
            return None
        connection = self.settings.text("adoPipelineServiceConnectionId")
        return Login(
            method=Method.AZURE_DEVOPS if connection else Method.GITHUB,
            source=self.settings.name("adoPipelineServiceConnectionId" if connection else "oidcRequestUrl"),
            request_url=url,
            secret=token,
            service_connection_id=connection,
        )

    def _report_missing_token(self, url: str, token: str) -> None:
        asks = self.settings.name("useOidc" if self._allows_oidc else "useAksWorkloadIdentity")
        if not (url or token) and self._variable("GITHUB_ACTIONS") == "true":
            self._add("oidcRequestUrl", f"{asks} asks for OpenID Connect, and {_GITHUB_JOB}")
        elif self._variable("TF_BUILD").lower() == "true" and not token:
            self._add(
                "oidcRequestToken", f"{asks} asks for OpenID Connect, and SYSTEM_ACCESSTOKEN is {_AZURE_DEVOPS_JOB}"
            )
        else:
            missing = "oidcRequestToken" if url else "oidcRequestUrl" if token else "oidcToken"
            self.settings.report(missing, f"missing, and {asks} asks for OpenID Connect")

    def _managed_identity(self) -> Login:
        if self.settings.text("msiEndpoint"):
            self.settings.report(
                "msiEndpoint", "cannot be honoured: azure-identity takes no endpoint; unset it, or sign in another way"
            )
        for variable in _FOREIGN_IDENTITY:
            if self._variable(variable):
                reason = f"cannot be honoured while {variable} is set: it would select another identity than azuread's; unset it"
                self.settings.report("useMsi", reason)
        return Login(method=Method.MANAGED_IDENTITY, source=self.settings.name("useMsi"))

    def _azure_cli(self) -> Login | None:
        unused = self._find_unused()
        if self.settings.flag("useCli", default=True):
            return Login(method=Method.AZURE_CLI, source="nothing else is set", unused=unused)
        if not self.settings.problems:
            way = f" {unused}" if unused else ""
            self.settings.report(
                "useCli", f"no way to sign in: set clientId, tenantId and clientSecret (or another method).{way}"
            )
        return None

    def _find_unused(self) -> str:
        """What stands ready for another method that no setting allows, and the setting that would allow it."""
        tokens = [key for key in ("oidcToken", "oidcTokenFilePath", "oidcRequestUrl") if self.settings.text(key)]
        managed = [variable for variable in ("IDENTITY_ENDPOINT", "MSI_ENDPOINT") if self._variable(variable)]
        if tokens and not self._use_oidc:
            found, allows = self.settings.name(tokens[0]), "useOidc"
        elif self._variable("AZURE_FEDERATED_TOKEN_FILE") and not self._use_aks:
            found, allows = "AZURE_FEDERATED_TOKEN_FILE", "useAksWorkloadIdentity"
        elif managed and not self._use_msi:
            found, allows = managed[0], "useMsi"
        else:
            return ""
        name = self.settings.name(allows)
        return f"{found} is set, but {name} is not true: set {name} to true to sign in with it."

    def _aks(self, variable: str) -> str:
        return self._variable(variable).strip() if self._use_aks else ""

    def _variable(self, name: str) -> str:
        return self.settings.environment.get(name, "")

    def _add(self, key: str, reason: str) -> None:
        self.settings.problems.append(Problem(key=key, reason=reason))


def _refuse_archive(archive: bytes, password: str) -> str:
    """Why this is not a PKCS#12 archive with a key that opens with this password; empty when it is one."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    if _is_base64(archive):
        return "holds base64 text of an archive; expected the PKCS#12 archive itself, as `base64 -d` makes it"
    if b"-----BEGIN" in archive:
        return "holds PEM text; expected a PKCS#12 archive, as `openssl pkcs12 -export` makes it"
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(archive, password.encode() or None)
    except ValueError:
        return "is not a PKCS#12 archive that opens with clientCertificatePassword"
    return "" if key and certificate else "holds no private key with its certificate"


def _is_base64(archive: bytes) -> bool:
    """Whether the bytes are base64 text of an archive, which begins with an ASN.1 sequence: `MI`."""
    return archive.lstrip().startswith(b"MI") and re.fullmatch(rb"[A-Za-z0-9+/=\s]+", archive) is not None
