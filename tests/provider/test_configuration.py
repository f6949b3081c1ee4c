"""The plugin's own configuration: the azuread provider's keys, judged before anything happens."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import provider_pb2

from provider.resource import UNKNOWN
from provider.wire import decode, encode
from tests.provider.harness import URN, Failed, Plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]


def test_the_environment_alone_is_enough(plugin: Plugin) -> None:
    assert plugin.check_config() == {}


def test_every_wrong_setting_is_told_beside_its_key(plugin: Plugin) -> None:
    failures = plugin.check_config(useMsi="maybe", clientSecrets="x", clientCertificate="%")
    assert sorted(failures) == ["clientCertificate", "clientSecrets", "useMsi"]
    assert "azuread:useMsi: is 'maybe', expected true or false" in failures["useMsi"]


def test_a_setting_that_is_not_known_yet_is_not_judged(plugin: Plugin) -> None:
    assert plugin.check_config(clientSecret=UNKNOWN, useMsi="maybe") == {}


def test_secrets_stay_secret(plugin: Plugin) -> None:
    news = encode({"clientId": "c", "clientSecret": "s"}, ["clientSecret"])
    answer = plugin.call("CheckConfig", provider_pb2.CheckRequest(urn=URN, news=news))
    assert decode(answer.inputs).secrets == {"clientSecret"}


def test_another_configuration_replaces_nothing(plugin: Plugin) -> None:
    request = provider_pb2.DiffRequest(urn=URN, olds=encode({"clientId": "a"}), news=encode({"clientId": "b"}))
    answer = plugin.call("DiffConfig", request)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(answer.replaces) == []


def test_configure_names_what_cannot_be_honoured(start_plugin: StartPlugin) -> None:
    with (
        start_plugin(ARM_CLIENT_SECRET="", ARM_USE_MSI="true", ARM_MSI_ENDPOINT="http://x") as plugin,
        pytest.raises(Failed, match=r"ARM_MSI_ENDPOINT \(azuread:msiEndpoint\): cannot be honoured"),
    ):
        plugin.configure()


def test_configure_contacts_nobody(start_plugin: StartPlugin) -> None:
    with start_plugin(ARM_METADATA_HOSTNAME="localhost:1") as plugin:
        plugin.configure()


@pytest.mark.parametrize(
    ("inputs", "property_name", "reason"),
    [
        ({"applicationId": "5c9a"}, "applicationId", "expected /applications/<object id>"),
        ({"applicationId": None}, "applicationId", "the `id` of an azuread.Application"),
        ({"certificate": "garbage"}, "certificate", "certificate"),
        ({"certificate": 1.0}, "certificate", "expected the text of a public certificate"),
        ({"thumbprints": "x"}, "thumbprints", "unknown property; expected applicationId, certificate"),
    ],
)
def test_a_wrong_input_is_told_beside_its_property(
    plugin: Plugin, pem: str, inputs: dict[str, object], property_name: str, reason: str
) -> None:
    good = {"applicationId": "/applications/5c9a0000-0000-4000-8000-000000000001", "certificate": pem}
    _, failures = plugin.check({**good, **inputs})
    assert list(failures) == [property_name]
    assert reason in failures[property_name]


def test_a_certificate_is_normalized_so_that_its_form_is_no_difference(plugin: Plugin, pem: str) -> None:
    good = {"applicationId": "/applications/5c9a0000-0000-4000-8000-000000000001", "certificate": pem}
    untidy = "\ufeff" + pem.replace("\n", "\r\n") + "\r\n\r\n"
    assert plugin.check({**good, "certificate": untidy}) == (good, {})


def test_values_that_a_preview_does_not_know_pass_the_check(plugin: Plugin) -> None:
    unknown = {"applicationId": UNKNOWN, "certificate": UNKNOWN}
    assert plugin.check(unknown) == (unknown, {})


def test_a_secret_certificate_stays_secret(plugin: Plugin, pem: str) -> None:
    inputs = {"applicationId": "/applications/5c9a0000-0000-4000-8000-000000000001", "certificate": pem}
    news = encode(inputs, ["certificate"])
    answer = plugin.call("Check", provider_pb2.CheckRequest(urn=URN, news=news))
    assert decode(answer.inputs).secrets == {"certificate"}


def test_another_resource_type_is_refused_with_a_sentence(plugin: Plugin) -> None:
    with pytest.raises(Failed) as refused:
        plugin.check({}, urn="urn:pulumi:s::p::mimecast-entra:index:Mailbox::m")
    assert refused.value.text.startswith("mimecast-entra:index:Mailbox is not a resource of this plugin, expected")


def test_nothing_that_the_deployer_logs_in_with_is_in_the_outputs(plugin: Plugin, pem: str) -> None:
    inputs = {"applicationId": "/applications/5c9a0000-0000-4000-8000-000000000001", "certificate": pem}
    request = provider_pb2.CreateRequest(urn=URN, properties=encode(inputs), preview=True)
    answer = MessageToDict(plugin.call("Create", request))["properties"]
    assert not {name for name in answer if "secret" in name.lower() or "token" in name.lower()}
