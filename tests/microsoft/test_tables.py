"""The tables of facts: derived as told, complete for what we use, and changed by nobody's hand."""

import json
import re
from pathlib import Path

import pytest

import microsoft
from microsoft.__main__ import main, render
from microsoft.derive import derive
from sandbox.tenant.routing import ROUTES, load_routes

CSDL = b"""<Edmx><Schema Namespace="microsoft.graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="size"><Member Name="small"/><Member Name="large"/></EnumType>
<EntityType Name="entity"><Property Name="id" Type="Edm.String" Nullable="false"/></EntityType>
<EntityType Name="thing" BaseType="graph.entity" OpenType="true">
  <Property Name="made" Type="Edm.DateTimeOffset"/><Property Name="sizes" Type="Collection(graph.size)" Nullable="false"/>
  <NavigationProperty Name="owners" Type="Collection(graph.entity)"/></EntityType>
<Action Name="paint" IsBound="true"><Parameter Name="it" Type="graph.thing"/><Parameter Name="colour" Type="Edm.String"/>
  <ReturnType Type="graph.thing"/></Action>
<EntityContainer Name="x"><EntitySet Name="things" EntityType="microsoft.graph.thing"/></EntityContainer>
</Schema></Edmx>"""
ROUTES_OF_THINGS = (
    "GET /things",
    "PATCH /things/{id}",
    "GET /things/{id}/owners",
    "POST /things/{id}/owners/$ref",
    "POST /things/{id}/paint",
    "GET /nothing",
)


def path_set(method: str, path: str, attributes: str, scheme: str = "Application") -> dict[str, object]:
    return {"schemeKeys": [scheme], "methods": [method], "paths": {path: attributes}}


PERMISSIONS = {
    "permissions": {
        "Thing.Read.All": {
            "pathSets": [
                path_set("GET", "/things", "least=Application"),
                path_set("POST", "/things/{key}/owners", "least=DelegatedWork;AlsoRequires=Thing.Write.All,Person.Read.All"),
                path_set("GET", "/things/{id}/owners", "", "DelegatedWork"),
            ]
        },
        "Thing.Write.All": {
            "pathSets": [path_set("GET", "/things", ""), path_set("POST", "/things/{key}/owners", "least=Application")]
        },
    }
}  # fmt: skip


def test_types_and_routes_are_derived() -> None:
    types, routes = derive(CSDL, PERMISSIONS, ROUTES_OF_THINGS)
    assert types["types"]["thing"] == {"base": "entity", "entity": True, "open": True}
    assert types["properties"] == {"entity/id": "string", "thing/made": "dateTimeOffset?", "thing/sizes": "[size]"}
    assert (types["relations"], types["enums"]) == ({"thing/owners": "[entity]"}, {"size": ["small", "large"]})
    assert routes["routes"] == {
        "GET /nothing": {"least": [], "more": []},
        "GET /things": {"answers": "[thing]", "least": ["Thing.Read.All"], "more": ["Thing.Write.All"]},
        "PATCH /things/{id}": {"takes": "thing", "least": [], "more": []},
        "GET /things/{id}/owners": {"answers": "[entity]", "least": [], "more": []},
        "POST /things/{id}/owners/$ref": {
            "takes": "$ref",
            "least": [],
            "more": ["Person.Read.All + Thing.Read.All", "Thing.Read.All + Thing.Write.All"],
        },
        "POST /things/{id}/paint": {"answers": "thing", "takes": {"colour": "string?"}, "least": [], "more": []},
    }


def test_deriving_shows_what_changed_and_writes_it_when_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "types.json").write_text(render({"source": {"commit": "old"}}))
    (tmp_path / "routes.json").write_text(render({"source": {"commit": "old"}, "routes": {"GET /things": {}}}))
    monkeypatch.setattr("microsoft.__main__.FOLDER", tmp_path)
    (tmp_path / "csdl").write_bytes(CSDL)
    (tmp_path / "map").write_text(json.dumps(PERMISSIONS))
    files = [str(tmp_path / "csdl"), str(tmp_path / "map")]
    assert main([*files, "--csdl-commit", "new,2026-11-29", "--add", "PATCH /things/{id}"]) == 1
    shown = capsys.readouterr().out
    assert '+    "PATCH /things/{id}": {"takes": "thing", "least": [], "more": []}' in shown
    assert main([*files, "--csdl-commit", "new,2026-11-29", "--write"]) == 0
    assert json.loads((tmp_path / "types.json").read_text())["source"] == {"commit": "new", "date": "2026-11-29"}
    capsys.readouterr()
    assert (main(files), capsys.readouterr().out) == (0, "")


@pytest.mark.parametrize("name", ["types", "routes", "deviations", "roles"])
def test_a_table_has_one_line_for_each_fact(name: str) -> None:
    text = (microsoft.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert text == render(json.loads(text))


def test_the_tables_hold_exactly_the_routes_that_the_sandbox_serves() -> None:
    """Whatever a test sends goes to the sandbox, and what the sandbox does not serve fails the test."""
    load_routes()
    served = {route.name for route in ROUTES}
    assert served - set(microsoft.routes()) == set()
    assert set(microsoft.routes()) - served == set()


def test_every_route_says_what_opens_it() -> None:
    assert [name for name, route in microsoft.routes().items() if not route.least] == []


def test_every_deviation_has_a_reason_and_a_source_and_is_one() -> None:
    deviations, derived = microsoft.table("deviations"), microsoft.table("routes")["routes"]
    for name, entry in [*deviations["routes"].items(), *deviations["properties"].items()]:
        assert len(entry["reason"]) > 20, name
        assert entry["source"].startswith("https://"), name
        assert re.fullmatch(r"2026-\d\d-\d\d", entry["checked"]), name
    for name, entry in deviations["routes"].items():
        facts = {key: value for key, value in entry.items() if key not in ("reason", "source", "checked")}
        assert facts != {key: derived[name].get(key) for key in facts}, name
    assert set(deviations["properties"]) & set(microsoft.table("types")["properties"]) == set()


@pytest.mark.parametrize(
    ("method", "path", "least"),
    [
        ("GET", "/servicePrincipals/x/oauth2PermissionGrants", ("Directory.Read.All",)),
        ("GET", "/servicePrincipals(appId='x')/appRoleAssignedTo", ("Application.Read.All",)),
        ("GET", "/roleManagement/directory/roleAssignments", ("RoleManagement.Read.Directory",)),
        ("GET", "/beta/roleManagement/exchange/roleAssignments", ("RoleManagement.Read.Exchange",)),
        ("POST", "/applications", ("AppRegistration.Create", "Application.ReadWrite.OwnedBy")),
        ("GET", "/beta/applications/x", ("Application.Read.All",)),
        ("GET", "/nothing", ()),
    ],
)
def test_the_least_permission_of_a_request(method: str, path: str, least: tuple[str, ...]) -> None:
    assert microsoft.least_permissions(method, path) == tuple(frozenset({name}) for name in least)


def test_every_word_belongs_to_a_text_property_and_has_a_source() -> None:
    properties = microsoft.table("types")["properties"]
    for name, entry in microsoft.table("words").items():
        assert properties[name].strip("[]?") == "string", name
        assert entry["source"].startswith("https://"), name
        assert re.fullmatch(r"2026-\d\d-\d\d", entry["checked"]), name
        assert len(entry["words"]) == len(set(entry["words"])) > 0, name
