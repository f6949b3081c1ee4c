"""Replaces values: the same value gets the same pseudonym within one file, of the same form where the form is a fact."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "number": re.compile(r"[+-]?\d+(?:\.\d+)?"),
    "hex": re.compile(r"(?:[0-9A-Fa-f]{2}[: ]?){16,}"),
    "address": re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:]*::?[0-9A-Fa-f:.]+"),
    "mail": re.compile(r"[^\s@]+@[^\s@]+"),
    "url": re.compile(r"[A-Za-z][\w+.-]*://\S*"),
    "urn": re.compile(r"[A-Za-z][\w+.-]*:\S+"),
    "path": re.compile(r"/\S+"),
    "domain": re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}"),
}
"""Forms of text, the first that fits counts; anything else is `text`."""
_EPOCH: Final = datetime(2001, 1, 1, tzinfo=UTC)
_SECONDS: Final = 600_000_000
_SHOWN_BYTES: Final = 64
"""Up to this many bytes a binary value keeps its length: key identifiers. Longer ones, certificates, are recognized by theirs."""


class Pseudonyms:
    """Pseudonyms under a key of this object's own, which nobody can read or guess."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def text(self, value: str) -> str:
        """For any text; a GUID, alone or in a path, and a moment keep their form. What is empty or only a slash stays."""
        if value in {"", "/"}:
            return value
        if _GUID.fullmatch(value.removeprefix("/")):
            return ("/" if value.startswith("/") else "") + self.guid(value.removeprefix("/"))
        moment = _DATE_TIME.fullmatch(value)
        if moment:
            return self._moment(value, moment[1] or "", moment[2] or "")
        form = next((name for name, pattern in _FORMS.items() if pattern.fullmatch(value)), "text")
        return f"{form}-{self._digest(value).hex()[:16]}"

    def guid(self, value: str) -> str:
        """One GUID, whatever the case of its letters; the pseudonym is in capitals where it was."""
        digits = self._digest(value.lower()).hex()
        found = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"
        return found.upper() if value == value.upper() != value.lower() else found

    def binary(self, value: str) -> str:
        """Base64 as base64 of other bytes."""
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return self.text(value)
        length = min(len(data), _SHOWN_BYTES)
        return base64.b64encode((self._digest(value) + self._digest(value + "\0"))[:length]).decode()

    def number(self, value: float) -> float:
        """Any number but 0; a whole one stays whole."""
        if not value:
            return value
        found = 1 + int.from_bytes(self._digest(repr(value))[:4]) % 2**30
        return found if isinstance(value, int) else found + 0.5

    def duration(self, value: str) -> str:
        """An ISO 8601 duration as a number of days."""
        return f"P{1 + int.from_bytes(self._digest(value)[:4]) % 9999}D"

    def _moment(self, value: str, fraction: str, zone: str) -> str:
        moved = _EPOCH + timedelta(seconds=int.from_bytes(self._digest(value)[:8]) % _SECONDS)
        digits = str(int.from_bytes(self._digest(value)[8:16]) % 10 ** len(fraction)).zfill(len(fraction))
        shown_zone = zone if zone in {"", "Z"} else "+00:00"
        return moved.strftime("%Y-%m-%dT%H:%M:%S") + (f".{digits}" if fraction else "") + shown_zone

    def _digest(self, value: str) -> bytes:
        return hmac.digest(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256)
