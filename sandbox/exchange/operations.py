"""The EWS operations that open a mailbox: GetFolder, FindItem and GetItem on the inbox.

Any other operation gets a fault that says so, never an empty answer.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement

from sandbox.exchange.mailboxes import Mailbox, Message
from sandbox.exchange.soap import MESSAGES, TYPES, EwsRequest, OperationError, SoapFault

_FOLDER_NAMES = {"root": "Root", "msgfolderroot": "Top of Information Store", "inbox": "Inbox"}

_SORT_KEYS: dict[str, Callable[[Message], datetime | str]] = {
    "item:DateTimeReceived": lambda message: message.received,
    "item:Subject": lambda message: message.subject,
}


def answer(request: EwsRequest, mailbox: Mailbox) -> list[Element | OperationError]:
    """Carry out one operation in one mailbox; SoapFault where the sandbox does not have it, or not with these parameters."""
    if request.name not in _OPERATIONS:
        served = ", ".join(_OPERATIONS)
        raise SoapFault(
            "ErrorSchemaValidation",
            f"The request failed schema validation: the sandbox has {served}, not {request.name}.",
        )
    ids, carry_out = _OPERATIONS[request.name]
    wanted = request.operation.findall(f"{MESSAGES}{ids}/*")
    if not wanted:
        raise SoapFault("ErrorSchemaValidation", f"The request failed schema validation: {ids} holds no id.")
    return [carry_out(request.operation, mailbox, wanted_id) for wanted_id in wanted]


def _get_folder(_operation: Element, mailbox: Mailbox, wanted: Element) -> Element | OperationError:
    name = _folder_name(mailbox, wanted)
    if isinstance(name, OperationError):
        return name
    folders = Element(f"{MESSAGES}Folders")
    folder = SubElement(folders, f"{TYPES}Folder")
    SubElement(folder, f"{TYPES}FolderId", {"Id": _make_id(mailbox, name), "ChangeKey": "AQAAAA=="})
    if name == "inbox":
        parent_id = _make_id(mailbox, "msgfolderroot")
        SubElement(folder, f"{TYPES}ParentFolderId", {"Id": parent_id, "ChangeKey": "AQAAAA=="})
        SubElement(folder, f"{TYPES}FolderClass").text = "IPF.Note"
    SubElement(folder, f"{TYPES}DisplayName").text = _FOLDER_NAMES[name]
    count = str(len(mailbox.messages)) if name == "inbox" else "0"
    SubElement(folder, f"{TYPES}TotalCount").text = count
    SubElement(folder, f"{TYPES}ChildFolderCount").text = "0" if name == "inbox" else "1"
    if name == "inbox":
        SubElement(folder, f"{TYPES}UnreadCount").text = count
    return folders


def _folder_name(mailbox: Mailbox, wanted: Element) -> str | OperationError:
    if wanted.tag == f"{TYPES}DistinguishedFolderId":
        name = wanted.get("Id", "")
        owner = wanted.findtext(f"{TYPES}Mailbox/{TYPES}EmailAddress") or mailbox.address
    else:
        owner, _, name = _read_id(wanted.get("Id", "")).partition("/")
    # Another user's folder, named inside a request for this mailbox, is as far away as a folder that is not there.
    if name not in _FOLDER_NAMES or owner.lower() != mailbox.address.lower():
        return OperationError("ErrorFolderNotFound", "The specified folder could not be found in the store.")
    return name


def _find_items(operation: Element, mailbox: Mailbox, parent: Element) -> Element | OperationError:
    name = _folder_name(mailbox, parent)
    if isinstance(name, OperationError):
        return name
    for refused in ("Restriction", "QueryString", "CalendarView", "ContactsView", "GroupBy", "DistinguishedGroupBy"):
        if operation.find(f"{MESSAGES}{refused}") is not None:
            raise SoapFault("ErrorInvalidOperation", f"FindItem: the sandbox sorts and pages, but has no {refused}.")
    messages = _sorted(operation, mailbox) if name == "inbox" else []
    view = operation.find(f"{MESSAGES}IndexedPageItemView")
    offset = _read_number(view, "Offset", 0)
    end = offset + _read_number(view, "MaxEntriesReturned", 1000)
    root = Element(
        f"{MESSAGES}RootFolder",
        {
            "IndexedPagingOffset": str(min(end, len(messages))),
            "TotalItemsInView": str(len(messages)),
            "IncludesLastItemInRange": "true" if end >= len(messages) else "false",
        },
    )
    items = SubElement(root, f"{TYPES}Items")
    items.extend(_write_message(mailbox, message) for message in messages[offset:end])
    return root


def _read_number(view: Element | None, attribute: str, default: int) -> int:
    text = str(default) if view is None else view.get(attribute, str(default))
    if not text.isdecimal():
        raise SoapFault("ErrorSchemaValidation", f"The request failed schema validation: {attribute}={text!r}.")
    return int(text)


def _sorted(operation: Element, mailbox: Mailbox) -> list[Message]:
    messages = sorted(mailbox.messages, key=lambda message: message.received, reverse=True)
    for order in reversed(operation.findall(f"{MESSAGES}SortOrder/{TYPES}FieldOrder")):
        field = order.find(f"{TYPES}FieldURI")
        path = "" if field is None else field.get("FieldURI", "")
        if path not in _SORT_KEYS:
            raise SoapFault("ErrorUnsupportedPathForSortGroup", f"FindItem: the sandbox cannot sort by {path!r}.")
        messages.sort(key=_SORT_KEYS[path], reverse=order.get("Order") == "Descending")
    return messages


def _get_item(_operation: Element, mailbox: Mailbox, wanted: Element) -> Element | OperationError:
    for message in mailbox.messages:
        if _make_id(mailbox, _message_path(mailbox, message)) == wanted.get("Id"):
            items = Element(f"{MESSAGES}Items")
            items.append(_write_message(mailbox, message, with_body=True))
            return items
    return OperationError("ErrorItemNotFound", "The specified object was not found in the store.")


def _write_message(mailbox: Mailbox, message: Message, *, with_body: bool = False) -> Element:
    """Every property the sandbox holds, whatever the shape asked for; what a message lacks Exchange leaves out too."""
    element = Element(f"{TYPES}Message")
    item_id = _make_id(mailbox, _message_path(mailbox, message))
    SubElement(element, f"{TYPES}ItemId", {"Id": item_id, "ChangeKey": "CQAAAA=="})
    SubElement(element, f"{TYPES}Subject").text = message.subject
    if with_body:
        SubElement(element, f"{TYPES}Body", {"BodyType": "Text"}).text = message.body
    received = message.received.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    SubElement(element, f"{TYPES}DateTimeReceived").text = received
    sender = SubElement(SubElement(element, f"{TYPES}From"), f"{TYPES}Mailbox")
    SubElement(sender, f"{TYPES}Name").text = message.sender_name
    SubElement(sender, f"{TYPES}EmailAddress").text = message.sender_address
    SubElement(element, f"{TYPES}IsRead").text = "false"
    return element


def _message_path(mailbox: Mailbox, message: Message) -> str:
    return f"inbox/{mailbox.messages.index(message)}"


def _make_id(mailbox: Mailbox, path: str) -> str:
    return b64encode(f"{mailbox.address}/{path}".encode()).decode()


def _read_id(text: str) -> str:
    try:
        return b64decode(text, validate=True).decode()
    except ValueError as error:
        raise SoapFault("ErrorInvalidIdMalformed", "Id is malformed.") from error


_OPERATIONS: dict[str, tuple[str, Callable[[Element, Mailbox, Element], Element | OperationError]]] = {
    "GetFolder": ("FolderIds", _get_folder),
    "FindItem": ("ParentFolderIds", _find_items),
    "GetItem": ("ItemIds", _get_item),
}
"""Name of an operation -> the element that holds its ids, and what is done for each id."""
