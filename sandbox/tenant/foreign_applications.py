"""Applications of other tenants: a vendor publishes one, and a person accepts it on the consent page.

Only its service principal is in this tenant. Its credentials stay with the vendor: nothing here shows them, and login knows them.
Source: https://learn.microsoft.com/en-us/entra/identity-platform/howto-convert-app-to-be-multi-tenant (checked 2026-11-29).
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography import x509
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.tenant.assignments import store_assignment
from sandbox.tenant.credentials import describe
from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.entities import new_object
from sandbox.tenant.identities import permit
from sandbox.tenant.service_principals import make_service_principal, mirror_application
from sandbox.tenant.store import Json
from sandbox.tenant.wellknown import EXCHANGE_CLIENT_ID, GRAPH_CLIENT_ID

VENDOR_TENANT_ID = "7e6a0000-0000-4000-8000-0000000bad1e"
"""Where the sandbox's vendor has its applications."""

VENDOR_PATH = "/sandbox/vendor"
"""Where another process publishes; the real service has no such path."""

CONSENT_PAGE = "74658136-14ec-4630-ad9b-26e160ff0fc6"
"""Client ID of the Entra admin center, as which a consent makes objects."""

Permissions = Mapping[str, Sequence[str]]
"""Client ID of an API to values of its app roles or scopes."""


class ForeignApplications:
    """What vendors do in their tenants, and what people of this tenant accept."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def publish(
        self,
        name: str,
        *,
        certificate: str,
        roles: Permissions | None = None,
        scopes: Permissions | None = None,
        owner: str = VENDOR_TENANT_ID,
    ) -> str:
        """Make a multi-tenant application in another tenant, and return its client ID; its consent page asks for the roles and scopes."""
        application = new_object("application") | {
            "id": new_id(),
            "appId": new_id(),
            "displayName": name,
            "signInAudience": "AzureADMultipleOrgs",
            "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
            "_owners": [],
            "_asks": {"roles": dict(roles or {}), "scopes": dict(scopes or {})},
            "_tenant": owner,
        }
        with self._directory.store.lock:
            self._store(application)
        self.rotate(application["appId"], certificate)
        return str(application["appId"])

    def rotate(self, client_id: str, certificate: str) -> None:
        """Let the vendor sign in with this certificate (PEM) and no other one."""
        entry = describe(x509.load_pem_x509_certificate(certificate.encode()))
        with self._directory.store.lock:
            self._store(self._find(client_id) | {"keyCredentials": [entry]})

    def change(self, client_id: str, **properties: Any) -> None:
        """Change the application in its tenant; its service principal here follows."""
        with self._directory.store.lock:
            application = self._find(client_id) | properties
            self._store(application)
            mirror_application(self._directory, application)

    def change_owner(self, client_id: str, owner: str) -> str:
        """Let the application be another tenant's; returns whose it was. Nothing published says that this can happen."""
        with self._directory.store.lock:
            application = self._find(client_id)
            self._store(application | {"_tenant": owner})
            principal = self._directory.service_principal_of(client_id)
            if principal:
                changed = principal | {"appOwnerOrganizationId": owner}
                self._directory.store.put("servicePrincipals", principal["id"], changed)
        return str(application["_tenant"])

    def consent(self, client_id: str, *, user: str | None = None) -> str:
        """What accepting the consent page leaves: the service principal and everything that was asked for; returns its object ID.

        A user, by object ID, accepts for themselves alone; without one an administrator accepts for all.
        """
        directory = self._directory
        with directory.store.lock:
            application = self._find(client_id)
            principal = directory.service_principal_of(client_id) or make_service_principal(
                directory, application, {}, owners=[], created_by=CONSENT_PAGE
            )
            holder = {"id": principal["id"], "displayName": principal["displayName"], "type": "ServicePrincipal"}
            for api, values in application["_asks"]["roles"].items() if user is None else ():
                resource = self._find_api(api)
                ids = {role["value"]: role["id"] for role in resource["appRoles"]}
                for value in values:
                    store_assignment(directory, principal=holder, resource=resource, role_id=ids[value])
            for api, values in application["_asks"]["scopes"].items():
                self._grant(principal, api, values, user)
        return str(principal["id"])

    def _grant(self, principal: Json, api: str, scopes: Sequence[str], user: str | None) -> None:
        resource = self._find_api(api)
        grant = {
            "clientId": principal["id"],
            "consentType": "Principal" if user else "AllPrincipals",
            "id": secrets.token_urlsafe(32),
            "principalId": user,
            "resourceId": resource["id"],
            "scope": " ".join(scopes),
        }
        self._directory.store.put("oauth2PermissionGrants", grant["id"], grant)

    def _find_api(self, client_id: str) -> Json:
        found = self._directory.service_principal_of(client_id)
        if found is None:
            raise KeyError(f"no API {client_id} in this tenant")
        return found

    def _find(self, client_id: str) -> Json:
        return self._directory.store.all("foreignApplications")[client_id]

    def _store(self, application: Json) -> None:
        self._directory.store.put("foreignApplications", application["appId"], application)


def vendor_application(elsewhere: ForeignApplications, directory: Directory) -> Starlette:
    """The application to mount: publishes, lets the deployer grant to such, and where it is asked to an administrator accepts."""

    async def post(request: Request) -> Response:
        asked = json.loads(await request.body())
        try:
            roles, scopes = _by_api(asked["roles"]), _by_api(asked["scopes"])
            client_id = elsewhere.publish("Mimecast", certificate=asked["certificate"], roles=roles, scopes=scopes)
            if asked["accept"]:
                elsewhere.consent(client_id)
        except KeyError as error:
            return JSONResponse({"error": f"{error.args[0]!r}: nothing here offers it; see --help"}, status_code=400)
        with directory.store.lock:
            permit(directory, "deployer", ("Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"))
        return JSONResponse({"clientId": client_id, "publisher": VENDOR_TENANT_ID})

    return Starlette(routes=[Route(VENDOR_PATH, post, methods=["POST"])])


def _by_api(permissions: Sequence[str]) -> dict[str, list[str]]:
    """From `full_access_as_app` and `Microsoft Graph/User.Read` to what `publish` takes."""
    found: dict[str, list[str]] = {}
    for api, _, name in (text.rpartition("/") for text in permissions):
        found.setdefault({"": EXCHANGE_CLIENT_ID, "Microsoft Graph": GRAPH_CLIENT_ID}[api], []).append(name)
    return found
