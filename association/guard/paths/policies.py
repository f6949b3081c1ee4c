"""Policies that are assigned to the application or the service principal."""

from collections.abc import Iterable, Iterator
from typing import Final

from association.guard.access_path import (
    OWN,
    READ_APPLICATIONS,
    READ_POLICIES,
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
from association.guard.text import quote

_APPLICATION: Final = "/applications/{application}"
_SERVICE_PRINCIPAL: Final = "/servicePrincipals/{service_principal}"


def _assigned(path: str, kind: str, effect: str, *permissions: str, prefix: str = "", beta_read: str = "") -> Source:
    """Policies of one kind that are assigned to the object of the path.

    Args:
        path: Template of the object's path.
        kind: Such as `claimsMappingPolicy`.
        effect: What an assigned one does.
        permissions: What reads it, beside reading policies. Microsoft names none that only reads which policies are
            assigned to a service principal.
        prefix: What keys begin with, before the kind.
        beta_read: Name of the read where it is asked of the beta version, whose batch has room.
    """
    relation = f"{kind.removesuffix('y')}ies"
    read = Read(
        name=beta_read or relation,
        path=f"{path}/{relation}",
        permissions=(*(permissions or OWN), READ_POLICIES),
        beta=bool(beta_read),
    )

    def observe(items: Iterable[Json], view: View) -> Iterator[Entry]:
        object_id = view.guarded.fill(path).rpartition("/")[2]
        for item in items:
            policy_id = str(item.get("id"))
            said = f"{kind} {quote(item.get('displayName'))} is assigned and {effect}"
            yield Entry(key=policy_id, sentence=said, traces=(object_id, policy_id))

    removal = Removal("DELETE", f"{path}/{relation}/{{id}}/$ref")
    return Source(read, each(observe), removal, prefix=f"{prefix}{kind}/")


PATHS: Final = (
    AccessPath(
        name="policies",
        kind=Kind.DECLARED,
        description="Policies assigned to application or service principal, by `kind/id`.",
        sources=(
            _assigned(
                _APPLICATION,
                "appManagementPolicy",
                "replaces the tenant's rules for its credentials",
                READ_APPLICATIONS,
            ),
            _assigned(_SERVICE_PRINCIPAL, "claimsMappingPolicy", "changes what its tokens say"),
            _assigned(_SERVICE_PRINCIPAL, "tokenLifetimePolicy", "changes how long its tokens live"),
            _assigned(_SERVICE_PRINCIPAL, "tokenIssuancePolicy", "changes how its tokens are issued"),
            _assigned(
                _SERVICE_PRINCIPAL,
                "homeRealmDiscoveryPolicy",
                "changes where users who sign in to the service principal are sent",
                beta_read="homeRealmDiscoveryPolicies",
            ),
            _assigned(
                _APPLICATION,
                "homeRealmDiscoveryPolicy",
                "changes where users who sign in to the application are sent",
                prefix="application/",
                beta_read="applicationHomeRealmDiscoveryPolicies",
            ),
        ),
        rank=Rank.RIGHTS,
        repair_permissions=("Policy.ReadWrite.ApplicationConfiguration", *OWN),
    ),
)
