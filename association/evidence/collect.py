"""Asks the questions and assembles the file."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from association.errors import GraphError
from association.evidence.questions import LOOKUPS, QUESTIONS, Question
from association.evidence.redact import Redaction
from association.graph.client import BatchAnswer, GraphClient, Json
from association.guard.access_path import Guarded
from microsoft import find_route

FORMAT: Final = 1
"""Version of the file's format."""
_SUCCESS: Final = range(200, 300)
_NOT_FOUND: Final = 404


def collect(graph: GraphClient, client_id: str) -> Json:
    """The evidence file for one association, without anything of the tenant.

    Args:
        graph: Signed in.
        client_id: The application's, in lower case.

    Raises:
        GraphError: The application could not be found, or nobody answered.
    """
    guarded = _look_up(graph, client_id)
    redaction = Redaction()
    answers = dict(_ask(graph, guarded, client_id))
    exchanges = [_describe(question, answers.get(question.name), redaction) for question in QUESTIONS]
    return {"format": FORMAT, "exchanges": exchanges}


def _look_up(graph: GraphClient, client_id: str) -> Guarded:
    """What the questions are about; a service principal that is not there leaves its questions unasked."""
    application, principal = [template.format(client=client_id).partition("?")[::2] for template in LOOKUPS]
    found = graph.get(application[0], query=application[1])
    answer = graph.answer(principal[0], query=principal[1])
    if answer.error is not None and answer.status != _NOT_FOUND:
        raise answer.error
    tags = [str(tag) for tag in found.get("tags") or ()]
    return Guarded(
        application_object_id=str(found["id"]),
        service_principal_object_id="" if answer.error else str(answer.body["id"]),
        stack_tag=next((tag for tag in tags if tag.startswith("pulumi:")), ""),
    )


def _ask(graph: GraphClient, guarded: Guarded, client_id: str) -> Iterator[tuple[str, BatchAnswer]]:
    """Names and answers of what could be asked: batches as the guard sends them, then what is asked alone."""
    asked = [one for one in QUESTIONS if guarded.service_principal_object_id or not one.needs_principal]
    for version in ("v1.0", "beta"):
        batch = [one for one in asked if one.batched and one.version == version]
        yield from zip([one.name for one in batch], _ask_batch(graph, guarded, client_id, batch, version), strict=True)
    for one in (one for one in asked if not one.batched):
        if "keyCredentials" in one.path:
            graph.key_reads.wait()
        path, _, query = one.path.partition("?")
        filled = guarded.fill(path, client=client_id), guarded.fill(query, client=client_id)
        try:
            yield one.name, graph.answer(filled[0], query=filled[1], version=one.version)
        except GraphError as error:
            yield one.name, _failed(error)


def _ask_batch(
    graph: GraphClient, guarded: Guarded, client_id: str, batch: Sequence[Question], version: str
) -> list[BatchAnswer]:
    """A batch that is refused as a whole answers every question in it so."""
    graph.key_reads.wait()
    try:
        return graph.batch([one.url(guarded, client_id) for one in batch], version=version)
    except GraphError as error:
        return [_failed(error) for _ in batch]


def _failed(error: GraphError) -> BatchAnswer:
    """Nothing but the status and the code is known; status 0 where nobody answered."""
    return BatchAnswer(status=error.status, body=None, error=error)


def _describe(question: Question, answer: BatchAnswer | None, redaction: Redaction) -> Json:
    route = find_route("GET", ("/beta" if question.version == "beta" else "") + question.path.partition("?")[0])
    described: dict[str, Any] = {
        "name": question.name,
        "version": question.version,
        "path": question.path,
        "batched": question.batched,
    }
    if answer is None:
        return described | {"status": None, "code": "", "headers": {}, "body": None}
    failed = answer.status not in _SUCCESS
    return described | {
        "status": answer.status,
        "code": redaction.code(answer.error.code) if failed and answer.error else "",
        "headers": redaction.headers(answer.headers),
        "body": redaction.body(route.answers if route else "", answer.body),
    }
