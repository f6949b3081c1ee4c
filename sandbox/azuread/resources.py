"""The resource types of the stand-in plugin, by token."""

from sandbox.azuread.app_role_assignment import AppRoleAssignment
from sandbox.azuread.application import Application
from sandbox.azuread.application_certificate import ApplicationCertificate
from sandbox.azuread.resource import Resource
from sandbox.azuread.service_principal import ServicePrincipal

RESOURCES: dict[str, Resource] = {
    resource.schema.token: resource
    for resource in (Application(), ApplicationCertificate(), AppRoleAssignment(), ServicePrincipal())
}
