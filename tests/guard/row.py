"""What a row of the drift matrix is, and the changes that several rows make. The rows are in `rows_…`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from tests.guard.association import (
    Association,
)


class Repair(StrEnum):
    """What makes it as declared again."""

    AZUREAD = "`up --refresh` (azuread)"
    CREDENTIAL = "`up --refresh` (CertificateCredential)"
    GRANT = "`up --refresh` (AppRoleAssignment)"
    OWNERS = "`up --refresh` (AccessGuard)"
    PRINCIPAL = "`up --refresh` (ConsentedPrincipal)"
    GUARD = "`up --refresh` with `guard: enforce`"
    ACCEPTED = "accepted by a refresh"
    PERSON = "manual"
    NONE = "nothing to repair"


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """How a change shows where the application is a vendor's, in the vendor's own tenant."""

    there: bool
    """Whether it can happen in this tenant at all."""
    seen: tuple[str, ...]
    repair: Repair


_ON_THE_PRINCIPAL = {"servicePrincipal gone": "principal gone"}
_INSTEAD = {Repair.AZUREAD: Repair.GUARD}


def as_vendors(row_id: str, seen: tuple[str, ...], repair: Repair) -> Vendor:
    """What follows from the row: what only azuread shows of a service principal is no resource there."""
    places = (_ON_THE_PRINCIPAL.get(place, place) for place in seen)
    kept = tuple(place for place in places if not place.startswith(("application ", "servicePrincipal ")))
    return Vendor(there=row_id[0] in "STV", seen=kept, repair=_INSTEAD.get(repair, repair))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One change."""

    id: str
    change: str
    attack: bool
    """Whether attackers use it to stay or to gain rights."""
    seen: tuple[str, ...]
    """`resource property`, in which the names of what `make` returns stand in braces; empty when nothing here sees it."""
    says: tuple[str, ...]
    """Words that the guard's sentence must hold."""
    repair: Repair
    advice: str
    """What to do by hand, or why."""
    ends: timedelta
    """End of the declared certificate, from now."""
    vendor: "Vendor"
    """The same change where the application is a vendor's."""
    make: Callable[[Association], Mapping[str, str] | None] | None
    """The change itself, made by Mallory; None where the sandbox cannot have it. Returns names for `seen`."""


ROWS: list[Row] = []
Change = Callable[[Association], Mapping[str, str] | None]


def row(  # noqa: PLR0913 - a row has that many columns
    row_id: str,
    change: str,
    *seen: str,
    attack: bool = False,
    says: tuple[str, ...] = (),
    repair: Repair = Repair.AZUREAD,
    advice: str = "",
    ends: timedelta = timedelta(days=364),
    vendor: tuple[str, ...] | None = None,
    vendor_repair: Repair | None = None,
) -> Callable[[Change], Change]:
    derived = as_vendors(row_id, seen, repair)

    def register(make: Change) -> Change:
        ROWS.append(
            Row(
                id=row_id,
                change=change,
                attack=attack,
                seen=seen,
                says=says,
                repair=repair,
                advice=advice,
                ends=ends,
                vendor=Vendor(
                    there=derived.there,
                    seen=derived.seen if vendor is None else vendor,
                    repair=vendor_repair or derived.repair,
                ),
                make=make,
            )
        )
        return make

    return register


def set_properties(path: str, **properties: Any) -> Change:
    """A PATCH of the application (`application`) or the service principal (`principal`)."""

    def make(target: Association) -> None:
        target.ask("PATCH", getattr(target, path), properties)

    return make


SOME_ID = "5f1d2a3b-0000-4000-8000-00000000abcd"


def add_owner(path: str, owner: str) -> Change:
    def make(target: Association) -> Mapping[str, str]:
        reference = {"@odata.id": f"{target.tenant.url}/v1.0/directoryObjects/{owner}"}
        target.ask("POST", f"{getattr(target, path)}/owners/$ref", reference)
        return {"owner": owner}

    return make


def remove_owner(path: str, owner: str) -> Change:
    def make(target: Association) -> Mapping[str, str]:
        target.ask("DELETE", f"{getattr(target, path)}/owners/{owner}/$ref")
        return {"owner": owner}

    return make


def assign_policy(kind: str, path: str, **body: Any) -> Change:
    def make(target: Association) -> Mapping[str, str]:
        policy = target.ask("POST", f"/policies/{kind}", {"displayName": "loophole", **body})
        reference = {"@odata.id": f"{target.tenant.url}/v1.0/policies/{kind}/{policy['id']}"}
        target.ask("POST", f"{getattr(target, path)}/{kind}/$ref", reference)
        return {"id": policy["id"]}

    return make
