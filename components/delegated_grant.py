"""The resource `mimecast-entra:index:DelegatedGrant` as a Pulumi program sees it. What it does is in the plugin."""

from collections.abc import Sequence

import pulumi

from association.contract import DELEGATED_GRANT


class DelegatedGrant(pulumi.CustomResource):
    """Delegated permissions of a service principal at one API. What is there is taken over (docs/adr/0012)."""

    def __init__(
        self,
        name: str,
        *,
        principal_object_id: pulumi.Input[str],
        resource_object_id: pulumi.Input[str],
        user_object_id: str,
        scopes: pulumi.Input[Sequence[str]],
        delete_taken_over: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the grant.

        Args:
            name: Logical name.
            principal_object_id: Who acts: object ID of a service principal.
            resource_object_id: The API: object ID of its service principal.
            user_object_id: The one user for whom; empty for every user of the tenant.
            scopes: By their values.
            delete_taken_over: Whether deleting the resource deletes scopes that were there before.
            opts: Resource options.
        """
        inputs = {
            "principalObjectId": principal_object_id,
            "resourceObjectId": resource_object_id,
            "userObjectId": user_object_id,
            "scopes": scopes,
            "deleteTakenOver": delete_taken_over,
        }
        super().__init__(DELEGATED_GRANT, name, inputs, opts)
