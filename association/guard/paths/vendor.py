"""Access paths of a vendor's application, which is in the vendor's tenant: whose it is, what it is called, and how it is set here.

Source: https://learn.microsoft.com/graph/api/resources/serviceprincipal (checked 2026-11-29).
"""

from collections.abc import Iterator
from typing import Final

from association.guard.access_path import OWN, AccessPath, Entry, Json, Kind, Rank, Removal, Source, View, Whose
from association.guard.paths.service_principal import SERVICE_PRINCIPAL
from association.guard.text import plain, quote
from association.text import escape

_SIGN_ON: Final = ("loginUrl", "logoutUrl", "preferredSingleSignOnMode", "notes", "description")


def _publisher(body: Json, _: View) -> Iterator[Entry]:
    tenant_id = plain(str(body.get("appOwnerOrganizationId") or "unknown").lower())
    yield Entry(key=tenant_id, sentence=f"the tenant {tenant_id} owns the application")


def _switches(body: Json, view: View) -> Iterator[Entry]:
    if not body.get("accountEnabled"):
        yield Entry(
            key="accountEnabled",
            sentence="the service principal is disabled: the vendor gets no tokens",
            body={"accountEnabled": True},
            traces=(view.guarded.service_principal_object_id, "accountEnabled"),
        )


def _application(body: Json, _: View) -> Iterator[Entry]:
    """What the vendor decides in its own tenant."""
    yield Entry(key="displayName", sentence=quote(body.get("appDisplayName") or body.get("displayName")))
    publisher = body.get("verifiedPublisher") or {}
    said = f"{quote(publisher.get('displayName'))}, {plain(publisher.get('verifiedPublisherId'))}"
    yield Entry(key="verifiedPublisher", sentence=said if publisher.get("verifiedPublisherId") else "not verified")
    for address in body.get("replyUrls") or ():
        yield Entry(key=f"replyUrls/{escape(str(address))}", sentence="people who sign in can be sent there")


def _settings(body: Json, _: View) -> Iterator[Entry]:
    """What administrators of this tenant decide."""
    required = body.get("appRoleAssignmentRequired")
    said = "only people and groups who are assigned" if required else "everybody of the tenant"
    yield Entry(key="appRoleAssignmentRequired", sentence=f"{said} can sign in to it")
    for tag in body.get("tags") or ():
        yield Entry(key=f"tags/{escape(str(tag))}", sentence="set")
    for name in _SIGN_ON:
        if body.get(name):
            yield Entry(key=name, sentence=quote(body[name]))


PATHS: Final = (
    AccessPath(
        name="publisher",
        kind=Kind.DECLARED,
        description="The tenant that owns the vendor's application, by tenant ID.",
        sources=(Source(SERVICE_PRINCIPAL, _publisher),),
        advice="another organization owns the application: take its grants away, and ask the vendor",
        only=Whose.VENDOR,
    ),
    AccessPath(
        name="servicePrincipalSwitches",
        kind=Kind.DECLARED,
        description="Settings of the vendor's service principal that break it, by name.",
        sources=(Source(SERVICE_PRINCIPAL, _switches, Removal("PATCH", "/servicePrincipals/{service_principal}")),),
        rank=Rank.SETTINGS,
        repair_permissions=OWN,
        only=Whose.VENDOR,
    ),
    AccessPath(
        name="vendorApplication",
        kind=Kind.BASELINE,
        description="What the vendor's application is called, who verified its publisher, and where it sends people who sign in.",
        sources=(Source(SERVICE_PRINCIPAL, _application),),
        valued=True,
        advice="ask the vendor whether it changed this",
        only=Whose.VENDOR,
    ),
    AccessPath(
        name="servicePrincipalSettings",
        kind=Kind.BASELINE,
        description="Settings of the vendor's service principal that administrators of this tenant make.",
        sources=(Source(SERVICE_PRINCIPAL, _settings),),
        valued=True,
        advice="look at it in the Entra admin center, Enterprise applications",
        only=Whose.VENDOR,
    ),
)
