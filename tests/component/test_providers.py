"""Both providers of a tenant come from one set of settings, and keep its secrets."""

import pulumi
import pytest

from components import ArgumentsError, tenant_providers
from tests.component.recorder import Recording, record

SECRET = "4dabf18193072939515e22adb298388d"


def declare() -> Recording:
    def program() -> None:
        tenant_providers(
            "contoso", tenant_id="t", client_secret="s", oidc_token=pulumi.Output.from_input("o"), use_oidc=True
        )

    return record(program)


def test_both_get_the_same_settings_with_secrets_marked() -> None:
    recording = declare()
    (plugin,) = recording.of_type("pulumi:providers:mimecast-entra")
    (azuread,) = recording.of_type("pulumi:providers:azuread")
    for provider in (plugin, azuread):
        assert provider.name == "contoso"
        assert (provider.inputs["tenantId"], provider.inputs["useOidc"]) == ("t", "true")
        for key, value in (("clientSecret", "s"), ("oidcToken", "o")):
            assert SECRET in provider.inputs[key]
            assert provider.inputs[key]["value"] == value


def test_an_unknown_setting_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(ArgumentsError) as refused:
        tenant_providers("contoso", tenant="t", client_secrets="s")
    assert "client_secrets is not a setting of the azuread provider; did you mean 'client_secret'" in str(refused.value)
    assert "tenant is not a setting" in str(refused.value)
