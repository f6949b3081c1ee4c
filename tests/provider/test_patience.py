"""A service that stays down: the plugin's patience is the resource's own, and it ends in a sentence. Real time, kept short."""

import time
import uuid

import pytest
from pulumi.runtime.proto import provider_pb2

from provider.wire import encode
from sandbox.tenant import Tenant
from tests.provider.application import Application
from tests.provider.harness import URN, Failed, Plugin

LIMIT = 3.0
UNAVAILABLE = "Microsoft Graph is unavailable: run again; nothing is lost. It was asked again for "


def refuse(plugin: Plugin, method: str, request: object) -> tuple[str, float]:
    start = time.monotonic()
    with pytest.raises(Failed) as refused:
        plugin.call(method, request)
    return refused.value.text, time.monotonic() - start


@pytest.mark.parametrize("method", ["Create", "Delete", "Read"])
def test_an_operation_ends_within_its_custom_timeout(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str, method: str
) -> None:
    inputs = {"applicationId": f"/applications/{application.object_id}", "certificate": pem}
    resource_id = f"{application.object_id}/{uuid.uuid4()}"
    requests = {
        "Create": provider_pb2.CreateRequest(urn=URN, properties=encode(inputs), timeout=LIMIT),
        "Delete": provider_pb2.DeleteRequest(
            urn=URN, id=resource_id, properties=encode({**inputs, "keyId": str(uuid.uuid4())}), timeout=LIMIT
        ),
        "Read": provider_pb2.ReadRequest(urn=URN, id=resource_id, inputs=encode(inputs), timeout=LIMIT),
    }
    tenant.faults.add("unavailable", method="GET", path="/v1.0/applications/*")
    text, took = refuse(plugin, method, requests[method])
    assert UNAVAILABLE in text
    assert LIMIT / 3 < took < 3 * LIMIT
    tenant.faults.clear()
    assert plugin.read(resource_id) is None
