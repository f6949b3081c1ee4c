"""What the stacks of several associations say, checked and put together. It reads no tenant and knows no Pulumi resource."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pulumi

SCHEMA_VERSION = 1
"""The version of the outputs that this program understands; docs/outputs.md of the association describes it."""

REQUIRED = ("schemaVersion", "clientId", "tenantId", "certificates", "exchangeOnline")

VENDORS = "delegated"
"""An output that only a vendor's own application has; its certificates are in the vendor's tenant."""


def summarize(stacks: Mapping[str, Mapping[str, Any]], *, now: datetime, minimum_days: int) -> dict[str, Any]:
    """Put the outputs of every association's stack together.

    Args:
        stacks: Stack name to its outputs.
        now: The time to count days from; timezone-aware.
        minimum_days: A certificate with fewer days left is an error.

    Raises:
        pulumi.RunError: Everything that is wrong, in all stacks, at once.
    """
    problems = [problem for name, outputs in stacks.items() for problem in find_problems(name, outputs)]
    if not problems:
        tenants = {str(outputs["tenantId"]) for outputs in stacks.values()}
        if len(tenants) > 1:
            problems.append(f"associations: expected stacks of one tenant, got {', '.join(sorted(tenants))}")
    if problems:
        raise pulumi.RunError(as_list(problems))
    certificates = sorted(
        (
            describe(name, certificate, now)
            for name, outputs in stacks.items()
            for certificate in outputs.get("certificates", ())
        ),
        key=lambda certificate: (certificate["daysLeft"], certificate["thumbprint"]),
    )
    ending = [certificate for certificate in certificates if certificate["daysLeft"] < minimum_days]
    if ending:
        raise pulumi.RunError(
            as_list(
                [
                    f"{one['association']}: certificate {one['thumbprint']} ({one['subject']}) has {one['daysLeft']} days left, "
                    f"expected at least {minimum_days}: get the vendor's next certificate and deploy it in that stack"
                    for one in ending
                ]
            )
        )
    client_ids = sorted({str(outputs["clientId"]) for outputs in stacks.values() if outputs["exchangeOnline"]})
    return {"ewsAllowedAppIds": client_ids, "exchangeOnline": allow(client_ids), "certificates": certificates}


def find_problems(name: str, outputs: Mapping[str, Any]) -> list[str]:
    """What keeps this program from using a stack's outputs."""
    if not outputs:
        return [
            f"{name}: has no outputs: it was destroyed or never deployed; run `pulumi up` there, or take it out of `associations`"
        ]
    version = outputs.get("schemaVersion")
    if version is not None and version != SCHEMA_VERSION:
        older = "older: update that stack's program" if version < SCHEMA_VERSION else "newer: update this program"
        return [f"{name}: its outputs have schemaVersion {version:g}, expected {SCHEMA_VERSION}; it is {older}"]
    return [
        f"{name}: has no output {key!r}, expected {', '.join(REQUIRED)}; is it a stack of mimecast-association?"
        for key in REQUIRED
        if key not in outputs and not (key == "certificates" and VENDORS in outputs)
    ]


def describe(name: str, certificate: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """One certificate of the inventory; `daysLeft` is negative when it has expired."""
    ends = datetime.fromisoformat(certificate["notAfter"])
    return {
        "association": name,
        "thumbprint": certificate["thumbprint"],
        "subject": certificate["subject"],
        "notAfter": certificate["notAfter"],
        "daysLeft": (ends - now).days,
    }


def allow(client_ids: list[str]) -> list[str]:
    """Exchange Online PowerShell that lets all of them use EWS; empty for none.

    Exchange takes the list whole, so one command for the tenant reads it, adds what is missing, and writes it back.
    """
    if not client_ids:
        return []
    ours = ", ".join(f"'{client_id}'" for client_id in client_ids)
    return [
        "$current = (Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy).EwsAllowedAppIDs",
        "$ids = @($current -split ',' | ForEach-Object { $_.Trim() } | Where-Object { $_ })",
        f"$ids = @($ids + @({ours}) | Sort-Object -Unique)",
        "Set-OrganizationConfig -EwsAllowedAppIDs ($ids -join ',')",
    ]


def as_list(problems: list[str]) -> str:
    """One problem as it is, several as a list."""
    return (
        problems[0]
        if len(problems) == 1
        else f"{len(problems)} problems:\n" + "\n".join(f"  - {one}" for one in problems)
    )
