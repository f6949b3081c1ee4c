"""The names of the azuread provider's settings.

Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs#argument-reference (checked 2026-11-24).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
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


PROVIDER_SETTINGS: Final = (
    Setting("tenantId", ("ARM_TENANT_ID",), "Tenant ID or domain."),
    Setting("clientId", ("ARM_CLIENT_ID",), "Client ID of the deployer."),
    Setting("clientIdFilePath", ("ARM_CLIENT_ID_FILE_PATH",), "File that holds the client ID."),
    Setting("clientSecret", ("ARM_CLIENT_SECRET",), "Client secret.", secret=True),
    Setting("clientSecretFilePath", ("ARM_CLIENT_SECRET_FILE_PATH",), "File that holds the secret."),
    Setting(
        "clientCertificate",
        ("ARM_CLIENT_CERTIFICATE",),
        "PKCS#12 archive with certificate and private key, as base64.",
        secret=True,
    ),
    Setting("clientCertificatePath", ("ARM_CLIENT_CERTIFICATE_PATH",), "PKCS#12 file."),
    Setting(
        "clientCertificatePassword",
        ("ARM_CLIENT_CERTIFICATE_PASSWORD",),
        "Password of the PKCS#12 archive.",
        secret=True,
    ),
    Setting("useOidc", ("ARM_USE_OIDC",), "Allow OpenID Connect.", boolean=True),
    Setting("oidcToken", ("ARM_OIDC_TOKEN",), "ID token.", secret=True),
    Setting("oidcTokenFilePath", ("ARM_OIDC_TOKEN_FILE_PATH",), "File that holds the ID token."),
    Setting(
        "oidcRequestToken",
        ("ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"),
        "Bearer token for asking the pipeline for an ID token.",
        secret=True,
    ),
    Setting(
        "oidcRequestUrl",
        ("ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"),
        "Where to ask the pipeline for an ID token.",
    ),
    Setting(
        "adoPipelineServiceConnectionId",
        ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"),
        "Azure DevOps service connection.",
    ),
    Setting(
        "useAksWorkloadIdentity",
        ("ARM_USE_AKS_WORKLOAD_IDENTITY",),
        "Allow the workload identity of Azure Kubernetes Service.",
        boolean=True,
    ),
    Setting("useMsi", ("ARM_USE_MSI",), "Allow managed identity.", boolean=True),
    Setting("msiEndpoint", ("ARM_MSI_ENDPOINT",), "Not supported: refused when set."),
    Setting("useCli", ("ARM_USE_CLI",), "Allow the Azure CLI (default true).", boolean=True),
    Setting(
        "environment",
        ("ARM_ENVIRONMENT",),
        "Cloud: global, usgovernmentl4, usgovernmentl5 or china; unused with metadataHost.",
    ),
    Setting("metadataHost", ("ARM_METADATA_HOSTNAME",), "Host that names the cloud's endpoints."),
    Setting("partnerId", ("ARM_PARTNER_ID",), "Usage attribution of azuread; without effect here."),
    Setting(
        "disableTerraformPartnerId",
        ("ARM_DISABLE_TERRAFORM_PARTNER_ID",),
        "Usage attribution of azuread; without effect here.",
        boolean=True,
    ),
)
"""Every provider input of azuread 3.9, so that the same stack configuration can be handed to both."""
