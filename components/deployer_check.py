"""The resource `mimecast-entra:index:DeployerCheck` as a Pulumi program sees it. What it does is in the plugin."""

from collections.abc import Sequence

import pulumi

from association.contract import DEPLOYER_CHECK


class DeployerCheck(pulumi.CustomResource):
    """Stops a deployer that is about to lock itself out, before anything is made. It stands for nothing in the tenant."""

    owners: pulumi.Output[Sequence[str]]
    """The same owners, once they are known to be safe."""

    def __init__(
        self, name: str, *, owners: pulumi.Input[Sequence[str]], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Declare the check.

        Args:
            name: Logical name.
            owners: Object ids of the declared owners.
            opts: Resource options.
        """
        super().__init__(DEPLOYER_CHECK, name, {"owners": owners}, opts)
