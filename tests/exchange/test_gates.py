"""Each gate of Exchange alone: one thing is wrong, everything else is right."""

import dataclasses
import time
from typing import Any

import pytest

from sandbox.exchange import Organization, UserAgentPolicy
from tests.exchange.server import CLIENT_ID, GET_INBOX, SERVICE_PRINCIPAL_OBJECT_ID, Exchange, envelope

NOT_ENOUGH_SCOPE = '2000008;reason="The token contains not enough scope to make this call."'
DISABLED = "EWS is disabled for this user or tenant"
BLOCKED = "EWS is blocked by policy for this user or tenant"


def refusal_by_policy(answer: Any) -> str:
    assert answer.status_code == 403
    assert answer.content == b""
    return str(answer.headers["X-EWS-Policy-Reason"])


def test_with_every_gate_open_the_mailbox_answers(exchange: Exchange) -> None:
    answer = exchange.call()
    assert answer.status_code == 200
    assert "<t:TotalCount>3</t:TotalCount>" in answer.text


def test_without_a_token_exchange_says_who_issues_them(exchange: Exchange) -> None:
    answer = exchange.post(envelope(GET_INBOX, exchange.address), {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer client_id="00000002-0000-0ff1-ce00-000000000000"')
    assert "error=" not in answer.headers["WWW-Authenticate"]


def test_a_basic_password_is_no_token(exchange: Exchange) -> None:
    assert exchange.post(envelope(GET_INBOX, exchange.address), {"Authorization": "Basic YTpi"}).status_code == 401


@pytest.mark.parametrize("claims", [{"exp": time.time() - 3600}, {"aud": "https://graph.microsoft.com"}])
def test_a_token_that_is_not_for_exchange_now_is_invalid(exchange: Exchange, claims: dict[str, Any]) -> None:
    answer = exchange.call(token=exchange.token(**claims))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_for_another_api_is_told_about_its_audience(exchange: Exchange) -> None:
    answer = exchange.call(token=exchange.token(aud="https://graph.microsoft.com"))
    assert answer.headers["x-ms-diagnostics"].startswith(
        "2000003;reason=\"The audience claim value is invalid 'aud'.\""
    )


def test_a_token_that_somebody_else_signed_is_invalid(exchange: Exchange) -> None:
    head, payload, signature = exchange.token().split(".")
    forged = f"{head}.{payload}.{signature[::-1]}"
    assert exchange.call(token=forged).status_code == 401


@pytest.mark.parametrize("roles", [[], ["Mail.Read", "Exchange.ManageAsApp"]])
def test_a_token_without_full_access_has_not_enough_scope(exchange: Exchange, roles: list[str]) -> None:
    answer = exchange.call(token=exchange.token(roles=roles))
    assert answer.status_code == 403
    assert answer.headers["x-ms-diagnostics"].startswith(NOT_ENOUGH_SCOPE)
    assert "X-EWS-Policy-Reason" not in answer.headers


def test_an_exchange_role_opens_its_mailboxes_without_any_app_role(exchange: Exchange) -> None:
    exchange.covered.add((SERVICE_PRINCIPAL_OBJECT_ID, exchange.address))
    token = exchange.token(roles=[])
    assert exchange.call(token=token).status_code == 200
    assert exchange.call(token=token, address=exchange.mailboxes[1].address).status_code == 403


def test_an_organization_that_was_switched_off_refuses(exchange: Exchange) -> None:
    exchange.organization = dataclasses.replace(exchange.organization, ews_enabled=False)
    assert refusal_by_policy(exchange.call()) == DISABLED


def test_an_organization_that_never_set_anything_keeps_ews_until_it_is_switched_off(exchange: Exchange) -> None:
    exchange.organization = Organization()
    assert exchange.call().status_code == 200


def test_a_mailbox_can_refuse_alone(exchange: Exchange) -> None:
    first, second = exchange.mailboxes
    exchange.mailboxes = (dataclasses.replace(first, ews_enabled=False), second)
    assert refusal_by_policy(exchange.call()) == DISABLED
    assert exchange.call(address=second.address).status_code == 200


def test_a_mailbox_cannot_overrule_its_organization(exchange: Exchange) -> None:
    exchange.organization = dataclasses.replace(exchange.organization, ews_enabled=False)
    exchange.mailboxes = (dataclasses.replace(exchange.mailboxes[0], ews_enabled=True),)
    assert refusal_by_policy(exchange.call()) == DISABLED


@pytest.mark.parametrize("allowed", [set(), {"cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"}])
def test_a_client_that_is_not_on_the_allow_list_is_blocked(exchange: Exchange, allowed: set[str]) -> None:
    exchange.organization = dataclasses.replace(exchange.organization, ews_allowed_app_ids=frozenset(allowed))
    assert refusal_by_policy(exchange.call()) == BLOCKED


def test_without_any_allow_list_every_client_passes(exchange: Exchange) -> None:
    exchange.organization = dataclasses.replace(exchange.organization, ews_allowed_app_ids=None)
    assert exchange.call(token=exchange.token(appid="9f1e2d3c-0000-4000-8000-000000000001")).status_code == 200


def test_the_allow_list_looks_at_the_client_of_the_token(exchange: Exchange) -> None:
    assert (
        refusal_by_policy(exchange.call(token=exchange.token(appid="9f1e2d3c-0000-4000-8000-000000000001"))) == BLOCKED
    )
    assert exchange.call(token=exchange.token(appid=CLIENT_ID.upper())).status_code == 200


@pytest.mark.parametrize(
    ("policy", "patterns", "passes"),
    [
        (UserAgentPolicy.ENFORCE_ALLOW_LIST, ("python-requests/*",), True),
        (UserAgentPolicy.ENFORCE_ALLOW_LIST, ("OWA/*",), False),
        (UserAgentPolicy.ENFORCE_ALLOW_LIST, (), False),
        (UserAgentPolicy.ENFORCE_BLOCK_LIST, ("PYTHON-*",), False),
        (UserAgentPolicy.ENFORCE_BLOCK_LIST, ("python-requests",), True),
    ],
)
def test_the_user_agent_lists_count_only_under_their_policy(
    exchange: Exchange,
    policy: UserAgentPolicy,
    patterns: tuple[str, ...],
    passes: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    exchange.organization = dataclasses.replace(
        exchange.organization, ews_application_access_policy=policy, ews_allow_list=patterns, ews_block_list=patterns
    )
    answer = exchange.call()
    assert answer.status_code == 200 if passes else refusal_by_policy(answer) == BLOCKED


def test_a_caller_who_may_not_come_in_learns_nothing_about_the_request(exchange: Exchange) -> None:
    answer = exchange.post("not xml", {"Authorization": f"Bearer {exchange.token(roles=[])}"})
    assert answer.status_code == 403
    assert answer.content == b""
