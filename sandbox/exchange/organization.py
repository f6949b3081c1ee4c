"""What an Exchange administrator decides for the whole organization, under the names of Exchange's own cmdlets.

The real service caches these settings for up to 24 hours; the sandbox does not.
Source: https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig (checked 2026-11-24).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class OrganizationError(ValueError):
    """A parameter that Set-OrganizationConfig does not have here, or a value it does not take."""


class UserAgentPolicy(StrEnum):
    """`EwsApplicationAccessPolicy`: which of the two User-Agent lists counts."""

    ENFORCE_ALLOW_LIST = "EnforceAllowList"
    ENFORCE_BLOCK_LIST = "EnforceBlockList"


@dataclass(frozen=True, kw_only=True)
class Organization:
    """The EWS switches of one organization."""

    ews_enabled: bool | None = None
    """`EwsEnabled`. None = never set: EWS works until Microsoft switches this organization off, which makes it False.
    Source: `microsoft.ews`."""
    ews_allowed_app_ids: frozenset[str] | None = None
    """`EwsAllowedAppIDs`: client ids in lower case. None = no list, nothing is restricted; empty = nobody may in."""
    ews_application_access_policy: UserAgentPolicy | None = None
    """`EwsApplicationAccessPolicy`; None = User-Agents are not looked at."""
    ews_allow_list: tuple[str, ...] = ()
    """`EwsAllowList`: User-Agent patterns, `*` stands for any text."""
    ews_block_list: tuple[str, ...] = ()
    """`EwsBlockList`: User-Agent patterns, `*` stands for any text."""

    def allows_application(self, client_id: str) -> bool:
        """Whether this client id passes `EwsAllowedAppIDs`."""
        return self.ews_allowed_app_ids is None or client_id.lower() in self.ews_allowed_app_ids

    def allows_user_agent(self, user_agent: str) -> bool:
        """Whether this User-Agent passes `EwsApplicationAccessPolicy` and its list."""
        if self.ews_application_access_policy is UserAgentPolicy.ENFORCE_ALLOW_LIST:
            return _matches_any(user_agent, self.ews_allow_list)
        return self.ews_application_access_policy is None or not _matches_any(user_agent, self.ews_block_list)


def _matches_any(user_agent: str, patterns: tuple[str, ...]) -> bool:
    expressions = (re.escape(pattern).replace(r"\*", ".*") for pattern in patterns)
    return any(re.fullmatch(expression, user_agent, re.IGNORECASE) for expression in expressions)


def describe_organization(organization: Organization, *, with_app_ids: bool = True) -> dict[str, Any]:
    """The organization as JSON, keyed by the parameter names of Set-OrganizationConfig.

    Without `with_app_ids`, as without `-RetrieveEwsOperationAccessPolicy`, the list of client IDs reads as empty.

    Returns:
        Lists of client ids as one comma-joined string, as Exchange keeps them; null for what was never set.
    """
    app_ids = organization.ews_allowed_app_ids if with_app_ids else frozenset()
    return {
        "EwsEnabled": organization.ews_enabled,
        "EwsAllowedAppIDs": None if app_ids is None else ",".join(sorted(app_ids)),
        "EwsApplicationAccessPolicy": organization.ews_application_access_policy,
        "EwsAllowList": list(organization.ews_allow_list),
        "EwsBlockList": list(organization.ews_block_list),
    }


def set_organization_config(organization: Organization, parameters: Mapping[str, Any]) -> Organization:
    """The organization after `Set-OrganizationConfig` with parameters as `describe_organization` gives them; those not named stay.

    Raises:
        OrganizationError: A parameter is unknown, or its value has the wrong type.
    """
    changes: dict[str, Any] = {}
    for name, value in parameters.items():
        match name, value:
            case "EwsEnabled", bool() | None:
                changes["ews_enabled"] = value
            case "EwsAllowedAppIDs", str() | None:
                changes["ews_allowed_app_ids"] = None if value is None else _split_app_ids(value)
            case "EwsApplicationAccessPolicy", "EnforceAllowList" | "EnforceBlockList" | None:
                changes["ews_application_access_policy"] = None if value is None else UserAgentPolicy(value)
            case "EwsAllowList", list() if all(isinstance(pattern, str) for pattern in value):
                changes["ews_allow_list"] = tuple(value)
            case "EwsBlockList", list() if all(isinstance(pattern, str) for pattern in value):
                changes["ews_block_list"] = tuple(value)
            case _:
                raise OrganizationError(f"Set-OrganizationConfig: parameter {name!r} does not take {value!r}")
    return replace(organization, **changes)


def _split_app_ids(joined: str) -> frozenset[str]:
    return frozenset(app_id.strip().lower() for app_id in joined.split(",") if app_id.strip())
