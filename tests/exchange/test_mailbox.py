"""The vendor's real EWS client against the endpoint."""

import pytest
from exchangelib import IMPERSONATION, OAUTH2, UTC, Account, Configuration, OAuth2AuthorizationCodeCredentials, Version
from exchangelib.errors import ErrorNonExistentMailbox
from exchangelib.protocol import BaseProtocol
from exchangelib.version import EXCHANGE_O365

from sandbox.vendor import MailboxRefusedError, open_mailbox
from sandbox.vendor.mailbox import _ews_client
from tests.exchange.server import DOMAIN, Exchange


def test_the_client_opens_an_inbox_and_reads_what_came_last(exchange: Exchange) -> None:
    opened = open_mailbox(
        exchange.token(), ews_url=exchange.ews_url, address=exchange.address, ca_file=exchange.ca_file
    )
    assert (opened.message_count, opened.newest_subject) == (3, "Lunch on Friday?")


@pytest.mark.parametrize(
    ("claims", "status", "reason"),
    [
        ({"roles": []}, 403, "not enough scope"),
        ({"appid": "9f1e2d3c-0000-4000-8000-000000000001"}, 403, "EWS is blocked by policy for this user or tenant"),
        ({"aud": "https://graph.microsoft.com"}, 401, "audience"),
    ],
)
def test_a_refusal_says_what_exchange_said(
    exchange: Exchange, claims: dict[str, object], status: int, reason: str
) -> None:
    with pytest.raises(MailboxRefusedError, match=reason) as refused:
        open_mailbox(
            exchange.token(**claims), ews_url=exchange.ews_url, address=exchange.address, ca_file=exchange.ca_file
        )
    assert refused.value.status == status


def test_a_mailbox_that_does_not_exist_is_named_so(exchange: Exchange) -> None:
    with pytest.raises(ErrorNonExistentMailbox):
        open_mailbox(exchange.token(), ews_url=exchange.ews_url, address=f"nobody@{DOMAIN}", ca_file=exchange.ca_file)


def test_the_client_trusts_the_sandbox_whatever_the_environment_says(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent.pem")
    before = BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.USERAGENT
    opened = open_mailbox(
        exchange.token(), ews_url=exchange.ews_url, address=exchange.address, ca_file=exchange.ca_file
    )
    assert opened.address == exchange.address
    assert before == (BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.USERAGENT)


def test_the_client_can_read_whole_messages_too(exchange: Exchange) -> None:
    with _ews_client(exchange.ca_file):
        configuration = Configuration(
            service_endpoint=exchange.ews_url,
            credentials=OAuth2AuthorizationCodeCredentials(
                access_token={"access_token": exchange.token(), "token_type": "Bearer"}
            ),
            auth_type=OAUTH2,
            version=Version(EXCHANGE_O365),
        )
        account = Account(exchange.address, config=configuration, access_type=IMPERSONATION, default_timezone=UTC)
        messages = list(account.inbox.all().order_by("subject"))
    assert [message.subject for message in messages] == [
        "Lunch on Friday?", "Quarterly figures", "Welcome to the sandbox"
    ]  # fmt: skip
    assert messages[0].sender is None
    assert messages[1].author.email_address == f"diego@{DOMAIN}"
