"""The certificates that the makers of `cryptography` collected, well formed and not: the dependency group `vectors`."""

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from association.certificates import Certificate, judge_certificates, read_certificate_file
from association.errors import CertificateError
from tests.certificates.factories import NOW

SUFFIXES = {".pem", ".der", ".crt", ".cer"}
MINIMUM_FILES = 600
"""Release 50.0.2 has 621; far fewer would mean that the folder moved."""


def _find_files() -> list[Path]:
    package = find_spec("cryptography_vectors")
    if package is None or package.origin is None:
        return []
    return sorted(file for file in (Path(package.origin).parent / "x509").rglob("*") if file.suffix in SUFFIXES)


FILES = _find_files()


@pytest.mark.skipif(not FILES, reason="0 of 621 files read: the dependency group `vectors` is not installed")
def test_every_collected_certificate_is_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    read: list[Certificate] = []
    refused: Counter[str] = Counter()
    for file in FILES:
        try:
            read.append(read_certificate_file(file, source="file"))
        except CertificateError as error:
            refused[_generalize(error.message)] += 1
    with capsys.disabled():
        print(f"\n{len(FILES)} files: {len(read)} read, {refused.total()} refused")
        print("\n".join(f"{count:5}  {reason}" for reason, count in refused.most_common()))

    judge_certificates(read, now=NOW, expiry_warning_days=30)

    assert len(read) + refused.total() >= MINIMUM_FILES
    assert len(read) > len(FILES) / 2


def _generalize(message: str) -> str:
    """Take numbers out, so that equal reasons count as one."""
    words = message.removeprefix("file: ").split()
    return " ".join("N" if word.strip(",:.()").isdigit() else word for word in words)[:110]
