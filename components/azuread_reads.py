"""What the component asks the azuread provider. A failure is one sentence; azuread's own functions end in a traceback."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

import pulumi
from pulumi.runtime.settings import get_monitor

from association.permissions import Guid, describe_missing_api
from components.providers import find_unusable_files

_CLIENT_CONFIG: Final = "azuread:index/getClientConfig:getClientConfig"
_SERVICE_PRINCIPAL: Final = "azuread:index/getServicePrincipal:getServicePrincipal"
_NOT_FOUND: Final = "No service principal found"


def read_client_config(component: pulumi.Resource) -> pulumi.Output[Mapping[str, str]]:
    """`tenantId`, as it is configured (an id or a domain), and `objectId` of the azuread provider's own identity."""
    return _ask(get_monitor(), component.get_provider(_CLIENT_CONFIG), _CLIENT_CONFIG)


def read_api(component: pulumi.Resource, client_id: Guid) -> pulumi.Output[Mapping[str, Any]]:
    """`objectId` and `appRoleIds` of an API's own service principal, which is only ever read: managing Microsoft's has deleted them."""
    return _ask(get_monitor(), component.get_provider(_SERVICE_PRINCIPAL), _SERVICE_PRINCIPAL, client_id)


@lru_cache(maxsize=64)
def _ask(
    monitor: object, provider: pulumi.ProviderResource | None, token: str, client_id: Guid | None = None
) -> pulumi.Output[Mapping[str, Any]]:
    """Call a function of azuread once for all components that share a provider; unknown while a preview does not know its settings.

    Args:
        monitor: The engine's, as the run has it: another run asks anew.
        provider: The components' azuread provider; None for the default one.
        token: Type token of the function.
        client_id: The function's argument, where it takes one.
    """
    del monitor
    # The version is the resources' own: without it the engine would start another azuread provider for the calls.
    options = pulumi.InvokeOptions(provider=provider, version=version("pulumi-azuread"))

    async def call() -> Any:
        try:
            answer = await pulumi.runtime.invoke_async(token, {"clientId": client_id} if client_id else {}, options)
        except Exception as error:  # noqa: BLE001 - the SDK raises nothing more precise
            text = str(error)
            reason = describe_missing_api(client_id) if client_id and _NOT_FOUND in text else ""
            reason = reason or "; ".join(find_unusable_files())
            function = token.rpartition(":")[2]
            raise pulumi.RunError(reason or f"The azuread provider failed in {function}: {_shorten(text)}") from None
        return answer or pulumi.UNKNOWN

    return pulumi.Output.from_input(call())


def _shorten(text: str) -> str:
    """The provider's own words, without what each layer puts before them."""
    said = text.rpartition("returned an error: ")[2] or text
    said = re.sub(r"^(invoking \S+ )?\d+ errors? occurred:\s*\*?", "", said)
    return " ".join(said.split())
