"""Files and the folder of them, as they are on disk."""

import os
from pathlib import Path

import pytest

from association.certificates import MAXIMUM_SIZE, read_certificate_directory, read_certificate_file
from association.errors import CertificateError
from tests.certificates.factories import issue, pem_of, rsa_key


def _refusal(path: Path) -> str:
    with pytest.raises(CertificateError) as caught:
        read_certificate_file(path)
    return caught.value.message


def test_a_file_is_called_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "vendor.pem"
    file.write_text(pem_of(issue()))

    assert read_certificate_file(file).source == str(file)


def test_a_file_can_be_called_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "vendor.pem"
    file.write_text(pem_of(issue()))

    assert read_certificate_file(file, source="certs/vendor.pem").source == "certs/vendor.pem"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "none.pem") == f"{tmp_path / 'none.pem'}: cannot be read: No such file or directory."


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path) == f"{tmp_path}: a directory."


def test_a_named_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert _refusal(tmp_path / "pipe") == f"{tmp_path / 'pipe'}: not a regular file."


def test_a_file_without_read_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser reads everything, so the refusal of the system is played."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)

    assert _refusal(tmp_path / "a.pem").endswith("a.pem: cannot be read: Permission denied.")


def test_a_path_that_no_file_can_have_is_refused() -> None:
    assert _refusal(Path("a\0b")).endswith(": cannot be read: not a usable path.")


def test_a_huge_file_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    with file.open("wb") as handle:
        handle.truncate(2**40)

    assert f"more than the {MAXIMUM_SIZE}" in _refusal(file)


def test_a_folder_gives_one_certificate_for_each_file_sorted_by_name(tmp_path: Path) -> None:
    for name in ("b.cer", "a.pem"):
        (tmp_path / name).write_text(pem_of(issue(key=rsa_key(name), subject=name)))
    (tmp_path / "README.md").write_text("What belongs here")
    (tmp_path / ".gitkeep").touch()

    certificates = read_certificate_directory(tmp_path)

    assert [Path(certificate.source).name for certificate in certificates] == ["a.pem", "b.cer"]


def test_a_folder_without_certificates_gives_none(tmp_path: Path) -> None:
    assert read_certificate_directory(tmp_path) == []


def test_all_problems_of_a_folder_are_told_at_once_sorted_by_file(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("-----BEGIN PRIVATE KEY-----")
    (tmp_path / "b").mkdir()
    (tmp_path / "a.pem").touch()
    (tmp_path / "good.pem").write_text(pem_of(issue()))

    with pytest.raises(CertificateError) as caught:
        read_certificate_directory(tmp_path)

    lines = str(caught.value).replace(f"{tmp_path}{os.sep}", "").splitlines()
    assert lines[0] == "3 certificate files are refused:"
    assert [line.strip() for line in lines[1::2]] == [
        "a.pem: the file is empty.",
        "b: a directory.",
        "c.pem: line 1, character 6: this is a private key.",
    ]


def test_one_problem_of_a_folder_keeps_its_own_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pem").touch()

    with pytest.raises(CertificateError) as caught:
        read_certificate_directory(tmp_path)

    assert caught.value.message == f"{tmp_path / 'a.pem'}: the file is empty."


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="cannot be read: No such file or directory"):
        read_certificate_directory(tmp_path / "none")
