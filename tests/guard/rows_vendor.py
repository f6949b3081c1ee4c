"""Rows of the drift matrix about a vendor's application, in the vendor's own tenant. An application of ours has none of them."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.factories import certificate_pem
from tests.guard.association import Association
from tests.guard.row import Repair, row

OTHER_TENANT = "0f0e0d0c-0000-4000-8000-00000000f00d"
VERIFIED = {"displayName": "Mimecast", "verifiedPublisherId": "1234567", "addedDateTime": "2026-01-01T00:00:00Z"}


def vendor_changes(**properties: Any) -> Callable[[Association], None]:
    """A change that the application's owner makes in its own tenant."""

    def make(target: Association) -> None:
        target.tenant.elsewhere.change(target.client_id, **properties)

    return make


row(
    "V1", "the vendor renames its application", repair=Repair.NONE,
    says=("'Renamed'",),
    vendor=("guard vendorApplication.displayName",), vendor_repair=Repair.ACCEPTED,
)(vendor_changes(displayName="Renamed"))  # fmt: skip
row(
    "V2", "another publisher is verified", repair=Repair.NONE, attack=True, says=("'Mimecast', 1234567",),
    vendor=("guard vendorApplication.verifiedPublisher",), vendor_repair=Repair.ACCEPTED,
)(vendor_changes(verifiedPublisher=VERIFIED))  # fmt: skip
row(
    "V3", "the vendor adds a reply address", repair=Repair.NONE, attack=True,
    vendor=('guard vendorApplication["replyUrls/https://evil.example/"]',), vendor_repair=Repair.ACCEPTED,
)(vendor_changes(web={"redirectUris": ["https://evil.example/"], "homePageUrl": None, "logoutUrl": None}))  # fmt: skip


@row("V4", "the vendor rotates its own certificate", repair=Repair.NONE, vendor=(), vendor_repair=Repair.NONE)
def _(target: Association) -> None:
    target.tenant.elsewhere.rotate(target.client_id, certificate_pem("the vendor's next"))


@row(
    "V5", "another organization owns the application", repair=Repair.NONE, attack=True, says=("owns the application",),
    vendor=(f"guard publisher.{OTHER_TENANT}", "guard publisher.{publisher}", "principal publisher"),
    vendor_repair=Repair.PERSON,
    advice="Take its grants away, and ask the vendor; the next `up` refuses.",
)  # fmt: skip
def _(target: Association) -> Mapping[str, str]:
    before = target.tenant.elsewhere.change_owner(target.client_id, OTHER_TENANT)
    return {"publisher": before}
