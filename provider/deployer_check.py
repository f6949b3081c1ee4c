"""`DeployerCheck`: can this deployer make the association, in this tenant? It is not an object in the tenant.

A resource and not a function, because only a resource knows whether it is new: an untouched stack costs no sign-in. Not a
hook of the program either: hooks hold the engine's and the program's few workers, and with many applications all wait.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from association.contract import DEPLOYER_CHECK
from association.errors import GraphError, SignInError
from association.graph.deployer import Deployer, advise_two_identities, foresee_owners, read_initial_domain
from provider.resource import UNKNOWN, Change, Checked, Created, Difference, Failure, Observed, Properties

if TYPE_CHECKING:
    from provider.connection import Connection

_ID: Final = "deployer"
_OWNERS: Final = {"type": "array", "items": {"type": "string"}, "description": "Object IDs of the declared owners."}
_TENANT: Final = {"type": "string", "description": "Tenant ID (GUID) that both providers sign in to."}
_CLOUD: Final = {
    "type": "string",
    "description": "The tenant's cloud: global, usgovernmentl4, usgovernmentl5 or china.",
}
_DOMAIN: Final = {"type": "string", "description": "The tenant's initial domain; only with `readTenantDomain`."}
_STORED: Final = ("owners", "tenantId", "tenantDomain", "cloud")
"""What the program gets back, and what counts as a difference."""
_FORBIDDEN: Final = 403


class DeployerCheck:
    """Fails before anything is made where the two providers sign in to two tenants, or the declared owners cannot be made."""

    pulumi_type: ClassVar[str] = DEPLOYER_CHECK
    schema: ClassVar[Mapping[str, Any]] = {
        "description": "Fails before anything is made where the azuread provider signs in to another tenant than this plugin, where "
        "the deployer may only write applications that it owns (Application.ReadWrite.OwnedBy) and is not among the declared "
        "owners, or where it may not add the other owners.",
        "inputProperties": {
            "owners": _OWNERS,
            "azureadTenantId": {
                "type": "string",
                "description": "`tenantId` of the azuread provider's `getClientConfig`.",
            },
            "azureadObjectId": {
                "type": "string",
                "description": "`objectId` of the azuread provider's `getClientConfig`.",
            },
            "ofVendor": {
                "type": "boolean",
                "description": "Whether the application is a vendor's, which the deployer need not own.",
            },
            "readTenantDomain": {
                "type": "boolean",
                "description": "Whether the tenant's initial domain is wanted. It is read once and kept in the state.",
            },
        },
        "requiredInputs": ["owners", "azureadTenantId", "azureadObjectId"],
        "properties": {"owners": _OWNERS, "tenantId": _TENANT, "tenantDomain": _DOMAIN, "cloud": _CLOUD},
        "required": ["owners", "tenantId", "cloud"],
    }

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Compare the access token's own words with what is declared, where that is new; costs the sign-in."""
        identity = self._connection.identity
        owners = inputs.get("owners") or []
        azuread_tenant = inputs.get("azureadTenantId") or ""
        domain_wanted: Properties = {"readTenantDomain": True} if inputs.get("readTenantDomain") else {}
        if UNKNOWN in (owners, azuread_tenant, inputs.get("azureadObjectId")) or UNKNOWN in owners:
            unknown = {"tenantId": UNKNOWN, **dict.fromkeys(("tenantDomain",) if domain_wanted else (), UNKNOWN)}
            return Checked(inputs={"owners": owners, "cloud": identity.cloud.name, **domain_wanted, **unknown})
        wanted: Properties = {
            "owners": [str(owner).lower() for owner in owners],
            "cloud": identity.cloud.name,
            "azureadTenantId": str(azuread_tenant).lower(),
            "signInTenant": identity.tenant_id.lower(),
            **domain_wanted,
        }
        found = ("tenantId", "tenantDomain") if domain_wanted else ("tenantId",)
        known = str(old_inputs.get("tenantId") or "")
        if all(old_inputs.get(name) for name in found) and wanted.items() <= old_inputs.items():
            return Checked(inputs=wanted | {name: old_inputs[name] for name in found})
        deployer = self._sign_in(wanted["azureadTenantId"])
        checked = wanted | {"tenantId": deployer.tenant_id}
        failures = [*self._foresee(deployer, inputs, wanted, known)]
        if domain_wanted and not any(failure.property == "azureadTenantId" for failure in failures):
            domain = self._read_domain()
            if isinstance(domain, Failure):
                failures.append(domain)
            else:
                checked["tenantDomain"] = domain
        return Checked(inputs=checked, failures=tuple(failures))

    def diff(
        self, *, resource_id: str, old_inputs: Properties, old_outputs: Properties, inputs: Properties
    ) -> Difference:
        """Other owners, or another cloud."""
        changed = [name for name in _STORED if inputs.get(name) != old_inputs.get(name)]
        return Difference(changes=dict.fromkeys(changed, Change.UPDATE))

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:
        """Remember that it was checked."""
        return Created(id="" if preview else _ID, outputs=_stored(inputs))

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:
        """What was remembered."""
        return Observed(id=resource_id, inputs=dict(inputs or outputs), outputs=dict(outputs))

    def update(
        self, *, urn: str, resource_id: str, old_outputs: Properties, inputs: Properties, preview: bool
    ) -> Properties:
        """Remember what was checked now."""
        return _stored(inputs)

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Nothing to take away."""

    def _read_domain(self) -> str | Failure:
        try:
            return read_initial_domain(self._connection.graph)
        except GraphError as error:
            if error.status != _FORBIDDEN:
                raise
            reason = f"the tenant's initial domain cannot be read: set tenantDomain, or let it be read. {error}"
            return Failure(property="tenantDomain", reason=reason)

    def _sign_in(self, azuread_tenant: str) -> Deployer:
        try:
            return self._connection.deployer
        except SignInError as error:
            if azuread_tenant:
                advice = advise_two_identities(azuread_tenant, "")
                error.hint = f"{error.hint} {advice[:1].upper()}{advice[1:]}".strip()
            raise

    def _foresee(
        self, deployer: Deployer, inputs: Properties, wanted: Properties, known_tenant: str
    ) -> Iterator[Failure]:
        azuread_tenant = wanted["azureadTenantId"]
        if azuread_tenant and str(inputs.get("azureadObjectId") or "").lower() != deployer.object_id:
            found = self._connection.tokens.find_tenant_id(azuread_tenant)
            if found != deployer.tenant_id:
                reason = advise_two_identities(azuread_tenant, deployer.tenant_id)
                yield Failure(property="azureadTenantId", reason=reason)
                return
        if known_tenant and known_tenant != deployer.tenant_id:
            reason = (
                f"this stack's association is in the tenant {known_tenant}, and the deployer signs in to {deployer.tenant_id}: "
                "sign in to the first, or destroy the association there before it is deployed anew"
            )
            yield Failure(property="azureadTenantId", reason=reason)
            return
        reasons = foresee_owners(deployer, wanted["owners"], of_vendor=bool(inputs.get("ofVendor")))
        yield from (Failure(property="owners", reason=reason) for reason in reasons)


def _stored(inputs: Properties) -> Properties:
    return {name: inputs[name] for name in _STORED if name in inputs}
