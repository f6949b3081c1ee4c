"""The drift matrix: every way an association can change behind Pulumi's back, who sees it, and who repairs it.

Each row is played against the sandbox tenant by `test_matrix`; `docs/drift.md` is this table.
"""

from tests.guard import rows_application, rows_service_principal, rows_tenant, rows_vendor
from tests.guard.row import ROWS, Repair, Row

ROWS.sort(key=lambda row: ("ASVTC".index(row.id[0]), int(row.id[1:])))

__all__ = ["ROWS", "Repair", "Row", "rows_application", "rows_service_principal", "rows_tenant", "rows_vendor"]
