"""Owners of application and service principal: the guard adds the declared ones, and takes off only what it may."""

import pytest

from sandbox.tenant import Tenant
from tests.guard.association import ADELE, MALLORY, Association
from tests.guard.harness import Json, Plugin

BOTH = ("owners", "servicePrincipalOwners")


def declaring(*owners: str) -> dict[str, Json]:
    return {name: dict.fromkeys(owners, "declared owner") for name in BOTH}


def owners_of(association: Association) -> list[set[str]]:
    paths = (association.application, association.principal)
    return [{owner["id"] for owner in association.ask("GET", f"{path}/owners")["value"]} for path in paths]


def own(association: Association, owner: str, method: str = "POST") -> None:
    """Add an owner by hand, or take one off."""
    for path in (association.application, association.principal):
        if method == "POST":
            reference = {"@odata.id": f"{association.tenant.url}/v1.0/directoryObjects/{owner}"}
            association.ask("POST", f"{path}/owners/$ref", reference)
        else:
            association.ask("DELETE", f"{path}/owners/{owner}/$ref")


def test_declared_owners_are_added_and_others_left_alone(plugin: Plugin, association: Association) -> None:
    own(association, MALLORY)
    state = plugin.create(association.inputs(**declaring(ADELE)))
    assert owners_of(association) == [{ADELE, MALLORY}] * 2
    own(association, ADELE, "DELETE")
    refreshed, shown = plugin.refresh(state)
    assert {path for path in shown if ADELE in path} == {f"{name}.{ADELE}" for name in BOTH}
    plugin.up(refreshed, association.inputs(**declaring(ADELE)))
    assert owners_of(association) == [{ADELE, MALLORY}] * 2


def test_an_owner_that_the_program_stops_declaring_is_taken_off(plugin: Plugin, association: Association) -> None:
    own(association, MALLORY)
    state = plugin.create(association.inputs(**declaring(ADELE)))
    plugin.engine.warnings.clear()
    planned = plugin.preview(state, association.inputs())
    assert {path: planned.get(path) for path in declared_paths()} == dict.fromkeys(declared_paths(), "delete")
    plugin.up(state, association.inputs())
    assert owners_of(association) == [{MALLORY}] * 2
    assert not [warning for warning in plugin.engine.warnings if ADELE in warning]


def declared_paths() -> list[str]:
    return [f"{name}.{ADELE}" for name in BOTH]


@pytest.mark.parametrize("known", [False, True], ids=["first look", "later"])
def test_owners_that_cannot_be_read_are_added_all_the_same(
    plugin: Plugin, tenant: Tenant, association: Association, *, known: bool
) -> None:
    own(association, MALLORY)
    state = plugin.create(association.inputs(**declaring(MALLORY))) if known else None
    for kind in ("applications", "servicePrincipals"):
        tenant.faults.add("deny", method="GET", path=f"/v1.0/{kind}/*")
    inputs = association.inputs(**declaring(ADELE))
    state = plugin.up(state, inputs) if state else plugin.create(inputs)
    seen = plugin.read(state.id, state.inputs, state.outputs)
    assert seen
    assert set(seen.inputs["unreadable"]) >= {"application", "servicePrincipal"}
    tenant.faults.clear()
    assert owners_of(association) == [{ADELE} if known else {ADELE, MALLORY}] * 2
