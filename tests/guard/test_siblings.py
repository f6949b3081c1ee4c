"""Other associations of the same program hold the same role by declaration; a stranger that holds it is a finding."""

from sandbox.tenant import Tenant
from tests.factories import certificate_pem
from tests.guard.association import Association
from tests.guard.harness import Plugin


def test_a_sibling_that_comes_later_is_no_finding_and_a_stranger_is(
    plugin: Plugin, tenant: Tenant, association: Association
) -> None:
    sibling_pem = certificate_pem("sibling")
    early = Association.make(tenant, sibling_pem)
    tenant.graph("DELETE", f"/v1.0/servicePrincipals/{early.service_principal_id}/appRoleAssignments/{early.grant_id}")
    state = plugin.create(association.inputs(siblings=[early.service_principal_id], stackTag=""))
    early.grant("e0000000-0000-4000-8000-000000000001", "dc890d15-9560-4a4c-9b7f-a736ec74ec40")
    assert plugin.refresh(state)[1] == {}
    stranger = Association.make(tenant, sibling_pem)
    shown = plugin.refresh(state)[1]
    assert [path for path in shown if stranger.service_principal_id in path] == list(shown)
    assert len(shown) == 1
