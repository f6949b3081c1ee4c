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


_SAMPLES = (
    ("Welcome to the sandbox", "Sandbox", "no-reply", datetime(2026, 11, 2, 8, 0, tzinfo=UTC)),
    ("Quarterly figures", "Diego Siciliani", "diego", datetime(2026, 11, 19, 14, 30, tzinfo=UTC)),
    ("Lunch on Friday?", "Diego Siciliani", "diego", datetime(2026, 11, 23, 9, 15, tzinfo=UTC)),
)
"""Subject, name and local part of the sender, time of arrival."""


def sample_mailbox(address: str, display_name: str) -> Mailbox:
    """A mailbox with a few messages from colleagues of the same domain."""
    domain = address.partition("@")[2]
    messages = (
        Message(subject=subject, sender_name=name, sender_address=f"{local}@{domain}", received=received)
        for subject, name, local, received in _SAMPLES
    )
    return Mailbox(address=address, display_name=display_name, messages=tuple(messages))
