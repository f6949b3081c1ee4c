"""The component `ConsentedApplication`: a vendor's own application, and what this tenant grants to it.

No `from __future__ import annotations` here: Pulumi's schema analyzer reads these annotations at run time.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import pulumi

from association.arguments import name_setting
from association.contract import CONSENTED_APPLICATION, EVERYONE, GuardMode
from association.exchange_online import exchange_instructions
from association.permissions import Permission
from components.access_guard import AccessGuard
from components.app_role_assignment import AppRoleAssignment
from components.azuread_reads import read_api
from components.consent import Consent, ConsentedApplicationArgs, check_consent
from components.consented_principal import ConsentedPrincipal
from components.delegated_grant import DelegatedGrant
from components.deployer_check import DeployerCheck, declare_deployer_check
from components.roles import api_object_id, app_role_id, resolve_scope
from microsoft.ews import ENDS


class ConsentedApplication(pulumi.ComponentResource):
    """A vendor's own multi-tenant application in this tenant: its service principal, what is granted to it, and the guard over it."""

    client_id: pulumi.Output[str]
    """Application (client) ID of the vendor's application."""
    tenant_id: pulumi.Output[str]
    """Directory (tenant) ID."""
    cloud: pulumi.Output[str]
    """The tenant's cloud: global, usgovernmentl4, usgovernmentl5 or china."""
    service_principal_object_id: pulumi.Output[str]
    """Object ID of the service principal."""
    permissions: pulumi.Output[Sequence[str]]
    """The granted app roles, as they were written in the arguments."""
    delegated: pulumi.Output[Mapping[str, Sequence[str]]]
    """The granted delegated permissions, by `everyone` or a user's object ID."""
    warnings: pulumi.Output[Sequence[str]]
    """Non-blocking warnings."""
    exchange_online: pulumi.Output[Mapping[str, Any]]
    """When EWS ends, and the PowerShell that an Exchange administrator runs; empty without full_access_as_app."""

    def __init__(self, name: str, args: ConsentedApplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare it.

        Args:
            name: Logical name; every child's name begins with it.
            args: Whose application it is, and what is granted to it.
            opts: Resource options; providers and `protect` reach the children through this component.

        Raises:
            ArgumentsError: Everything that is wrong with the arguments, at once and before anything is registered.
        """
        declared = check_consent(args)
        super().__init__(CONSENTED_APPLICATION, name, {}, opts)
        self._name = name
        scopes = [scope for scopes in declared.delegated.values() for scope in scopes]
        apis = sorted({permission.api_client_id for permission in (*declared.permissions, *scopes)})
        self._apis = {client_id: read_api(self, client_id) for client_id in apis}
        deployer = declare_deployer_check(self, name, declared.owners, self._child(), of_vendor=True)
        principal = self._declare_principal(declared, deployer)
        grants = [self._declare_role(declared, permission, principal) for permission in declared.permissions]
        delegated = list(self._declare_delegated(declared, principal))
        if declared.guard is not GuardMode.OFF:
            self._declare_guard(declared, principal, [*grants, *delegated])
        self.client_id = pulumi.Output.from_input(declared.client_id)
        self.tenant_id = deployer.tenant_id
        self.cloud = deployer.cloud
        self.service_principal_object_id = principal.object_id
        self.permissions = pulumi.Output.from_input([str(permission) for permission in declared.permissions])
        self.delegated = pulumi.Output.from_input(
            {who: [str(scope) for scope in scopes] for who, scopes in declared.delegated.items()}
        )
        self.warnings = pulumi.Output.from_input(list(_warnings(declared)))
        self.exchange_online = _exchange_online(declared, deployer)
        self.register_outputs(
            {name_setting(output): getattr(self, output) for output in ConsentedApplication.__annotations__}
        )

    @property
    def _tag(self) -> str:
        """What a service principal that is made here carries: `pulumi:organization/project/stack/name`."""
        return f"pulumi:{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}/{self._name}"

    def _child(self, depends_on: Sequence[pulumi.Resource] = ()) -> pulumi.ResourceOptions:
        """Without `deleted_with`: where the service principal stays, what was granted here must still go."""
        return pulumi.ResourceOptions(parent=self, depends_on=depends_on)

    def _declare_principal(self, declared: Consent, deployer: DeployerCheck) -> ConsentedPrincipal:
        return ConsentedPrincipal(
            f"{self._name}-principal",
            client_id=declared.client_id,
            publisher=declared.publisher,
            owners=deployer.owners,
            stack_tag=self._tag,
            delete_taken_over=declared.delete_taken_over,
            opts=self._child([deployer]),
        )

    def _declare_role(
        self, declared: Consent, permission: Permission, principal: ConsentedPrincipal
    ) -> AppRoleAssignment:
        return AppRoleAssignment(
            f"{self._name}-{permission.slug}",
            principal_object_id=principal.object_id,
            resource_object_id=api_object_id(self._apis, permission),
            app_role_id=app_role_id(self._apis, permission),
            delete_taken_over=declared.delete_taken_over,
            opts=self._child([principal]),
        )

    def _declare_delegated(self, declared: Consent, principal: ConsentedPrincipal) -> Iterator[DelegatedGrant]:
        for who, scopes in declared.delegated.items():
            for _, of_one_api in groupby(scopes, lambda scope: scope.api_client_id):  # they are sorted by API
                named = list(of_one_api)
                yield DelegatedGrant(
                    f"{self._name}-delegated-{named[0].api_slug}-{who}",
                    principal_object_id=principal.object_id,
                    resource_object_id=api_object_id(self._apis, named[0]),
                    user_object_id="" if who == EVERYONE else who,
                    scopes=self._scopes(named),
                    delete_taken_over=declared.delete_taken_over,
                    opts=self._child([principal]),
                )

    def _scopes(self, of_one_api: Sequence[Permission]) -> pulumi.Output[list[str]]:
        api = self._apis[of_one_api[0].api_client_id]
        return api.apply(lambda found: [resolve_scope(scope, found) for scope in of_one_api])

    def _declare_guard(
        self, declared: Consent, principal: ConsentedPrincipal, after: Sequence[pulumi.Resource]
    ) -> AccessGuard:
        roles = {f"{one.api_name}/{one.role}": one for one in declared.permissions}
        scopes = {
            f"{who}/{one.api_name}/{one.role}": (who, one) for who, some in declared.delegated.items() for one in some
        }
        owners = pulumi.Output.from_input(declared.owners).apply(lambda ids: dict.fromkeys(ids, "declared owner"))
        return AccessGuard(
            f"{self._name}-guard",
            service_principal_id=principal.object_id,
            stack_tag=self._tag,
            guard=declared.guard,
            exceptions=declared.exceptions,
            publisher={declared.publisher: "declared publisher"},
            service_principal_owners=owners,
            app_roles=dict.fromkeys(roles, "declared"),
            app_role_ids={
                key: pulumi.Output.format("{0}/{1}", api_object_id(self._apis, one), app_role_id(self._apis, one))
                for key, one in roles.items()
            },
            delegated_grants=dict.fromkeys(scopes, "declared"),
            delegated_ids={
                key: pulumi.Output.format("{0}/{1}/{2}", who, api_object_id(self._apis, one), one.role)
                for key, (who, one) in scopes.items()
            },
            opts=self._child([principal, *after]),
        )


def _warnings(declared: Consent) -> Iterator[str]:
    if declared.uses_ews:
        yield (
            f"full_access_as_app is a permission of Exchange Web Services, which Exchange Online ends on {ENDS}: ask the vendor which "
            "permissions of Microsoft Graph its application will need"
        )


def _exchange_online(declared: Consent, deployer: DeployerCheck) -> pulumi.Output[Mapping[str, Any]]:
    if not declared.uses_ews:
        return pulumi.Output.from_input({})
    return deployer.cloud.apply(lambda cloud: exchange_instructions(declared.client_id, cloud, now=datetime.now(UTC)))
