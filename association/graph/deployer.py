"""The deployer as its access token describes it, what it will not be able to do, and the domain of its tenant."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from association.errors import AssociationError
from association.graph.client import GraphClient

OWNED: Final = "Application.ReadWrite.OwnedBy"
ANY_APPLICATION: Final = frozenset({"Application.ReadWrite.All", "Directory.ReadWrite.All"})
"""What writes applications that the deployer does not own, and makes the service principal of another tenant's (docs/adr/0012)."""
ADD_OWNERS: Final = ("Application.ReadWrite.All", "Directory.Read.All")
"""What adding somebody else as owner needs, both of them; Directory.ReadWrite.All alone does too.

The page's table has Application.ReadWrite.OwnedBy as the least, its note says that this is not sufficient, and so do users.
Source: https://learn.microsoft.com/graph/api/application-post-owners and
https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/4006 (checked 2026-11-29)."""


@dataclass(frozen=True, kw_only=True)
class Deployer:
    """Who deploys."""

    tenant_id: str
    """GUID in lower case."""
    object_id: str
    """GUID in lower case."""
    permissions: frozenset[str]
    """Microsoft Graph application permissions in the token."""
    app_only: bool
    """Whether it is an application, whose permissions are all that counts; a user's directory roles are in no token."""


def read_deployer(claims: Mapping[str, Any]) -> Deployer:
    return Deployer(
        tenant_id=str(claims.get("tid") or "").lower(),
        object_id=str(claims.get("oid") or "").lower(),
        permissions=frozenset(map(str, claims.get("roles") or ())),
        app_only="scp" not in claims,
    )


def read_initial_domain(graph: GraphClient) -> str:
    """The tenant's initial domain, such as contoso.onmicrosoft.com; a tenant has one, which nobody can remove.

    Source: https://learn.microsoft.com/graph/api/resources/domain (checked 2026-11-29).

    Raises:
        AssociationError: It named no initial domain.
    """
    for domain in graph.pages("/domains"):
        if domain.get("isInitial"):
            return str(domain["id"])
    raise AssociationError(
        "Microsoft Graph answered GET /domains without an initial domain.",
        hint="Set tenantDomain: then it is not read.",
    )


def foresee_owners(deployer: Deployer, owners: Collection[str], *, of_vendor: bool = False) -> Iterator[str]:
    """Why these owners cannot be made, or would lock the deployer out of its own application.

    Args:
        deployer: Who deploys.
        owners: Declared object IDs, in lower case.
        of_vendor: Whether the application is a vendor's: there is nothing of its own that it could be locked out of.
    """
    own_id, held = deployer.object_id, deployer.permissions
    if not of_vendor and OWNED in held and not held & ANY_APPLICATION and own_id not in owners:
        yield (
            f"the deployer ({own_id}) may only write applications that it owns ({OWNED}) and is not among the declared owners: "
            f"this deployment would lock it out. Run: pulumi config set --path 'owners[{len(owners)}]' {own_id}"
        )
    others = sorted(set(owners) - {own_id})
    if others and deployer.app_only and "Directory.ReadWrite.All" not in held and not held >= set(ADD_OWNERS):
        missing = " and ".join(permission for permission in ADD_OWNERS if permission not in held)
        yield (
            f"the deployer ({own_id}) may not add the owners {', '.join(others)}: adding an owner other than itself needs the "
            f"Microsoft Graph application permissions {' and '.join(ADD_OWNERS)}, and it lacks {missing}. Give it these, leave "
            "the owners out, or let a user with the role Cloud Application Administrator deploy"
        )


def advise_two_identities(azuread_tenant: str, tenant: str) -> str:
    """What to do where the azuread provider signs in to another tenant than this plugin, whose tenant ID is empty where it cannot sign in."""
    ours = f"mimecast-entra to {tenant}" if tenant else "mimecast-entra cannot sign in"
    return (
        f"the azuread provider signs in to the tenant {azuread_tenant}, and {ours}. Both must use the same settings. In Python give the "
        'component `pulumi.ResourceOptions(providers=tenant_providers("name", tenant_id=..., client_id=..., client_secret=...))`, or, '
        "with `azuread:*` stack settings, `plugin_options()` (both from `components`); in other languages one provider of each "
        "package with the same settings (README, section Several tenants)"
    )
