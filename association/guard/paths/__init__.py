"""The table of access paths. Reads, permissions, properties and pages are derived from it.

A new access path is one entry here and one row of the drift matrix.
"""

from collections.abc import Mapping
from typing import Final

from association.guard.access_path import AccessPath, Kind, Read, Whose
from association.guard.paths import application, directory_roles, policies, service_principal, tenant, vendor
from association.guard.paths.tenant import EXCHANGE_ROLE_NAMES

PATHS: Final[Mapping[str, AccessPath]] = {
    path.name: path
    for topic in (application, policies, directory_roles, service_principal, vendor, tenant)
    for path in topic.PATHS
}
"""By name, in the order of reports."""

DECLARED: Final = tuple(name for name, path in PATHS.items() if path.kind is Kind.DECLARED)
PINNED: Final = tuple(name for name, path in PATHS.items() if path.kind is Kind.PINNED)
BASELINE: Final = tuple(name for name, path in PATHS.items() if path.kind is Kind.BASELINE)

REPORTED_READS: Final[tuple[Read, ...]] = tuple(
    dict.fromkeys(source.read for path in PATHS.values() for source in path.sources)
)
"""Every question whose answer holds entries, once."""
READS: Final = (*REPORTED_READS, EXCHANGE_ROLE_NAMES)

LEFT_OUT: Final = {whose: tuple(name for name, path in PATHS.items() if not path.is_of(whose)) for whose in Whose}
"""What an association of the other kind has."""


def reads_of(whose: Whose) -> tuple[Read, ...]:
    """Every question about an association of this kind, once."""
    asked = (
        source.read
        for path in PATHS.values()
        if path.is_of(whose)
        for source in path.sources
        if source.read.is_of(whose)
    )
    return (*dict.fromkeys(asked), EXCHANGE_ROLE_NAMES)


_NEEDED: Final = {permission for read in READS for permission in read.permissions}

ONLY_READING: Final = tuple(sorted(one for one in _NEEDED if ".ReadWrite." not in one))
"""The smallest identity that only reads. It cannot see which policies change the tokens of the service principal."""

READING: Final = (*ONLY_READING, *sorted(_NEEDED - {*ONLY_READING}))
"""The smallest identity that sees every access path: `guard: report`, and the drift check.

Microsoft names no permission that only reads assigned policies. An identity that owns nothing can change nothing with
`Application.ReadWrite.OwnedBy`, but it can create applications.
"""

NAMING: Final = ("AuditLog.Read.All",)
"""With this too, findings say who made them and when."""
