"""Asks Graph everything that the table of access paths names: one batch, and one of the beta version."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from association.errors import GraphError
from association.graph.client import BatchAnswer, GraphClient
from association.guard.access_path import NOT_LICENSED, Guarded, Json, Read, Whose
from association.guard.paths import REPORTED_READS, reads_of
from association.guard.text import plain

EXPANDED_AT_MOST: Final = 20
"""Items that $expand shows; there is no next page.

Source: https://learn.microsoft.com/graph/query-parameters#expand-parameter (checked 2026-11-24)."""

_OBJECTS: Final = ("application", "servicePrincipal")
_BAD_REQUEST, _NOT_PERMITTED, _NOT_FOUND = 400, frozenset({401, 403}), 404


@dataclass(kw_only=True)
class Answers:
    """Complete answers by name of the read; lists with every page."""

    bodies: dict[str, Json] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    """`application` and `servicePrincipal` where there is none."""


def ask(graph: GraphClient, guarded: Guarded, keys: list[Json] | None = None) -> Answers:
    """Ask everything: one batch and one beta batch, and one request for each further page.

    The application's key credentials may come from somebody who has just read them: the service limits such readings.

    Raises:
        GraphError: The batch as a whole was refused or not answered.
    """
    if keys is None and guarded.whose is Whose.OWN:
        graph.key_reads.wait()
    reads = reads_of(guarded.whose)
    stable, beta = [[read for read in reads if read.beta is wanted] for wanted in (False, True)]
    pairs = list(zip(stable, graph.batch([one.url(guarded, with_keys=keys is None) for one in stable]), strict=True))
    pairs += zip(beta, _ask_beta(graph, [one.url(guarded) for one in beta]), strict=True)
    missing = {read.name for read, answer in pairs if answer.status == _NOT_FOUND and read.name in _OBJECTS}
    answers = Answers(missing=missing)
    for read, answer in pairs:
        _keep(graph, read, answer, answers)
    if "application" in answers.bodies:
        _settle_keys(graph, guarded, keys, answers)
    return answers


def _ask_beta(graph: GraphClient, paths: list[str]) -> list[BatchAnswer]:
    """Nobody promises that the beta version answers: without it the rest still counts."""
    try:
        return graph.batch(paths, version="beta")
    except GraphError as error:
        return [BatchAnswer(status=error.status, body=None, error=error) for _ in paths]


def _keep(graph: GraphClient, read: Read, answer: BatchAnswer, answers: Answers) -> None:
    """A part of an object that is missing is told with the object; a part that alone is not found was not read."""
    error = answer.error
    if error is None:
        try:
            answers.bodies[read.name] = _complete(graph, read, answer.body or {})
        except GraphError as refusal:
            error = refusal
    told = answer.status == _NOT_FOUND and read.about in answers.missing
    if error is not None and not told and read in REPORTED_READS:
        answers.unreadable[read.name] = explain_refusal(read, error)


def _settle_keys(graph: GraphClient, guarded: Guarded, keys: list[Json] | None, answers: Answers) -> None:
    """Without its key bytes a certificate cannot be told from another one: ask for them alone, or count as unreadable."""
    application = answers.bodies["application"]
    found = keys if keys is not None else list(application.get("keyCredentials") or ())
    if _lack_bytes(found):
        graph.key_reads.wait()
        path = f"/applications/{guarded.application_object_id}"
        with suppress(GraphError):
            found = list(graph.get(path, query="$select=keyCredentials").get("keyCredentials") or ())
    if _lack_bytes(found):
        del answers.bodies["application"]
        answers.unreadable["application"] = "failed: Microsoft Graph did not show the key bytes; run again"
    else:
        answers.bodies["application"] = {**application, "keyCredentials": found}


def _lack_bytes(keys: Iterable[Json]) -> bool:
    return any(key.get("key") is None and key.get("type") == "AsymmetricX509Cert" for key in keys)


def _complete(graph: GraphClient, read: Read, body: dict[str, Any]) -> Json:
    """The answer with every page, and with every owner where the expanded ones may be cut off."""
    path = read.path.partition("?")[0]
    if "value" in body:
        return {"value": list(graph.rest_of(body, path))}
    if len(body.get("owners") or ()) >= EXPANDED_AT_MOST:
        kind = "applications" if read.name == "application" else "servicePrincipals"
        return {**body, "owners": list(graph.pages(f"/{kind}/{body['id']}/owners"))}
    return body


def explain_refusal(read: Read, error: GraphError) -> str:
    """What is missing: a licence, a permission, a question that Graph takes, or an answer."""
    said = f"{error.status} {plain(error.code)}".strip() if error.status else "no answer"
    text = f"{error.code} {error.message}".lower()
    if read.licence and ("license" in text or "licensed" in text or "premium" in text):
        return f"{NOT_LICENSED}: the tenant has no {read.licence}, so there is nothing of this kind to see ({said})"
    if error.status in _NOT_PERMITTED:
        return f"not permitted: reading it needs {' and '.join(read.permissions)} ({said})"
    if error.status == _BAD_REQUEST:
        return (
            f"refused: Microsoft Graph does not take this query ({said}); no permission changes that: "
            "report it with the output of this run"
        )
    return f"failed: {said}; run again"
