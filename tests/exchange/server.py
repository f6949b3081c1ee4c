"""A small Exchange of its own: the routes alone over real TLS, with tokens that a test signs itself."""

import contextlib
import dataclasses
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import requests
import trustme
import uvicorn
from starlette.applications import Starlette

from sandbox.exchange import Mailbox, Organization, sample_mailbox

DOMAIN = "contoso.onmicrosoft.com"
CLIENT_ID = "6731de76-14a6-49ae-97bc-6eba6914391e"
SERVICE_PRINCIPAL_OBJECT_ID = "3f1c39a5-3f0f-4f0e-9a8e-1b6d5a0f9c11"
SIGNING_KEY = "a key that only this test server knows, long enough for HS256"

GET_INBOX = """<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>
<m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>"""


@dataclasses.dataclass(kw_only=True)
class Exchange:
    """The running server and everything a test may turn."""

    url: str
    ca_file: Path
    organization: Organization = dataclasses.field(
        default_factory=lambda: Organization(ews_enabled=True, ews_allowed_app_ids=frozenset({CLIENT_ID}))
    )
    mailboxes: tuple[Mailbox, ...] = dataclasses.field(
        default_factory=lambda: (
            sample_mailbox(f"adele@{DOMAIN}", "Adele Vance"),
            sample_mailbox(f"mallory@{DOMAIN}", "Mallory Quinn"),
        )
    )
    covered: set[tuple[str, str]] = dataclasses.field(default_factory=set)

    @property
    def ews_url(self) -> str:
        return f"{self.url}/EWS/Exchange.asmx"

    @property
    def address(self) -> str:
        return self.mailboxes[0].address

    def token(self, **claims: Any) -> str:
        """A token with every right; a claim given here takes the place of the right one."""
        whole = {
            "aud": "https://outlook.office365.com",
            "appid": CLIENT_ID,
            "oid": SERVICE_PRINCIPAL_OBJECT_ID,
            "roles": ["full_access_as_app"],
            "exp": time.time() + 300,
        }
        return jwt.encode(whole | claims, SIGNING_KEY, algorithm="HS256")

    def call(self, operation: str = GET_INBOX, *, token: str | None = None, address: str | None = None) -> Any:
        """POST one operation; `address` empty = without impersonation."""
        address = self.address if address is None else address
        return self.post(envelope(operation, address), {"Authorization": f"Bearer {token or self.token()}"})

    def post(self, body: str, headers: dict[str, str]) -> requests.Response:
        return requests.post(self.ews_url, data=body.encode(), headers=headers, verify=str(self.ca_file), timeout=10)


def envelope(operation: str, address: str) -> str:
    impersonation = (
        "<t:ExchangeImpersonation><t:ConnectingSID>"
        f"<t:PrimarySmtpAddress>{address}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"
    )
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"'
        ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
        f"<s:Header>{impersonation if address else ''}</s:Header><s:Body>{operation}</s:Body></s:Envelope>"
    )


@contextlib.contextmanager
def serve(app: Starlette, ca: trustme.CA, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(app, log_level="error", lifespan="off")
    config.load()
    config.ssl = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(config.ssl)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join()
