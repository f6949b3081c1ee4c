"""The failure table: what the vendor sees when one part of the association is missing.

Each row runs in a copy of the tenant of its own, thrown away afterwards. Putting parts back would never be exact: a
deleted application takes its service principal and grants along, a grant comes back under another id, and every change
leaves dates and audit records that the next `pulumi refresh` or the next reader of the log would have to explain. In a
copy the part is really gone, and the tenant itself is not touched at all.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.tenant import Tenant
from sandbox.vendor.identity import LoginRefusedError, Vendor
from sandbox.vendor.mailbox import MailboxRefusedError
from sandbox.vendor.proof import (
    allow_client,
    attempt,
    find_application,
    holds,
    printable,
    read_organization,
    set_organization,
)

OPENED = "opened the inbox"


@dataclass(frozen=True, kw_only=True)
class _Case:
    part: str
    """What is missing, in words."""
    removal: str
    """How it is taken away, in words."""
    expected: str
    """How the real service's answer begins."""
    remove: Callable[[Tenant, str, str], None]
    """Takes the part away: tenant, client id, thumbprint."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One row: a part taken away, and what the vendor saw before and after."""

    case: _Case
    before: str
    seen: str

    @property
    def as_expected(self) -> bool:
        """Whether the association worked and then failed exactly as the real service does."""
        return self.before == OPENED and self.seen.startswith(self.case.expected)


def prove_failures(vendor: Vendor, tenant_folder: Path, client_id: str) -> list[Failure]:
    """Take every part away, one at a time, and see what the vendor sees.

    The tenant of the folder may run; its last change is there after 50 ms.
    """
    return [_prove_case(case, vendor, tenant_folder, client_id) for case in _CASES]


def _prove_case(case: _Case, vendor: Vendor, tenant_folder: Path, client_id: str) -> Failure:
    with TemporaryDirectory(prefix="sandbox-tenant-") as folder:
        copy = Path(folder) / "tenant"
        shutil.copytree(tenant_folder, copy, ignore=shutil.ignore_patterns("*.lock", "*.tmp"))
        with Tenant(copy) as tenant:
            allow_client(tenant, client_id)
            before = _outcome(vendor, tenant, client_id)
            case.remove(tenant, client_id, vendor.thumbprint)
            seen = _outcome(vendor, tenant, client_id)
    return Failure(case=case, before=before, seen=seen)


def _outcome(vendor: Vendor, tenant: Tenant, client_id: str) -> str:
    try:
        attempt(vendor, tenant, client_id)
    except (LoginRefusedError, MailboxRefusedError) as refused:
        return str(refused)
    return OPENED


def _graph(tenant: Tenant, method: str, path: str, body: dict[str, object] | None = None) -> None:
    status, answer = tenant.graph(method, path, body)
    if status >= 400:
        raise RuntimeError(f"{method} {path}: expected success, got {status} {answer}")


def _remove_certificate(tenant: Tenant, client_id: str, thumbprint: str) -> None:
    application = find_application(tenant, client_id)
    others = [entry | {"key": None} for entry in application["keyCredentials"] if not holds(entry, thumbprint)]
    _graph(tenant, "PATCH", f"/v1.0/applications/{application['id']}", {"keyCredentials": others})


def _remove_application(tenant: Tenant, client_id: str, _thumbprint: str) -> None:
    _graph(tenant, "DELETE", f"/v1.0/applications/{find_application(tenant, client_id)['id']}")


def _disable_service_principal(tenant: Tenant, client_id: str, _thumbprint: str) -> None:
    path = f"/v1.0/servicePrincipals/{_service_principal_object_id(tenant, client_id)}"
    _graph(tenant, "PATCH", path, {"accountEnabled": False})


def _remove_grants(tenant: Tenant, client_id: str, _thumbprint: str) -> None:
    path = f"/v1.0/servicePrincipals/{_service_principal_object_id(tenant, client_id)}/appRoleAssignments"
    _, granted = tenant.graph("GET", path)
    for assignment in granted["value"]:
        _graph(tenant, "DELETE", f"{path}/{assignment['id']}")


def _service_principal_object_id(tenant: Tenant, client_id: str) -> str:
    _, found = tenant.graph("GET", f"/v1.0/servicePrincipals?$filter=appId eq '{client_id}'")
    return str(found["value"][0]["id"])


def _leave_out_of_allow_list(tenant: Tenant, client_id: str, _thumbprint: str) -> None:
    listed = read_organization(tenant)["EwsAllowedAppIDs"] or ""
    others = [listed_id for listed_id in listed.split(",") if listed_id != client_id.lower()]
    set_organization(tenant, {"EwsAllowedAppIDs": ",".join(others)})


def _set(**parameters: object) -> Callable[[Tenant, str, str], None]:
    """Set-OrganizationConfig with these parameters."""
    return lambda tenant, _client_id, _thumbprint: set_organization(tenant, parameters)


_CASES = (
    _Case(
        part="the certificate",
        removal="PATCH /applications/{id} without its key credential",
        expected=(
            "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on "
            "application."
        ),
        remove=_remove_certificate,
    ),
    _Case(
        part="the application",
        removal="DELETE /applications/{id}",
        expected="AADSTS700016: Application with identifier",
        remove=_remove_application,
    ),
    _Case(
        part="an enabled service principal",
        removal='PATCH /servicePrincipals/{id} {"accountEnabled": false}',
        expected="AADSTS7000112: Application",
        remove=_disable_service_principal,
    ),
    _Case(
        part="the granted app role",
        removal="DELETE /servicePrincipals/{id}/appRoleAssignments/{id}",
        expected='403 2000008;reason="The token contains not enough scope to make this call."',
        remove=_remove_grants,
    ),
    _Case(
        part="a place on the EWS allow list",
        removal="Set-OrganizationConfig -EwsAllowedAppIDs without the client id",
        expected="403 EWS is blocked by policy for this user or tenant",
        remove=_leave_out_of_allow_list,
    ),
    _Case(
        part="any application on the EWS allow list",
        removal="Set-OrganizationConfig -EwsAllowedAppIDs ''",
        expected="403 EWS is blocked by policy for this user or tenant",
        remove=_set(EwsAllowedAppIDs=""),
    ),
    _Case(
        part="a User-Agent that the organization lets in",
        removal="Set-OrganizationConfig -EwsApplicationAccessPolicy EnforceAllowList -EwsAllowList 'OWA/*'",
        expected="403 EWS is blocked by policy for this user or tenant",
        remove=_set(EwsApplicationAccessPolicy="EnforceAllowList", EwsAllowList=["OWA/*"]),
    ),
    _Case(
        part="EWS switched on in the organization",
        removal="Set-OrganizationConfig -EwsEnabled $false",
        expected="403 EWS is disabled for this user or tenant",
        remove=_set(EwsEnabled=False),
    ),
)
"""The four parts of the association, then what only Exchange knows. Texts of the login service:
https://learn.microsoft.com/entra/identity-platform/reference-error-codes (checked 2026-11-24)."""


def print_failures(failures: Sequence[Failure]) -> None:
    for failure in failures:
        print(f"  {'ok  ' if failure.as_expected else 'FAIL'} without {failure.case.part} ({failure.case.removal})")
        print(printable(f"         {failure.seen}"))
        if not failure.as_expected:
            print(printable(f"         expected {failure.case.expected!r}; before: {failure.before}"))
