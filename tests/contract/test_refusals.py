"""What the stand-in does not have, it refuses by name. It leaves out what the recordings show."""

from collections.abc import Callable

import pytest

from tests.contract.conftest import Plugin
from tests.contract.replay import sign_in_exchanges

OFFICIAL = "is not part of the stand-in azuread plugin; the official azuread plugin provides it."


def test_refuses_a_resource_type_it_does_not_have(make_plugin: Callable[..., Plugin]) -> None:
    group = {"urn": "urn:pulumi:s::p::azuread:index/group:Group::g", "type": "azuread:index/group:Group", "news": {}}
    error = make_plugin([]).error_of("Check", group)
    assert error.details() == f"The resource type azuread:index/group:Group {OFFICIAL}"


def test_takes_the_type_from_the_urn_of_an_engine_that_sends_no_type(make_plugin: Callable[..., Plugin]) -> None:
    urn = "urn:pulumi:s::p::a:b:Parent$azuread:index/group:Group::g"
    assert "azuread:index/group:Group" in make_plugin([]).error_of("Check", {"urn": urn, "news": {}}).details()


def test_refuses_a_function_it_does_not_have(make_plugin: Callable[..., Plugin]) -> None:
    error = make_plugin([]).error_of("Invoke", {"tok": "azuread:index/getUser:getUser", "args": {}})
    assert error.details() == f"The function azuread:index/getUser:getUser {OFFICIAL}"


def test_refuses_to_give_a_schema(make_plugin: Callable[..., Plugin]) -> None:
    assert make_plugin([]).error_of("GetSchema", {}).details() == f"The schema of azuread {OFFICIAL}"


@pytest.mark.parametrize(
    ("variable", "expected"), [("ARM_TENANT_ID", "ARM_TENANT_ID must"), ("ARM_CLIENT_SECRET", "none is set")]
)
def test_refuses_to_start_without_a_setting(variable: str, expected: str, make_plugin: Callable[..., Plugin]) -> None:
    plugin = make_plugin([], **{variable: None})
    assert expected in plugin.error_of("Configure", {"args": {}}).details()


def test_refuses_a_token_that_does_not_say_who_is_calling(make_plugin: Callable[..., Plugin]) -> None:
    metadata, token = sign_in_exchanges()
    plugin = make_plugin([metadata, token | {"response": {"access_token": "e30.e30.signature"}}])
    assert "no oid claim" in plugin.error_of("Configure", {"args": {}}).details()


def test_says_what_the_login_service_answered(make_plugin: Callable[..., Plugin]) -> None:
    metadata, token = sign_in_exchanges()
    plugin = make_plugin([metadata, token | {"status": 400, "response": {"error": "invalid_client"}}])
    assert "answered 400" in plugin.error_of("Configure", {"args": {}}).details()


def test_says_that_a_metadata_host_is_none(make_plugin: Callable[..., Plugin]) -> None:
    metadata = sign_in_exchanges()[0] | {"response": {}}
    details = make_plugin([metadata]).error_of("Configure", {"args": {}}).details()
    assert "answered 200, expected 200 with microsoftGraphResourceId" in details


def test_refuses_operations_before_it_is_configured(make_plugin: Callable[..., Plugin]) -> None:
    request = {"tok": "azuread:index/getDomains:getDomains", "args": {}}
    assert "before Configure" in make_plugin([]).error_of("Invoke", request).details()


def test_says_first_of_all_that_it_is_a_stand_in(make_plugin: Callable[..., Plugin]) -> None:
    plugin = make_plugin(sign_in_exchanges())
    plugin.configure()
    level, text, _ = plugin.log.lines[0]
    assert (level, text) == ("info", "the azuread plugin is the sandbox's stand-in, not the official one")
