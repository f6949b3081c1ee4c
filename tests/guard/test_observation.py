"""Odd answers of Graph that the sandbox does not give: parts that are not found, keys without their bytes, null attributes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from association.errors import GraphError
from association.graph.client import BatchAnswer, GraphClient
from association.graph.pace import Pace
from association.guard.access_path import Guarded, View
from association.guard.ask import ask
from association.guard.paths import PATHS

GUARDED = Guarded(application_object_id="app", service_principal_object_id="sp")
CERTIFICATE = {"keyId": "1", "type": "AsymmetricX509Cert", "key": None}


class Graph:
    """Answers every read with an empty list, except the ones it is told about."""

    def __init__(self, answers: Mapping[str, Any], *, alone: Any = None) -> None:
        self.answers, self.alone = answers, alone
        self.key_reads = Pace(100, 60)

    def batch(self, paths: list[str], *, version: str = "v1.0") -> list[BatchAnswer]:
        del version
        return [self._answer(path.partition("?")[0]) for path in paths]

    def _answer(self, path: str) -> BatchAnswer:
        body = self.answers.get(path, {"value": []})
        if body is None:
            error = GraphError("not found", method="GET", path=path, status=404, code="Request_ResourceNotFound")
            return BatchAnswer(status=404, body=None, error=error)
        return BatchAnswer(status=200, body=body, error=None)

    def rest_of(self, page: Mapping[str, Any], path: str) -> Iterator[Any]:
        del path
        yield from page["value"]

    def get(self, path: str, *, query: str = "") -> Any:
        assert (path, query) == ("/applications/app", "$select=keyCredentials")
        return {"keyCredentials": self.alone}


def ask_graph(answers: Mapping[str, Any], *, alone: Any = None) -> Any:
    return ask(cast("GraphClient", Graph(answers, alone=alone)), GUARDED)


def test_a_part_that_alone_is_not_found_was_not_read() -> None:
    answers = ask_graph({"/applications/app": {}, "/applications/app/federatedIdentityCredentials": None})
    assert answers.unreadable == {"federatedCredentials": "failed: 404 Request_ResourceNotFound; run again"}


def test_the_parts_of_a_missing_application_are_told_with_it() -> None:
    answers = ask_graph({"/applications/app": None, "/applications/app/federatedIdentityCredentials": None})
    assert (answers.missing, answers.unreadable) == ({"application"}, {})


def test_keys_that_come_without_their_bytes_are_asked_for_alone() -> None:
    answers = ask_graph({"/applications/app": {"keyCredentials": [CERTIFICATE]}}, alone=[CERTIFICATE | {"key": "MII="}])
    assert answers.bodies["application"]["keyCredentials"][0]["key"] == "MII="


def test_keys_whose_bytes_are_not_shown_at_all_are_unreadable() -> None:
    answers = ask_graph({"/applications/app": {"keyCredentials": [CERTIFICATE]}}, alone=[CERTIFICATE])
    assert answers.unreadable == {"application": "failed: Microsoft Graph did not show the key bytes; run again"}
    assert "application" not in answers.bodies


def test_a_custom_security_attribute_whose_value_is_null_is_absent() -> None:
    sets = {
        "@odata.type": "#microsoft.graph.customSecurityAttributeValue",
        "Access": {
            "@odata.type": "#microsoft.graph.customSecurityAttributeValue",
            "Exempt": None,
            "Level": 0,
            "On": False,
        },
        "Empty": None,
    }
    (source,) = PATHS["customSecurityAttributes"].sources
    view = View(guarded=GUARDED, now=datetime.now(UTC), bodies={})
    seen = source.observe({"customSecurityAttributes": sets}, view)
    assert [entry.key for entry in seen] == ["Access/Level", "Access/On"]
