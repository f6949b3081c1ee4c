"""Owns the way into an application manifest: where its certificates stand. It leaves their decoding to the reader."""

import re
from collections.abc import Iterator

_ARRAY = re.compile(r'"keyCredentials"\s*+:\s*+\[', re.IGNORECASE)
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|[\[\]{}:,]', re.DOTALL)


def names_key_credentials(content: str) -> bool:
    """Say whether the text is JSON, or a piece of it, that has a list of key credentials."""
    return _ARRAY.search(content) is not None


def find_keys(content: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every `key` inside `keyCredentials`, without its quotes.

    The text may be a whole manifest, an answer of Graph, or the piece that old guides had people paste: it is read token
    by token, so that it need not be whole.
    """
    for array in _ARRAY.finditer(content):
        before, name, depth = "", "", 1
        for token in _TOKEN.finditer(content, array.end()):
            string = token[1]
            if string is not None and before == ":" and name.lower() == "key":
                yield token.span(1)
            name = string if string is not None else name
            before = '"' if string is not None else token[0]
            depth += {"[": 1, "]": -1}.get(before, 0)
            if depth == 0:
                break
