"""The plugin's one function: a grant that was given by hand makes room for the declared one."""

import pytest
from pulumi.runtime.proto import provider_pb2

from provider.wire import decode, encode
from sandbox.tenant import Tenant
from tests.provider.application import Application
from tests.provider.harness import Failed, Json, Plugin

EXCHANGE = "e0000000-0000-4000-8000-000000000001"
FULL_ACCESS = "dc890d15-9560-4a4c-9b7f-a736ec74ec40"
MAIL_READ = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
REMOVE = "mimecast-entra:index:removeStaleGrant"


def invoke(plugin: Plugin, arguments: Json, *, token: str = REMOVE) -> Json:
    answer = plugin.call("Invoke", provider_pb2.InvokeRequest(tok=token, args=encode(arguments)))
    return decode(getattr(answer, "return")).values


def grant(tenant: Tenant, principal: str, role: str) -> str:
    body = {"principalId": principal, "resourceId": EXCHANGE, "appRoleId": role}
    return str(tenant.graph("POST", f"/v1.0/servicePrincipals/{EXCHANGE}/appRoleAssignedTo", body)[1]["id"])


@pytest.fixture
def principal(tenant: Tenant, application: Application) -> str:
    """A service principal of the application."""
    _, found = tenant.graph("GET", f"/v1.0{application.id}")
    return str(tenant.graph("POST", "/v1.0/servicePrincipals", {"appId": found["appId"]})[1]["id"])


def grants_of(tenant: Tenant, principal: str) -> list[str]:
    _, listed = tenant.graph("GET", f"/v1.0/servicePrincipals/{principal}/appRoleAssignments")
    return [assignment["id"] for assignment in listed["value"]]


def test_it_removes_the_grant_of_that_role_and_no_other(plugin: Plugin, tenant: Tenant, principal: str) -> None:
    stale, other = grant(tenant, principal, FULL_ACCESS), grant(tenant, principal, MAIL_READ)
    wanted = {"principalObjectId": principal, "resourceObjectId": EXCHANGE, "appRoleId": FULL_ACCESS}
    assert invoke(plugin, wanted) == {"removed": stale}
    assert grants_of(tenant, principal) == [other]


def test_where_there_is_none_it_removes_nothing(plugin: Plugin, tenant: Tenant, principal: str) -> None:
    other = grant(tenant, principal, MAIL_READ)
    wanted = {"principalObjectId": principal, "resourceObjectId": EXCHANGE, "appRoleId": FULL_ACCESS}
    assert invoke(plugin, wanted) == {"removed": ""}
    assert grants_of(tenant, principal) == [other]


def test_a_missing_argument_and_another_function_are_refused_by_name(plugin: Plugin) -> None:
    with pytest.raises(Failed, match="needs resourceObjectId"):
        invoke(plugin, {"principalObjectId": "x"})
    with pytest.raises(Failed, match="index:other is no function of this plugin"):
        invoke(plugin, {}, token="mimecast-entra:index:other")
