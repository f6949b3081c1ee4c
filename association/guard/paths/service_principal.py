"""Access paths of the service principal: credentials, owners, grants, groups."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from association.guard.access_path import (
    OWN,
    READ_APPLICATIONS,
    AccessPath,
    Entry,
    Json,
    Kind,
    Rank,
    Read,
    Removal,
    Source,
    View,
    each,
)
from association.guard.paths.application import observe_federated_credentials, observe_owners, observe_secrets
from association.guard.paths.grants import observe_app_roles, observe_delegated_grants
from association.guard.text import plain, quote, show_day


def _certificates(body: Json, view: View) -> Iterator[Entry]:
    for key in body.get("keyCredentials") or ():
        key_id = str(key.get("keyId") or "").lower()
        yield Entry(
            key=key_id,
            sentence=f"certificate {quote(key.get('displayName'))} on the service principal, thumbprint "
            f"{plain(key.get('customKeyIdentifier') or 'unknown')}, for {plain(key.get('usage') or 'an unknown use')}, "
            f"from {show_day(key.get('startDateTime'))} until {show_day(key.get('endDateTime'))}",
            traces=(view.guarded.service_principal_object_id, key_id),
        )


def _groups(items: Iterable[Json], view: View) -> Iterator[Entry]:
    """Directory roles in the same list are told by their own access path."""
    for item in items:
        if not str(item.get("@odata.type", "#microsoft.graph.group")).endswith(".group"):
            continue
        object_id, name = str(item.get("id")), item.get("displayName")
        called = quote(name) if name else f"{object_id}, whose name needs Group.Read.All"
        roles = " that can hold directory roles" if item.get("isAssignableToRole") else ""
        traces = (object_id, view.guarded.service_principal_object_id)
        yield Entry(key=object_id, sentence=f"member of the group {called}{roles}", traces=traces)


def _synchronization_jobs(items: Iterable[Json], view: View) -> Iterator[Entry]:
    for item in items:
        job_id, state = str(item.get("id")), (item.get("schedule") or {}).get("state")
        yield Entry(
            key=job_id,
            sentence=f"provisioning job of template {quote(item.get('templateId'))}, state {plain(state or 'unknown')}: "
            "it copies users and groups to or from another system",
            traces=(view.guarded.service_principal_object_id, job_id),
        )


def _custom_security_attributes(body: Json, view: View) -> Iterator[Entry]:
    """Conditional Access can select service principals by them; one whose value is null is not assigned."""
    for name, values in (body.get("customSecurityAttributes") or {}).items():
        assigned = values if isinstance(values, dict) else {}
        for attribute, value in assigned.items():
            if "@odata" in attribute or value is None:
                continue
            cleared = {"@odata.type": "#microsoft.graph.customSecurityAttributeValue", attribute: None}
            yield Entry(
                key=f"{plain(name)}/{plain(attribute)}",
                sentence=f"custom security attribute {plain(attribute)} of {plain(name)} is {quote(value)}",
                body={"customSecurityAttributes": {name: cleared}},
                traces=(view.guarded.service_principal_object_id, attribute),
            )


_OBJECT: Final = "/servicePrincipals/{service_principal}"
SERVICE_PRINCIPAL: Final = Read(
    name="servicePrincipal", path=f"{_OBJECT}?$expand=owners", permissions=(READ_APPLICATIONS,)
)


def _declared(name: str, description: str, *sources: Source, rank: Rank, needs: tuple[str, ...]) -> AccessPath:
    return AccessPath(
        name=name,
        kind=Kind.DECLARED,
        description=description,
        sources=sources,
        rank=rank,
        repair_permissions=needs,
    )


def _part(name: str, path: str, *permissions: str) -> Read:
    return Read(name=name, path=f"{_OBJECT}{path}", permissions=permissions)


def _beta_part(name: str, path: str, *permissions: str) -> Read:
    """Version 1.0 has it too; its batch of 20 is full, and the batch of the beta version has room."""
    return replace(_part(name, path, *permissions), beta=True)


PATHS: Final = (
    _declared(
        "servicePrincipalCertificates",
        "Certificates of the service principal, by key ID.",
        Source(SERVICE_PRINCIPAL, _certificates, Removal("CUT", _OBJECT, cut=("keyCredentials", "keyId"))),
        rank=Rank.CREDENTIALS,
        needs=OWN,
    ),
    _declared(
        "servicePrincipalSecrets",
        "Client secrets of the service principal, by key ID.",
        Source(
            SERVICE_PRINCIPAL,
            observe_secrets,
            Removal("POST", f"{_OBJECT}/removePassword"),
        ),
        rank=Rank.CREDENTIALS,
        needs=OWN,
    ),
    _declared(
        "servicePrincipalFederatedCredentials",
        "Federated identity credentials of the service principal, by ID.",
        Source(
            _beta_part("servicePrincipalFederatedCredentials", "/federatedIdentityCredentials", READ_APPLICATIONS),
            each(
                lambda items, view: observe_federated_credentials(
                    items, view.guarded.service_principal_object_id, "service principal"
                )
            ),
            Removal("DELETE", f"{_OBJECT}/federatedIdentityCredentials/{{id}}"),
        ),
        rank=Rank.CREDENTIALS,
        needs=OWN,
    ),
    _declared(
        "servicePrincipalOwners",
        "Owners of the service principal, by object ID.",
        Source(
            SERVICE_PRINCIPAL,
            observe_owners,
            Removal("DELETE", f"{_OBJECT}/owners/{{id}}/$ref"),
        ),
        rank=Rank.OWNERS,
        needs=OWN,
    ),
    _declared(
        "appRoles",
        "App roles that the service principal holds, by `API name/role`.",
        Source(
            _part("appRoles", "/appRoleAssignments", READ_APPLICATIONS),
            each(observe_app_roles),
            Removal("DELETE", f"{_OBJECT}/appRoleAssignments/{{id}}"),
        ),
        rank=Rank.RIGHTS,
        needs=("AppRoleAssignment.ReadWrite.All",),
    ),
    _declared(
        "delegatedGrants",
        "Delegated permissions that the service principal holds, by `everyone` or a user's object ID, API, and scope.",
        Source(
            _part("delegatedGrants", "/oauth2PermissionGrants", "Directory.Read.All"),
            each(observe_delegated_grants),
            Removal("SCOPE", "/oauth2PermissionGrants/{id}"),
        ),
        rank=Rank.RIGHTS,
        needs=("DelegatedPermissionGrant.ReadWrite.All",),
    ),
    _declared(
        "groups",
        "Groups that the service principal is in, directly or through others, by object ID.",
        Source(
            _part("groups", "/transitiveMemberOf", READ_APPLICATIONS),
            each(_groups),
            Removal("DELETE", "/groups/{id}/members/{service_principal}/$ref"),
        ),
        rank=Rank.ROLES,
        needs=("GroupMember.ReadWrite.All", "RoleManagement.ReadWrite.Directory"),
    ),
    _declared(
        "synchronizationJobs",
        "Provisioning jobs of the service principal, by ID.",
        Source(
            _beta_part("synchronizationJobs", "/synchronization/jobs", "Synchronization.Read.All"),
            each(_synchronization_jobs),
            Removal("DELETE", f"{_OBJECT}/synchronization/jobs/{{id}}"),
        ),
        rank=Rank.RIGHTS,
        needs=OWN,
    ),
    _declared(
        "customSecurityAttributes",
        "Custom security attributes of the service principal, by `set/name`.",
        Source(
            _part(
                "customSecurityAttributes",
                "?$select=customSecurityAttributes",
                "CustomSecAttributeAssignment.Read.All",
                READ_APPLICATIONS,
            ),
            _custom_security_attributes,
            Removal("PATCH", _OBJECT),
        ),
        rank=Rank.RIGHTS,
        needs=("CustomSecAttributeAssignment.ReadWrite.All", *OWN),
    ),
)
