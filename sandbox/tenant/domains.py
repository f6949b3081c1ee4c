"""Domains of the tenant, read only.

Source: https://learn.microsoft.com/en-us/graph/api/domain-list (checked 2026-11-24).
"""

from sandbox.tenant.directory import INITIAL_DOMAIN
from sandbox.tenant.entity_answers import answer_collection
from sandbox.tenant.routing import Call, Reply, route


@route("GET", "/domains")
def list_domains(call: Call) -> Reply:
    domain = {
        "authenticationType": "Managed",
        "availabilityStatus": None,
        "id": INITIAL_DOMAIN,
        "isAdminManaged": True,
        "isDefault": True,
        "isInitial": True,
        "isRoot": True,
        "isVerified": True,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
        "passwordValidityPeriodInDays": 2147483647,
        "passwordNotificationWindowInDays": 14,
        "state": None,
    }
    return answer_collection(call, [domain], "domains")
