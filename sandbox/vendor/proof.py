"""The proof that an association works, step by step, by doing what the vendor does.

`failures` shows the opposite: that every part is needed.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1

from sandbox.exchange import EWS_PATH, ORGANIZATION_PATH, RETRIEVE_APP_IDS
from sandbox.tenant import INITIAL_DOMAIN, TENANT_ID, ReachableTenant
from sandbox.vendor.identity import LoginRefusedError, Vendor, loopback_session
from sandbox.vendor.mailbox import MailboxRefusedError, OpenedMailbox, open_mailbox, open_mailbox_over_graph

MAILBOX = f"adele@{INITIAL_DOMAIN}"
"""Whose inbox the vendor opens."""


class Actor(StrEnum):
    """Who does a step."""

    ADMINISTRATOR = "Exchange administrator"
    VENDOR = "Mimecast"
    LOGIN = "Entra"
    EXCHANGE = "Exchange"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the proof."""

    actor: Actor
    text: str
    """What was done and seen, one sentence."""
    passed: bool = True
    commands: tuple[str, ...] = ()
    """What an administrator types in a real tenant for the same effect."""


def prove(vendor: Vendor, tenant: ReachableTenant, client_id: str) -> list[Step]:
    """Open a mailbox through the association, as the vendor would.

    Nothing but the Exchange administrator's step changes the tenant: the allow list of EWS applications, which Graph
    cannot reach and the association therefore cannot contain.

    Returns:
        The steps in order, up to the one that ends it; all have passed when the association works.
    """
    steps = [allow_client(tenant, client_id)]
    steps.append(
        Step(actor=Actor.VENDOR, text=f"signs a client assertion with the key of certificate {vendor.thumbprint[:8]}")
    )
    try:
        token = vendor.token(tenant.url, TENANT_ID, client_id, tenant.ca_file)
    except LoginRefusedError as refused:
        return [*steps, Step(actor=Actor.LOGIN, text=f"refused the token: {refused.description}", passed=False)]
    steps.append(_name_key_credential(tenant, client_id, vendor.thumbprint))
    roles = ", ".join(token.roles) or "no role at all"
    steps.append(Step(actor=Actor.LOGIN, text=f"issued a token for Exchange Online with {roles}"))
    try:
        opened = _open(token.access_token, tenant)
    except MailboxRefusedError as refused:
        return [*steps, Step(actor=Actor.EXCHANGE, text=f"refused the request: {refused}", passed=False)]
    count = "1 message" if opened.message_count == 1 else f"{opened.message_count} messages"
    text = f"opened the inbox of {opened.address} over EWS: {count}, newest subject {opened.newest_subject!r}"
    return [*steps, Step(actor=Actor.EXCHANGE, text=text)]


def attempt(vendor: Vendor, tenant: ReachableTenant, client_id: str, *, address: str = MAILBOX) -> OpenedMailbox:
    """The vendor's two requests alone: a token, or LoginRefusedError; then a mailbox, or MailboxRefusedError."""
    return _open(vendor.token(tenant.url, TENANT_ID, client_id, tenant.ca_file).access_token, tenant, address)


def attempt_over_graph(
    vendor: Vendor, tenant: ReachableTenant, client_id: str, *, address: str = MAILBOX
) -> OpenedMailbox:
    """The same for a vendor that has left EWS."""
    token = vendor.token(tenant.url, TENANT_ID, client_id, tenant.ca_file, resource=tenant.url)
    return open_mailbox_over_graph(token.access_token, graph_url=tenant.url, address=address, ca_file=tenant.ca_file)


def _open(access_token: str, tenant: ReachableTenant, address: str = MAILBOX) -> OpenedMailbox:
    return open_mailbox(access_token, ews_url=f"{tenant.url}{EWS_PATH}", address=address, ca_file=tenant.ca_file)


