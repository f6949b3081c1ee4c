"""The mailboxes of the sandbox: who owns them and what is in their inboxes. There are no other folders."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message in an inbox."""

    subject: str
    sender_name: str
    sender_address: str
    received: datetime
    """When it arrived; timezone-aware UTC, whole seconds."""
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One user's mailbox."""

    address: str
    display_name: str
    ews_enabled: bool | None = None
    """`EwsEnabled` of Set-CASMailbox; None = the organization decides, False = EWS is off for this mailbox."""
    messages: tuple[Message, ...] = ()
    """The inbox, in no particular order."""


def sample_mailbox(address: str, display_name: str) -> Mailbox:
    """A mailbox with a few messages from colleagues of the same domain."""
    domain = address.partition("@")[2]
    return Mailbox(
        address=address,
        display_name=display_name,
        messages=(
            Message(
                subject="Welcome to the sandbox",
                sender_name="Sandbox",
                sender_address=f"no-reply@{domain}",
                received=datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
            ),
            Message(
                subject="Quarterly figures",
                sender_name="Diego Siciliani",
                sender_address=f"diego@{domain}",
                received=datetime(2026, 11, 19, 14, 30, tzinfo=UTC),
            ),
            Message(
                subject="Lunch on Friday?",
                sender_name="Diego Siciliani",
                sender_address=f"diego@{domain}",
                received=datetime(2026, 11, 23, 9, 15, tzinfo=UTC),
            ),
        ),
    )
