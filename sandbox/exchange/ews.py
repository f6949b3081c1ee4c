"""POST /EWS/Exchange.asmx: a call passes every gate of Exchange, in Exchange's order, and then opens a mailbox.

Tokens and settings come from the tenant as functions, so that each call sees them as they are now.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange.gates import NO_TOKEN, WRONG_AUDIENCE, Refusal, check_policy, check_token, refuse_token
from sandbox.exchange.mailboxes import Mailbox
from sandbox.exchange.operations import answer
from sandbox.exchange.organization import Organization
from sandbox.exchange.soap import EwsRequest, SoapFault, read_request, write_fault, write_response

EWS_PATH = "/EWS/Exchange.asmx"


def exchange_routes(
    *,
    verify_token: Callable[[str], Mapping[str, Any]],
    organization: Callable[[], Organization],
    mailboxes: Callable[[], Sequence[Mailbox]],
    covered_by_exchange_role: Callable[[str, str], bool],
) -> list[Route]:
    """The routes of Exchange Web Services.

    Args:
        verify_token: The claims of a compact JWT that is valid now and for Exchange Online. Raises
            `jwt.InvalidAudienceError` for one that is for another API, `jwt.InvalidTokenError` for any other.
        organization: The organization's switches.
        mailboxes: All mailboxes of the tenant.
        covered_by_exchange_role: Whether an Exchange RBAC role lets a service principal (object id) into a mailbox
            (address) without any app role in its token.
    """

    async def post(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return _respond(NO_TOKEN)
        try:
            claims = verify_token(token)
        except jwt.InvalidAudienceError:
            return _respond(refuse_token(WRONG_AUDIENCE))
        except jwt.InvalidTokenError:
            return _respond(refuse_token())
        called = _read_call(await request.body())
        address = called.mailbox_address if isinstance(called, EwsRequest) else ""
        mailbox = _find_mailbox(mailboxes(), address)
        refusal = check_token(claims, address, covered_by_exchange_role) or check_policy(
            claims, request.headers.get("user-agent", ""), organization(), mailbox
        )
        return _respond(refusal or _carry_out(called, mailbox))

    return [Route(EWS_PATH, post, methods=["POST"])]


def _read_call(body: bytes) -> EwsRequest | SoapFault:
    # A value, not an exception: a caller who may not come in must not learn what was wrong with the request.
    try:
        return read_request(body)
    except SoapFault as fault:
        return fault


def _find_mailbox(mailboxes: Sequence[Mailbox], address: str) -> Mailbox | None:
    return next((mailbox for mailbox in mailboxes if mailbox.address.lower() == address.lower()), None)


def _carry_out(called: EwsRequest | SoapFault, mailbox: Mailbox | None) -> bytes | SoapFault:
    if isinstance(called, SoapFault):
        return called
    if not called.mailbox_address:
        return SoapFault(
            "ErrorInvalidExchangeImpersonationHeaderData",
            "ExchangeImpersonation SOAP header must be present for this type of OAuth token.",
        )
    if mailbox is None:
        return SoapFault("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")
    try:
        return write_response(called.name, answer(called, mailbox))
    except SoapFault as fault:
        return fault


def _respond(answered: bytes | SoapFault | Refusal) -> Response:
    headers = {"request-id": str(uuid.uuid4())}
    match answered:
        case Refusal():
            return Response(status_code=answered.status, headers=headers | dict(answered.headers))
        case SoapFault():
            return Response(write_fault(answered), status_code=500, headers=headers, media_type="text/xml")
        case bytes():
            return Response(answered, headers=headers, media_type="text/xml")
