"""The cloud's endpoints as a metadata host tells them, and what is said when it does not. Real TLS."""

from typing import Any

import pytest

from association.errors import AssociationError
from association.graph.identity import choose_identity
from association.graph.login import Tokens
from tests.graph.server import Answer, GraphServer

METADATA: dict[str, Any] = {
    "name": "Sandbox",
    "microsoftGraphResourceId": "https://graph.example/",
    "authentication": {"loginEndpoint": "https://login.example/"},
}


def open_tokens(server: GraphServer) -> Tokens:
    environment = {"ARM_METADATA_HOSTNAME": server.url.removeprefix("https://"), "SSL_CERT_FILE": str(server.ca_file)}
    return Tokens(choose_identity({}, environment))


def test_the_metadata_host_is_asked_once_as_the_azuread_provider_asks(server: GraphServer) -> None:
    server.script(Answer(body=METADATA))
    tokens = open_tokens(server)
    assert (tokens.base_url(), tokens.base_url()) == ("https://graph.example", "https://graph.example")
    assert [request.path for request in server.requests] == ["/metadata/endpoints?api-version=2022-09-01"]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(status=404), "answered GET /metadata/endpoints with status 404"),
        (Answer(body=[]), "expected 200 and a JSON object"),
        (Answer(body={**METADATA, "microsoftGraphResourceId": ""}), "microsoftGraphResourceId is '', expected a URL"),
        (Answer(body={**METADATA, "authentication": None}), "authentication.loginEndpoint is None, expected a URL"),
        (Answer(body={**METADATA, "microsoftGraphResourceId": "http://g"}), "begins with https://"),
    ],
)
def test_a_wrong_answer_is_told(server: GraphServer, answer: Answer, text: str) -> None:
    server.script(answer)
    with pytest.raises(AssociationError) as refused:
        open_tokens(server).base_url()
    assert text in str(refused.value)
