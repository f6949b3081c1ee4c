"""Past the gates: what EWS answers, and how it refuses what it does not have."""

import pytest

from tests.exchange.server import GET_INBOX, Exchange, envelope


def find_item(*, view: str = "", rest: str = "", parent: str = "inbox") -> str:
    return (
        f"<m:FindItem Traversal='Shallow'><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>{view}{rest}"
        f"<m:ParentFolderIds><t:DistinguishedFolderId Id='{parent}'/></m:ParentFolderIds></m:FindItem>"
    )


def get_item(item_id: str) -> str:
    return f"<m:GetItem><m:ItemIds><t:ItemId Id='{item_id}'/></m:ItemIds></m:GetItem>"


def sort_by(path: str) -> str:
    return f"<m:SortOrder><t:FieldOrder Order='Ascending'><t:FieldURI FieldURI='{path}'/></t:FieldOrder></m:SortOrder>"


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("<m:SendItem/>", "ErrorSchemaValidation"),
        ("<m:GetFolder/>", "ErrorSchemaValidation"),
        (GET_INBOX + GET_INBOX, "ErrorSchemaValidation"),
        (find_item(view="<m:IndexedPageItemView MaxEntriesReturned='-1'/>"), "ErrorSchemaValidation"),
        (find_item(rest="<m:Restriction/>"), "ErrorInvalidOperation"),
        (find_item(rest=sort_by("item:Size")), "ErrorUnsupportedPathForSortGroup"),
        ("<m:GetFolder><m:FolderIds><t:FolderId Id='%%%'/></m:FolderIds></m:GetFolder>", "ErrorInvalidIdMalformed"),
    ],
)
def test_what_the_sandbox_does_not_have_is_a_fault(exchange: Exchange, operation: str, code: str) -> None:
    answer = exchange.call(operation)
    assert answer.status_code == 500
    assert f"<e:ResponseCode>{code}</e:ResponseCode>" in answer.text


@pytest.mark.parametrize("body", ["", "not xml", "<a/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_not_soap_is_a_fault(exchange: Exchange, body: str) -> None:
    answer = exchange.post(body, {"Authorization": f"Bearer {exchange.token()}"})
    assert answer.status_code == 500
    assert "ErrorSchemaValidation" in answer.text


def test_an_application_must_say_whose_mailbox_it_wants(exchange: Exchange) -> None:
    answer = exchange.call(address="")
    assert "ExchangeImpersonation SOAP header must be present for this type of OAuth token." in answer.text


def test_a_mailbox_that_does_not_exist_is_a_fault(exchange: Exchange) -> None:
    assert "ErrorNonExistentMailbox" in exchange.call(address="nobody@contoso.com").text


def test_another_users_inbox_is_not_found_through_this_one(exchange: Exchange) -> None:
    other = f"<t:Mailbox><t:EmailAddress>{exchange.mailboxes[1].address}</t:EmailAddress></t:Mailbox>"
    answer = exchange.call(GET_INBOX.replace('Id="inbox"/>', f'Id="inbox">{other}</t:DistinguishedFolderId>'))
    assert answer.status_code == 200
    assert "ErrorFolderNotFound" in answer.text


def test_pages_tell_where_they_end(exchange: Exchange) -> None:
    first = exchange.call(find_item(view="<m:IndexedPageItemView MaxEntriesReturned='2' Offset='0'/>")).text
    assert first.count("<t:Message>") == 2
    assert 'IndexedPagingOffset="2" TotalItemsInView="3" IncludesLastItemInRange="false"' in first
    last = exchange.call(find_item(view="<m:IndexedPageItemView MaxEntriesReturned='2' Offset='2'/>")).text
    assert last.count("<t:Message>") == 1
    assert 'IncludesLastItemInRange="true"' in last


def test_an_unknown_item_is_not_found(exchange: Exchange) -> None:
    answer = exchange.call(get_item("AAAA"))
    assert answer.status_code == 200
    assert "ErrorItemNotFound" in answer.text


def test_tenant_text_cannot_break_out_of_the_answer(exchange: Exchange) -> None:
    hostile = (
        exchange.mailboxes[0]
        .messages[0]
        .__class__(
            subject="</t:Subject>&\"'",
            sender_name="x",
            sender_address="x@contoso.com",
            received=exchange.mailboxes[0].messages[0].received,
        )
    )
    exchange.mailboxes = (
        exchange.mailboxes[0].__class__(address="a@contoso.com", display_name="A", messages=(hostile,)),
    )
    assert "<t:Subject>&lt;/t:Subject&gt;&amp;\"'</t:Subject>" in exchange.call(find_item()).text


def test_the_envelope_of_an_answer_names_the_server(exchange: Exchange) -> None:
    answer = exchange.post(envelope(GET_INBOX, exchange.address), {"Authorization": f"Bearer {exchange.token()}"})
    assert '<t:ServerVersionInfo MajorVersion="15" MinorVersion="20"' in answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
