"""What the stack's configuration becomes, and how wrong values are refused: all at once, each naming its key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import set_all_config

from association.contract import EXPIRY_WARNING_DAYS
from association.errors import SettingsError
from components import ServerConnectionArgs, read_settings
from components.declaration import DEFAULT_DISPLAY_NAME, DEFAULT_PERMISSIONS
from tests.factories import certificate_pem

PROJECT_FILE = Path(__file__).parents[2] / "Pulumi.yaml"


@pytest.fixture(autouse=True)
def no_configuration_is_left() -> Iterator[None]:
    yield
    set_all_config({}, [])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project folder with one certificate in certs/."""
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs" / "eu.pem").write_text(certificate_pem("eu"))
    (tmp_path / "certs" / "README.md").write_text("# certificates")
    return tmp_path


def read(folder: Path, **values: Any) -> ServerConnectionArgs:
    """Read settings as the engine hands them over: texts as they are, everything else as JSON."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    set_all_config({f"mimecast-association:{key}": text for key, text in texts.items()}, [])
    return read_settings(pulumi.Config("mimecast-association"), folder)


def test_with_nothing_set_it_takes_every_certificate_of_the_folder(folder: Path) -> None:
    (folder / "certs" / "us.pem").write_text(certificate_pem("us"))
    settings = read(folder)
    assert [Path(source).name for source in settings["certificates"]] == ["eu.pem", "us.pem"]


def test_named_certificates_are_taken_instead_of_the_folder(folder: Path) -> None:
    (folder / "other.pem").write_text(certificate_pem("other"))
    settings = read(folder, certificates=["other.pem"])
    assert list(settings["certificates"].values()) == [certificate_pem_of(folder / "other.pem")]


def certificate_pem_of(path: Path) -> str:
    return path.read_text()


def test_an_empty_folder_says_where_to_put_a_certificate(folder: Path) -> None:
    (folder / "certs" / "eu.pem").unlink()
    with pytest.raises(SettingsError, match="certs/"):
        read(folder)


def test_every_wrong_setting_is_named_at_once(folder: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(
            folder,
            displayName="Bob's",
            certificates=["missing.pem", "certs/README.md"],
            permissions=["Contoso/Mail.Read"],
            owners="me",
            tenantDomain="contoso",
            expiryWarningDays="soon",
        )
    problems = caught.value.problems
    keys = ("displayName", "missing.pem", "README.md", "permissions", "owners", "tenantDomain", "expiryWarningDays")
    assert {key: sum(key in problem for problem in problems) for key in keys} == dict.fromkeys(keys, 1)
    assert len(problems) == len(keys)


@pytest.mark.parametrize(
    ("key", "value"), [("owners", "me"), ("owners", {"a": 1}), ("permissions", [1]), ("certificates", 7)]
)
def test_a_value_of_the_wrong_type_is_refused_with_an_example(folder: Path, key: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"pulumi config set --path '{key}"):
        read(folder, **{key: value})


def test_an_empty_list_of_permissions_is_refused(folder: Path) -> None:
    with pytest.raises(SettingsError, match="permissions: the list is empty"):
        read(folder, permissions=[])


def test_the_project_file_describes_every_setting_and_has_the_components_defaults() -> None:
    declared = yaml.safe_load(PROJECT_FILE.read_text())["config"]
    assert all(setting["description"] and "default" in setting for setting in declared.values())
    assert declared["displayName"]["default"] == DEFAULT_DISPLAY_NAME
    assert tuple(declared["permissions"]["default"]) == DEFAULT_PERMISSIONS
    assert declared["expiryWarningDays"]["default"] == EXPIRY_WARNING_DAYS
