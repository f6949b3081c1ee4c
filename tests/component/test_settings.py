"""What the stack's configuration becomes, and how wrong values are refused: all at once, each naming its key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import set_all_config

from association.arguments import DEFAULT_DISPLAY_NAME, DEFAULT_PERMISSIONS, SETTINGS
from association.contract import EXPIRY_WARNING_DAYS
from association.errors import SettingsError
from components import ArgumentsError, Declaration, read_settings
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


def read(folder: Path, **values: Any) -> Declaration:
    """Read settings as the engine hands them over: texts as they are, everything else as JSON."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    set_all_config({f"mimecast-association:{key}": text for key, text in texts.items()}, [])
    return read_settings(pulumi.Config("mimecast-association"), folder)


def names_of(declared: Declaration) -> list[str]:
    return sorted(Path(certificate.source).name for certificate in declared.certificates)


def test_with_nothing_set_it_takes_every_certificate_of_the_folder(folder: Path) -> None:
    (folder / "certs" / "us.pem").write_text(certificate_pem("us"))
    assert names_of(read(folder)) == ["eu.pem", "us.pem"]


def test_named_certificates_are_taken_instead_of_the_folder(folder: Path) -> None:
    (folder / "other.pem").write_text(certificate_pem("other"))
    assert names_of(read(folder, certificates=["other.pem"])) == ["other.pem"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_certificate_file_is_read_in_every_encoding(folder: Path, encoding: str, line_end: str) -> None:
    pem = certificate_pem("eu")
    (folder / "certs" / "eu.pem").write_bytes(f"{pem}\n".replace("\n", line_end).encode(encoding))
    assert read(folder).certificates[0].pem == pem


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
    ("key", "value"),
    [
        ("owners", "me"),
        ("owners", {"a": 1}),
        ("owners", [None]),
        ("permissions", [1]),
        ("certificates", 7),
        ("exceptions", {"a": 1}),
        ("exceptions", ["a"]),
        ("expiryWarningDays", 1.5),
        ("expiryWarningDays", True),
        ("expiryWarningDays", "soon"),
        ("expiryWarningDays", 3651),
        ("expiryWarningDays", [60]),
        ("expiryWarningDays", "Infinity"),
        ("guard", "on"),
    ],
)
def test_a_value_of_the_wrong_type_is_one_problem_that_says_what_is_expected(
    folder: Path, key: str, value: Any
) -> None:
    with pytest.raises(ArgumentsError, match=f"^{key}: .*expected") as caught:
        read(folder, **{key: value})
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("key", "written", "read_as"),
    [  # what the engine makes of YAML, seen with Pulumi 3.274
        ("display_name", {"displayName": "2026"}, "2026"),
        ("guard", {"guard": "false"}, "off"),
        ("guard", {"guard": ""}, "report"),
        ("tenant_domain", {"tenantDomain": ""}, None),
        ("expiry_warning_days", {"expiryWarningDays": "90"}, 90),
        ("expiry_warning_days", {"expiryWarningDays": "90.0"}, 90),
    ],
)
def test_a_value_is_taken_as_yaml_types_it(folder: Path, key: str, written: dict[str, str], read_as: Any) -> None:
    assert getattr(read(folder, **written), key) == read_as


@pytest.mark.parametrize("until", ["2027-01-31", "2027-01-31 00:00:00 +0000 UTC", "2027-01-31T00:00:00Z", 20270131])
def test_the_last_day_of_an_exception_needs_no_quotes(folder: Path, until: str | int) -> None:
    declared = read(folder, exceptions=[{"finding": "secrets.a", "reason": 42, "until": until}])
    assert declared.exceptions == ({"finding": "secrets.a", "reason": "42", "until": "2027-01-31"},)


@pytest.mark.parametrize("until", ["2027-01-31 12:00:00 +0000 UTC", "31.01.2027", "soon", 1.5, True])
def test_what_is_no_day_is_refused_with_an_example(folder: Path, until: Any) -> None:
    with pytest.raises(ArgumentsError, match=r"exceptions\[0\]: until is .*for example 2027-01-31"):
        read(folder, exceptions=[{"finding": "secrets.a", "reason": "a", "until": until}])


def test_a_wrong_key_of_an_exception_is_named_with_the_nearest_one(folder: Path) -> None:
    with pytest.raises(ArgumentsError) as caught:
        read(folder, exceptions=[{"finding": "secrets.a", "reasons": "a", "until": None}])
    assert caught.value.problems == (
        "exceptions[0]: unknown key 'reasons'; did you mean 'reason'?",
        "exceptions[0]: reason is missing; expected why this finding is accepted",
        "exceptions[0]: until is missing; expected the last day it holds, for example 2027-01-31",
    )


def test_an_unknown_setting_is_named_with_the_nearest_one(folder: Path) -> None:
    with pytest.raises(ArgumentsError) as caught:
        read(folder, owner=["me"], display_name="x", Guard="off", colour="red", guard="off")
    assert caught.value.problems == (
        "mimecast-association:Guard: unknown setting; did you mean 'guard'?",
        f"mimecast-association:colour: unknown setting; expected one of {', '.join(SETTINGS)}.",
        "mimecast-association:display_name: unknown setting; did you mean 'displayName'?",
        "mimecast-association:owner: unknown setting; did you mean 'owners'?",
    )


def test_a_setting_that_only_the_environment_has_is_known_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"mimecast-association:owner": "me", "azuread:owner": "me"}))
    with pytest.raises(ArgumentsError, match="association:owner: unknown setting"):
        read(folder)


def test_a_program_may_have_settings_of_its_own(folder: Path) -> None:
    set_all_config({"mimecast-association:colour": "red"}, [])
    assert names_of(read_settings(pulumi.Config("mimecast-association"), folder, others=["colour"])) == ["eu.pem"]


def test_a_file_that_cannot_be_read_is_one_problem(folder: Path) -> None:
    with pytest.raises(ArgumentsError) as caught:
        read(folder, certificates=["missing.pem"])
    assert caught.value.problems == ("missing.pem: cannot be read: No such file or directory.",)


def test_an_empty_list_of_permissions_is_refused(folder: Path) -> None:
    with pytest.raises(SettingsError, match="permissions: the list is empty"):
        read(folder, permissions=[])


def test_the_project_file_describes_every_setting_and_has_the_components_defaults() -> None:
    declared = yaml.safe_load(PROJECT_FILE.read_text())["config"]
    assert set(declared) == set(SETTINGS)
    assert all(setting["description"] and "default" in setting for setting in declared.values())
    assert declared["displayName"]["default"] == DEFAULT_DISPLAY_NAME
    assert tuple(declared["permissions"]["default"]) == DEFAULT_PERMISSIONS
    assert declared["expiryWarningDays"]["default"] == EXPIRY_WARNING_DAYS
