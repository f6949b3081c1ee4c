"""Has every Graph exchange of the sandbox tenants in this process judged, and keeps the complaints until they are taken."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.tenant.routing import Reply
from sandbox.tenant.service import Exchange, Service
from tests.judge import below_version, judge_answer, judge_request

_REFUSED = 400
_complaints: list[str] = []
_serve = Service._reply


def serve_and_judge(service: Service, exchange: Exchange, *rest: Any) -> Reply:
    reply = _serve(service, exchange, *rest)
    target = below_version(f"{quote(exchange.path)}?{urlencode(exchange.options)}")
    if target is not None:
        _complaints.extend(_judge(exchange, target, reply))
    return reply


def _judge(exchange: Exchange, target: str, reply: Reply) -> Iterator[str]:
    """What tests send by hand is wrong on purpose at times: it is judged where the sandbox accepted it."""
    agent, sent = exchange.headers.get("user-agent", ""), exchange.json()
    by_hand = not agent or agent.startswith("python-requests/")
    if not by_hand:
        yield from judge_request(exchange.method, target, sent)
    elif reply.status < _REFUSED:
        yield from judge_request(exchange.method, target, _accepted(sent, reply.body))
    yield from judge_answer(exchange.method, target, reply.status, reply.body, sent)


def _accepted(sent: Any, answered: Any) -> Any:
    """The body of a batch with the items that were not refused; any other body as it is."""
    if not (isinstance(answered, dict) and "responses" in answered):
        return sent
    refused = {item["id"] for item in answered["responses"] if item["status"] >= _REFUSED}
    return {"requests": [item for item in sent["requests"] if item["id"] not in refused]}


def take_complaints() -> list[str]:
    """What was found since the last time, each once."""
    found = list(dict.fromkeys(_complaints))
    _complaints.clear()
    return found
