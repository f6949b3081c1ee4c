"""What the user reads when the tenant refuses, and what is left behind."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from provider.wire import encode
from sandbox.tenant import FaultKind, Tenant
from tests.provider.application import Application
from tests.provider.harness import URN, Failed, Plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]
ENTRIES = "/v1.0/applications/*"


def test_a_refused_write_names_the_missing_permission(
    start_plugin: StartPlugin, tenant: Tenant, application: Application, pem: str
) -> None:
    reader = tenant.add_identity(f"reader {uuid.uuid4()}", "Application.Read.All")
    with start_plugin(ARM_CLIENT_ID=reader.client_id, ARM_CLIENT_SECRET=reader.client_secret) as plugin:
        plugin.configure()
        with pytest.raises(Failed) as refused:
            plugin.create(application.inputs(pem))
    text = refused.value.text
    assert f"PATCH {application.id} with 403 Authorization_RequestDenied" in text
    assert (
        "Application.ReadWrite.OwnedBy (for what the deployer owns); or Application.ReadWrite.All in its place" in text
    )
    assert "Traceback" not in text
    assert ".py" not in text


@pytest.mark.parametrize("retry_after", ["1", "0.25", None])
def test_throttling_is_waited_out(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str, retry_after: str | None
) -> None:
    tenant.faults.add(FaultKind.THROTTLE, path=ENTRIES, count=2, retry_after=retry_after)
    plugin.create(application.inputs(pem))
    assert len(application.entries()) == 1


def test_throttling_without_end_is_reported_as_such(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str
) -> None:
    tenant.faults.add(FaultKind.THROTTLE, path=ENTRIES, retry_after="0.01")
    request = provider_pb2.CreateRequest(urn=URN, properties=encode(application.inputs(pem)), timeout=3)
    with pytest.raises(Failed) as refused:
        plugin.call("Create", request)
    assert "429 TooManyRequests" in refused.value.text
    assert "throttles this tenant" in refused.value.text


@pytest.mark.parametrize("kind", [FaultKind.UNAVAILABLE, FaultKind.CONFLICT, FaultKind.LOSE_ANSWER, FaultKind.RESET])
def test_a_write_that_fails_once_is_made_good(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str, kind: FaultKind
) -> None:
    tenant.faults.add(kind, method="PATCH", path=ENTRIES, count=1)
    created = plugin.create(application.inputs(pem))
    assert application.key_ids() == {created.outputs["keyId"]}


def test_an_expired_access_token_is_renewed(
    start_plugin: StartPlugin, tenant: Tenant, application: Application, pem: str
) -> None:
    tenant.faults.token_lifetime = 1
    with start_plugin() as plugin:
        plugin.configure()
        created = plugin.create(application.inputs(pem))
        assert plugin.read(created.id, created.inputs, created.outputs) == created


def test_an_application_that_is_not_replicated_yet_is_waited_for(plugin: Plugin, tenant: Tenant, pem: str) -> None:
    tenant.faults.replication_lag = 1.5
    application = Application.make(tenant, "lagging")
    created = plugin.create(application.inputs(pem))
    assert application.key_ids() == {created.outputs["keyId"]}


def test_replicas_that_lag_lose_no_entry_of_the_same_run(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str, other_pem: str
) -> None:
    tenant.faults.stale_credentials = 1.5
    first, second = plugin.create(application.inputs(pem)), plugin.create(application.inputs(other_pem))
    assert application.key_ids() == {first.outputs["keyId"], second.outputs["keyId"]}


def test_replicas_that_lag_lose_no_entry_that_the_state_knows(
    start_plugin: StartPlugin, tenant: Tenant, application: Application, pem: str, other_pem: str
) -> None:
    with start_plugin() as plugin:
        plugin.configure()
        elsewhere = plugin.create(Application.make(tenant, "the state's").inputs(pem))
        tenant.faults.stale_credentials = 1.5
        application.add(pem, elsewhere.outputs["keyId"])
        state = replace(elsewhere, id=f"{application.object_id}/{elsewhere.outputs['keyId']}")
        plugin.diff(state, state.inputs)
        added = plugin.create(application.inputs(other_pem))
    assert application.key_ids() == {state.outputs["keyId"], added.outputs["keyId"]}


def test_a_lost_foreign_entry_is_reported_and_ours_is_kept_in_state(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str, other_pem: str
) -> None:
    theirs = str(uuid.uuid4())
    application.add(other_pem, theirs)

    def take_theirs_away(request: Any) -> None:
        if request.method == "PATCH":
            tenant.faults.hooks_after.clear()
            application.remove(theirs)

    tenant.faults.hooks_after.append(take_theirs_away)
    with pytest.raises(Failed) as refused:
        plugin.create(application.inputs(pem))
    assert f"that were there before: {theirs}" in refused.value.text
    kept = refused.value.init_failed
    assert kept is not None
    assert kept.id.split("/") == [application.object_id, application.entries()[0]["keyId"]]


def test_the_next_update_completes_what_was_half_done(
    start_plugin: StartPlugin, plugin: Plugin, application: Application, pem: str
) -> None:
    created = plugin.create(application.inputs(pem))
    application.write([])  # somebody else's PATCH dropped ours
    with start_plugin() as next_run:
        next_run.configure()
        assert next_run.update(created, created.inputs) == created.outputs
    assert application.key_ids() == {created.outputs["keyId"]}


def test_cancel_ends_the_waiting(start_plugin: StartPlugin, pem: str) -> None:
    with start_plugin() as plugin:
        plugin.configure()
        plugin.cancel()
        with pytest.raises(Failed) as refused:
            plugin.create({"applicationId": f"/applications/{uuid.uuid4()}", "certificate": pem})
    assert "Cancelled" in refused.value.text
