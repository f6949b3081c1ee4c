"""How the vendor opens a mailbox with nothing but the token: a real EWS client with application impersonation, or Graph."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.vendor.identity import loopback_session

USER_AGENT = "MimecastServerConnection/1.0 (sandbox)"


class MailboxRefusedError(Exception):
    """Exchange let nobody in: a 401 or 403, whose reason stands in a header of EWS or in the body of Graph's answer."""

    def __init__(self, status: int, reason: str) -> None:
        """Hold the HTTP status and the reason: `x-ms-diagnostics`, `X-EWS-Policy-Reason`, or code and message of Graph."""
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class OpenedMailbox:
    """What the vendor saw in an inbox."""

    address: str
    message_count: int
    newest_subject: str
    """Subject of the message that arrived last; empty when there is none."""


def open_mailbox(access_token: str, *, ews_url: str, address: str, ca_file: Path) -> OpenedMailbox:
    """Open the inbox of one user and read what came last.

    Raises:
        MailboxRefusedError: A gate of Exchange is closed.
        exchangelib.errors.EWSError: Anything else that goes wrong, such as a mailbox that does not exist.
    """
    with _ews_client(ca_file) as exchangelib:
        configuration = exchangelib.Configuration(
            service_endpoint=ews_url,
            credentials=exchangelib.OAuth2AuthorizationCodeCredentials(
                access_token={"access_token": access_token, "token_type": "Bearer"}
            ),
            auth_type=exchangelib.OAUTH2,
            # Asking the server for its version would be a call without impersonation, which an app-only token may not.
            version=exchangelib.Version(exchangelib.version.EXCHANGE_O365),
            retry_policy=_refusal_policy(),
        )
        account = exchangelib.Account(
            address,
            config=configuration,
            access_type=exchangelib.IMPERSONATION,
            default_timezone=exchangelib.UTC,
        )
        inbox = account.inbox
        newest = inbox.all().only("subject").order_by("-datetime_received")[:1]
        return OpenedMailbox(
            address=address,
            message_count=inbox.total_count,
            newest_subject=next((message.subject for message in newest), ""),
        )


def open_mailbox_over_graph(access_token: str, *, graph_url: str, address: str, ca_file: Path) -> OpenedMailbox:
    """Read the messages of one user over Microsoft Graph, which needs `Mail.Read` or `Mail.ReadWrite`; errors as `open_mailbox`."""
    options = {"$select": "subject", "$orderby": "receivedDateTime desc", "$top": "999"}
    with loopback_session(ca_file) as session:
        answer = session.get(
            f"{graph_url}/v1.0/users/{address}/messages",
            params=options,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=30,
        )
    body = answer.json()
    if not answer.ok:
        raise MailboxRefusedError(answer.status_code, f"{body['error']['code']}: {body['error']['message']}")
    subjects = [message["subject"] for message in body["value"]]
    return OpenedMailbox(address=address, message_count=len(subjects), newest_subject=next(iter(subjects), ""))


@contextmanager
def _ews_client(ca_file: Path) -> Iterator[Any]:
    """The exchangelib package, trusting this authority alone whatever the environment says, cleaned up afterwards.

    The library takes both settings on a class only (https://ecederstrand.github.io/exchangelib/#proxies-and-custom-tls-validation,
    checked 2026-11-24).
    """
    import exchangelib
    from exchangelib.protocol import BaseProtocol, close_connections
    from requests.adapters import HTTPAdapter

    class LoopbackAdapter(HTTPAdapter):
        def send(self, request: Any, **options: Any) -> Any:  # type: ignore[override]
            return super().send(request, **options | {"verify": str(ca_file), "proxies": {}})

        def close(self) -> None:
            # urllib3 leaves this to the garbage collector, which waits for whoever holds a raised error.
            for key in self.poolmanager.pools.keys():  # noqa: SIM118 - not a dict, has no iterator
                self.poolmanager.pools[key].close()
            super().close()

    before = BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.USERAGENT
    BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.USERAGENT = LoopbackAdapter, USER_AGENT
    try:
        yield exchangelib
    finally:
        close_connections()
        BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.USERAGENT = before


def _refusal_policy() -> Any:
    from exchangelib import FailFast

    class SayWhy(FailFast):  # type: ignore[misc]
        """The library drops the headers that hold Exchange's reason; this keeps them."""

        def raise_response_errors(self, response: Any) -> None:
            if response.status_code in (401, 403):
                headers = response.headers
                reason = headers.get("x-ms-diagnostics") or headers.get("X-EWS-Policy-Reason") or response.reason
                raise MailboxRefusedError(response.status_code, str(reason))
            super().raise_response_errors(response)

    return SayWhy()