def _name_key_credential(tenant: ReachableTenant, client_id: str, thumbprint: str) -> Step:
    """Entra does not say which entry it used; Graph says which one holds the certificate that was accepted."""
    for entry in find_application(tenant, client_id)["keyCredentials"]:
        if holds(entry, thumbprint):
            return Step(actor=Actor.LOGIN, text=f"verified the assertion with key credential {entry['keyId']}")
    text = f"accepted the assertion, but no key credential of the application is certificate {thumbprint[:8]}"
    return Step(actor=Actor.LOGIN, text=text, passed=False)


def allow_client(tenant: ReachableTenant, client_id: str) -> Step:
    """Let the client id use EWS, unless it already may: read, merge, write the whole list, then the switch.

    The commands are the real ones (https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig,
    checked 2026-11-24); in the sandbox a management request does the same, and at once instead of within 24 hours.
    """
    organization = read_organization(tenant)
    listed = organization["EwsAllowedAppIDs"]
    if listed is None and organization["EwsEnabled"] is None:
        text = "has set nothing, so EWS works until Microsoft switches this organization off"
        return Step(actor=Actor.ADMINISTRATOR, text=text)
    parameters: dict[str, Any] = {}
    commands: list[str] = []
    if listed is not None and client_id.lower() not in listed.split(","):
        joined = ",".join(filter(None, [listed, client_id.lower()]))
        parameters["EwsAllowedAppIDs"] = joined
        commands.append(f"Set-OrganizationConfig -EwsAllowedAppIDs '{joined}'")
    if organization["EwsEnabled"] is not True:
        parameters["EwsEnabled"] = True
        commands.append("Set-OrganizationConfig -EwsEnabled $true")
    if not parameters:
        return Step(actor=Actor.ADMINISTRATOR, text=f"has already let {client_id} use EWS")
    set_organization(tenant, parameters)
    text = f"lets {client_id} use EWS (no Graph permission covers this; a real tenant needs up to 24 hours)"
    return Step(actor=Actor.ADMINISTRATOR, text=text, commands=tuple(commands))


def read_organization(tenant: ReachableTenant) -> dict[str, Any]:
    """Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy through the sandbox's management path."""
    with loopback_session(tenant.ca_file) as session:
        answer = session.get(f"{tenant.url}{ORGANIZATION_PATH}", params={RETRIEVE_APP_IDS: "true"}, timeout=30)
        answer.raise_for_status()
        return dict(answer.json())


def set_organization(tenant: ReachableTenant, parameters: Mapping[str, Any]) -> None:
    with loopback_session(tenant.ca_file) as session:
        session.post(f"{tenant.url}{ORGANIZATION_PATH}", json=dict(parameters), timeout=30).raise_for_status()


def find_application(tenant: ReachableTenant, client_id: str) -> dict[str, Any]:
    """The application with its key credentials, key bytes included, as Graph shows it to the administrator."""
    _, found = tenant.graph("GET", f"/v1.0/applications?$filter=appId eq '{client_id}'")
    if not found["value"]:
        raise LookupError(f"tenant {TENANT_ID}: no application with client id {client_id}")
    object_id = found["value"][0]["id"]
    _, application = tenant.graph("GET", f"/v1.0/applications/{object_id}?$select=id,keyCredentials")
    return dict(application)


def holds(entry: Mapping[str, Any], thumbprint: str) -> bool:
    """Whether a key credential's bytes (base64 of DER, or of PEM text as the azuread provider sends it) are this certificate."""
    content = b64decode(entry["key"] or "")
    read = x509.load_pem_x509_certificate if content.startswith(b"-----BEGIN") else x509.load_der_x509_certificate
    try:
        certificate = read(content)
    except ValueError:
        return False
    return certificate.fingerprint(SHA1()).hex().upper() == thumbprint


def printable(text: str) -> str:
    """The text with everything escaped that could steer a terminal: names and subjects are the tenant's."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def print_steps(steps: Sequence[Step]) -> None:
    for step in steps:
        print(printable(f"  {'ok  ' if step.passed else 'FAIL'} {step.actor} {step.text}"))
        for command in step.commands:
            print(printable(f"         PS> {command}"))
