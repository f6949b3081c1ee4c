"""Provisioning jobs of a service principal: list, create, delete. Nothing is ever synchronized.

Source: https://learn.microsoft.com/en-us/graph/api/resources/synchronization-synchronizationjob (checked 2026-11-29).
"""

from sandbox.tenant.audit import audit
from sandbox.tenant.directory import new_id
from sandbox.tenant.entities import public
from sandbox.tenant.entity_answers import answer_collection
from sandbox.tenant.problems import bad_request, not_found
from sandbox.tenant.routing import BOTH, NO_CONTENT, Call, Reply, route
from sandbox.tenant.store import Json

KIND = "synchronizationJobs"


def _jobs(call: Call) -> list[Json]:
    return [job for job in call.directory.store.all(KIND).values() if job["_principal"] == call.owner["id"]]


@route("GET", "/servicePrincipals/{id}/synchronization/jobs", BOTH)
def list_jobs(call: Call) -> Reply:
    return answer_collection(call, [public(job) for job in _jobs(call)], call.relation)


@route("POST", "/servicePrincipals/{id}/synchronization/jobs")
def create_job(call: Call) -> Reply:
    if not call.body.get("templateId") or set(call.body) != {"templateId"}:
        raise bad_request("A value is required for property 'templateId' of resource 'SynchronizationJob'.")
    job = {
        "id": f"{call.body['templateId']}.{new_id()}",
        "templateId": call.body["templateId"],
        "schedule": {"expiration": None, "interval": "PT40M", "state": "Disabled"},
        "synchronizationJobSettings": [],
        "_principal": call.owner["id"],
    }
    call.directory.store.put(KIND, job["id"], job)
    audit(call, "Add provisioning configuration", call.owner, "ServicePrincipal", [("JobId", None, job["id"])])
    return call.reply(call.relation, public(job), status=201)


@route("DELETE", "/servicePrincipals/{id}/synchronization/jobs/{job}")
def delete_job(call: Call) -> Reply:
    if call.ids["job"] not in [job["id"] for job in _jobs(call)]:
        raise not_found(call.ids["job"])
    call.directory.store.drop(KIND, call.ids["job"])
    audit(call, "Delete provisioning configuration", call.owner, "ServicePrincipal", [("JobId", call.ids["job"], None)])
    return NO_CONTENT
