"""What becomes of the service principal of a vendor's application: taken over or made, refused, kept or deleted."""

import uuid
from collections.abc import Iterator

import pytest

from provider.resource import UNKNOWN
from sandbox.tenant import FaultKind, Tenant
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from tests.factories import certificate_pem
from tests.guard.association import ADELE, ask
from tests.guard.conftest import environment_of
from tests.provider.harness import Failed, Json, Plugin, run_plugin

TYPE = "mimecast-entra:index:ConsentedPrincipal"
TAG = "pulumi:acme/mail/production/vendor"
MICROSOFT = ("f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47")


@pytest.fixture(scope="module")
def principals(session_tenant: Tenant) -> Iterator[Plugin]:
    with run_plugin(environment_of(session_tenant, "administrator")) as plugin:
        plugin.configure()
        yield plugin.of_type(TYPE)


@pytest.fixture(scope="module")
def later(session_tenant: Tenant) -> Iterator[Plugin]:
    """Another run: what one and the same run took over it does not delete."""
    with run_plugin(environment_of(session_tenant, "administrator")) as plugin:
        plugin.configure()
        yield plugin.of_type(TYPE)


@pytest.fixture(scope="session")
def certificate() -> str:
    return certificate_pem("the vendor's")


@pytest.fixture
def client_id(tenant: Tenant, certificate: str) -> str:
    return tenant.elsewhere.publish("Mimecast", certificate=certificate)


def inputs(client_id: str, **more: object) -> Json:
    return {"clientId": client_id, "publisher": VENDOR_TENANT_ID, "stackTag": TAG, "owners": [], **more}


def find(tenant: Tenant, client_id: str) -> list[Json]:
    return list(ask(tenant, "GET", f"/servicePrincipals?$filter=appId eq '{client_id}'")["value"])


def test_one_that_is_not_there_is_made_and_deleted_again(
    principals: Plugin, later: Plugin, tenant: Tenant, client_id: str
) -> None:
    made = principals.create(inputs(client_id))
    (found,) = find(tenant, client_id)
    assert (found["id"], TAG in found["tags"]) == (made.id, True)
    assert (made.outputs["takenOver"], made.outputs["onDestroy"]) == (False, "delete")
    later.delete(made)
    assert find(tenant, client_id) == []


def test_one_that_is_there_is_taken_over_unchanged_and_stays(
    principals: Plugin, later: Plugin, tenant: Tenant, client_id: str
) -> None:
    tenant.elsewhere.consent(client_id)
    before = find(tenant, client_id)
    made = principals.create(inputs(client_id))
    assert (made.outputs["takenOver"], made.outputs["onDestroy"]) == (True, "keep")
    later.delete(made)
    assert find(tenant, client_id) == before


def test_one_that_was_there_is_deleted_where_the_program_says_so(
    principals: Plugin, later: Plugin, tenant: Tenant, client_id: str
) -> None:
    tenant.elsewhere.consent(client_id)
    made = principals.create(inputs(client_id, deleteTakenOver=True))
    assert (made.outputs["takenOver"], made.outputs["onDestroy"]) == (True, "delete")
    later.delete(made)
    assert find(tenant, client_id) == []


def test_one_that_an_interrupted_run_of_this_stack_made_counts_as_made(
    principals: Plugin, tenant: Tenant, client_id: str
) -> None:
    ask(tenant, "POST", "/servicePrincipals", {"appId": client_id, "tags": [TAG]})
    assert principals.create(inputs(client_id)).outputs["onDestroy"] == "delete"


def test_one_whose_answer_was_lost_is_found_and_counts_as_made(
    principals: Plugin, tenant: Tenant, client_id: str
) -> None:
    tenant.faults.add(FaultKind.LOSE_ANSWER, method="POST", path="/v1.0/servicePrincipals")
    assert principals.create(inputs(client_id)).outputs["onDestroy"] == "delete"
    assert len(find(tenant, client_id)) == 1


