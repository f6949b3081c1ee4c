"""The plugin as a package that programs in other languages take."""

import json
from pathlib import Path

import pytest

from tests.engine.project import Project

pytestmark = pytest.mark.engine

SCHEMA = Path(__file__).parents[1] / "provider" / "schema.json"


def test_the_cli_gets_the_schema_from_the_plugins_folder(project: Project) -> None:
    shown = project.pulumi("package", "get-schema", "./provider").output
    schema = json.loads(shown[shown.index("{") :])
    assert set(schema["resources"]) == set(json.loads(SCHEMA.read_text())["resources"])
