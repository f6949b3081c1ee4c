"""The resource `mimecast-entra:index:AppRoleAssignment` as a Pulumi program sees it. What it does is in the plugin."""

import pulumi

from association.contract import APP_ROLE_ASSIGNMENT


class AppRoleAssignment(pulumi.CustomResource):
    """An app role that a service principal holds. An assignment of the same three ids is taken over (docs/adr/0007)."""

    def __init__(
        self,
        name: str,
        *,
        principal_object_id: pulumi.Input[str],
        resource_object_id: pulumi.Input[str],
        app_role_id: pulumi.Input[str],
        delete_taken_over: bool | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the assignment.

        Args:
            name: Logical name.
            principal_object_id: Who gets the role: object ID of a service principal.
            resource_object_id: The API that offers it: object ID of its service principal.
            app_role_id: Id of the role.
            delete_taken_over: Whether deleting the resource deletes an assignment that was there before; it does by default.
            opts: Resource options.
        """
        inputs = {
            "principalObjectId": principal_object_id,
            "resourceObjectId": resource_object_id,
            "appRoleId": app_role_id,
            "deleteTakenOver": delete_taken_over,
        }
        super().__init__(APP_ROLE_ASSIGNMENT, name, inputs, opts)
