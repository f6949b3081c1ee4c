"""What a person reads where the azuread provider cannot answer the component: one sentence, no traceback."""

from collections import Counter

import pulumi
import pytest

from association.permissions import EXCHANGE_ONLINE
from components import ServerConnection, ServerConnectionArgs
from tests.component.recorder import UNKNOWN, record
from tests.factories import certificate_pem

GRAPH = "00000003-0000-0000-c000-000000000000"


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (EXCHANGE_ONLINE, "it has no Exchange Online licence, or somebody deleted the service principal"),
        (GRAPH, "This tenant has no service principal of Microsoft Graph"),
    ],
)
def test_an_api_that_the_tenant_lacks_is_named_with_the_next_step(missing: str, said: str) -> None:
    args: ServerConnectionArgs = {
        "certificates": {"eu.pem": certificate_pem("eu")},
        "permissions": ["full_access_as_app", "Microsoft Graph/Mail.ReadWrite"],
    }

    def program() -> None:
        ServerConnection("mimecast", args)

    with pytest.raises(pulumi.RunError) as refused:
        record(program, missing_apis=frozenset({missing}))
    assert said in str(refused.value)
    assert f"az ad sp create --id {missing}" in str(refused.value)


def test_what_a_provider_without_settings_would_say_is_unknown_to_a_preview() -> None:
    def program() -> None:
        ServerConnection("mimecast", {"certificates": {"eu.pem": certificate_pem("eu")}})

    recording = record(program, dry_run=True, unconfigured=True)
    (check,) = recording.of_type("mimecast-entra:index:DeployerCheck")
    assert (check.inputs["azureadTenantId"], check.inputs["azureadObjectId"]) == (UNKNOWN, UNKNOWN)
    (grant,) = recording.of_type("mimecast-entra:index:AppRoleAssignment")
    assert (grant.inputs["resourceObjectId"], grant.inputs["appRoleId"]) == (UNKNOWN, UNKNOWN)


def test_associations_of_one_provider_ask_once_and_another_run_asks_anew() -> None:
    args: ServerConnectionArgs = {"certificates": {"eu.pem": certificate_pem("eu")}}

    def program() -> None:
        other = pulumi.ProviderResource("azuread", "other", {})
        for name in ("first", "second"):
            ServerConnection(name, args)
            ServerConnection(f"other-{name}", args, pulumi.ResourceOptions(providers=[other]))

    for _ in range(2):
        asked = Counter(token.rpartition(":")[2] for token, _ in record(program).invokes)
        assert asked == {"getServicePrincipal": 2, "getClientConfig": 2}
