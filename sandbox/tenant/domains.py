"""Domains of the tenant, read only.

Source: https://learn.microsoft.com/en-us/graph/api/domain-list (checked 2026-11-24).
"""

from sandbox.tenant.entity_answers import answer_collection
from sandbox.tenant.routing import Call, Reply, route
from sandbox.tenant.wellknown import FRESH


@route("GET", "/domains")
def list_domains(call: Call) -> Reply:
    return answer_collection(call, [FRESH["domain"]], "domains")
