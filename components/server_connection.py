"""The component `ServerConnection`: one association, declared.

No `from __future__ import annotations` here: Pulumi's schema analyzer reads these annotations at run time.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_azuread as azuread

from association.arguments import name_setting
from association.certificates import Certificate
from association.contract import PORTAL_TAG, REDIRECT_URI, SERVER_CONNECTION, GuardMode
from association.outputs import describe_certificate
from association.permissions import Permission
from components.access_guard import AccessGuard
from components.app_role_assignment import AppRoleAssignment
from components.azuread_reads import read_api
from components.certificate_credential import CertificateCredential
from components.declaration import Declaration, ServerConnectionArgs, check_declaration
from components.deployer_check import DeployerCheck, declare_deployer_check
from components.failures import explaining_hook
from components.roles import api_object_id, app_role_id

_AZUREAD_ASSIGNMENT: Final = "azuread:index/appRoleAssignment:AppRoleAssignment"
"""What version 0.1 declared in place of `AppRoleAssignment`, with the same inputs: its state goes on, nothing is replaced."""


if TYPE_CHECKING:
    _Arguments = ServerConnectionArgs | Declaration
else:
    _Arguments = ServerConnectionArgs  # Pulumi's schema analyzer knows no unions


class ServerConnection(pulumi.ComponentResource):
    """The association that lets Mimecast reach Exchange Online: application, service principal, granted app roles, certificates."""

    client_id: pulumi.Output[str]
    """Application (client) id: what the vendor's console asks for."""
    tenant_id: pulumi.Output[str]
    """Directory (tenant) id."""
    cloud: pulumi.Output[str]
    """The tenant's cloud: global, usgovernmentl4, usgovernmentl5 or china."""
    tenant_domain: pulumi.Output[str]
    """The tenant's initial domain, such as contoso.onmicrosoft.com."""
    application_object_id: pulumi.Output[str]
    """Object ID of the application."""
    service_principal_object_id: pulumi.Output[str]
    """Object ID of the service principal."""
    certificates: pulumi.Output[Sequence[Mapping[str, str]]]
    """Per certificate: thumbprint, thumbprintSha256, subject, notBefore, notAfter, keyId."""
    permissions: pulumi.Output[Sequence[str]]
    """The granted app roles, as they were written in the arguments."""
    warnings: pulumi.Output[Sequence[str]]
    """Non-blocking warnings, such as a certificate that expires soon."""

    def __init__(self, name: str, args: _Arguments, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the association.

        Args:
            name: Logical name; every child's name begins with it.
            args: What it is made of, or the declaration that the settings have become.
            opts: Resource options; providers and `protect` reach the children through this component.

        Raises:
            ArgumentsError: Everything that is wrong with the arguments, at once and before anything is registered.
        """
        if isinstance(args, Declaration):
            declared = args
        else:
            declared = check_declaration(args, now=datetime.now(UTC), before_failing=self._wait_for_hooks)
        super().__init__(SERVER_CONNECTION, name, {}, opts)
        self._name = name
        self._explain_failure = explaining_hook(self, name, tag=self._tag)
        apis = sorted({permission.api_client_id for permission in declared.permissions})
        self._apis = {client_id: read_api(self, client_id) for client_id in apis}
        self._role_ids = {permission: app_role_id(self._apis, permission) for permission in declared.permissions}
        domain = declared.tenant_domain
        deployer = declare_deployer_check(self, name, declared.owners, self._child(), read_tenant_domain=domain is None)
        application = self._declare_application(declared, deployer)
        service_principal = self._declare_service_principal(declared, application)
        grants = [self._declare_grant(permission, service_principal) for permission in declared.permissions]
        credentials = [self._declare_credential(declared, one, application) for one in declared.certificates]
        if declared.guard is not GuardMode.OFF:
            self._declare_guard(declared, application, service_principal, [*grants, *credentials])
        self.client_id = application.client_id
        self.tenant_id = deployer.tenant_id
        self.cloud = deployer.cloud
        self.tenant_domain = deployer.tenant_domain if domain is None else pulumi.Output.from_input(domain)
        self.application_object_id = application.object_id
        self.service_principal_object_id = service_principal.object_id
        self.certificates = pulumi.Output.all(*map(_describe_credential, declared.certificates, credentials))
        self.permissions = pulumi.Output.from_input([str(permission) for permission in declared.permissions])
        self.warnings = pulumi.Output.from_input([text for texts in declared.warnings.values() for text in texts])
        self.register_outputs({name_setting(name): getattr(self, name) for name in ServerConnection.__annotations__})

    async def _wait_for_hooks(self) -> None:
        """A program that fails before Pulumi serves its hooks is ended by a crash of gRPC, without a word (pulumi 3.272, grpcio 1.85)."""
        await self._explain_failure._registered  # noqa: SLF001 - nothing else tells

    @property
    def _tag(self) -> str:
        """What the application carries, so that others that a killed run left can be found."""
        return f"pulumi:{self._identity}"

    @property
    def _identity(self) -> str:
        """Who manages the application: `organization/project/stack/name`."""
        return f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}/{self._name}"

    def _child(
        self,
        deleted_with: pulumi.Resource | None = None,
        depends_on: Sequence[pulumi.Resource] = (),
    ) -> pulumi.ResourceOptions:
        """Options of a child: nothing is merged from `opts`, or a nested component's child would get the wrong parent."""
        return pulumi.ResourceOptions(parent=self, deleted_with=deleted_with, depends_on=depends_on)

    def _owned_child(
        self, declared: Declaration, deleted_with: pulumi.Resource | None = None
    ) -> pulumi.ResourceOptions:
        """Options of an azuread child, whose failures need an explanation and whose owners are the guard's once it is made.

        azuread would take off every owner that is not declared, whatever the guard's mode (docs/adr/0011).
        """
        options = pulumi.ResourceOptions(
            hooks=pulumi.ResourceHookBinding(on_error=[self._explain_failure]),
            ignore_changes=[] if declared.guard is GuardMode.OFF else ["owners"],
        )
        return pulumi.ResourceOptions.merge(self._child(deleted_with), options)

    def _declare_application(self, declared: Declaration, deployer: DeployerCheck) -> azuread.Application:
        return azuread.Application(
            f"{self._name}-application",
            display_name=declared.display_name,
            notes=f"Managed by Pulumi ({self._identity}). Changes made by hand are reported as drift and undone.",
            sign_in_audience="AzureADMyOrg",
            prevent_duplicate_names=True,
            web=azuread.ApplicationWebArgs(redirect_uris=[REDIRECT_URI]),
            owners=deployer.owners,
            tags=[self._tag],
            identifier_uris=[],
            group_membership_claims=[],
            required_resource_accesses=pulumi.Output.all(*self._role_ids.values()).apply(
                lambda resolved: _required_resource_accesses(dict(zip(self._role_ids, resolved, strict=True)))
            ),
            opts=self._owned_child(declared),
        )

    def _declare_service_principal(
        self, declared: Declaration, application: azuread.Application
    ) -> azuread.ServicePrincipal:
        return azuread.ServicePrincipal(
            f"{self._name}-service-principal",
            client_id=application.client_id,
            use_existing=True,
            account_enabled=True,
            owners=declared.owners,
            tags=[PORTAL_TAG],
            alternative_names=[],
            notification_email_addresses=[],
            opts=self._owned_child(declared, deleted_with=application),
        )

    def _declare_grant(self, permission: Permission, service_principal: azuread.ServicePrincipal) -> AppRoleAssignment:
        before = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=_AZUREAD_ASSIGNMENT)])
        return AppRoleAssignment(
            f"{self._name}-{permission.slug}",
            principal_object_id=service_principal.object_id,
            resource_object_id=api_object_id(self._apis, permission),
            app_role_id=self._role_ids[permission],
            opts=pulumi.ResourceOptions.merge(self._child(deleted_with=service_principal), before),
        )

    def _declare_credential(
        self, declared: Declaration, certificate: Certificate, application: azuread.Application
    ) -> CertificateCredential:
        credential = CertificateCredential(
            f"{self._name}-certificate-{certificate.thumbprint[:8].lower()}",
            application_id=application.id,
            certificate=certificate.pem,
            opts=self._child(deleted_with=application),
        )
        for warning in declared.warnings.get(certificate.thumbprint, ()):
            pulumi.warn(warning, resource=credential)
        return credential

    def _declare_guard(
        self,
        declared: Declaration,
        application: azuread.Application,
        service_principal: azuread.ServicePrincipal,
        after: Sequence[pulumi.Resource],
    ) -> AccessGuard:
        owners = pulumi.Output.from_input(declared.owners).apply(lambda ids: dict.fromkeys(ids, "declared owner"))
        return AccessGuard(
            f"{self._name}-guard",
            application_id=application.id,
            service_principal_id=service_principal.object_id,
            stack_tag=self._tag,
            guard=declared.guard,
            exceptions=declared.exceptions,
            expiry_warning_days=declared.expiry_warning_days,
            certificates={
                certificate.thumbprint: f"{certificate.subject}, until {certificate.not_after:%Y-%m-%d}"
                for certificate in declared.certificates
            },
            owners=owners,
            service_principal_owners=owners,
            app_roles={f"{permission.api_name}/{permission.role}": "declared" for permission in declared.permissions},
            app_role_ids={
                f"{permission.api_name}/{permission.role}": pulumi.Output.format(
                    "{0}/{1}",
                    api_object_id(self._apis, permission),
                    self._role_ids[permission],
                )
                for permission in declared.permissions
            },
            opts=self._child(deleted_with=application, depends_on=after),
        )


def _required_resource_accesses(
    role_ids: Mapping[Permission, str],
) -> list[azuread.ApplicationRequiredResourceAccessArgs]:
    """One block per API, blocks and roles sorted by id: the provider compares them as ordered lists."""
    return [
        azuread.ApplicationRequiredResourceAccessArgs(
            resource_app_id=api_client_id,
            resource_accesses=[
                azuread.ApplicationRequiredResourceAccessResourceAccessArgs(id=role_id, type="Role")
                for role_id in sorted(
                    role_id for permission, role_id in role_ids.items() if permission.api_client_id == api_client_id
                )
            ],
        )
        for api_client_id in sorted({permission.api_client_id for permission in role_ids})
    ]


def _describe_credential(
    certificate: Certificate, credential: CertificateCredential
) -> pulumi.Output[Mapping[str, str]]:
    described = describe_certificate(certificate)
    return credential.key_id.apply(lambda key_id: {**described, "keyId": key_id})
