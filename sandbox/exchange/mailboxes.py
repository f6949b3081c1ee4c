"""The mailboxes of the sandbox: who owns them and what lies in their inboxes.

It leaves out everything that a proof of access does not need: other folders, attachments, calendars, writing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message in an inbox."""

    subject: str
    """Plain text."""
    sender_name: str
    """Display name of the sender."""
    sender_address: str
    """SMTP address of the sender."""
    received: datetime
    """When it arrived; timezone-aware UTC, whole seconds."""
    body: str = ""
    """Plain text."""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One user's mailbox."""

    address: str
    """Primary SMTP address."""
    display_name: str
    """The user's name."""
    ews_enabled: bool | None = None
    """`EwsEnabled` of Set-CASMailbox; None = the organization decides, False = EWS is off for this mailbox."""
    messages: tuple[Message, ...] = ()
    """The inbox, in no particular order."""


def sample_mailboxes(domain: str) -> tuple[Mailbox, ...]:
    """Two mailboxes with a few messages each.

    Args:
        domain: Mail domain of the tenant, such as its initial domain.
    """
    adele = f"adele.vance@{domain}"
    diego = f"diego.siciliani@{domain}"
    return (
        Mailbox(
            address=adele,
            display_name="Adele Vance",
            messages=(
                _message(
                    "Welcome to the sandbox", "Sandbox", f"no-reply@{domain}", datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
                ),
                _message("Quarterly figures", "Diego Siciliani", diego, datetime(2026, 11, 19, 14, 30, tzinfo=UTC)),
                _message("Lunch on Friday?", "Diego Siciliani", diego, datetime(2026, 11, 23, 9, 15, tzinfo=UTC)),
            ),
        ),
        Mailbox(
            address=diego,
            display_name="Diego Siciliani",
            messages=(
                _message(
                    "Welcome to the sandbox", "Sandbox", f"no-reply@{domain}", datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
                ),
                _message("Re: Quarterly figures", "Adele Vance", adele, datetime(2026, 11, 20, 7, 5, tzinfo=UTC)),
            ),
        ),
    )


def _message(subject: str, sender_name: str, sender_address: str, received: datetime) -> Message:
    return Message(subject=subject, sender_name=sender_name, sender_address=sender_address, received=received)