def test_a_look_alike_with_the_right_name_and_another_publisher_is_refused_before_anything_is_made(
    principals: Plugin, tenant: Tenant, certificate: str
) -> None:
    other = str(uuid.uuid4())
    look_alike = tenant.elsewhere.publish("Mimecast", certificate=certificate, owner=other)
    tenant.elsewhere.consent(look_alike)
    _, failures = principals.check(inputs(look_alike))
    assert failures == {
        "publisher": f"clientId: {look_alike} is the application 'Mimecast' of {other}, expected the publisher "
        f"{VENDOR_TENANT_ID}: the name alone proves nothing, so nothing was granted"
    }


def test_a_look_alike_that_is_not_there_yet_is_refused_and_leaves_nothing(
    principals: Plugin, tenant: Tenant, certificate: str
) -> None:
    look_alike = tenant.elsewhere.publish("Mimecast", certificate=certificate, owner=str(uuid.uuid4()))
    with pytest.raises(Failed) as refused:
        principals.create(inputs(look_alike))
    assert "expected the publisher" in refused.value.text
    assert "was taken away again" in refused.value.text
    assert find(tenant, look_alike) == []


@pytest.mark.parametrize("microsoft", MICROSOFT)
def test_microsofts_own_tenants_are_no_publisher(principals: Plugin, client_id: str, microsoft: str) -> None:
    _, failures = principals.check(inputs(client_id) | {"publisher": microsoft})
    assert "is Microsoft's own tenant" in failures["publisher"]


def test_an_application_of_microsoft_is_refused_whatever_publisher_is_declared(principals: Plugin) -> None:
    _, failures = principals.check(inputs("00000003-0000-0000-c000-000000000000"))
    assert "'Microsoft Graph' of Microsoft, which nobody else manages" in failures["publisher"]


def test_an_application_of_this_tenant_belongs_into_the_other_component(principals: Plugin, tenant: Tenant) -> None:
    own = tenant.identity("nobody").client_id
    _, failures = principals.check(inputs(own))
    assert "of this very tenant: declare it as a ServerConnection" in failures["publisher"]


def test_a_client_id_that_nobody_has_is_one_sentence(principals: Plugin) -> None:
    unknown = str(uuid.uuid4())
    with pytest.raises(Failed) as refused:
        principals.create(inputs(unknown))
    assert f"no application that this tenant can use has the client ID {unknown}" in refused.value.text


def test_wrong_ids_and_unknown_names_are_told_at_once(principals: Plugin) -> None:
    _, failures = principals.check({"clientId": "mimecast", "publisher": "mimecast.com", "colour": "red"})
    assert set(failures) == {"clientId", "publisher", "colour"}


def test_what_a_preview_does_not_know_is_not_judged(principals: Plugin) -> None:
    checked, failures = principals.check({"clientId": UNKNOWN, "publisher": VENDOR_TENANT_ID})
    assert (failures, checked["onDestroy"]) == ({}, UNKNOWN)


def test_declared_owners_are_made_owners_and_whoever_made_it_is_none(
    principals: Plugin, tenant: Tenant, client_id: str
) -> None:
    made = principals.create(inputs(client_id, owners=[ADELE]))
    owners = ask(tenant, "GET", f"/servicePrincipals/{made.id}/owners")["value"]
    assert [owner["id"] for owner in owners] == [ADELE]


def test_where_an_owner_is_refused_it_is_kept_in_the_state_for_the_next_run(
    principals: Plugin, tenant: Tenant, client_id: str
) -> None:
    tenant.faults.add("deny", method="POST", path="*/owners/$ref")
    with pytest.raises(Failed) as refused:
        principals.create(inputs(client_id, owners=[ADELE]))
    assert refused.value.init_failed is not None
    assert refused.value.init_failed.id == find(tenant, client_id)[0]["id"]


def test_an_import_counts_as_taken_over(principals: Plugin, tenant: Tenant, client_id: str) -> None:
    object_id = tenant.elsewhere.consent(client_id)
    found = principals.read(object_id)
    assert found is not None
    assert (found.inputs["clientId"], found.inputs["publisher"]) == (client_id, VENDOR_TENANT_ID)
    assert found.outputs["onDestroy"] == "keep"


def test_one_that_somebody_deleted_is_gone(principals: Plugin, tenant: Tenant, client_id: str) -> None:
    made = principals.create(inputs(client_id))
    ask(tenant, "DELETE", f"/servicePrincipals/{made.id}")
    assert principals.read(made.id) is None
