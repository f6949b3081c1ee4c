"""Messages over Microsoft Graph: what a vendor reads that has left Exchange Web Services.

Source: https://learn.microsoft.com/en-us/graph/api/user-list-messages (checked 2026-11-29). A mailbox opens by an app role
in the token or by a role of Exchange: the two add up (https://learn.microsoft.com/exchange/permissions-exo/application-rbac).
"""

from collections.abc import Mapping
from operator import attrgetter

from sandbox.exchange.mailboxes import Message, sample_mailbox
from sandbox.tenant.directory import Directory
from sandbox.tenant.entity_answers import answer_collection
from sandbox.tenant.exchange_roles import covers
from sandbox.tenant.people_and_groups import find_person
from sandbox.tenant.permissions import Caller
from sandbox.tenant.problems import not_found
from sandbox.tenant.routing import OPENED_OTHERWISE, Call, Reply, route
from sandbox.tenant.store import Json

READS_MESSAGES = ("Application Mail.Read", "Application Mail.ReadWrite", "Application Exchange Full Access")


@route("GET", "/users/{user}/messages")
def list_messages(call: Call) -> Reply:
    person = find_person(call.directory, call.ids["user"])
    if person is None:
        raise not_found(call.ids["user"])
    mailbox = sample_mailbox(person["mail"], person["displayName"])
    newest_first = sorted(mailbox.messages, key=attrgetter("received"), reverse=True)
    items = [_show(message, number) for number, message in enumerate(newest_first)]
    return answer_collection(call, items, f"users('{person['id']}')/messages", order="receivedDateTime desc")


def _show(message: Message, number: int) -> Json:
    received = f"{message.received:%Y-%m-%dT%H:%M:%SZ}"
    sender = {"emailAddress": {"name": message.sender_name, "address": message.sender_address}}
    return {
        "id": f"AAMkAD{number:08}",
        "subject": message.subject,
        "from": sender,
        "sender": sender,
        "receivedDateTime": received,
        "body": {"contentType": "text", "content": message.body},
        "hasAttachments": False,
    }


def _opened_by_exchange_role(directory: Directory, caller: Caller, ids: Mapping[str, str]) -> bool:
    person = find_person(directory, ids["user"])
    return person is not None and covers(directory, caller.object_id, person["id"], READS_MESSAGES)


OPENED_OTHERWISE["GET /users/{user}/messages"] = _opened_by_exchange_role
