"""The vendor, played by the sandbox: it proves that the association works, and what breaks when a part is missing.

It knows only what a vendor is told and what Graph and Exchange answer: nothing of Pulumi or of our own models.
"""

from sandbox.vendor.failures import print_failures, prove_failures
from sandbox.vendor.identity import LoginRefusedError, Vendor, make_vendor
from sandbox.vendor.mailbox import MailboxRefusedError, open_mailbox
from sandbox.vendor.proof import Actor, attempt, attempt_over_graph, print_steps, prove

__all__ = [
    "Actor",
    "LoginRefusedError",
    "MailboxRefusedError",
    "Vendor",
    "attempt",
    "attempt_over_graph",
    "make_vendor",
    "open_mailbox",
    "print_failures",
    "print_steps",
    "prove",
    "prove_failures",
]
