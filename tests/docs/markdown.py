"""The project's Markdown pages, and the snippets in them: fenced blocks that a reader may copy."""

import re
import subprocess
import textwrap
from dataclasses import dataclass
from typing import Final

from sandbox.workspace import ROOT

_FENCE: Final = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """One fenced block."""

    page: str
    language: str
    text: str

    @property
    def commands(self) -> list[str]:
        """The lines behind the prompt `$`."""
        return [line.removeprefix("$ ") for line in self.text.splitlines() if line.startswith("$ ")]

    @property
    def output(self) -> list[str]:
        """The lines that the commands are said to print."""
        return [line for line in self.text.splitlines() if not line.startswith("$ ")]

    @property
    def key(self) -> tuple[str, str]:
        """Page and first line."""
        return self.page, self.text.splitlines()[0]


def list_pages() -> list[str]:
    """Every Markdown page of the repository, also one that is not committed yet; relative to its root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return sorted(page for page in set(listed) if (ROOT / page).exists())


def read_page(page: str) -> str:
    """The text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def list_snippets(page: str) -> list[Snippet]:
    """The fenced blocks of a page in order, but for diagrams and diffs, which nobody runs."""
    return [
        Snippet(page=page, language=found["language"], text=textwrap.dedent(found["text"]))
        for found in _FENCE.finditer(read_page(page))
        if found["language"] not in ("mermaid", "diff")
    ]


def find_snippet(page: str, first_line: str) -> Snippet:
    """The block of a page that begins with this line."""
    (snippet,) = [snippet for snippet in list_snippets(page) if snippet.key[1] == first_line]
    return snippet


def without_snippets(page: str) -> str:
    """A page's prose and tables."""
    return _FENCE.sub("", read_page(page))
