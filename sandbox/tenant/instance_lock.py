"""The App Instance Lock: what an application protects on its service principals.

Source: https://learn.microsoft.com/en-us/entra/identity-platform/howto-configure-app-instance-property-locks
(checked 2026-11-24); the wording of the refusal is not published.
"""

from sandbox.tenant.directory import Directory
from sandbox.tenant.problems import bad_request
from sandbox.tenant.store import Json


def check_lock(directory: Directory, principal: Json, body: Json) -> None:
    """Refuse what the App Instance Lock of the application refuses; whether it holds at home is a switch."""
    application = directory.backing_application(principal["appId"])
    lock = application and application["servicePrincipalLockConfiguration"]
    at_home = principal["appOwnerOrganizationId"] == directory.tenant_id
    if not lock or not lock["isEnabled"] or (at_home and not directory.switches.lock_holds_at_home):
        return
    for name in ("keyCredentials", "passwordCredentials", "tokenEncryptionKeyId"):
        if name in body:
            raise bad_request(
                f"Property {name} cannot be modified because it is protected by app instance property lock."
            )
