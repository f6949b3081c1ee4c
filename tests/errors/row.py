"""What a row of docs/errors.md is, and the stage on which a row is reproduced. The rows are in `rows_…`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from association.errors import AssociationError
from association.graph.client import GraphClient
from association.graph.identity import choose_identity
from sandbox.tenant import INITIAL_DOMAIN, Identity, Tenant
from sandbox.vendor import LoginRefusedError, MailboxRefusedError, Vendor, attempt, attempt_over_graph
from sandbox.vendor.proof import set_organization
from tests.guard.association import Association


class Where(StrEnum):
    """Who reads it, and where."""

    SIGN_IN = "The deployer signs in"
    DEPLOY = "Pulumi deploys"
    VENDOR = "The vendor asks for a token"
    MAILBOX = "The vendor opens a mailbox"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A sandbox tenant with an association that works, and those who use it."""

    tenant: Tenant
    association: Association
    vendor: Vendor
    deployer: Identity
    """An identity of its own, that may do what a deployer may."""

    def vendor_reads(self, *, over: str = "EWS", name: str = "adele") -> str:
        """What the vendor gets instead of a mailbox.

        Raises:
            AssertionError: The mailbox opens.
        """
        read = attempt if over == "EWS" else attempt_over_graph
        try:
            read(self.vendor, self.tenant, self.association.client_id, address=f"{name}@{INITIAL_DOMAIN}")
        except (LoginRefusedError, MailboxRefusedError) as refused:
            return str(refused)
        raise AssertionError("the mailbox opened")

    def graph(self, **environment: str) -> GraphClient:
        """The product's own client, signed in as the deployer unless the variables say otherwise."""
        own = {"ARM_CLIENT_ID": self.deployer.client_id, "ARM_CLIENT_SECRET": self.deployer.client_secret}
        return GraphClient.of(choose_identity({}, {**self.tenant.environment(), **own, **environment}))

    def deployer_reads(self, act: Callable[[GraphClient], Any], **environment: str) -> str:
        """What the plugin and `python -m association` print when the act is refused.

        Raises:
            AssertionError: It is not.
        """
        graph = self.graph(**environment)
        try:
            with graph.patience.within(2):
                act(graph)
        except AssociationError as refused:
            return str(refused)
        raise AssertionError("it was not refused")

    def set_organization(self, **parameters: Any) -> None:
        """`Set-OrganizationConfig`."""
        set_organization(self.tenant, parameters)


Make = Callable[[Stage], str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One error."""

    where: Where
    text: str
    """What is read, in the service's own words; `…` stands for what differs from case to case."""
    cause: str
    fix: str
    make: Make | None
    """Brings it about, and returns all that is read; None where the sandbox cannot."""
    why_not: str
    """Why it cannot be reproduced; empty when it is."""
    source: str
    """Where the text is from."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds the text in what is read."""
        return re.compile(".+?".join(map(re.escape, self.text.split("…"))), re.DOTALL)


ROWS: list[Row] = []


def reproduced(where: Where, text: str, *, cause: str, fix: str, source: str = "") -> Callable[[Make], Make]:
    """Register a row with the function that brings it about."""

    def register(make: Make) -> Make:
        ROWS.append(Row(where=where, text=text, cause=cause, fix=fix, make=make, why_not="", source=source))
        return make

    return register


def known(where: Where, text: str, *, cause: str, fix: str, why_not: str, source: str) -> None:
    """Register a row that is known from elsewhere."""
    ROWS.append(Row(where=where, text=text, cause=cause, fix=fix, make=None, why_not=why_not, source=source))
