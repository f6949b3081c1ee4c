"""The names of the azuread provider's settings.

Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs#argument-reference (checked 2026-11-24).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One provider input and the environment variables that stand in for it."""

    key: str
    """Name of the provider input, camelCase as in `azuread:<key>`."""
    variables: tuple[str, ...]
    """Environment variables, first one wins."""
    description: str
    """One line for the package schema."""
    secret: bool = False
    """Whether the value must stay secret in state."""
    boolean: bool = False
    """Whether the value is true or false."""


PROVIDER_SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(key="tenantId", variables=("ARM_TENANT_ID",), description="Tenant ID or domain."),
    Setting(key="clientId", variables=("ARM_CLIENT_ID",), description="Client ID of the deployer."),
    Setting(
        key="clientIdFilePath", variables=("ARM_CLIENT_ID_FILE_PATH",), description="File that holds the client ID."
    ),
    Setting(key="clientSecret", variables=("ARM_CLIENT_SECRET",), description="Client secret.", secret=True),
    Setting(
        key="clientSecretFilePath",
        variables=("ARM_CLIENT_SECRET_FILE_PATH",),
        description="File that holds the secret.",
    ),
    Setting(
        key="clientCertificate",
        variables=("ARM_CLIENT_CERTIFICATE",),
        description="PKCS#12 archive with certificate and private key, as base64.",
        secret=True,
    ),
    Setting(key="clientCertificatePath", variables=("ARM_CLIENT_CERTIFICATE_PATH",), description="PKCS#12 file."),
    Setting(
        key="clientCertificatePassword",
        variables=("ARM_CLIENT_CERTIFICATE_PASSWORD",),
        description="Password of the PKCS#12 archive.",
        secret=True,
    ),
    Setting(key="useOidc", variables=("ARM_USE_OIDC",), description="Allow OpenID Connect.", boolean=True),
    Setting(key="oidcToken", variables=("ARM_OIDC_TOKEN",), description="ID token.", secret=True),
    Setting(
        key="oidcTokenFilePath", variables=("ARM_OIDC_TOKEN_FILE_PATH",), description="File that holds the ID token."
    ),
    Setting(
        key="oidcRequestToken",
        variables=("ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"),
        description="Bearer token for asking the pipeline for an ID token.",
        secret=True,
    ),
    Setting(
        key="oidcRequestUrl",
        variables=("ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"),
        description="Where to ask the pipeline for an ID token.",
    ),
    Setting(
        key="adoPipelineServiceConnectionId",
        variables=("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"),
        description="Azure DevOps service connection.",
    ),
    Setting(
        key="useAksWorkloadIdentity",
        variables=("ARM_USE_AKS_WORKLOAD_IDENTITY",),
        description="Allow the workload identity of Azure Kubernetes Service.",
        boolean=True,
    ),
    Setting(key="useMsi", variables=("ARM_USE_MSI",), description="Allow managed identity.", boolean=True),
    Setting(key="msiEndpoint", variables=("ARM_MSI_ENDPOINT",), description="Not supported: refused when set."),
    Setting(key="useCli", variables=("ARM_USE_CLI",), description="Allow the Azure CLI (default true).", boolean=True),
    Setting(
        key="environment",
        variables=("ARM_ENVIRONMENT",),
        description="Cloud: global, usgovernmentl4, usgovernmentl5 or china; unused with metadataHost.",
    ),
    Setting(
        key="metadataHost", variables=("ARM_METADATA_HOSTNAME",), description="Host that names the cloud's endpoints."
    ),
    Setting(
        key="partnerId", variables=("ARM_PARTNER_ID",), description="Usage attribution of azuread; without effect here."
    ),
    Setting(
        key="disableTerraformPartnerId",
        variables=("ARM_DISABLE_TERRAFORM_PARTNER_ID",),
        description="Usage attribution of azuread; without effect here.",
        boolean=True,
    ),
)
"""Every provider input of azuread 3.9, so that the same stack configuration can be handed to both."""
