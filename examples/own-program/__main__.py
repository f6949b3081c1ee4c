"""The association in somebody's own program, through the SDK that `pulumi package add` generates."""

from pathlib import Path

import pulumi
import pulumi_azuread as azuread
import pulumi_mimecast_entra as mimecast_entra

certificate = Path(pulumi.Config().require("certificate"))
mimecast = mimecast_entra.ServerConnection(
    "mimecast",
    certificates={certificate.name: certificate.read_text()},
    owners=[azuread.get_client_config_output().object_id],
)
pulumi.export("clientId", mimecast.client_id)
