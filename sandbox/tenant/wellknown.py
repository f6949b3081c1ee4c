"""Ids that are the same in every tenant, and those that this sandbox fixes so that recordings can be compared.

Sources: https://learn.microsoft.com/en-us/graph/permissions-reference and https://github.com/merill/microsoft-info
(checked 2026-11-24).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import microsoft

FRESH: Mapping[str, Any] = json.loads(Path(__file__).with_name("fresh.json").read_text(encoding="utf-8"))
"""What a fresh tenant holds; the modules that serve it say where Microsoft describes it."""

MICROSOFT_TENANT_ID = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"

EXCHANGE_CLIENT_ID = "00000002-0000-0ff1-ce00-000000000000"
EXCHANGE_OBJECT_ID = "e0000000-0000-4000-8000-000000000001"
EXCHANGE_NAMES = (
    EXCHANGE_CLIENT_ID,
    "https://outlook.office365.com",
    "https://outlook.office365.com/",
    "https://outlook.office.com",
    "https://outlook.office.com/",
    "https://ps.outlook.com",
    "https://ps.outlook.com/",
)

GRAPH_CLIENT_ID = "00000003-0000-0000-c000-000000000000"
GRAPH_OBJECT_ID = "e0000000-0000-4000-8000-000000000002"
GRAPH_AUDIENCE = "https://graph.microsoft.com"
GRAPH_NAMES = (GRAPH_CLIENT_ID, "https://graph.microsoft.com", "https://graph.microsoft.com/")

DEPLOYER_CLIENT_ID = "11111111-1111-1111-1111-111111111111"
DEPLOYER_OBJECT_ID = "a0000000-0000-4000-8000-000000000002"

_roles = microsoft.table("roles")
EXCHANGE_ROLES: Mapping[str, str] = _roles["Office 365 Exchange Online"]
EXCHANGE_SCOPES: Mapping[str, str] = _roles["Office 365 Exchange Online, delegated"]
GRAPH_ROLES: Mapping[str, str] = _roles["Microsoft Graph"]
GRAPH_SCOPES: Mapping[str, str] = _roles["Microsoft Graph, delegated"]
