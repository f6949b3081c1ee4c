"""The component, constructed by the plugin for a program in another language."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, resource_pb2_grpc

from provider.wire import encode
from tests.component.recorder import Engine, Monitor, Recording
from tests.provider.harness import Failed, Json, run_plugin

TYPE = "mimecast-entra:index:ServerConnection"


@contextmanager
def engine() -> Iterator[tuple[str, Recording]]:
    """An engine that records; its address."""
    recording = Recording()
    server = grpc.server(ThreadPoolExecutor(8))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(Monitor(recording, dry_run=False), server)
    engine_pb2_grpc.add_EngineServicer_to_server(Engine(recording), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}", recording
    finally:
        server.stop(None).wait()


def construct(inputs: Json) -> tuple[Json, Recording]:
    with engine() as (address, recording), run_plugin({}, engine=address) as plugin:
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
        "azuread:index/appRoleAssignment:AppRoleAssignment",
        "mimecast-entra:index:CertificateCredential",
    }
    assert state["clientId"] == "c1"


def test_a_wrong_argument_reaches_the_user_without_a_traceback() -> None:
    with pytest.raises(Failed) as refused:
        construct({"certificates": {"mimecast.pem": "garbage"}})
    assert "mimecast.pem" in refused.value.text
    assert "Traceback" not in refused.value.text
    assert ".py" not in refused.value.text
