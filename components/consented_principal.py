"""The resource `mimecast-entra:index:ConsentedPrincipal` as a Pulumi program sees it. What it does is in the plugin."""

from collections.abc import Sequence
from typing import Final

import pulumi

from association.contract import CONSENTED_PRINCIPAL

_WIRE_NAMES: Final = {
    "client_id": "clientId",
    "publisher": "publisher",
    "owners": "owners",
    "stack_tag": "stackTag",
    "delete_taken_over": "deleteTakenOver",
    "object_id": "objectId",
    "on_destroy": "onDestroy",
}
_ATTRIBUTES: Final = {wire_name: attribute for attribute, wire_name in _WIRE_NAMES.items()}


class ConsentedPrincipal(pulumi.CustomResource):
    """The service principal of a vendor's application: taken over where it is there, made where it is not (docs/adr/0012)."""

    object_id: pulumi.Output[str]
    """Object ID of the service principal, once it is known whose application it is."""
    on_destroy: pulumi.Output[str]
    """`keep` or `delete`."""

    def __init__(
        self,
        name: str,
        *,
        client_id: pulumi.Input[str],
        publisher: pulumi.Input[str],
        owners: pulumi.Input[Sequence[pulumi.Input[str]]],
        stack_tag: str,
        delete_taken_over: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the service principal.

        Args:
            name: Logical name.
            client_id: Of the vendor's application.
            publisher: Tenant ID that must own it.
            owners: Object IDs of its owners here.
            stack_tag: The tag that it carries where it is made here.
            delete_taken_over: Whether deleting the resource deletes one that was there before.
            opts: Resource options.
        """
        inputs = dict.fromkeys(_WIRE_NAMES) | {
            "client_id": client_id,
            "publisher": publisher,
            "owners": owners,
            "stack_tag": stack_tag,
            "delete_taken_over": delete_taken_over,
        }
        super().__init__(CONSENTED_PRINCIPAL, name, inputs, opts)

    def translate_input_property(self, prop: str) -> str:
        """From this class's attributes to the wire's camelCase."""
        return _WIRE_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """From the wire's camelCase to this class's attributes."""
        return _ATTRIBUTES.get(prop, prop)
