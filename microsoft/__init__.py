"""What Microsoft Graph is by Microsoft's own description: its types, its routes, and which permissions open them.

`types.json` and `routes.json` are derived (`python -m microsoft`); `roles.json` holds ids of app roles, `words.json` values of text properties by their pages;
`deviations.json` says where we go by another source, with the reason. Permissions are application permissions: those of a caller without a user.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
_ALTERNATE_KEY: Final = re.compile(r"\(\w+='[^']*'\)")

Sets = tuple[frozenset[str], ...]
"""Sets of permissions; holding the whole of one of them is enough."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """A method and a path below the version; `/beta` leads where only the beta version has it."""

    method: str
    path: str
    """Template, such as `/applications/{id}/owners`."""
    answers: str
    """Kind of a successful answer, `[application]` for a list; empty for none."""
    takes: str | Mapping[str, str]
    """Kind of the body, `$ref` for a link, or the parameters of an action; empty for none."""
    least: Sets
    """What Microsoft marks as the least."""
    more: Sets
    """What else opens it."""

    def opens(self, permissions: Collection[str]) -> bool:
        """Whether these permissions are enough."""
        return any(chosen <= set(permissions) for chosen in (*self.least, *self.more))


def _sets(texts: Collection[str]) -> Sets:
    return tuple(frozenset(text.split(" + ")) - {""} for text in texts)


def table(name: str) -> Any:
    """One of the files of this folder: `types`, `routes`, `deviations`, `roles` or `words`."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def routes() -> Mapping[str, Route]:
    """Every route that we touch, by `GET /path`, with the deviations in it."""
    found: dict[str, Route] = {}
    deviations = table("deviations")["routes"]
    for name, facts in table("routes")["routes"].items():
        method, path = name.split(" ")
        known = facts | deviations.get(name, {})
        found[name] = Route(
            method=method,
            path=path,
            answers=known.get("answers", ""),
            takes=known.get("takes", ""),
            least=_sets(known["least"]),
            more=_sets(known["more"]),
        )
    return found


@cache
def _tree() -> Mapping[str, Any]:
    """Segment by segment; `{}` for any value, and the route under its method."""
    root: dict[str, Any] = {}
    for route in routes().values():
        node = root
        for segment in route.path.strip("/").split("/"):
            node = node.setdefault("{}" if segment.startswith("{") else segment, {})
        node[f" {route.method}"] = route
    return root


def find_route(method: str, path: str) -> Route | None:
    """The route of a request.

    Args:
        method: HTTP method.
        path: Below the version, without query: `/applications/0a…/owners`, `/servicePrincipals(appId='…')`, `/beta/…`.
    """
    node: Any = _tree()
    for segment in _ALTERNATE_KEY.sub("/{}", path).strip("/").split("/"):
        node = node.get(segment) or node.get("{}") or {}
    found: Route | None = node.get(f" {method}")
    return found or (find_route(method, path.removeprefix("/beta")) if path.startswith("/beta/") else None)


def least_permissions(method: str, path: str) -> Sets:
    """The least sets that open a request; one that only reads goes before one that also writes. Empty for an unknown route."""
    route = find_route(method, path)
    if route is None:
        return ()
    reading = tuple(chosen for chosen in route.least if not any(".ReadWrite." in name for name in chosen))
    return reading if method == "GET" and reading else route.least
