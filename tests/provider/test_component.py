"""The component, constructed by the plugin for a program in another language."""

import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2

from provider.wire import encode
from tests.component.recorder import Recording
from tests.provider.engine import run_engine
from tests.provider.harness import Failed, Json, run_plugin

TYPE = "mimecast-entra:index:ServerConnection"


def construct(inputs: Json) -> tuple[Json, Recording]:
    with run_engine() as (address, recording), run_plugin({}, engine=address) as plugin:
        request = provider_pb2.ConstructRequest(
            project="mimecast", stack="test", monitorEndpoint=address, type=TYPE, name="mimecast", inputs=encode(inputs)
        )
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


def test_a_wrong_argument_reaches_the_user_without_a_traceback() -> None:
    with pytest.raises(Failed) as refused:
        construct({"certificates": {"mimecast.pem": "garbage"}})
    assert "mimecast.pem" in refused.value.text
    assert "Traceback" not in refused.value.text
    assert ".py" not in refused.value.text
