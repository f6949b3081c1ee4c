"""The component, constructed by the plugin for a program in another language."""

import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2

from association.permissions import EXCHANGE_ONLINE
from provider.resource import UNKNOWN
from provider.wire import encode
from tests.component.recorder import Recording
from tests.provider.engine import run_engine
from tests.provider.harness import Failed, Json, run_plugin

TYPE = "mimecast-entra:index:ServerConnection"


def construct(inputs: Json, *, later: str = "", missing_api: str = "") -> tuple[Json, Recording]:
    with run_engine() as (address, recording), run_plugin({}, engine=address) as plugin:
        recording.missing_apis.add(missing_api)
        request = provider_pb2.ConstructRequest(
            project="mimecast", stack="test", monitorEndpoint=address, type=TYPE, name="mimecast", inputs=encode(inputs)
        )
        if later:  # the value of another resource's output
            request.inputDependencies[later].urns.append("urn:pulumi:test::mimecast::a:b:C::c")
        answer = plugin.call("Construct", request)
        return json_format.MessageToDict(answer)["state"], recording


def test_it_registers_the_same_children_as_in_a_python_program(pem: str) -> None:
    state, recording = construct({"certificates": {"mimecast.pem": pem}})
    assert {registration.type for registration in recording.registrations} >= {
        TYPE,
        "azuread:index/application:Application",
        "azuread:index/servicePrincipal:ServicePrincipal",
        "mimecast-entra:index:AppRoleAssignment",
        "mimecast-entra:index:CertificateCredential",
    }
    assert state["clientId"] == "c1"


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"certificates": {"mimecast.pem": "garbage"}}, "mimecast.pem: no certificate in this text."),
        ({}, "Missing required input 'certificates' on 'ServerConnection'"),
        ({"certificates": {}, "tenantdomain": "a"}, "tenantdomain: unknown input; did you mean 'tenantDomain'?"),
        ({"certificates": {}, "guard": UNKNOWN}, "guard: got an Output, whose value is known only later"),
    ],
)
def test_a_wrong_argument_reaches_the_user_as_a_sentence(inputs: Json, problem: str) -> None:
    with pytest.raises(Failed) as refused:
        construct(inputs)
    assert problem in refused.value.text
    for word in ("Traceback", ".py", "Internal error"):
        assert word not in refused.value.text


def test_a_wrong_argument_that_is_known_later_reaches_the_user_as_a_sentence(pem: str) -> None:
    with pytest.raises(Failed) as refused:
        construct({"certificates": {"mimecast.pem": pem}, "owners": ["me"]}, later="owners")
    assert "owners: 'me' is not a valid object ID" in refused.value.text
    assert "Traceback" not in refused.value.text


def test_a_tenant_without_exchange_online_is_one_sentence(pem: str) -> None:
    with pytest.raises(Failed) as refused:
        construct({"certificates": {"mimecast.pem": pem}}, missing_api=EXCHANGE_ONLINE)
    assert refused.value.text.startswith("This tenant has no service principal of Office 365 Exchange Online")
