"""Stops a deployer that is about to lock itself out, before anything is made. The question to the tenant is the plugin's."""

from typing import Final

import pulumi

CHECK_DEPLOYER: Final = "mimecast-entra:index:checkDeployer"


def deployer_hook(component: pulumi.ComponentResource, name: str) -> pulumi.ResourceHook:
    """A hook for the application, before it is created or updated, in previews too: an untouched one costs no request."""

    async def check(args: pulumi.ResourceHookArgs) -> None:
        owners = (args.new_inputs or {}).get("owners") or []
        await pulumi.runtime.invoke_async(CHECK_DEPLOYER, {"owners": owners}, pulumi.InvokeOptions(parent=component))

    return pulumi.ResourceHook(f"{name}-check-deployer", check, pulumi.ResourceHookOptions(on_dry_run=True))
