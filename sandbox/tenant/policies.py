"""App management policies: the tenant's default, and exceptions assigned to one application or service principal.

Source: https://learn.microsoft.com/en-us/graph/api/resources/appmanagementconfiguration (checked 2026-11-24). The
other policies that can be assigned to a service principal stand in `assigned_policies`.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.problems import GraphError
from sandbox.tenant.store import Json
from sandbox.tenant.wellknown import FRESH

DEFAULT_POLICY: Json = FRESH["defaultAppManagementPolicy"]
DEFAULT_POLICY_ID = DEFAULT_POLICY["id"]

_NOT_ALLOWED = ("passwordAddition", "customPasswordAddition")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def default_policy(directory: Directory) -> Json:
    return directory.store.find("defaultAppManagementPolicy", DEFAULT_POLICY_ID) or DEFAULT_POLICY


def check_lifetime(directory: Directory, entity: Json, restriction: str, start: datetime, end: datetime) -> None:
    """Refuse a credential that the policy in force for the object does not allow."""
    kind = "keyCredentials" if restriction == "asymmetricKeyLifetime" else "passwordCredentials"
    for rule in _rules_for(directory, entity, kind):
        if rule["restrictionType"] in _NOT_ALLOWED:
            raise GraphError(
                400,
                "CredentialTypeNotAllowedAsPerAppPolicy",
                "Credential type is not allowed as per assigned policy.",
            )
        longest = rule.get("maxLifetime")
        if rule["restrictionType"] == restriction and longest and end - start > read_duration(longest):
            raise GraphError(
                400,
                "CredentialInvalidLifetimeAsPerAppPolicy",
                "Credential lifetime exceeds the max value allowed as per assigned policy.",
            )


def _rules_for(directory: Directory, entity: Json, kind: str) -> Iterator[Json]:
    """The enabled restrictions in force: the assigned policy's when there is one, else the default's."""
    assigned = [directory.store.find("appManagementPolicies", policy_id) for policy_id in entity["_policies"]]
    exceptions = [policy["restrictions"] for policy in assigned if policy and policy["isEnabled"]]
    if exceptions:
        sections = exceptions
    else:
        default = default_policy(directory)
        side = "applicationRestrictions" if "publisherDomain" in entity else "servicePrincipalRestrictions"
        sections = [default[side]] if default["isEnabled"] else []
    for section in sections:
        for rule in section.get(kind) or ():
            since = rule.get("restrictForAppsCreatedAfterDateTime")
            if rule.get("state", "enabled") == "enabled" and not (since and entity["createdDateTime"] < since):
                yield rule


def read_duration(text: str) -> timedelta:
    """An ISO 8601 duration; a year counts 365 days and a month 30, which is near enough for a limit."""
    match = _DURATION.fullmatch(text)
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0,) * 6
    return timedelta(days=years * 365 + months * 30 + days, hours=hours, minutes=minutes, seconds=seconds)


def new_policy(body: Json) -> Json:
    policy: dict[str, Any] = {"id": new_id(), "displayName": "", "description": None, "isEnabled": False}
    return policy | {"restrictions": {"passwordCredentials": [], "keyCredentials": []}} | body
