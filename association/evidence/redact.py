"""Takes everything that is the tenant's out of an answer. What is not known to be Microsoft's own word is replaced."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from association.evidence import vocabulary
from association.evidence.pseudonyms import Pseudonyms
from association.graph.client import Json

_ERROR_CODE: Final = re.compile(r"[A-Za-z]{3,40}(?:_[A-Za-z]{3,40})*")
_HEADER_NAME: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_HEADER_VALUES: Final[Mapping[str, re.Pattern[str]]] = {
    "content-type": re.compile(
        r"application/json(?:; ?(?:odata\.metadata=minimal|odata\.streaming=true|IEEE754Compatible=false|charset=utf-8))*"
    ),
    "odata-version": re.compile(r"4\.0\d?"),
    "cache-control": re.compile(r"(?:no-cache|no-store|private)(?:, ?(?:no-cache|no-store|private))*"),
    "retry-after": re.compile(r"\d{1,4}"),
    "transfer-encoding": re.compile(r"chunked"),
}
"""Headers whose value is kept where it looks like this; of all others only the name."""
_LINK_PART: Final = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|https://[^/\s]*|[^/#$()',;:=&?.\s]+"
)
_PERMISSION_NAMES: Final = frozenset({"appRole/value", "permissionScope/value", "oAuth2PermissionGrant/scope"})
"""Properties that hold names of permissions, more than one between spaces."""


class Redaction:
    """Replaces what is the tenant's, for one file."""

    def __init__(self) -> None:
        self._pseudonyms = Pseudonyms()

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Names are kept; a value where it cannot be the tenant's."""
        kept = {}
        for name, value in headers.items():
            pattern = _HEADER_VALUES.get(name.lower())
            shown = name if _HEADER_NAME.fullmatch(name) else self._pseudonyms.text(name)
            kept[shown] = value if pattern and pattern.fullmatch(value) else self._text(value)
        return kept

    def code(self, code: str) -> str:
        """An error's code: words of letters. Anything else is replaced."""
        return code if _ERROR_CODE.fullmatch(code) else self._text(code)

    def body(self, kind: str, body: Any) -> Any:
        """An answer's body.

        Args:
            kind: What the route answers by Microsoft's description: a type, `[type]` for a list, empty where it is unknown.
            body: Parsed JSON.
        """
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            return self._error(body)
        if kind.startswith("[") and isinstance(body, dict):
            return {
                self._name("", key): self._value(kind, "", "value", part)
                if key == "value"
                else self._part("", "", key, part)
                for key, part in body.items()
            }
        return self._value(kind, "", "", body)

    def _error(self, body: Json) -> Json:
        found: Json = {}
        for key, part in body.items():
            if isinstance(part, dict):
                found[self._name("", key)] = self._error(part)
            elif key == "code" and isinstance(part, str):
                found[key] = self.code(part)
            else:
                found[self._name("", key)] = self._value("", "", "", part)
        return found

    def _value(self, kind: str, owner: str, name: str, value: Any) -> Any:
        """A value of the kind; `owner` and `name` say whose property it is."""
        kind = kind.removesuffix("?")
        match value:
            case None | bool():
                return value
            case int() | float():
                return self._pseudonyms.number(value)
            case str():
                return self._string(kind.strip("[]"), owner, name, value)
            case list():
                return [self._value(kind.removeprefix("[").removesuffix("]"), owner, name, item) for item in value]
            case dict():
                return self._object(kind, value)
        return None

    def _object(self, kind: str, value: Json) -> Json:
        own = str(value.get("@odata.type", "")).removeprefix("#microsoft.graph.")
        kind = own if vocabulary.is_type(own) else kind.strip("[]")
        known = vocabulary.members(kind)
        return {self._name(kind, key): self._part(kind, known.get(key, ""), key, part) for key, part in value.items()}

    def _part(self, owner: str, kind: str, key: str, value: Any) -> Any:
        _, mark, annotation = key.partition("@")
        if mark and annotation in vocabulary.ANNOTATIONS and isinstance(value, str):
            return self._text(value) if annotation.endswith("tag") else self._link(value)
        return self._value(kind, owner, key, value)

    def _name(self, owner: str, key: str) -> str:
        """A property's name where Microsoft has it; the tenant's own names are in open types, or nobody knows them."""
        name, mark, annotation = key.partition("@")
        if name != "value" or owner:
            known = vocabulary.names() if owner != vocabulary.OPEN_TYPE else frozenset[str]()
            name = name if not name or name in known else self._pseudonyms.text(name)
        if mark and annotation not in vocabulary.ANNOTATIONS:
            annotation = self._pseudonyms.text(annotation)
        return name + mark + annotation

    def _string(self, kind: str, owner: str, name: str, value: str) -> str:
        if vocabulary.is_enumeration(kind):
            return value if vocabulary.is_member(kind, value) else self._text(value)
        if vocabulary.is_documented(owner, name, value):
            return value
        if f"{owner}/{name}" in _PERMISSION_NAMES:
            return " ".join(self._permission(word) if word else "" for word in value.split(" "))
        if kind == "binary":
            return self._pseudonyms.binary(value)
        if kind == "duration" and value.startswith("P"):
            return self._pseudonyms.duration(value)
        return self._text(value)

    def _permission(self, name: str) -> str:
        return name if name in vocabulary.permissions() else self._text(name)

    def _text(self, value: str) -> str:
        return value if value.lower() in vocabulary.ids() else self._pseudonyms.text(value)

    def _link(self, value: str) -> str:
        """A link or type name of Graph's: its structure, and Microsoft's own words in it."""
        return _LINK_PART.sub(self._link_part, unquote(value))

    def _link_part(self, found: re.Match[str]) -> str:
        part = found[0]
        if part.startswith("https://"):
            host = part.removeprefix("https://").partition("?")[0]
            return f"https://{host}" if host in vocabulary.HOSTS else f"https://{self._pseudonyms.text(host)}"
        kept = part in vocabulary.url_words() or part in {"v1", "0"}
        return part if kept else self._text(part)
