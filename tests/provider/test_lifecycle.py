"""What becomes of one certificate in the tenant, from creation to deletion."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from provider.resource import UNKNOWN
from sandbox.tenant import Tenant
from tests.provider.application import Application
from tests.provider.harness import Failed, Found, Plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]


def test_create_adds_the_certificate_and_says_what_stands_there(
    plugin: Plugin, application: Application, pem: str
) -> None:
    created = plugin.create(application.inputs(pem))
    certificate = x509.load_pem_x509_certificate(pem.encode())
    (entry,) = application.entries()
    assert created.id == f"{application.object_id}/{entry['keyId']}"
    assert created.outputs == {
        "applicationId": application.id,
        "certificate": pem,
        "keyId": entry["keyId"],
        "thumbprint": certificate.fingerprint(hashes.SHA1()).hex().upper(),
        "thumbprintSha256": certificate.fingerprint(hashes.SHA256()).hex().upper(),
        "subject": "CN=Mimecast Services Limited declared",
        "notBefore": entry["startDateTime"],
        "notAfter": entry["endDateTime"],
        "declaredThumbprintSha256": certificate.fingerprint(hashes.SHA256()).hex().upper(),
    }


def test_create_costs_at_most_four_graph_requests(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str
) -> None:
    plugin.create(application.inputs(pem))
    asked = [request.method for request in tenant.requests if application.object_id in request.path]
    assert asked == ["GET", "GET", "PATCH", "GET"]


def test_the_same_certificate_always_gets_the_same_key_id(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str
) -> None:
    other = Application.make(tenant, "another one")
    first, second = plugin.create(application.inputs(pem)), plugin.create(other.inputs(pem))
    assert first.outputs["keyId"] == second.outputs["keyId"]


def test_create_takes_an_identical_entry_over(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str
) -> None:
    key_id = str(uuid.uuid4())
    application.add(pem, key_id)
    tenant.requests.clear()
    created = plugin.create(application.inputs(pem))
    assert created.outputs["keyId"] == key_id
    assert [request.method for request in tenant.requests if application.object_id in request.path] == ["GET"]


def test_a_preview_asks_for_the_policy_at_most_and_leaves_only_the_key_id_open(
    plugin: Plugin, tenant: Tenant, application: Application, pem: str
) -> None:
    tenant.requests.clear()
    planned = plugin.create(application.inputs(pem), preview=True)
    assert [name for name, value in planned.outputs.items() if value is UNKNOWN] == ["keyId"]
    assert {request.path for request in tenant.requests} <= {"/v1.0/policies/defaultAppManagementPolicy"}


def test_a_preview_of_an_application_that_does_not_exist_yet_is_possible(plugin: Plugin, pem: str) -> None:
    planned = plugin.create({"applicationId": UNKNOWN, "certificate": pem}, preview=True)
    assert planned.outputs["applicationId"] is UNKNOWN
    assert planned.outputs["certificate"] == pem


def test_an_untouched_credential_reads_back_without_a_difference(
    plugin: Plugin, application: Application, pem: str
) -> None:
    created = plugin.create(application.inputs(pem))
    found, changed = plugin.refresh(created)
    assert found == created
    assert changed == set()


def test_a_read_costs_one_graph_request(plugin: Plugin, tenant: Tenant, application: Application, pem: str) -> None:
    created = plugin.create(application.inputs(pem))
    tenant.requests.clear()
    plugin.read(created.id, created.inputs, created.outputs)
    assert [(request.method, request.path) for request in tenant.requests] == [
        ("GET", f"/v1.0{application.id}?$select=keyCredentials")
    ]


@pytest.mark.parametrize("changed", ["applicationId", "certificate"])
def test_a_changed_input_replaces_and_creates_first(
    plugin: Plugin, application: Application, pem: str, other_pem: str, changed: str
) -> None:
    created = plugin.create(application.inputs(pem))
    new = {"applicationId": f"/applications/{uuid.uuid4()}", "certificate": other_pem}
    answer = plugin.diff_answer(created, {**created.inputs, changed: new[changed]})
    assert list(answer.replaces) == [changed]
    assert answer.detailedDiff[changed].inputDiff
    assert not answer.deleteBeforeReplace


def test_delete_removes_only_its_own_entry(
    start_plugin: StartPlugin, application: Application, pem: str, other_pem: str
) -> None:
    theirs = str(uuid.uuid4())
    created = _created(start_plugin, application, pem)
    application.add(other_pem, theirs)
    with start_plugin() as plugin:
        plugin.configure()
        plugin.delete(created)
    assert application.key_ids() == {theirs}


@pytest.mark.parametrize("gone", ["entry", "application"])
def test_delete_is_content_when_it_is_gone_already(
    start_plugin: StartPlugin, application: Application, pem: str, gone: str
) -> None:
    created = _created(start_plugin, application, pem)
    application.delete() if gone == "application" else application.remove(created.outputs["keyId"])
    with start_plugin() as plugin:
        plugin.configure()
        plugin.delete(created)
    assert gone == "application" or application.key_ids() == set()


@pytest.mark.parametrize("gone", ["entry", "application"])
def test_read_says_gone(plugin: Plugin, application: Application, pem: str, gone: str) -> None:
    created = plugin.create(application.inputs(pem))
    application.delete() if gone == "application" else application.remove(created.outputs["keyId"])
    assert plugin.read(created.id, created.inputs, created.outputs) is None


def test_rotation_leaves_foreign_entries_alone(
    plugin: Plugin, application: Application, pem: str, other_pem: str, third_pem: str
) -> None:
    theirs = str(uuid.uuid4())
    old = plugin.create(application.inputs(pem))
    application.add(other_pem, theirs)
    new = plugin.create(application.inputs(third_pem))
    assert application.key_ids() == {old.outputs["keyId"], theirs, new.outputs["keyId"]}


def test_a_replacement_that_takes_its_own_entry_over_does_not_delete_it(
    start_plugin: StartPlugin, application: Application, pem: str
) -> None:
    created = _created(start_plugin, application, pem)
    with start_plugin() as plugin:
        plugin.configure()
        again = plugin.create(application.inputs(pem))
        plugin.delete(created)
    assert again.id == created.id
    assert application.key_ids() == {created.outputs["keyId"]}


@pytest.mark.parametrize("by", ["keyId", "thumbprint", "thumbprintSha256"])
def test_import_finds_an_entry_by_key_id_or_thumbprint(
    plugin: Plugin, application: Application, pem: str, other_pem: str, by: str
) -> None:
    application.add(other_pem, str(uuid.uuid4()))
    created = plugin.create(application.inputs(pem))
    imported = plugin.read(f"{application.object_id}/{created.outputs[by]}")
    assert imported == created


def test_import_of_something_else_says_what_the_id_looks_like(plugin: Plugin) -> None:
    with pytest.raises(Failed) as refused:
        plugin.read("mimecast")
    assert (
        "'mimecast' is not a valid import ID; expected <application object id>/<key id or thumbprint>"
        in refused.value.text
    )


def _created(start_plugin: StartPlugin, application: Application, pem: str) -> Found:
    """Created by an earlier command."""
    with start_plugin() as plugin:
        plugin.configure()
        return plugin.create(application.inputs(pem))
