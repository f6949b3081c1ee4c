"""The sandbox tenant: login and Microsoft Graph over TLS on loopback, with enforced permissions and switchable faults.

NOT FOR PRODUCTION. It knows nothing of Pulumi and shares no model with what it judges.
"""

from sandbox.tenant.directory import INITIAL_DOMAIN, TENANT_ID
from sandbox.tenant.faults import FaultKind
from sandbox.tenant.identities import Identity
from sandbox.tenant.reachable import ReachableTenant, ServedTenant, offer, withdraw
from sandbox.tenant.recording import RecordedRequest
from sandbox.tenant.store import StateInUseError
from sandbox.tenant.tenant import Tenant

__all__ = [
    "INITIAL_DOMAIN",
    "TENANT_ID",
    "FaultKind",
    "Identity",
    "ReachableTenant",
    "RecordedRequest",
    "ServedTenant",
    "StateInUseError",
    "Tenant",
    "offer",
    "withdraw",
]
