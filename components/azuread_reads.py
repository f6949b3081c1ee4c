"""What the component asks the azuread provider. A failure is one sentence; azuread's own functions end in a traceback."""

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import pulumi

from association.permissions import Guid, describe_missing_api
from components.providers import find_unusable_files

_NOT_FOUND: Final = "No service principal found"


def read_client_config(component: pulumi.Resource) -> pulumi.Output[Mapping[str, str]]:
    """`tenantId`, as it is configured (an id or a domain), and `objectId` of the azuread provider's own identity."""
    return _invoke(component, "getClientConfig", {}, {})


def read_api(component: pulumi.Resource, client_id: Guid) -> pulumi.Output[Mapping[str, Any]]:
    """`objectId` and `appRoleIds` of an API's own service principal, which is only ever read: managing Microsoft's has deleted them."""
    return _invoke(
        component, "getServicePrincipal", {"clientId": client_id}, {_NOT_FOUND: describe_missing_api(client_id)}
    )


def _invoke(
    component: pulumi.Resource, function: str, arguments: Mapping[str, Any], sentences: Mapping[str, str]
) -> pulumi.Output[Mapping[str, Any]]:
    """Call a function of the component's azuread provider; unknown while a preview does not know the provider's settings.

    Args:
        component: Whose provider.
        function: Name without module.
        arguments: By wire name.
        sentences: What to say instead of an error that contains the key.
    """
    # The version is the resources' own: without it the engine would start another azuread provider for the calls.
    token = f"azuread:index/{function}:{function}"

    async def call() -> Any:
        try:
            options = pulumi.InvokeOptions(parent=component, version=version("pulumi-azuread"))
            answer = await pulumi.runtime.invoke_async(token, dict(arguments), options)
        except Exception as error:  # noqa: BLE001 - the SDK raises nothing more precise
            text = str(error)
            reason = next((sentence for sign, sentence in sentences.items() if sign in text), "")
            reason = reason or "; ".join(find_unusable_files())
            raise pulumi.RunError(reason or f"The azuread provider failed in {function}: {_shorten(text)}") from None
        return answer or pulumi.UNKNOWN

    return pulumi.Output.from_input(call())


def _shorten(text: str) -> str:
    """The provider's own words, without what each layer puts before them."""
    said = text.rpartition("returned an error: ")[2] or text
    said = re.sub(r"^(invoking \S+ )?\d+ errors? occurred:\s*\*?", "", said)
    return " ".join(said.split())
