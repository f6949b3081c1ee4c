"""Looks up what a property path of Pulumi's means in a resource's state, and writes the value for people."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from association.text import escape

LONGEST: Final = 500
"""Characters of one value or sentence; the rest is cut, with a count."""

_PART: Final = re.compile(r'([^.\[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')
_SECRET_MARK: Final = "4dabf18193072939515e22adb298388d"  # noqa: S105 - Pulumi's mark of wrapped values, no secret
"""Key of a secret or an asset in Pulumi's JSON
(https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go, checked 2026-11-29)."""


def split_path(path: str) -> tuple[str | int, ...]:
    """`web.redirectUris[0]` or `appRoles["API/role"]` as its parts; a path that is none is one part."""
    parts: list[str | int] = []
    at = 0
    while at < len(path):
        match = _PART.match(path, at)
        if not match:
            return (path,)
        plain, index, quoted = match.groups()
        if quoted is not None:
            plain = quoted.replace('\\"', '"').replace("\\\\", "\\")
        parts.append(int(index) if index else plain)
        at = match.end()
        at += path.startswith(".", at)
    return tuple(parts)


def look_up(state: Mapping[str, Any], path: str) -> Any:
    """The value at the path among a state's outputs, else its inputs; None where there is none."""
    for place in ("outputs", "inputs"):
        value: Any = state.get(place) or {}
        for part in split_path(path):
            value = _member(value, part)
        if value is not None:
            return value
    return None


def _member(value: Any, part: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    return value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None


def show_value(value: Any) -> str:
    """A value in one line: escaped, secrets hidden, cut to a line's length."""
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(_hide(value), ensure_ascii=False)
    return f"'{shorten(escape(text))}'" if isinstance(value, str) else shorten(escape(text))


def shorten(text: str, longest: int = LONGEST) -> str:
    """The text, cut with a count where it is long."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def _hide(value: Any) -> Any:
    if isinstance(value, Mapping):
        return "[secret]" if _SECRET_MARK in value else {key: _hide(part) for key, part in value.items()}
    return [_hide(part) for part in value] if isinstance(value, list) else value
