"""The vendor, played by the sandbox: it proves that the association works, and what breaks when a part is missing.

It leaves out Pulumi and our own models: it knows only what a vendor is told, and what Graph and Exchange answer.
"""

from sandbox.vendor.identity import LoginRefusedError, Token, Vendor, make_vendor
from sandbox.vendor.mailbox import MailboxRefusedError, OpenedMailbox, open_mailbox

__all__ = [
    "LoginRefusedError",
    "MailboxRefusedError",
    "OpenedMailbox",
    "Token",
    "Vendor",
    "make_vendor",
    "open_mailbox",
]
