"""Writes `docs/drift.md` and `docs/permissions.md` out of the tables that the tests of this folder play.

Run it with `python -m tests.guard.documents`.
"""

from pathlib import Path
from typing import Final

from association.guard.access_path import AccessPath, Kind, Whose
from association.guard.paths import LEFT_OUT, NAMING, ONLY_READING, PATHS, REPORTED_READS
from tests.guard.rows import ROWS, Repair, Row

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
_RESOURCES: Final = {
    "application": "azuread Application",
    "servicePrincipal": "azuread ServicePrincipal",
    "grant": "AppRoleAssignment",
    "credential": "CertificateCredential",
    "guard": "AccessGuard",
    "principal": "ConsentedPrincipal",
}


WRITES_TO_READ: Final = tuple(
    sorted(read.name for read in REPORTED_READS if any(".ReadWrite." in permission for permission in read.permissions))
)
"""Reads that no permission opens which only reads."""

_HEAD: Final = "Written by `python -m tests.guard.documents`; do not edit."


def drift_page() -> str:
    """Every row: the change, what shows it, what repairs it."""
    own, vendors = [row for row in ROWS if row.id[0] != "V"], [row for row in ROWS if row.vendor.there]
    attacks = [row for row in own if row.attack]
    seen, seen_attacks = len([row for row in own if row.seen]), len([row for row in attacks if row.seen])
    as_declared = len([row for row in own if row.repair is Repair.NONE])
    repaired = len([row for row in own if row.repair not in (Repair.PERSON, Repair.NONE)])
    seen_there = len([row for row in vendors if row.vendor.seen])
    rows = "\n".join(_row(row) for row in ROWS)
    pinned, baseline = (_named(kind) for kind in (Kind.PINNED, Kind.BASELINE))
    return f"""# Drift: what is seen, and what repairs it

{_HEAD} `tests/guard/test_matrix.py` and `test_matrix_vendor.py` play each row in the sandbox tenant: they make the change behind
Pulumi's back, check that the named properties and no others show it, and check that after the repair nothing shows any more.

Of {len(own)} changes of an application of your own (`ServerConnection`), {seen} are seen and {repaired} are repaired; {as_declared} leaves the association exactly as it is declared. Of the
{len(attacks)} that attackers use to stay or to gain rights (marked ⚠), {seen_attacks} are seen. A vendor's application
(`ConsentedApplication`) is in the vendor's tenant: what happens there ({_listed(LEFT_OUT[Whose.VENDOR])}) cannot be seen from here. Of the {len(vendors)} changes that can
happen here, or that the vendor makes (V), {seen_there} are seen.

| row | change | your own application: seen by | repaired by | a vendor's: seen by | repaired by |
|---|---|---|---|---|---|
{rows}

Three kinds of property:

- What belongs to the association itself stays a finding of both drift commands until the program declares it, an exception
  accepts it for a while, or it is gone.
- What attackers use around it ({pinned}): what was there when the guard was created is accepted. Whatever comes later stays
  a finding of both drift commands, also after a refresh, until an exception names it or it is gone. Such an exception may have no
  `until` where its reason says `for good`, `permanent` or `no end date`. To accept all that is there now, make the guard anew: `pulumi up --replace <its URN>`.
- What else the tenant does around it ({baseline}): a refresh accepts it, and says so once in a warning.

A vendor that rotates its own certificate (V4) leaves nothing to see: its credentials are on its application, in its tenant. Whose application it is (V5) is declared; what it is
called, who verified its publisher and where it sends people who sign in is baseline.

Another association with the same app role is not a finding where Entra proves that the same identity made it (docs/adr/0008).
A person who deploys with `az login` cannot prove that: it needs an exception.
"""


def _row(row: Row) -> str:
    mark = " ⚠" if row.attack else ""
    own = ("there is no such thing", "") if row.id[0] == "V" else (_places(row.seen), _repair(row.repair, row.advice))
    vendors = (
        (_places(row.vendor.seen), _repair(row.vendor.repair, row.advice))
        if row.vendor.there
        else ("in the vendor's tenant", "")
    )
    return f"| {row.id}{mark} | {row.change} | {' | '.join((*own, *vendors))} |"


def _places(seen: tuple[str, ...]) -> str:
    places: dict[str, list[str]] = {}
    for place in seen:
        resource, _, path = place.partition(" ")
        places.setdefault(_RESOURCES[resource], []).append("gone" if path == "gone" else f"`{path}`")
    return "; ".join(f"{resource} {', '.join(paths)}" for resource, paths in places.items()) or "not visible here"


def _repair(repair: Repair, advice: str) -> str:
    return (
        f"{repair}. {advice}" if advice and repair in (Repair.PERSON, Repair.NONE, Repair.CREDENTIAL) else str(repair)
    )


def permissions_page() -> str:
    """Every access path: what reading and repairing it needs."""
    paths = "\n".join(_access_path(path) for path in PATHS.values() if path.sources)
    licences = "; ".join(f"`{read.name}` needs {read.licence}" for read in REPORTED_READS if read.licence)
    return f"""# Permissions of the guard

{_HEAD} `tests/guard/test_permissions.py` checks it against a sandbox tenant that enforces permissions.

All are application permissions of Microsoft Graph. The guard works with less: what it cannot read is listed under `unreadable`
with the permission that it needs, and a permission that is lost is a finding.

**An identity that only reads**, for the drift check, holds {_listed(ONLY_READING)}. By Microsoft's map it cannot see which policies are assigned
to application and service principal: {_listed(WRITES_TO_READ)} are named `unreadable`, and are a finding where the identity that ran `pulumi up` could
read them. Accept each of the five with an exception, such as `unreadable.claimsMappingPolicies`, with a reason and a last day: nobody forgets that it is not looked at.

**To see these too**, give it `Application.ReadWrite.OwnedBy`. An identity that owns nothing can change nothing of the association with it, but it can create
applications. [ADR 15](adr/0015-an-identity-that-only-reads.md) says why the guard asks for no more.

With {_listed(NAMING)} too, findings say who made them and when.

`Application.ReadWrite.OwnedBy` is enough for an owner of application and service principal; anybody else needs
`Application.ReadWrite.All`.

| property | holds | to read | to repair |
|---|---|---|---|
{paths}

Licences: {licences}. A tenant without the licence has no such objects, and `unreadable` says so;
`python -m association report` counts that as accepted, as the state does: nobody could see more.
"""


def _access_path(path: AccessPath) -> str:
    needs = sorted({source.read.permissions for source in path.sources})
    read = "; ".join(" and ".join(f"`{one}`" for one in permissions) for permissions in needs)
    repair = ", ".join(f"`{permission}`" for permission in path.repair_permissions) or "manual"
    return f"| `{path.name}` | {path.description} | {read} | {repair} |"


def _named(kind: Kind) -> str:
    return ", ".join(f"`{path.name}`" for path in PATHS.values() if path.kind is kind)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main() -> None:
    """Write both pages."""
    (DOCS / "drift.md").write_text(drift_page(), encoding="utf-8")
    (DOCS / "permissions.md").write_text(permissions_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
