"""What docs/adr/0001 compares with: the same parts with azuread's own certificate resource."""

from pathlib import Path

import pulumi
import pulumi_azuread as azuread
from cryptography import x509

EXCHANGE_ONLINE = "00000002-0000-0ff1-ce00-000000000000"

config = pulumi.Config()
pem = Path(config.require("certificate")).read_text()
ends = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
owners = config.get_object("owners") or []
exchange = azuread.get_service_principal_output(client_id=EXCHANGE_ONLINE)
role_id = exchange.app_role_ids.apply(lambda ids: ids["full_access_as_app"])
for number in range(1, config.require_int("count") + 1):
    application = azuread.Application(
        f"application-{number}",
        display_name=f"Mimecast O365 Server Connection {number}",
        sign_in_audience="AzureADMyOrg",
        prevent_duplicate_names=True,
        web={"redirect_uris": ["https://localhost/"]},
        owners=owners,
        tags=[],
        required_resource_accesses=[
            {"resource_app_id": EXCHANGE_ONLINE, "resource_accesses": [{"id": role_id, "type": "Role"}]}
        ],
    )
    principal = azuread.ServicePrincipal(
        f"service-principal-{number}",
        client_id=application.client_id,
        owners=owners,
        tags=[],
        opts=pulumi.ResourceOptions(deleted_with=application),
    )
    azuread.AppRoleAssignment(
        f"grant-{number}",
        app_role_id=role_id,
        principal_object_id=principal.object_id,
        resource_object_id=exchange.object_id,
        opts=pulumi.ResourceOptions(deleted_with=principal),
    )
    azuread.ApplicationCertificate(
        f"certificate-{number}",
        application_id=application.id,
        type="AsymmetricX509Cert",
        value=pem,
        end_date=ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        opts=pulumi.ResourceOptions(deleted_with=application),
    )
