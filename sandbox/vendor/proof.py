"""The proof that an association works, step by step, by doing what the vendor does.

It leaves out the opposite, that every part is needed: see `failures`.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1

from sandbox.tenant import INITIAL_DOMAIN, TENANT_ID, Tenant
from sandbox.vendor.identity import LoginRefusedError, Vendor
from sandbox.vendor.mailbox import MailboxRefusedError, OpenedMailbox, open_mailbox
from sandbox.vendor.session import loopback_session

MAILBOX = f"adele@{INITIAL_DOMAIN}"
"""Whose inbox the vendor opens."""


class Actor(StrEnum):
    """Who does a step."""

    ADMINISTRATOR = "Exchange administrator"
    VENDOR = "Mimecast"
    LOGIN = "Login"
    EXCHANGE = "Exchange"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the proof."""

    actor: Actor
    text: str
    """What was done and seen, one sentence."""
    passed: bool = True
    commands: tuple[str, ...] = ()
    """What a person types in a real tenant for the same effect."""


def prove(vendor: Vendor, tenant: Tenant, client_id: str) -> list[Step]:
    """Open a mailbox through the association, as the vendor would.

    Nothing but the Exchange administrator's step changes the tenant: the allow list of EWS applications, which Graph
    cannot reach and the association therefore cannot contain.

    Args:
        vendor: Holds the private key.
        tenant: A running sandbox tenant.
        client_id: Application (client) id of the association.

    Returns:
        The steps in order; the last one has not passed when the association does not work.
    """
    steps = [allow_client(tenant, client_id)]
    steps.append(
        Step(actor=Actor.VENDOR, text=f"signs a client assertion with the key of certificate {vendor.thumbprint[:8]}")
    )
    try:
        token = vendor.token(tenant.url, TENANT_ID, client_id, tenant.ca_file)
    except LoginRefusedError as refused:
        return [*steps, Step(actor=Actor.LOGIN, text=f"gives no token: {refused.description}", passed=False)]
    key_id = find_key_id(tenant, client_id, vendor.thumbprint)
    roles = ", ".join(token.roles) or "no role at all"
    steps.append(Step(actor=Actor.LOGIN, text=f"checked the signature against key credential {key_id}"))
    steps.append(Step(actor=Actor.LOGIN, text=f"issued a token for Exchange Online with {roles}"))
    try:
        opened = _open(token.access_token, tenant)
    except MailboxRefusedError as refused:
        return [*steps, Step(actor=Actor.EXCHANGE, text=f"lets nobody in: {refused}", passed=False)]
    count = "1 message" if opened.message_count == 1 else f"{opened.message_count} messages"
    text = f"EWS opened the inbox of {opened.address}: {count}, newest subject {opened.newest_subject!r}"
    return [*steps, Step(actor=Actor.EXCHANGE, text=text)]


def attempt(vendor: Vendor, tenant: Tenant, client_id: str) -> OpenedMailbox:
    """The vendor's two requests alone: a token, then a mailbox.

    Raises:
        LoginRefusedError: No token.
        MailboxRefusedError: A token, but Exchange refuses it.
    """
    return _open(vendor.token(tenant.url, TENANT_ID, client_id, tenant.ca_file).access_token, tenant)


def _open(access_token: str, tenant: Tenant) -> OpenedMailbox:
    return open_mailbox(
        access_token, ews_url=f"{tenant.url}/EWS/Exchange.asmx", address=MAILBOX, ca_file=tenant.ca_file
    )


def allow_client(tenant: Tenant, client_id: str) -> Step:
    """Put the client id on the EWS allow list, unless it is there: read, merge, write the whole list.

    The commands are the real ones (https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig,
    checked 2026-11-24); in the sandbox a management request does the same, and at once instead of within 24 hours.
    """
    listed = set_organization(tenant, {})["EwsAllowedAppIDs"]
    client_ids = [] if listed is None else listed.split(",")
    if listed is None or client_id.lower() in client_ids:
        return Step(actor=Actor.ADMINISTRATOR, text=f"has already let {client_id} use EWS")
    # An empty string splits into one empty id.
    joined = ",".join([*filter(None, client_ids), client_id.lower()])
    set_organization(tenant, {"EwsAllowedAppIDs": joined, "EwsEnabled": True})
    return Step(
        actor=Actor.ADMINISTRATOR,
        text=f"lets {client_id} use EWS (no Graph permission covers this; a real tenant needs up to 24 hours)",
        commands=(
            f"Set-OrganizationConfig -EwsAllowedAppIDs '{joined}'",
            "Set-OrganizationConfig -EwsEnabled $true",
        ),
    )


def set_organization(tenant: Tenant, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Set-OrganizationConfig through the sandbox's management path; the whole organization as it is afterwards."""
    with loopback_session(tenant.ca_file) as session:
        answer = session.post(f"{tenant.url}/sandbox/exchange/organization", json=dict(parameters), timeout=30)
        answer.raise_for_status()
        organization: dict[str, Any] = answer.json()
        return organization


def find_application(tenant: Tenant, client_id: str) -> dict[str, Any]:
    """The application with its key credentials, key bytes included, as Graph shows it to the administrator.

    Raises:
        LookupError: The tenant has no application with this client id.
    """
    _, found = tenant.graph("GET", f"/v1.0/applications?$filter=appId eq '{client_id}'")
    if not found["value"]:
        raise LookupError(f"tenant {TENANT_ID}: no application with client id {client_id}")
    object_id = found["value"][0]["id"]
    _, application = tenant.graph("GET", f"/v1.0/applications/{object_id}?$select=id,keyCredentials")
    return dict(application)


def find_key_id(tenant: Tenant, client_id: str, thumbprint: str) -> str:
    """The key id of the entry that holds the certificate; `unknown` when the application has no such entry."""
    for entry in find_application(tenant, client_id)["keyCredentials"]:
        if holds(entry, thumbprint):
            return str(entry["keyId"])
    return "unknown"


def holds(entry: Mapping[str, Any], thumbprint: str) -> bool:
    """Whether a key credential's bytes (base64 of DER, or of PEM text as the azuread provider sends it) are this certificate."""
    content = b64decode(entry["key"] or "")
    read = x509.load_pem_x509_certificate if content.startswith(b"-----BEGIN") else x509.load_der_x509_certificate
    try:
        certificate = read(content)
    except ValueError:
        return False
    return certificate.fingerprint(SHA1()).hex().upper() == thumbprint  # noqa: S303 - Entra names certificates by SHA-1


def printable(text: str) -> str:
    """The text with everything escaped that could steer a terminal: names and subjects are the tenant's."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def print_steps(steps: Sequence[Step]) -> None:
    """One line for each step, and the commands below it."""
    for step in steps:
        print(printable(f"  {'ok  ' if step.passed else 'FAIL'} {step.actor} {step.text}"))
        for command in step.commands:
            print(printable(f"         PS> {command}"))
