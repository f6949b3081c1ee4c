"""Owns the way into an application manifest: where its certificates stand. It leaves their decoding to the reader."""

import re
from collections.abc import Iterator

_ARRAY = re.compile(r'"keyCredentials"\s*+:\s*+\[', re.IGNORECASE)
_STRING = r'"(?:[^"\\]|\\.)*+"'
_TOKEN = re.compile(rf'"key"\s*+:\s*+({_STRING})|{_STRING}|[\[\]]', re.IGNORECASE | re.DOTALL)


def names_key_credentials(content: str) -> bool:
    """Say whether the text is JSON, or a piece of it, that has a list of key credentials."""
    return _ARRAY.search(content) is not None


def find_keys(content: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every `key` inside `keyCredentials`, without its quotes.

    The text may be a whole manifest, an answer of Graph, or the piece that old guides had people paste: it is read token
    by token, so that it need not be whole.
    """
    position = 0
    while array := _ARRAY.search(content, position):
        position, depth = array.end(), 1
        for token in _TOKEN.finditer(content, array.end()):
            position = token.end()
            if token[1]:
                yield token.start(1) + 1, token.end(1) - 1
            depth += {"[": 1, "]": -1}.get(token[0], 0)
            if depth == 0:
                break
