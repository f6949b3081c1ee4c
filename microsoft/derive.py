"""Derives `types.json` and `routes.json` from newer files of Microsoft: the CSDL of Graph v1.0 and the map of permissions.

Sources, both MIT: https://github.com/microsoftgraph/msgraph-metadata (schemas/v1.0-Prod.csdl) and
https://github.com/microsoftgraph/microsoft-graph-devx-content (permissions/new/permissions.json).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_PREFIX = re.compile(r"^(?:(?:microsoft\.)?graph|Edm)\.")
_COLLECTION = re.compile(r"Collection\((.*)\)")
_PARAMETER = re.compile(r"\{[^}]*\}")
BESIDE = ("application", "directoryRole", "group", "servicePrincipal", "user", "unifiedRoleDefinition")
"""Types that no route of ours declares: what mixed lists of directory objects hold, and what is expanded."""

Json = dict[str, Any]


def normal(path: str) -> str:
    """A path of the map as both files can be compared: lower case, every parameter alike, without `/$ref`."""
    return _PARAMETER.sub("{}", path.lower()).removesuffix("/$ref")


@dataclass(kw_only=True)
class Model:
    """The entity data model: declared types, where paths begin, and the operations bound to types."""

    types: dict[str, ET.Element] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    """First segment of a path to the kind behind it."""
    operations: dict[tuple[str, str], ET.Element] = field(default_factory=dict)
    """Name and kind of the binding parameter to an action or function."""

    @classmethod
    def read(cls, text: bytes) -> "Model":
        """Parse a CSDL file."""
        model = cls()
        for schema in ET.fromstring(text).iter(f"{_EDM}Schema"):  # noqa: S314 - Microsoft's file, named by the operator
            if schema.get("Namespace") == "microsoft.graph":
                for element in schema:
                    model._add(element)
        return model

    def _add(self, element: ET.Element) -> None:
        match element.tag.removeprefix(_EDM):
            case "EntityType" | "ComplexType" | "EnumType":
                self.types[element.attrib["Name"]] = element
            case "Action" | "Function" if element.get("IsBound") == "true":
                bound = element.find(f"{_EDM}Parameter")
                if bound is not None:
                    self.operations[element.attrib["Name"], kind_of(bound.attrib["Type"])] = element
            case "EntityContainer":
                for entry in element:
                    if entry.tag == f"{_EDM}EntitySet":
                        self.roots[entry.attrib["Name"]] = f"[{kind_of(entry.attrib['EntityType'])}]"
                    elif entry.tag == f"{_EDM}Singleton":
                        self.roots[entry.attrib["Name"]] = kind_of(entry.attrib["Type"])

    def base(self, name: str) -> str:
        """The type that this one extends; empty when there is none."""
        return kind_of(self.types[name].get("BaseType", ""))

    def lineage(self, name: str) -> Iterator[str]:
        """The type and those that it extends, nearest first."""
        while name in self.types:
            yield name
            name = self.base(name)

    def relation(self, name: str, segment: str) -> str | None:
        """The kind behind a relation of a type."""
        for owner in self.lineage(name):
            for found in self.types[owner].findall(f"{_EDM}NavigationProperty"):
                if found.get("Name") == segment:
                    return kind_of(found.attrib["Type"])
        return None

    def operation(self, kind: str, segment: str) -> ET.Element | None:
        """The action or function of this name that is bound to the kind."""
        shape = "[{}]" if kind.startswith("[") else "{}"
        bound = (self.operations.get((segment, shape.format(name))) for name in self.lineage(kind.strip("[]")))
        return next((found for found in bound if found is not None), None)


def kind_of(text: str) -> str:
    """`Collection(graph.appRole)` as `[appRole]`, `Edm.DateTimeOffset` as `dateTimeOffset`."""
    match = _COLLECTION.fullmatch(text)
    if match:
        return f"[{kind_of(match[1])}]"
    name = _PREFIX.sub("", text)
    return name[:1].lower() + name[1:] if text.startswith("Edm.") else name


def declared(element: ET.Element) -> str:
    """Kind of a property or parameter; `?` at the end where null is allowed."""
    kind = kind_of(element.attrib["Type"])
    nullable = element.get("Nullable") != "false" and not kind.startswith("[")
    return f"{kind}?" if nullable else kind


def describe_route(model: Model, method: str, path: str) -> Json:
    """What the route answers and takes, as far as the model says: `answers`, and `takes` with a kind or parameters."""
    kind, operation = _walk(model, path.removesuffix("/$ref"))
    if path.endswith("/$ref"):
        return {"takes": "$ref"} if method == "POST" else {}
    if operation is not None:
        returns = operation.find(f"{_EDM}ReturnType")
        found: Json = {} if returns is None else {"answers": kind_of(returns.attrib["Type"])}
        parameters = operation.findall(f"{_EDM}Parameter")[1:]
        return found | {"takes": {part.attrib["Name"]: declared(part) for part in parameters}}
    if not kind:
        return {}
    single = kind.strip("[]")
    return {"GET": {"answers": kind}, "POST": {"answers": single, "takes": single}, "PATCH": {"takes": kind}}.get(
        method, {}
    )


def _walk(model: Model, path: str) -> tuple[str, ET.Element | None]:
    """The kind at the end of a path, and the operation when it ends in one; an empty kind where the model has no such path."""
    first, *rest = path.strip("/").split("/")
    kind = model.roots.get(first, "")
    for segment in rest:
        operation = model.operation(kind, segment)
        if operation is not None:
            return kind, operation
        if segment.startswith("{"):
            kind = kind.strip("[]")
        elif segment.startswith("microsoft.graph."):
            kind = f"[{kind_of(segment)}]" if kind.startswith("[") else kind_of(segment)
        else:
            kind = model.relation(kind, segment) or ""
    return kind, None


def describe_types(model: Model, kinds: Iterable[str]) -> Json:
    """Every type that values of the kinds can hold: types, enumerations, properties, relations."""
    found: Json = {"types": {}, "enums": {}, "properties": {}, "relations": {}}
    waiting = list(kinds)
    while waiting:
        name = waiting.pop().strip("[]?")
        element = model.types.get(name)
        if element is None or name in found["types"] or name in found["enums"]:
            continue
        if element.tag == f"{_EDM}EnumType":
            found["enums"][name] = [member.attrib["Name"] for member in element.findall(f"{_EDM}Member")]
            continue
        entity, is_open = element.tag == f"{_EDM}EntityType", element.get("OpenType") == "true"
        found["types"][name] = {"base": model.base(name), "entity": entity, "open": is_open}
        properties = {part.attrib["Name"]: declared(part) for part in element.findall(f"{_EDM}Property")}
        found["properties"] |= {f"{name}/{part}": kind for part, kind in properties.items()}
        for relation in element.findall(f"{_EDM}NavigationProperty"):
            found["relations"][f"{name}/{relation.attrib['Name']}"] = kind_of(relation.attrib["Type"])
        waiting += [*properties.values(), model.base(name)]
    return {section: dict(sorted(entries.items())) for section, entries in found.items()}


@dataclass
class Allowed:
    """The sets of application permissions that open one route; `True` for one that Microsoft marks as the least."""

    sets: dict[frozenset[str], bool] = field(default_factory=dict)
    partners: set[str] = field(default_factory=set)
    """Permissions that only ever count beside another one."""

    def add(self, permission: str, attributes: str) -> None:
        """Count one entry of the map, such as `least=Application;AlsoRequires=Policy.Read.All`."""
        parts = dict(part.split("=", 1) for part in attributes.split(";") if "=" in part)
        least = "Application" in parts.get("least", "").split(",")
        also = [name for name in parts.get("AlsoRequires", "").split(",") if name]
        self.partners |= set(also)
        for chosen in [frozenset({permission, name}) for name in also] or [frozenset({permission})]:
            self.sets[chosen] = self.sets.get(chosen, False) or least

    def described(self) -> Json:
        """`least` and `more`: sets as text joined by ` + `. A mere partner is not enough alone, whatever its own entry says."""
        kept = {chosen: least for chosen, least in self.sets.items() if len(chosen) > 1 or not chosen & self.partners}
        least = sorted(" + ".join(sorted(chosen)) for chosen, marked in kept.items() if marked)
        more = sorted(" + ".join(sorted(chosen)) for chosen, marked in kept.items() if not marked)
        return {"least": least, "more": more}


def read_map(permissions: Mapping[str, Any]) -> dict[tuple[str, str], Allowed]:
    """Method and normal path to what opens it, for callers without a user."""
    found: dict[tuple[str, str], Allowed] = {}
    for name, permission in permissions["permissions"].items():
        for path_set in permission["pathSets"]:
            if "Application" not in path_set["schemeKeys"]:
                continue
            for path, attributes in path_set["paths"].items():
                for method in path_set["methods"]:
                    found.setdefault((method, normal(path)), Allowed()).add(name, attributes)
    return found


def derive(csdl: bytes, permissions: Mapping[str, Any], routes: Iterable[str]) -> tuple[Json, Json]:
    """Types and routes, each as the file of that name holds them, without their source."""
    model, allowed = Model.read(csdl), read_map(permissions)
    described: dict[str, Json] = {}
    for route in sorted(routes, key=lambda route: route.split(" ")[::-1]):
        method, path = route.split(" ")
        path = path.removeprefix("/beta")
        described[route] = (
            describe_route(model, method, path) | allowed.get((method, normal(path)), Allowed()).described()
        )
    answers = [route["answers"] for route in described.values() if "answers" in route]
    takes = [route["takes"] for route in described.values() if "takes" in route]
    kinds = [kind for taken in takes for kind in (taken.values() if isinstance(taken, dict) else [taken])]
    return describe_types(model, [*answers, *kinds, *BESIDE]), {"routes": described}
