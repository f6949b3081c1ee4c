"""An attacker puts another key under the declared key id: the azuread provider never sees it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.provider.application import Application
from tests.provider.harness import Found, Plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]


@pytest.fixture
def created(start_plugin: StartPlugin, application: Application, pem: str, other_pem: str) -> Found:
    """Created by an earlier command; its key was swapped afterwards."""
    with start_plugin() as plugin:
        plugin.configure()
        created = plugin.create(application.inputs(pem))
    application.swap(other_pem, created.outputs["keyId"])
    return created


def test_a_refresh_shows_the_certificate_that_really_stands_there(
    plugin: Plugin, created: Found, other_pem: str
) -> None:
    found, changed = plugin.refresh(created)
    assert changed == {"certificate"}
    assert found is not None
    assert found.inputs["certificate"] == other_pem


def test_an_accepting_refresh_does_not_silence_it_for_the_next_refresh(plugin: Plugin, created: Found) -> None:
    accepted, _ = plugin.refresh(created)
    assert accepted is not None
    again, changed = plugin.refresh(accepted)
    assert again == accepted
    assert changed == {"certificate"}


def test_an_accepting_refresh_does_not_silence_it_for_the_next_preview(plugin: Plugin, created: Found) -> None:
    accepted, _ = plugin.refresh(created)
    assert accepted is not None
    assert plugin.diff(accepted, created.inputs) == {"certificate"}


def test_swapping_back_makes_it_quiet(plugin: Plugin, application: Application, created: Found, pem: str) -> None:
    accepted, _ = plugin.refresh(created)
    application.swap(pem, created.outputs["keyId"])
    assert accepted is not None
    cleaned, changed = plugin.refresh(accepted)
    assert changed == {"certificate"}  # from the accepted to the declared one
    assert cleaned == created
    assert plugin.refresh(cleaned)[1] == set()


def test_the_repair_adds_the_declared_key_beside_it_and_then_removes_the_foreign_one(
    start_plugin: StartPlugin, application: Application, created: Found, pem: str
) -> None:
    with start_plugin() as plugin:
        plugin.configure()
        repaired = plugin.create(application.inputs(pem))
        between = application.key_ids()
        plugin.delete(created)
        assert plugin.refresh(repaired) == (repaired, set())
    assert between == {created.outputs["keyId"], repaired.outputs["keyId"]}
    assert application.key_ids() == {repaired.outputs["keyId"]}


def test_a_program_that_declares_the_swapped_key_takes_it_over(
    start_plugin: StartPlugin, application: Application, created: Found, other_pem: str
) -> None:
    with start_plugin() as plugin:
        plugin.configure()
        accepted, _ = plugin.refresh(created)
        assert accepted is not None
        assert plugin.diff(accepted, application.inputs(other_pem)) == {"certificate"}
        adopted = plugin.create(application.inputs(other_pem))
        plugin.delete(accepted)
        assert plugin.refresh(adopted) == (adopted, set())
    assert application.key_ids() == {created.outputs["keyId"]}
