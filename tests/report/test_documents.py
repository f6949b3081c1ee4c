"""What counts as Pulumi's JSON, and what is said about everything else."""

import json
from collections.abc import Iterator

import pytest

from association.report import DocumentError, read_documents
from association.report.model import Command
from tests.report.made import RECORDINGS, load, rename_stack, show


def read(text: str) -> list[str]:
    """The stacks that the documents of the text are about."""
    return [document.stack[1] for document in read_documents(text.splitlines(keepends=True), "input")]


def three() -> Iterator[str]:
    for name in ("a", "b", "c"):
        yield show(rename_stack(load("clean.refresh"), name))


@pytest.mark.parametrize(
    "joined",
    [
        lambda: "".join(three()),
        lambda: "\n\n".join(three()),
        lambda: "".join(json.dumps(json.loads(text)) + "\n" for text in three()),
        lambda: "".join(json.dumps(json.loads(text)) for text in three()),
        lambda: " ".join(json.dumps(json.loads(text), indent=0) for text in three()),
    ],
    ids=["as Pulumi prints", "with empty lines", "one on a line", "all on one line", "without indentation"],
)
def test_reads_every_document_of_a_stream(joined: object) -> None:
    assert callable(joined)
    assert read(joined()) == ["a", "b", "c"]


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_document_that_was_cut_is_an_error(part: float) -> None:
    text = "".join(three())
    with pytest.raises(DocumentError, match="was cut"):
        read(text[: int(len(text) * part) - 3])


def test_a_document_that_was_cut_before_another_one_is_an_error() -> None:
    first, second, _ = three()
    with pytest.raises(DocumentError, match="was cut: the JSON document of line 1 has no end"):
        read(first[: len(first) // 2].rpartition("\n")[0] + "\n" + second)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "input is empty"),
        ("  \n\n", "input is empty"),
        ("error: no stack named 'x' found\n", "line 1: \"error: no stack named 'x' found\" is not JSON"),
        ("[]", "a list is not a document of Pulumi's"),
        ('"text"', "a str is not a document"),
        ('{"version": 3, "deployment": {}}', "it holds deployment, version"),
        ('{"steps": {}, "duration": 1}', "steps is of another kind"),
        ('{"steps": []}', "duration is missing"),
        ('{"duration": 1, "steps": [{"op": "same"}]}', "a step has no op or no urn"),
        ('{"duration": 1, "steps": [{"op": "same", "urn": "urn:x"}]}', "a step has no op or no urn"),
        ('{"duration": 1, "steps": [{"op": "same", "urn": "urn:pulumi:a::b::c::d", "newState": 1}]}', "not objects"),
        ("[" * 100_000, "nested too deeply"),
        ('{"duration": ' + "9" * 5000 + "}", "too many digits"),
        ('{"duration": 1}\n\x1b[31mred', r"'\\x1b[31mred' is not JSON"),
    ],
)
def test_says_what_is_wrong_and_what_was_expected(text: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert said in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_what_stands_before_the_document_is_an_error() -> None:
    with pytest.raises(DocumentError, match="Previewing"):
        read("Previewing refresh (test):\n" + next(three()))


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.json")), ids=lambda path: path.stem)
def test_tells_the_two_commands_apart(path: object) -> None:
    name = str(path).rpartition("/")[2].removesuffix(".json")
    (document,) = read_documents(show(load(name)).splitlines(keepends=True), name)
    assert document.command is Command(name.rpartition(".")[2])


def test_a_refresh_that_runs_the_program_is_a_refresh() -> None:
    document = load("findings.refresh")
    stack = next(step for step in document["steps"] if "::pulumi:pulumi:Stack::" in step["urn"])
    stack["op"] = "same"
    (read_one,) = read_documents([show(document)], "input")
    assert (read_one.command, read_one.refreshed) == (Command.REFRESH, True)


def test_a_change_that_is_counted_and_not_shown_is_noticed() -> None:
    document = load("clean.refresh")
    document["changeSummary"] = {"same": 5, "update": 3}
    (read_one,) = read_documents([show(document)], "input")
    assert read_one.unexplained == 3
