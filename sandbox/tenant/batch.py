"""JSON batching: up to 20 requests in one, each permitted, throttled and failing on its own.

Source: https://learn.microsoft.com/en-us/graph/json-batching (checked 2026-11-24). Answers come in another order than
the requests, as Graph is free to do.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.tenant.directory import new_id
from sandbox.tenant.problems import GraphError, bad_query
from sandbox.tenant.routing import BOTH, Call, GraphRequest, Reply, answer, route
from sandbox.tenant.store import Json

MOST_REQUESTS = 20


@route("POST", "/$batch", BOTH)
def run_batch(call: Call) -> Reply:
    items: object = call.body.get("requests")
    if not isinstance(items, list) or not items:
        raise bad_query("Invalid batch payload format.")
    if len(items) > MOST_REQUESTS:
        raise bad_query(f"Number of batch request steps exceeds the maximum value of {MOST_REQUESTS}.")
    _check_ids(items)
    return Reply(status=200, body={"responses": [_answer(call, item) for item in items][::-1]})


def _check_ids(items: Sequence[Any]) -> None:
    seen: set[str] = set()
    for item in items:
        if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in ("id", "method", "url")):
            raise bad_query("Invalid batch payload format.")
        if item["id"] in seen:
            raise bad_query(f"Request Id {item['id']} has to be unique in a batch.")
        if "dependsOn" in item:
            raise bad_query("The sandbox carries out the requests of a batch in their order; it has no dependsOn.")
        seen.add(item["id"])


def _answer(call: Call, item: Json) -> Json:
    request_id = new_id()
    try:
        reply = _serve(call, item)
    except GraphError as refusal:
        reply = Reply(status=refusal.status, body=refusal.body(request_id, request_id), headers=refusal.headers)
    headers = {**reply.headers, "Cache-Control": "no-cache"}
    answered: Json = {"id": item["id"], "status": reply.status, "headers": headers}
    if reply.body is not None:
        headers["Content-Type"] = "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"
        answered["body"] = reply.body
    return answered


def _serve(call: Call, item: Json) -> Reply:
    url = urlsplit(item["url"] if item["url"].startswith("/") else f"/{item['url']}")
    options = tuple(parse_qsl(url.query, keep_blank_values=True))
    method, path = item["method"].upper(), unquote(url.path)
    query = "&".join(f"{name}={value}" for name, value in options)
    refusal = call.directory.view.refuse(method, f"/{call.version}{path}", query)
    if refusal:
        raise refusal
    if method in ("POST", "PATCH", "PUT") and "body" in item and "Content-Type" not in _titled(item.get("headers")):
        raise bad_query("Write request id : " + item["id"] + " does not contain Content-Type header or body.")
    request = GraphRequest(
        method=method, version=call.version, path=path, options=options, body=item.get("body"), caller=call.caller
    )
    return answer(call.directory, request)


def _titled(headers: Mapping[str, str] | None) -> set[str]:
    return {name.title() for name in headers or {}}
