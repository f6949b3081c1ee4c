"""Files of the token, the secret and the client ID: what azuread would misread is a sentence before it is asked."""

from pathlib import Path

import pytest
from pulumi.runtime import set_all_config

from components import ArgumentsError, plugin_options

PLAIN = "which is not plain UTF-8 text: the azuread provider cannot read it"


@pytest.fixture(autouse=True)
def _federated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_USE_OIDC", "true")
    set_all_config({})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a.b~c\r\n".encode("utf-16"), PLAIN),
        ("a.b~c".encode("utf-16-le"), PLAIN),
        ("a.b~c".encode("utf-8-sig"), PLAIN),
        (b"\xe9\xff", "which is not UTF-8 or UTF-16 text"),
        (b"", "which is empty"),
        (None, "which cannot be read"),
    ],
)
@pytest.mark.parametrize(
    "variable", ["ARM_OIDC_TOKEN_FILE_PATH", "ARM_CLIENT_ID_FILE_PATH", "ARM_CLIENT_SECRET_FILE_PATH"]
)
def test_a_file_that_azuread_cannot_use_stops_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, content: bytes | None, sentence: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "file"))
    if content is not None:
        (tmp_path / "file").write_bytes(content)
    with pytest.raises(ArgumentsError, match=rf"^{variable} names '.*', {sentence}"):
        plugin_options()


def test_the_stack_configuration_is_named_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a.b~c", "utf-16")
    set_all_config({"azuread:oidcTokenFilePath": str(tmp_path / "file")})
    with pytest.raises(ArgumentsError, match=r"^azuread:oidcTokenFilePath names"):
        plugin_options()


def test_plain_text_with_a_line_end_is_fine_and_a_file_that_nothing_uses_is_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("a.b~c\r\n", "utf-8")
    monkeypatch.setenv("ARM_OIDC_TOKEN_FILE_PATH", str(tmp_path / "file"))
    plugin_options()
    (tmp_path / "file").write_text("a.b~c", "utf-16")
    monkeypatch.setenv("ARM_USE_OIDC", "false")
    plugin_options()
