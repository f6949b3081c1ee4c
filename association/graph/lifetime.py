"""How long a certificate of an application may live in this tenant; exemptions are left to Graph.

Source: https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy (checked 2026-11-24).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from association.errors import GraphError
from association.graph.client import GraphClient

_PATH: Final = "/policies/defaultAppManagementPolicy"
_DURATION: Final = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.\d+)?S)?)?"
)
_UNKNOWN: Final = frozenset({401, 403, 404})


def read_maximum_lifetime(graph: GraphClient) -> timedelta | None:
    """The shortest lifetime that the tenant's default app management policy sets for certificates of applications.

    Returns:
        None when it sets none, or when this identity may not read it (Policy.Read.All).

    Raises:
        GraphError: Graph did not answer.
    """
    try:
        policy = graph.get(_PATH)
    except GraphError as error:
        if error.status in _UNKNOWN:
            return None
        raise
    return find_maximum_lifetime(certificate_rules(policy))


def certificate_rules(policy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a policy says about certificates of applications: the tenant's default one, or one assigned to an application."""
    if not policy.get("isEnabled"):
        return []
    restrictions = policy.get("applicationRestrictions") or policy.get("restrictions") or {}
    return [rule for rule in restrictions.get("keyCredentials") or () if rule.get("state") != "disabled"]


def find_maximum_lifetime(rules: Iterable[Mapping[str, Any]]) -> timedelta | None:
    """The shortest lifetime that these rules allow; None where they set none."""
    return min((limit for rule in rules if (limit := _limit(rule)) is not None), default=None)


def _limit(restriction: Mapping[str, Any]) -> timedelta | None:
    if restriction.get("restrictionType") != "asymmetricKeyLifetime":
        return None
    return parse_duration(str(restriction.get("maxLifetime")))


def parse_duration(text: str) -> timedelta | None:
    """An ISO 8601 duration; a month counts 30 days and a year 365. None when it is none."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    return timedelta(
        days=part["years"] * 365 + part["months"] * 30 + part["weeks"] * 7 + part["days"],
        hours=part["hours"],
        minutes=part["minutes"],
        seconds=part["seconds"],
    )
